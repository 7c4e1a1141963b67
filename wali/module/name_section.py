"""Custom sections, and the names of functions and globals in one of them. They are hints: errors in them are ignored.

Source: WebAssembly core specification 3.0, 7.4 (the name section).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import WaliFormatError
from . import binary

NAME = "name"
OF_MODULE, OF_FUNCTIONS, OF_GLOBALS = 0, 1, 7  # subsections


def custom_sections(data: bytes, sections: tuple[binary.Section, ...], name: str) -> Iterator[binary.Reader]:
    """Readers behind the name of each custom section of that name; unreadable ones are passed over."""
    for section in sections:
        if section.id == binary.CUSTOM:
            reader = section.reader(data)
            try:
                if reader.name() == name:
                    yield reader
            except WaliFormatError:
                continue


def _subsections(data: bytes, sections: tuple[binary.Section, ...], of: int) -> Iterator[binary.Reader]:
    for reader in custom_sections(data, sections, NAME):
        try:
            while reader.pos < reader.end:
                kind, size = reader.byte(), reader.leb()
                part = binary.Reader(data, reader.pos, min(reader.pos + size, reader.end), "name section")
                reader.take(size)
                if kind == of:
                    yield part
        except WaliFormatError:
            continue


def pairs(data: bytes, sections: tuple[binary.Section, ...], of: int) -> Iterator[tuple[int, str]]:
    """(index, name) out of that subsection."""
    for part in _subsections(data, sections, of):
        try:
            for _ in range(part.count()):
                yield part.leb(), part.name()
        except WaliFormatError:
            continue


def numbers(data: bytes, sections: tuple[binary.Section, ...], of: int) -> dict[str, int]:
    """Index by name, out of that subsection."""
    return {name: index for index, name in pairs(data, sections, of)}


def module_name(data: bytes, sections: tuple[binary.Section, ...]) -> str:
    """The module's own name; "" if it has none."""
    for part in _subsections(data, sections, OF_MODULE):
        try:
            return part.name()
        except WaliFormatError:
            break
    return ""


def written(module: str, subsections: Mapping[int, Mapping[int, str]]) -> bytes:
    """A name section: the module's name, and names by index of each subsection."""
    body = binary.text(NAME) + binary.section(OF_MODULE, binary.text(module))
    for number, names in sorted(subsections.items()):
        items = b"".join(binary.leb(index) + binary.text(name) for index, name in sorted(names.items()))
        body += binary.section(number, binary.leb(len(names)) + items)
    return binary.section(binary.CUSTOM, body)
