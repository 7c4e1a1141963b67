"""Just enough of the formats to list symbols and drop sections: wasm, its objects, archives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\0asm\1\0\0\0"
ARCHIVE = b"!<arch>\n"
CUSTOM, IMPORT = 0, 2
FUNCTION, DATA, GLOBAL, SECTION, TAG, TABLE = range(6)  # kinds of symbols, in linking sections
WEAK, LOCAL, UNDEFINED, EXPLICIT_NAME = 0x1, 0x2, 0x10, 0x40
# How an import's kind byte (function, table, memory, global, tag) maps to a symbol's kind.
IMPORT_KINDS = {0: FUNCTION, 1: TABLE, 3: GLOBAL, 4: TAG}
SYMBOL_TABLE = 8
FUNCTION_NAMES = 1


class FormatError(Exception):
    """The file is not what its first bytes promise."""


@dataclass(frozen=True)
class Symbol:
    """One symbol: where it is (0 without meaning), a letter as nm prints it, its name."""

    value: int
    letter: str
    name: str


class Reader:
    """A cursor over bytes. Raises FormatError past the end."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end

    def byte(self) -> int:
        if self.at >= self.end:
            raise FormatError("ends too early")
        self.at += 1
        return self.data[self.at - 1]

    def leb(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def take(self, size: int) -> bytes:
        if self.at + size > self.end:
            raise FormatError("ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> str:
        return self.take(self.leb()).decode("utf-8", "replace")


@dataclass(frozen=True)
class Section:
    """A section: `start` of its header, `body` of its contents (after a custom one's name), `end`."""

    id: int
    name: str
    start: int
    body: int
    end: int


def split_prefix(data: bytes) -> tuple[bytes, bytes]:
    """The `#!` line of an executable module, and the module."""
    if data.startswith(b"#!"):
        line = data.find(b"\n") + 1
        if line and data[line : line + 4] == MAGIC[:4]:
            return data[:line], data[line:]
    return b"", data


def sections(module: bytes) -> list[Section]:
    """The sections of a module or object, in order."""
    if not module.startswith(MAGIC):
        raise FormatError("not a wasm module")
    reader = Reader(module, len(MAGIC))
    found = []
    while reader.at < reader.end:
        start = reader.at
        kind = reader.byte()
        size = reader.leb()
        end = reader.at + size
        if end > len(module):
            raise FormatError("ends too early")
        name = ""
        if kind == CUSTOM:
            inner = Reader(module, reader.at, end)
            name = inner.text()
            reader.at = inner.at
        found.append(Section(kind, name, start, reader.at, end))
        reader.at = end
    return found


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and contents of an archive's members, without its index."""
    at = len(ARCHIVE)
    long_names = b""
    while at + 60 <= len(data):
        header = data[at : at + 60]
        name = header[:16].decode("latin-1").rstrip()
        size = int(header[48:58] or b"0")
        body = data[at + 60 : at + 60 + size]
        at += 60 + size + (size & 1)
        if name == "//":
            long_names = body
        elif name.startswith("#1/"):
            length = int(name[3:])
            yield body[:length].rstrip(b"\0").decode(), body[length:]
        elif name[:1] == "/" and name[1:].isdigit():
            yield long_names[int(name[1:]) :].split(b"\n", 1)[0].decode().rstrip("/"), body
        elif name not in ("/", "/SYM64/"):
            yield name.rstrip("/"), body


def symbols(module: bytes) -> list[Symbol]:
    """Symbols of an object, or the function names of a linked module."""
    parts = sections(module)
    for part in parts:
        if part.name == "linking":
            return _object_symbols(module, part, _import_names(module, parts))
    for part in parts:
        if part.name == "name":
            return _function_names(module, part, len(_import_names(module, parts)[FUNCTION]))
    return []


def _subsections(module: bytes, part: Section, at: int) -> Iterator[tuple[int, Reader]]:
    reader = Reader(module, at, part.end)
    while reader.at < reader.end:
        kind = reader.byte()
        size = reader.leb()
        yield kind, Reader(module, reader.at, reader.at + size)
        reader.at += size


def _import_names(module: bytes, parts: list[Section]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {kind: [] for kind in IMPORT_KINDS.values()}
    for part in parts:
        if part.id != IMPORT:
            continue
        reader = Reader(module, part.body, part.end)
        for _ in range(reader.leb()):
            reader.text()
            field = reader.text()
            kind = reader.byte()
            if kind == 0:
                reader.leb()
            elif kind == 3:
                reader.take(2)
            elif kind == 4:
                reader.byte()
                reader.leb()
            else:
                if kind == 1:
                    reader.byte()
                if reader.leb() & 1:  # limits with a maximum
                    reader.leb()
                reader.leb()
            if kind in IMPORT_KINDS:
                names[IMPORT_KINDS[kind]].append(field)
    return names


def _object_symbols(module: bytes, part: Section, imports: dict[int, list[str]]) -> list[Symbol]:
    reader = Reader(module, part.body, part.end)
    reader.leb()  # version
    found: list[Symbol] = []
    for kind, table in _subsections(module, part, reader.at):
        if kind == SYMBOL_TABLE:
            for _ in range(table.leb()):
                symbol = _symbol(table, imports)
                if symbol:
                    found.append(symbol)
    return found


def _symbol(table: Reader, imports: dict[int, list[str]]) -> Symbol | None:
    kind = table.byte()
    flags = table.leb()
    value = 0
    if kind == SECTION:
        table.leb()
        return None
    if kind == DATA:
        name = table.text()
        if not flags & UNDEFINED:
            table.leb()
            value = table.leb()
            table.leb()
    else:
        value = table.leb()
        if not flags & UNDEFINED or flags & EXPLICIT_NAME:
            name = table.text()
        else:
            known = imports.get(kind, [])
            name = known[value] if value < len(known) else "?"
    return Symbol(value, _letter(kind, flags), name)


def _letter(kind: int, flags: int) -> str:
    if flags & UNDEFINED:
        return "w" if flags & WEAK else "U"
    if flags & WEAK:
        return "V" if kind == DATA else "W"
    letter = "T" if kind == FUNCTION else "D"
    return letter.lower() if flags & LOCAL else letter


def _function_names(module: bytes, part: Section, imported: int) -> list[Symbol]:
    found = []
    for kind, names in _subsections(module, part, part.body):
        if kind == FUNCTION_NAMES:
            for _ in range(names.leb()):
                index = names.leb()
                found.append(Symbol(index, "U" if index < imported else "T", names.text()))
    return found


def without_sections(module: bytes, dropped: list[Section]) -> bytes:
    """The module without these sections."""
    gone = {part.start for part in dropped}
    kept = [module[part.start : part.end] for part in sections(module) if part.start not in gone]
    return MAGIC + b"".join(kept)
