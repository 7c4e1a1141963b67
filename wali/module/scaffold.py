"""The core modules that wit-component puts beside a program, each recognized by all that it has.

An engine needs the program's memory before it can make the functions that the program imports. So these are first
bound to a *shim*, whose functions call by a table ``$imports``, and a *fixup* fills the table once the program is there.
The program's ``_initialize`` is called by the fixup's start, or by a *starter*, which has nothing else. What is told here
is what an engine would do, for any other content is not recognized.
"""

from __future__ import annotations

from . import binary
from .component_values import ModuleParts

TABLE = "$imports"
ONLY_TABLE = {binary.TYPE, binary.FUNCTION, binary.TABLE, binary.EXPORT, binary.CODE}
ONLY_FILL = {binary.TYPE, binary.IMPORT, binary.ELEMENT}
ONLY_START = {binary.TYPE, binary.IMPORT, binary.START}
LOCAL_GET, I32_CONST, CALL_INDIRECT, END = b"\x20", b"\x41", b"\x11", b"\x0b"
NO_LOCALS = b"\x00"
Name = tuple[str, str]  # of an import: module, name


def shim(parts: ModuleParts) -> dict[str, int] | None:
    """Of a shim, the slot of its table that each exported function calls."""
    table = parts.exports.get(TABLE)
    if set(parts.sections) != ONLY_TABLE or table is None or (table.kind, table.index) != (binary.K_TABLE, 0):
        return None
    types = binary.function_types(_reader(parts, binary.TYPE))
    functions = _reader(parts, binary.FUNCTION)
    kinds = [functions.leb() for _ in range(functions.count())]
    code = _reader(parts, binary.CODE)
    if code.count() != len(kinds):
        return None
    for slot, index in enumerate(kinds):
        kind = types[index] if index < len(types) else None
        if kind is None or code.take(code.leb()) != _call_by_slot(slot, index, len(kind.params)):
            return None
    exports = [e for e in parts.exports.values() if e.name != TABLE]
    if any(e.kind != binary.K_FUNCTION or e.index >= len(kinds) for e in exports):
        return None
    return {e.name: e.index for e in exports}


def _call_by_slot(slot: int, kind: int, parameters: int) -> bytes:
    """The body of a shim's function: it hands all its arguments on to a slot of table 0."""
    arguments = b"".join(LOCAL_GET + binary.leb(number) for number in range(parameters))
    return NO_LOCALS + arguments + I32_CONST + binary.signed(slot) + CALL_INDIRECT + binary.leb(kind) + b"\x00" + END


def fixup(parts: ModuleParts) -> tuple[Name, list[Name]] | None:
    """Of a fixup, the table that it fills, and the function that it puts into each slot."""
    if set(parts.sections) - {binary.START} != ONLY_FILL:
        return None
    tables = [(e.module, e.name) for e in parts.imports if e.kind == binary.K_TABLE]
    functions = [(e.module, e.name) for e in parts.imports if e.kind == binary.K_FUNCTION]
    if len(tables) != 1 or tables[0][1] != TABLE or len(tables) + len(functions) != len(parts.imports):
        return None
    elements = _reader(parts, binary.ELEMENT)
    if elements.take(5) != b"\x01\x00" + I32_CONST + b"\x00" + END:  # one segment, active, at 0 of table 0
        return None
    slots = [elements.leb() for _ in range(elements.count())]
    if elements.pos != elements.end or any(index >= len(functions) for index in slots):
        return None
    return tables[0], [functions[index] for index in slots]


def is_starter(parts: ModuleParts) -> bool:
    """Whether it has nothing but a start, which it imports."""
    return set(parts.sections) == ONLY_START and len(parts.imports) == 1 and called(parts) is not None


def called(parts: ModuleParts) -> Name | None:
    """The function that a fixup or starter calls, all of whose functions are imported."""
    if binary.START not in parts.sections:
        return None
    functions = [(e.module, e.name) for e in parts.imports if e.kind == binary.K_FUNCTION]
    index = _reader(parts, binary.START).leb()
    return functions[index] if index < len(functions) else None


def _reader(parts: ModuleParts, number: int) -> binary.Reader:
    return parts.sections[number].reader(parts.data)
