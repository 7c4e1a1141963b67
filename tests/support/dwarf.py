"""Debugging information of modules, made by hand: DWARF 4, and its sections in a module."""

from __future__ import annotations

from wali.module import binary

END = 0x10000  # where the code of `INLINED` ends


def custom_section(name: str, content: bytes) -> bytes:
    """A custom section of a module."""
    body = binary.leb(len(name)) + name.encode() + content
    return b"\0" + binary.leb(len(body)) + body


def sections(parts: dict[str, bytes]) -> bytes:
    """The custom sections with that content, by their names."""
    return b"".join(custom_section(name, content) for name, content in parts.items())


def u32(value: int) -> bytes:
    return value.to_bytes(4, "little")


def sized(content: bytes) -> bytes:
    return u32(len(content)) + content


def _inlined() -> dict[str, bytes]:
    abbreviations = bytes.fromhex(
        "0111 01 0308 1017 1101 1206 0000"  # a unit: name, lines, low_pc, high_pc
        "022e 00 0308 200b 0000"  # a function: name, inline
        "032e 01 0308 1101 1206 0000"  # a function: name, low_pc, high_pc
        "041d 00 3113 1101 1206 580b 590b 0000"  # inlined: abstract_origin, low_pc, high_pc, call_file, call_line
        "00"
    )
    whole = u32(0) + u32(END)
    info = b"\x04\0" + u32(0) + b"\x04"
    info += b"\x01/src/a.c\0" + u32(0) + whole
    inner = len(info) + 4
    info += b"\x02inner\0\x01" + b"\x03outer\0" + whole
    info += b"\x04" + u32(inner) + whole + b"\x01\x09" + b"\0" + b"\0"
    header = (
        b"\x01\x01\x01\xfb\x0e\x0d" + bytes((0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1)) + b"/src\0\0" + b"a.c\0\x01\0\0\0"
    )
    program = b"\0\x05\x02" + u32(0) + b"\x03\x06\x05\x03\x01"  # line 7, column 3
    program += b"\0\x05\x02" + u32(END) + b"\0\x01\x01"
    return {
        ".debug_abbrev": abbreviations,
        ".debug_info": sized(info),
        ".debug_line": sized(b"\x04\0" + sized(header) + program),
    }


INLINED = _inlined()  # all code is one function "outer" that has "inner" in it, at /src/a.c:7:3, called in line 9
