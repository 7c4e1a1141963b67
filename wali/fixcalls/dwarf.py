"""Which functions are variadic, out of a module's debugging information (``cc -g``).

Source: DWARF 5, 7.5 (format of .debug_info) and 7.27 (.debug_addr); version 4 likewise. Addresses are offsets
in the code section's payload, where a body's declarations of locals begin.

There may be megabytes of it, so what is of no interest is passed by steps that are made once for each
kind of entry: a number is that many bytes, a letter something of a length of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import WaliFormatError
from ..module import loader, name_section
from ..module.binary import Reader

SUBPROGRAM, UNSPECIFIED_PARAMETERS = 0x2E, 0x18  # tags
LOW_PC, ADDR_BASE = 0x11, 0x73  # attributes
ADDR, ADDRX, SEC_OFFSET, IMPLICIT_CONST = 0x01, 0x1B, 0x17, 0x21  # forms
COMPILE, PARTIAL = 0x01, 0x03  # kinds of units
# Bytes of each form; l: a LEB128, s: a string, e: a LEB128 and as many bytes, b, h, w: a length of 1, 2 or 4 bytes and as many.
FORMS: dict[int, int | str] = {
    **dict.fromkeys((0x0B, 0x0C, 0x11, 0x25, 0x29), 1),
    **dict.fromkeys((0x05, 0x12, 0x26, 0x2A), 2),
    **dict.fromkeys((0x27, 0x2B), 3),
    **dict.fromkeys((ADDR, 0x06, 0x0E, 0x10, 0x13, SEC_OFFSET, 0x1C, 0x1D, 0x1F, 0x28, 0x2C), 4),
    **dict.fromkeys((0x07, 0x14, 0x20, 0x24), 8),
    0x1E: 16,
    **dict.fromkeys((0x19, IMPLICIT_CONST), 0),
    **dict.fromkeys((0x0D, 0x0F, 0x15, 0x1A, ADDRX, 0x22, 0x23), "l"),
    0x08: "s",
    **dict.fromkeys((0x09, 0x18), "e"),
    0x0A: "b",
    0x03: "h",
    0x04: "w",
}
LENGTHS = {"b": 1, "h": 2, "w": 4}
ADDRX_SIZES = {0x29: 1, 0x2A: 2, 0x2B: 3, 0x2C: 4}


@dataclass(frozen=True)
class _Kind:
    """One kind of entry: how to pass its attributes. `a`, `x` and `o` (address, index of one, base) are looked at."""

    tag: int
    children: bool
    steps: tuple[int | str, ...]


def variadic(data: bytes, layout: loader.Layout) -> dict[int, bool]:
    """By the offset of a function's locals in the code section's payload: whether it is variadic.

    Only for functions with debugging information; empty if that is missing or not understood: custom sections are hints.
    """
    try:
        return _units(*(_section(data, layout, name) for name in (".debug_info", ".debug_abbrev", ".debug_addr")))
    except (WaliFormatError, KeyError, ValueError):
        return {}


def _section(data: bytes, layout: loader.Layout, name: str) -> bytes:
    return b"".join(
        data[reader.pos : reader.end] for reader in name_section.custom_sections(data, layout.sections, name)
    )


def _units(info: bytes, abbreviations: bytes, addresses: bytes) -> dict[int, bool]:
    found: dict[int, bool] = {}
    tables: dict[int, dict[int, _Kind]] = {}
    unread = len(abbreviations)  # tables that overlap would take quadratic time
    reader = Reader(info, 0, len(info), "debugging information")
    while reader.pos < reader.end:
        size = _number(reader, 4)
        end = reader.pos + size
        version = _number(reader, 2)
        kind = _number(reader, 1) if version == 5 else COMPILE
        if end > reader.end or version not in (4, 5):
            return {}
        if version == 5:
            reader.take(1)
        offset = _number(reader, 4)
        if version == 4:
            reader.take(1)
        if kind in (COMPILE, PARTIAL):
            if offset not in tables:
                table = Reader(abbreviations, offset, len(abbreviations), "abbreviations")
                tables[offset] = _kinds(table)
                unread -= table.pos - offset
                if unread < 0:
                    return {}
            _entries(info, reader.pos, end, tables[offset], addresses, found)
        reader.pos = end
    return found


def _number(reader: Reader, size: int) -> int:
    return int.from_bytes(reader.take(size), "little")


def _kinds(reader: Reader) -> dict[int, _Kind]:
    """One table of abbreviations."""
    found = {}
    while code := reader.leb():
        tag, children = reader.leb(), bool(reader.byte())
        steps: list[int | str] = []
        while True:
            attribute, form = reader.leb(), reader.leb()
            if form == IMPLICIT_CONST:
                reader.skip_leb(64)
            if not attribute and not form:
                break
            _add_step(steps, _step(tag, attribute, form))
        found[code] = _Kind(tag, children, tuple(steps))
    return found


def _step(tag: int, attribute: int, form: int) -> int | str:
    if attribute == LOW_PC and tag == SUBPROGRAM:
        if form == ADDR:
            return "a"
        return "x" if form == ADDRX else f"x{ADDRX_SIZES[form]}"
    if attribute == ADDR_BASE:
        return "o"
    return FORMS[form]


def _add_step(steps: list[int | str], step: int | str) -> None:
    last = steps[-1] if steps else None
    if isinstance(step, int) and isinstance(last, int):
        steps[-1] = last + step
    else:
        steps.append(step)


def _entries(
    info: bytes, start: int, end: int, kinds: dict[int, _Kind], addresses: bytes, found: dict[int, bool]
) -> None:
    """The entries of one unit."""
    reader = Reader(info, start, end, "debugging information")
    base = 0
    parents: list[int | None] = []  # for each that is open, its address if it is a function
    while reader.pos < end:
        code = reader.leb()
        if code == 0:
            if parents:
                parents.pop()
            continue
        kind = kinds[code]
        address = None
        for step in kind.steps:
            if isinstance(step, int):
                reader.pos += step
            elif step in ("a", "o"):
                value = _number(reader, 4)
                base, address = (base, value) if step == "a" else (value, address)
            elif step[0] == "x":
                place = base + 4 * (_number(reader, int(step[1:])) if step[1:] else reader.leb())
                address = int.from_bytes(addresses[place : place + 4], "little")
            else:
                _pass(reader, step)
        if kind.tag == UNSPECIFIED_PARAMETERS and parents and parents[-1] is not None:
            found[parents[-1]] = True
        elif kind.tag == SUBPROGRAM and address is not None:
            found.setdefault(address, False)
        if kind.children:
            parents.append(address)


def _pass(reader: Reader, step: str) -> None:
    if step == "l":
        reader.skip_leb(64)
    elif step == "s":
        reader.pos = reader.data.index(b"\0", reader.pos) + 1
    else:
        reader.take(reader.leb() if step == "e" else _number(reader, LENGTHS[step]))
