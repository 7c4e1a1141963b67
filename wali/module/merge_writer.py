"""Writes the core module that several were put together into (merge.py): the sections, and the functions added to them.

Source: WebAssembly core specification 3.0, 5.5 (modules).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import binary
from .instructions import END, REF_FUNC
from .merge_code import Constant
from .merge_reader import ACTIVE, DECLARED, FUNCTION_TYPE, PASSIVE, WITH_INITIAL, GlobalKind, Kind, TableKind

FUNCREF = 0x70
# Segments of functions, and those whose items are other expressions; a table's number stands in all active ones.
OF_FUNCTIONS = {ACTIVE: 2, PASSIVE: 1, DECLARED: 3}
OF_EXPRESSIONS = {ACTIVE: 6, PASSIVE: 5, DECLARED: 7}
END_BYTE = bytes([END])


@dataclass(frozen=True)
class Synthetic:
    """A function that none of the modules has. body: its instructions, without the end; it has no locals."""

    name: str
    type: Kind
    body: bytes


@dataclass(frozen=True)
class Segment:
    """A segment for tables. offset: None if it is not active."""

    mode: str
    table: int
    offset: Constant | None
    element: int
    items: list[Constant]


@dataclass
class Writer:
    """What the module is to have, in the order of its numbers; types are numbers that `type` gave."""

    imports: list[tuple[str, str, int]] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    tables: list[tuple[TableKind, Constant | None]] = field(default_factory=list)
    memory: binary.Limits | None = None
    tags: list[int] = field(default_factory=list)
    globals: list[tuple[GlobalKind, Constant]] = field(default_factory=list)
    exports: list[tuple[str, int, int]] = field(default_factory=list)
    elements: list[Segment] = field(default_factory=list)
    data: list[tuple[Constant | None, bytes]] = field(default_factory=list)
    custom: list[tuple[str, bytes]] = field(default_factory=list)
    names: bytes = b""
    types: dict[Kind, int] = field(default_factory=dict)

    def type(self, kind: Kind) -> int:
        """The number of a type."""
        return self.types.setdefault(kind, len(self.types))

    def add_function(self, function: Synthetic) -> None:
        """Behind those that are there."""
        body = b"\x00" + function.body + END_BYTE
        self.functions.append(self.type(function.type))
        self.bodies.append(binary.leb(len(body)) + body)

    def module(self) -> bytes:
        """The binary."""
        imports = (binary.text(m) + binary.text(n) + b"\x00" + binary.leb(of) for m, n, of in self.imports)
        memories = [] if self.memory is None else [_limits(self.memory)]
        exports = (binary.text(name) + bytes([kind]) + binary.leb(index) for name, kind, index in self.exports)
        count = binary.section(binary.DATA_COUNT, binary.leb(len(self.data))) if self.data else b""
        pieces = [
            binary.MAGIC + b"\x01\0\0\0",
            _section(binary.TYPE, (_function_type(kind) for kind in self.types)),
            _section(binary.IMPORT, imports),
            _section(binary.FUNCTION, map(binary.leb, self.functions)),
            _section(binary.TABLE, (_table(*table) for table in self.tables)),
            _section(binary.MEMORY, memories),
            _section(binary.TAG, (b"\x00" + binary.leb(number) for number in self.tags)),
            _section(binary.GLOBAL, (_global(*one) for one in self.globals)),
            _section(binary.EXPORT, exports),
            _section(binary.ELEMENT, map(_segment, self.elements)),
            count,
            _section(binary.CODE, self.bodies),
            _section(binary.DATA, (_data(*one) for one in self.data)),
            self.names,
            *(binary.section(binary.CUSTOM, binary.text(name) + body) for name, body in self.custom),
        ]
        return b"".join(pieces)


def _section(number: int, items: Iterable[bytes]) -> bytes:
    """A section that is a list; nothing if that is empty."""
    items = list(items)
    return binary.section(number, binary.leb(len(items)) + b"".join(items)) if items else b""


def _function_type(kind: Kind) -> bytes:
    return bytes([FUNCTION_TYPE]) + b"".join(binary.leb(len(side)) + side for side in kind)


def _limits(limits: binary.Limits) -> bytes:
    flags = (limits.maximum is not None) | limits.shared << 1 | limits.is64 << 2 | limits.custom_page << 3
    maximum = b"" if limits.maximum is None else binary.leb(limits.maximum)
    page = b"\x00" if limits.custom_page else b""
    return bytes([flags]) + binary.leb(limits.minimum) + maximum + page


def _table(kind: TableKind, initial: Constant | None) -> bytes:
    of = bytes([kind.element]) + _limits(kind.limits)
    return of if initial is None else WITH_INITIAL + of + initial.code + END_BYTE


def _global(kind: GlobalKind, value: Constant) -> bytes:
    return bytes([kind.value, kind.is_mutable]) + value.code + END_BYTE


def _segment(one: Segment) -> bytes:
    place = b"" if one.offset is None or one.mode != ACTIVE else binary.leb(one.table) + one.offset.code + END_BYTE
    count = binary.leb(len(one.items))
    if one.element == FUNCREF and all(item.code[0] == REF_FUNC for item in one.items):
        numbers = b"".join(item.code[1:] for item in one.items)
        return bytes([OF_FUNCTIONS[one.mode]]) + place + b"\x00" + count + numbers
    items = b"".join(item.code + END_BYTE for item in one.items)
    return bytes([OF_EXPRESSIONS[one.mode]]) + place + bytes([one.element]) + count + items


def _data(offset: Constant | None, data: bytes) -> bytes:
    place = b"\x01" if offset is None else b"\x00" + offset.code + END_BYTE
    return place + binary.leb(len(data)) + data
