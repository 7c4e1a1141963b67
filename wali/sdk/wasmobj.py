"""Just enough of the formats to list symbols and drop sections: wasm, its objects, archives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import WaliFormatError
from ..module import binary, wish
from ..module.binary import CUSTOM, IMPORT, Reader

MAGIC = binary.MAGIC + b"\1\0\0\0"
ARCHIVE = b"!<arch>\n"
FUNCTION, DATA, GLOBAL, SECTION, TAG, TABLE = range(6)  # kinds of symbols, in linking sections
WEAK, LOCAL, HIDDEN, UNDEFINED, EXPLICIT_NAME = 0x1, 0x2, 0x4, 0x10, 0x40
# The kind of symbol that an import is.
SYMBOL_KINDS = {binary.K_FUNCTION: FUNCTION, binary.K_TABLE: TABLE, binary.K_GLOBAL: GLOBAL, binary.K_TAG: TAG}
SYMBOL_TABLE = 8
FUNCTION_NAMES = 1


class FormatError(Exception):
    """The file is not what its first bytes promise. Made as `binary.Reader` makes its errors; says the problem alone."""

    def __init__(self, problem: str, what: str = "", at: int = 0) -> None:
        super().__init__(problem)
        self.what = what
        self.at = at


@dataclass(frozen=True)
class Symbol:
    """One symbol: where it is (0 without meaning), a letter as nm prints it, its name."""

    value: int
    letter: str
    name: str


@dataclass(frozen=True)
class Part:
    """A section with its name: `start` of its header, `body` of its contents (after a custom one's name), `end`."""

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


def _reader(module: bytes, start: int, end: int, what: str) -> Reader:
    return Reader(module, start, end, what, error=FormatError)


def _text(reader: Reader) -> str:
    """A name as tools show it, be it UTF-8 or not."""
    return reader.take(reader.leb()).decode("utf-8", "replace")


def sections(module: bytes) -> list[Part]:
    """The sections of a module or object, in order."""
    if not module.startswith(MAGIC):
        raise FormatError("not a wasm module")
    found = []
    for start, kind, inner in _sized(_reader(module, len(MAGIC), len(module), "section")):
        name = _text(inner) if kind == CUSTOM else ""
        found.append(Part(kind, name, start, inner.pos, inner.end))
    return found


def _sized(reader: Reader) -> Iterator[tuple[int, int, Reader]]:
    """Sections, or the subsections of one: where each begins, its kind, and a reader of its contents."""
    while reader.pos < reader.end:
        start = reader.pos
        kind, size = reader.byte(), reader.leb()
        if size > reader.end - reader.pos:
            raise reader.fail("ends too early")
        yield start, kind, _reader(reader.data, reader.pos, reader.pos + size, reader.what)
        reader.pos += size


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and contents of an archive's members, without its index."""
    at = len(ARCHIVE)
    long_names = b""
    while at + 60 <= len(data):
        header = data[at : at + 60]
        name = header[:16].decode("latin-1").rstrip()
        digits = header[48:58].strip() or b"0"
        if not digits.isdigit():
            raise FormatError("damaged archive")
        size = int(digits)
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


def _import_names(module: bytes, parts: list[Part]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {kind: [] for kind in SYMBOL_KINDS.values()}
    for part in parts:
        if part.id == IMPORT:
            for entry in binary.imports(_reader(module, part.body, part.end, "import section")):
                if entry.kind in SYMBOL_KINDS:
                    names[SYMBOL_KINDS[entry.kind]].append(entry.name)
    return names


def _object_symbols(module: bytes, part: Part, imports: dict[int, list[str]]) -> list[Symbol]:
    reader = _reader(module, part.body, part.end, "linking section")
    reader.leb()  # version
    found: list[Symbol] = []
    for _, kind, table in _sized(reader):
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
        name = _text(table)
        if not flags & UNDEFINED:
            table.leb()
            value = table.leb()
            table.leb()
    else:
        value = table.leb()
        if not flags & UNDEFINED or flags & EXPLICIT_NAME:
            name = _text(table)
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


def _function_names(module: bytes, part: Part, imported: int) -> list[Symbol]:
    found = []
    for _, kind, names in _sized(_reader(module, part.body, part.end, "name section")):
        if kind == FUNCTION_NAMES:
            for _ in range(names.leb()):
                index = names.leb()
                found.append(Symbol(index, "U" if index < imported else "T", _text(names)))
    return found


def without_sections(module: bytes, dropped: list[Part]) -> bytes:
    """The module without these sections."""
    gone = {part.start for part in dropped}
    kept = [module[part.start : part.end] for part in sections(module) if part.start not in gone]
    return MAGIC + b"".join(kept)


SEGMENT_NAMES = 9  # the subsection of the name section
COVERAGE = "__llvm_covfun"


def stripped(module: bytes, debug_only: bool) -> bytes:
    """The module without debugging information, and unless `debug_only` without names. FormatError.

    One that asks for --fix-calls keeps the names, by which that knows functions, and what was known by the rest.
    """
    parts = sections(module)
    if any(part.name == "linking" for part in parts):
        return module
    dropped = {"producers"} if not debug_only else set()
    added = b""
    if any(part.name == wish.SECTION for part in parts):
        dropped.add(wish.SECTION)
        added = _wish(module)
    elif not debug_only:
        dropped.add("name")

    def is_dropped(part: Part) -> bool:
        return part.name.startswith(".debug") or part.name in dropped

    if "name" in dropped and any(part.name == COVERAGE for part in parts):
        module = _with_names_of_segments(module, parts)
        parts = sections(module)
        dropped -= {"name"}
    return without_sections(module, [part for part in parts if is_dropped(part)]) + added


def _with_names_of_segments(module: bytes, parts: list[Part]) -> bytes:
    """The module with the names of data segments alone: by one of these llvm-cov finds its list of functions.

    In their place, for LLVM wants sections of names in front of some others.
    """
    out = bytearray(MAGIC)
    for part in parts:
        if part.name == "name":
            reader = _reader(module, part.body, part.end, "name section")
            kept = (module[start : inner.end] for start, kind, inner in _sized(reader) if kind == SEGMENT_NAMES)
            out += binary.section(CUSTOM, binary.text("name") + b"".join(kept))
        else:
            out += module[part.start : part.end]
    return bytes(out)


def _wish(module: bytes) -> bytes:
    from ..fixcalls import remembered

    try:
        return remembered(module)
    except WaliFormatError as error:
        raise FormatError(str(error)) from None
