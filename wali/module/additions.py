"""A module written anew with items behind those of its sections, and with changed code.

What is there keeps its number. Source: WebAssembly core specification 3.0, 5.5 (sections), 7.4 (the name section).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import WaliFormatError
from . import binary, loader, name_section

Patch = tuple[int, int, bytes]
"""data[start:end] becomes this."""


def written(
    data: bytes,
    layout: loader.Layout,
    added: Mapping[int, Sequence[bytes]],
    patches: Sequence[Patch],
    names: Sequence[str],
) -> tuple[bytes, int]:
    """(the module, how far its code was before where it is now, in bytes). WaliFormatError.

    added: encoded items by section. patches: of the code, in the order of their places. names: of the functions added.
    """
    missing = set(added) - {section.id for section in layout.sections}
    delta = 0
    out = bytearray(data[: layout.start + binary.HEADER])
    for section in layout.sections:
        if section.id == binary.CUSTOM:
            out += _with_names(data, layout, section, names) or data[section.start : section.end]
            continue
        rank = binary.SECTION_ORDER.index(section.id)
        for number in [n for n in binary.SECTION_ORDER[:rank] if n in missing]:
            missing.remove(number)
            out += _section(number, 0, b"", added[number])
        if section.id not in added and section.id != binary.CODE:
            out += data[section.start : section.end]
            continue
        reader = section.reader(data)
        count = reader.count()
        old = _patched(data, reader.pos, section.end, patches if section.id == binary.CODE else [])
        out += _section(section.id, count, old, added.get(section.id, []))
        if section.id == binary.CODE:
            items = sum(map(len, added.get(section.id, [])))
            delta = reader.pos - (len(out) - items - len(old))
    return bytes(out), delta


def _section(number: int, count: int, old: bytes, new: Sequence[bytes]) -> bytes:
    return binary.section(number, binary.leb(count + len(new)) + old + b"".join(new))


def _patched(data: bytes, start: int, end: int, patches: Sequence[Patch]) -> bytes:
    out = bytearray()
    for place, rest, new in patches:
        out += data[start:place] + new
        start = rest
    return bytes(out + data[start:end])


def name_parts(data: bytes, layout: loader.Layout) -> list[tuple[int, binary.Reader]]:
    """The subsections with function names: where each begins, and a reader of its content."""
    found = []
    for reader in name_section.custom_sections(data, layout.sections, name_section.NAME):
        try:
            while reader.pos < reader.end:
                start = reader.pos
                kind, size = reader.byte(), reader.leb()
                reader.take(size)
                if kind == name_section.OF_FUNCTIONS:
                    found.append((start, binary.Reader(data, reader.pos - size, reader.pos, "name section")))
        except WaliFormatError:  # custom sections are hints
            return []
    return found


def _with_names(data: bytes, layout: loader.Layout, section: binary.Section, names: Sequence[str]) -> bytes:
    """The name section with those of the added functions; b"" if `section` is another one, or has none of functions."""
    for start, part in name_parts(data, layout) if names else ():
        if section.body <= start < section.end and _are_names(part):
            first = len(layout.functions)
            added = [binary.leb(first + i) + binary.text(name) for i, name in enumerate(names)]
            body = binary.leb(part.count() + len(added)) + data[part.pos : part.end] + b"".join(added)
            head = data[section.body : start]
            return binary.section(
                binary.CUSTOM,
                head + binary.section(name_section.OF_FUNCTIONS, body) + data[part.end : section.end],
            )
    return b""


def _are_names(part: binary.Reader) -> bool:
    """Whether all of it can be read, the reader left at its beginning."""
    reader = binary.Reader(part.data, part.pos, part.end, part.what)
    try:
        for _ in range(reader.count()):
            reader.leb()
            reader.take(reader.leb())
    except WaliFormatError:
        return False
    return True
