"""What `wali.fixcalls` must know of a module: its functions, their types and names, and the function table.

Source: WebAssembly core specification 3.0, 5.5 (sections) and 7.4 (the name section).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import WaliFormatError
from ..module import additions, binary, loader
from ..module.binary import FuncType, Reader
from . import adapt
from .adapt import Stack

HINT = "run it without --fix-calls, and link it without -mwali-fix-calls"
MOST_ENTRIES = 1 << 20  # in the function table, up to the last function
REF_NULL, REF_FUNC, I32_CONST, END = 0xD0, 0xD2, 0x41, 0x0B

Table = dict[int, "int | None"]  # function by table index, None for a null


@dataclass(frozen=True)
class Functions:
    """What the module says about its functions.

    types: by type index. kinds: type index of each function, the `imported` ones first.
    names: by function index, as far as the name section has them.
    """

    types: Sequence[FuncType]
    kinds: Sequence[int]
    imported: int
    names: dict[int, str]

    def type_of(self, function: int) -> FuncType | None:
        """The type of a function if calls of it can be adapted, else None."""
        kind = self.types[self.kinds[function]]
        return kind if adapt.adaptable(kind) else None


def functions(data: bytes, layout: loader.Layout, defined: int) -> Functions:
    """The functions of a module with `defined` bodies. WaliFormatError."""
    types = [kind for kind in layout.types if kind is not None]
    if len(types) != len(layout.types):
        raise WaliFormatError(f"it has types other than plain function types; {HINT}")
    kinds = [e.detail for e in layout.imports if e.kind == binary.K_FUNCTION and isinstance(e.detail, int)]
    imported = len(kinds)
    for section in layout.sections:
        if section.id == binary.FUNCTION:
            reader = section.reader(data)
            kinds += [reader.leb() for _ in range(reader.count())]
            reader.done()
    if len(kinds) - imported != defined:
        raise WaliFormatError("damaged wasm module: the numbers of functions and of their bodies differ")
    if kinds and max(kinds) >= len(types):
        raise WaliFormatError("damaged wasm module: a function is of a type that does not exist")
    return Functions(types, kinds, imported, _names(data, layout))


def _names(data: bytes, layout: loader.Layout) -> dict[int, str]:
    found: dict[int, str] = {}
    for _, part in additions.name_parts(data, layout):
        try:
            for _ in range(part.count()):
                index = part.leb()
                found[index] = part.name()
        except WaliFormatError:
            return {}
    return found


def count(data: bytes, layout: loader.Layout, section_id: int, kind: int) -> int:
    """How many tables or globals there are, the imported ones included."""
    imported = sum(entry.kind == kind for entry in layout.imports)
    return imported + sum(s.reader(data).count() for s in layout.sections if s.id == section_id)


def stack(data: bytes, layout: loader.Layout) -> Stack | None:
    """The shadow stack; None if the module has none."""
    if layout.stack_pointer is None:
        return None
    number = layout.stack_pointer - sum(entry.kind == binary.K_GLOBAL for entry in layout.imports)
    return Stack(layout.stack_pointer, _initial_value(data, layout, number) or None)


def _initial_value(data: bytes, layout: loader.Layout, number: int) -> int | None:
    """What the global starts with, the n-th of those defined here; None if that is computed."""
    for section in layout.sections:
        if section.id == binary.GLOBAL and number >= 0:
            reader = section.reader(data)
            for position in range(reader.count()):
                binary.global_type(reader)
                start = reader.pos
                if not binary.skip_constant(reader):
                    return None
                if position == number:
                    return _constant(data[start : reader.pos])
    return None


def table(data: bytes, layout: loader.Layout, count: int) -> Table:
    """What the active segments of a module with `count` functions put into table 0. WaliFormatError."""
    found: Table = {}
    for section in layout.sections:
        if section.id == binary.ELEMENT:
            reader = section.reader(data)
            for _ in range(reader.count()):
                _segment(reader, found, count)
            reader.done()
    if found and max(found) >= MOST_ENTRIES:
        raise WaliFormatError(f"its function table is too large; {HINT}")
    return found


def _segment(reader: Reader, found: Table, count: int) -> None:
    start = reader.pos
    flags = reader.leb()
    if flags > 7:
        raise reader.fail(f"unknown segment kind {flags}", start)
    active, place = not flags & 1, None
    if active:
        number = reader.leb() if flags & 2 else 0
        place = _place(reader)
        if number == 0 and place is None:
            raise WaliFormatError(f"the place of a table segment is computed; {HINT}", start)
        active = number == 0
    if flags & 3 and flags & 4:
        binary.value_type(reader)
    elif flags & 3:
        reader.byte()
    for index in range(reader.count()):
        at = reader.pos
        function = _reference(reader) if flags & 4 else reader.leb()
        if function is not None and function >= count:
            raise reader.fail(f"names function {function}, which does not exist", at)
        if active and place is not None:
            found[place + index] = function


def _place(reader: Reader) -> int | None:
    """The value of an expression that is one ``i32.const``, unsigned; None for any other."""
    start = reader.pos
    if not binary.skip_constant(reader):
        raise WaliFormatError(f"the place of a table segment is computed; {HINT}", start)
    return _constant(reader.data[start : reader.pos])


def _constant(raw: bytes) -> int | None:
    """The value of an expression that is one ``i32.const``, unsigned; None for any other."""
    if raw[0] != I32_CONST:
        return None
    reader = Reader(raw, 1, len(raw), "constant")
    value = reader.signed(32)
    return value & 0xFFFFFFFF if len(raw) == reader.pos + 1 else None


def _reference(reader: Reader) -> int | None:
    """The function of a ``ref.func`` expression; None for a null."""
    start = reader.pos
    opcode = reader.byte()
    function = None
    if opcode == REF_FUNC:
        function = reader.leb()
    elif opcode == REF_NULL:
        reader.skip_leb(33)
    if opcode not in (REF_FUNC, REF_NULL) or reader.byte() != END:
        raise WaliFormatError(f"an item of the function table is computed; {HINT}", start)
    return function
