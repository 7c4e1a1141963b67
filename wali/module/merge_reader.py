"""A core module of a component, read whole, so that it can be written anew with others (merge.py).

Source: WebAssembly core specification 3.0, 5.5 (modules). Only types of functions over plain values are known: types of the
garbage collection proposal are not what programs of several modules on one memory are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..errors import WaliFormatError
from . import binary, name_section
from .binary import Reader
from .component_values import ModuleParts

FUNCTION_TYPE = 0x60
PLAIN_TYPES = range(0x69, 0x80)  # numbers, vectors, references without a type of their own
WITH_INITIAL = b"\x40\x00"  # before a table that begins with other than nulls
SPACES = {
    binary.K_FUNCTION: binary.FUNCTION,
    binary.K_TABLE: binary.TABLE,
    binary.K_MEMORY: binary.MEMORY,
    binary.K_GLOBAL: binary.GLOBAL,
    binary.K_TAG: binary.TAG,
}
ACTIVE, PASSIVE, DECLARED = "active", "passive", "declared"


class Kind(NamedTuple):
    """A type of functions: its parameters and results, a byte each."""

    params: bytes
    results: bytes

    def __str__(self) -> str:
        known = binary.VALUE_TYPES
        params, results = (tuple(known.get(byte, "ref") for byte in side) for side in self)
        return str(binary.FuncType(params, results))


class TableKind(NamedTuple):
    """What a table holds, and how many."""

    element: int
    limits: binary.Limits


class GlobalKind(NamedTuple):
    """The type of a global."""

    value: int
    is_mutable: bool


class TypedImport(NamedTuple):
    """One import; its type is that of the binary format, a function's or tag's a Kind."""

    entry: binary.Import
    type: Kind | TableKind | binary.Limits | GlobalKind


class Table(NamedTuple):
    """A table, and what it begins with: where that expression is, None for nulls."""

    type: TableKind
    initial: int | None


class Global(NamedTuple):
    """A global, and where the expression of its value begins."""

    type: GlobalKind
    initial: int


class Elements(NamedTuple):
    """A segment for tables. offset: where the expression is; items: where they begin, expressions or numbers of functions."""

    mode: str
    table: int
    offset: int
    element: int
    are_expressions: bool
    items: int


class Data(NamedTuple):
    """A segment for the memory: data[start:end]. offset: where the expression is, if it is active."""

    mode: str
    offset: int
    start: int
    end: int


def unknown(what: str, at: int) -> WaliFormatError:
    """The error of a module that is well-formed, and that nobody here can put together with others."""
    return WaliFormatError(
        f"a component that does not run here: one of its modules has {what}, and runs only alone; "
        "build it for preview1 (wasm32-wasip1)",
        at,
    )


def plain_type(reader: Reader) -> int:
    """A value type of one byte."""
    at, byte = reader.pos, reader.byte()
    if byte in (0x63, 0x64):
        raise unknown("references with types of their own", at)
    if byte not in PLAIN_TYPES:
        raise reader.fail(f"a value type {byte:#04x} is unknown", at)
    return byte


def _kind(reader: Reader) -> Kind:
    at, form = reader.pos, reader.byte()
    if form != FUNCTION_TYPE:
        raise unknown("types other than those of functions", at)
    return Kind(*(bytes(plain_type(reader) for _ in range(reader.count())) for _ in range(2)))


def _table_kind(reader: Reader) -> TableKind:
    return TableKind(plain_type(reader), binary.limits(reader))


def _global_kind(reader: Reader) -> GlobalKind:
    value, at = plain_type(reader), reader.pos
    flags = reader.byte()
    if flags > 1:
        raise unknown("globals that threads share", at)
    return GlobalKind(value, bool(flags))


@dataclass(frozen=True, eq=False)
class WholeModule:
    """A core module, section by section. The properties raise WaliFormatError where it is malformed."""

    parts: ModuleParts

    @property
    def data(self) -> bytes:
        return self.parts.data

    def reader(self, number: int) -> Reader:
        """Of a section; of nothing if there is none."""
        section = self.parts.sections.get(number)
        return Reader(b"\x00", 0, 1, "module") if section is None else section.reader(self.data)

    def at(self, pos: int, number: int) -> Reader:
        """Of that section, from an offset in the file on."""
        section = self.parts.sections[number]
        return Reader(self.data, pos, section.end, f"{binary.SECTION_NAMES[number]} section")

    @cached_property
    def types(self) -> list[Kind]:
        reader = self.reader(binary.TYPE)
        found = [_kind(reader) for _ in range(reader.count())]
        reader.done()
        return found

    def type(self, index: int, at: int) -> Kind:
        """A type by its number. at: where that is told."""
        if index >= len(self.types):
            raise binary.damaged(f"type {index} does not exist", "a module of the component", at)
        return self.types[index]

    @cached_property
    def imports(self) -> dict[int, list[TypedImport]]:
        """By their kind, in order."""
        found: dict[int, list[TypedImport]] = {kind: [] for kind in SPACES}
        reader = self.reader(binary.IMPORT)
        for _ in range(reader.count()):
            at, module, name = reader.pos, reader.name(), reader.name()
            behind = Reader(reader.data, reader.pos + 1, reader.end, reader.what)
            kind, detail = binary.extern_type(reader)
            of: Kind | TableKind | binary.Limits | GlobalKind
            if isinstance(detail, int):
                of = self.type(detail, at)
            elif kind == binary.K_TABLE:
                of = _table_kind(behind)
            elif kind == binary.K_GLOBAL:
                of = _global_kind(behind)
            else:
                of = binary.limits(behind)
            found[kind].append(TypedImport(binary.Import(module, name, kind, detail), of))
        reader.done()
        return found

    @cached_property
    def functions(self) -> list[Kind]:
        """Types of the functions of its own."""
        reader = self.reader(binary.FUNCTION)
        found = [self.type(reader.leb(), reader.pos) for _ in range(reader.count())]
        reader.done()
        return found

    @cached_property
    def tables(self) -> list[Table]:
        reader, found = self.reader(binary.TABLE), []
        for _ in range(reader.count()):
            has_initial = reader.data[reader.pos : min(reader.pos + 2, reader.end)] == WITH_INITIAL
            if has_initial:
                reader.take(2)
            kind = _table_kind(reader)
            found.append(Table(kind, reader.pos if has_initial else None))
            if has_initial:
                pass_constant(reader)
        reader.done()
        return found

    @cached_property
    def memories(self) -> list[binary.Limits]:
        reader = self.reader(binary.MEMORY)
        found = [binary.limits(reader) for _ in range(reader.count())]
        reader.done()
        return found

    @cached_property
    def tags(self) -> list[Kind]:
        reader, found = self.reader(binary.TAG), []
        for _ in range(reader.count()):
            reader.byte()
            found.append(self.type(reader.leb(), reader.pos))
        reader.done()
        return found

    @cached_property
    def globals(self) -> list[Global]:
        reader, found = self.reader(binary.GLOBAL), []
        for _ in range(reader.count()):
            found.append(Global(_global_kind(reader), reader.pos))
            pass_constant(reader)
        reader.done()
        return found

    @cached_property
    def start(self) -> int | None:
        """The function that starts it."""
        if binary.START not in self.parts.sections:
            return None
        reader = self.reader(binary.START)
        index = reader.leb()
        reader.done()
        return index

    @cached_property
    def elements(self) -> list[Elements]:
        reader = self.reader(binary.ELEMENT)
        found = [_elements(reader) for _ in range(reader.count())]
        reader.done()
        return found

    @cached_property
    def segments(self) -> list[Data]:
        reader = self.reader(binary.DATA)
        found = [_data(reader) for _ in range(reader.count())]
        reader.done()
        return found

    def bodies(self) -> list[Reader]:
        """Of each function of its own, its locals and instructions."""
        reader, found = self.reader(binary.CODE), []
        for _ in range(reader.count()):
            size = reader.leb()
            start = reader.pos
            reader.take(size)
            found.append(Reader(reader.data, start, reader.pos, reader.what))
        reader.done()
        if len(found) != len(self.functions):
            raise reader.fail("the numbers of functions and of their bodies differ")
        return found

    def count(self, kind: int) -> int:
        """How many functions, tables, ... there are, the imported ones included."""
        return len(self.imports[kind]) + len(self.own(kind))

    def own(self, kind: int) -> Sequence[Kind | Table | binary.Limits | Global]:
        """Its own functions, tables, ..."""
        own: dict[int, Sequence[Kind | Table | binary.Limits | Global]] = {
            binary.K_FUNCTION: self.functions,
            binary.K_TABLE: self.tables,
            binary.K_MEMORY: self.memories,
            binary.K_GLOBAL: self.globals,
            binary.K_TAG: self.tags,
        }
        return own[kind]

    def names(self, of: int) -> dict[int, str]:
        """Names by index, as far as the module has them."""
        return dict(name_section.pairs(self.data, self.parts.all_sections, of))


def pass_constant(reader: Reader) -> None:
    """Passes a constant expression with its end."""
    at = reader.pos
    if not binary.skip_constant(reader):
        raise unknown("a constant that is computed in a way not known here", at)


def _elements(reader: Reader) -> Elements:
    at, flags = reader.pos, reader.leb()
    if flags > 7:
        raise reader.fail(f"unknown segment kind {flags}", at)
    table, offset, element = 0, 0, 0x70
    mode = ACTIVE if not flags & 1 else DECLARED if flags & 2 else PASSIVE
    if mode == ACTIVE:
        table = reader.leb() if flags & 2 else 0
        offset = reader.pos
        pass_constant(reader)
    if flags & 3 and flags & 4:
        element = plain_type(reader)
    elif flags & 3 and reader.byte() != 0:
        raise reader.fail("unknown kind of elements", reader.pos - 1)
    items = reader.pos
    for _ in range(reader.count()):
        if flags & 4:
            pass_constant(reader)
        else:
            reader.leb()
    return Elements(mode, table, offset, element, bool(flags & 4), items)


def _data(reader: Reader) -> Data:
    at, flags = reader.pos, reader.leb()
    if flags > 2:
        raise reader.fail(f"unknown segment kind {flags}", at)
    if flags == 2 and reader.leb() != 0:
        raise reader.fail("a segment is for a memory that does not exist", at)
    offset = reader.pos
    if flags != 1:
        pass_constant(reader)
    size = reader.leb()
    start = reader.pos
    reader.take(size)
    return Data(PASSIVE if flags == 1 else ACTIVE, offset, start, reader.pos)
