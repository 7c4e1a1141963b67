"""The symbol table of an object, read and written: other names, other flags, constructors taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..module import binary
from ..module.binary import Reader
from . import wasmobj
from .wasmobj import DATA, EXPLICIT_NAME, FUNCTION, HIDDEN, LOCAL, SECTION, SYMBOL_TABLE, UNDEFINED, WEAK

LINKING = "linking"
CONSTRUCTORS = 6  # the subsection
THREAD_LOCAL, ABSOLUTE = 0x100, 0x200


@dataclass(frozen=True)
class SymbolEntry:
    """One symbol. `index`: of the function, the section and so on. `rest`: of data, where it lies, as it is encoded."""

    kind: int
    flags: int
    index: int
    name: str | None
    """None where it is the import's, or of a section, which has none."""
    rest: bytes = b""

    @property
    def defined(self) -> bool:
        """Whether it is a function or data of the object's own."""
        return self.kind in (FUNCTION, DATA) and not self.flags & UNDEFINED

    @property
    def local(self) -> bool:
        """Whether no other object sees it."""
        return bool(self.flags & LOCAL)

    @property
    def weak(self) -> bool:
        """Whether the linker has one for all objects."""
        return bool(self.flags & WEAK)

    @property
    def hidden(self) -> bool:
        """Whether a shared library would keep it for itself."""
        return bool(self.flags & HIDDEN)

    def encoded(self) -> bytes:
        """As the section holds it."""
        name = b"" if self.name is None else binary.text(self.name)
        head = bytes([self.kind]) + binary.leb(self.flags)
        return head + (name + self.rest if self.kind == DATA else binary.leb(self.index) + name)


@dataclass(frozen=True)
class SymbolTable:
    """What the linking section says of symbols."""

    entries: tuple[SymbolEntry, ...]
    constructors: tuple[int, ...]
    """Their functions' places among the entries, in the order in which they run."""


def read(module: bytes) -> SymbolTable:
    """The table of an object; FormatError."""
    entries: list[SymbolEntry] = []
    constructors: list[tuple[int, int]] = []
    for kind, reader in subsections(module):
        if kind == SYMBOL_TABLE:
            entries += [_entry(reader) for _ in range(reader.count())]
        elif kind == CONSTRUCTORS:
            constructors += [(reader.leb(), reader.leb()) for _ in range(reader.count())]
    if any(place >= len(entries) for _, place in constructors):
        raise wasmobj.FormatError("a constructor is no symbol")
    return SymbolTable(tuple(entries), tuple(place for _, place in sorted(constructors, key=lambda pair: pair[0])))


def changed(module: bytes, change: Callable[[int, SymbolEntry], SymbolEntry], constructors: bool = True) -> bytes:
    """The object with each entry as `change` makes it of its place and itself; without `constructors` if they are to be
    others' business. FormatError."""
    body = b""
    for kind, reader in subsections(module):
        if kind == SYMBOL_TABLE:
            entries = [_entry(reader) for _ in range(reader.count())]
            table = b"".join(change(place, entry).encoded() for place, entry in enumerate(entries))
            body += binary.section(kind, binary.leb(len(entries)) + table)
        elif kind != CONSTRUCTORS or constructors:
            body += binary.section(kind, module[reader.pos : reader.end])
    out = wasmobj.MAGIC
    for part in wasmobj.sections(module):
        if part.name == LINKING:
            version = binary.leb(Reader(module, part.body, part.end, LINKING, error=wasmobj.FormatError).leb())
            out += binary.section(binary.CUSTOM, binary.text(LINKING) + version + body)
        else:
            out += module[part.start : part.end]
    return out


def with_flags(entry: SymbolEntry, more: int, less: int = 0) -> SymbolEntry:
    """The entry with some flags set, and some not."""
    return replace(entry, flags=entry.flags & ~less | more)


def types(module: bytes) -> list[binary.FuncType | None]:
    """The types of all functions by index; None for what is no plain function. FormatError."""
    parts = {part.id: part for part in wasmobj.sections(module)}

    def reader(number: int) -> Reader:
        part = parts[number]
        return Reader(module, part.body, part.end, binary.SECTION_NAMES[number], error=wasmobj.FormatError)

    known = binary.function_types(reader(binary.TYPE)) if binary.TYPE in parts else []
    imports = binary.imports(reader(binary.IMPORT)) if binary.IMPORT in parts else []
    numbers = [entry.detail for entry in imports if entry.kind == binary.K_FUNCTION]
    if binary.FUNCTION in parts:
        defined = reader(binary.FUNCTION)
        numbers += [defined.leb() for _ in range(defined.count())]
    return [known[number] if isinstance(number, int) and number < len(known) else None for number in numbers]


def subsections(module: bytes) -> Iterator[tuple[int, Reader]]:
    """Kind and content of each part of the linking section; places in it are places in the module. FormatError."""
    for part in wasmobj.sections(module):
        if part.name == LINKING:
            reader = Reader(module, part.body, part.end, "linking section", error=wasmobj.FormatError)
            reader.leb()  # version
            while reader.pos < reader.end:
                kind, size = reader.byte(), reader.leb()
                start = reader.pos
                reader.take(size)
                yield kind, Reader(module, start, start + size, "linking section", error=wasmobj.FormatError)


def _entry(reader: Reader) -> SymbolEntry:
    kind, flags = reader.byte(), reader.leb()
    if kind == DATA:
        name = reader.name()
        start = reader.pos
        for _ in range(0 if flags & UNDEFINED else 3):
            reader.leb()
        return SymbolEntry(kind, flags, 0, name, reader.data[start : reader.pos])
    index = reader.leb()
    named = kind != SECTION and (not flags & UNDEFINED or flags & EXPLICIT_NAME)
    return SymbolEntry(kind, flags, index, reader.name() if named else None)
