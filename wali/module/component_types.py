"""Types of the component model, as far as anything asks for them: what an instance exports, and that indices exist.

Values are checked by nobody here: a host function knows what it gets, and the engine what type a module's import has.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import binary
from .component_reader import SORTS, ComponentReader

PRIMITIVES = {*range(0x73, 0x80), 0x64}  # bool to string, error-context
BOUND_EQUAL, BOUND_RESOURCE = 0, 1
RECORD, VARIANT, LIST, TUPLE, FLAGS, ENUM, UNION, OPTION, RESULT = 0x72, 0x71, 0x70, 0x6F, 0x6E, 0x6D, 0x6C, 0x6B, 0x6A
OWN, BORROW, FIXED_LIST, STREAM, FUTURE, MAP = 0x69, 0x68, 0x67, 0x66, 0x65, 0x63
FUNCTION, ASYNC_FUNCTION, COMPONENT, INSTANCE, RESOURCE, ASYNC_RESOURCE = 0x40, 0x43, 0x41, 0x42, 0x3F, 0x3E
CORE_FUNCTION, CORE_MODULE = 0x60, 0x50
MODULE_SORT, TYPE_SORT = 0x11, 0x10


@dataclass(frozen=True)
class Described:
    """What an import or export is: its sort, and the type's index; None of a type that is a new resource."""

    sort: str
    index: int | None


@dataclass(frozen=True)
class ValueType:
    """`uses`: indices of the types that it is made of."""

    uses: tuple[int, ...]


@dataclass(frozen=True)
class FunctionType:
    """As a value type has, and whether it may be called without waiting for it (WASI 0.3)."""

    uses: tuple[int, ...]
    is_async: bool


@dataclass(frozen=True)
class ResourceType:
    """A resource that the component itself makes; its destructor is a core function."""

    destructor: int | None


@dataclass(frozen=True)
class CoreType:
    """Of a core function or module: nothing asks for more."""


@dataclass(frozen=True)
class TypeDefinition:
    """A type at file offset `at`; it gets the next index of its sort, "type" or "core type"."""

    at: int
    sort: str
    type: ValueType | FunctionType | ResourceType | CoreType | ScopeType


@dataclass(frozen=True)
class Alias:
    """Another name for what an instance exports, or a scope further out has.

    how: "export" (of instance `of`, by `name`), "core export" (likewise), "outer" (`of` scopes out, number `index`).
    """

    at: int
    sort: str
    how: str
    of: int
    name: str
    index: int


@dataclass(frozen=True)
class Declared:
    """An import or export in a type."""

    at: int
    name: str
    is_import: bool
    what: Described


@dataclass(frozen=True)
class ScopeType:
    """The type of an instance or a component: declarations, in which types have numbers of their own."""

    is_component: bool
    declarations: tuple[TypeDefinition | Alias | Declared, ...]


def value_type(reader: ComponentReader) -> tuple[int, ...]:
    """The index of a value's type; nothing for a primitive one."""
    at = reader.pos
    byte = reader.byte()
    if 0x40 <= byte < 0x80:
        if byte not in PRIMITIVES:
            raise reader.fail(f"a value type {byte:#04x} is unknown", at)
        return ()
    reader.pos = at
    return (reader.leb(33),)


def type_definition(reader: ComponentReader) -> TypeDefinition:
    at = reader.pos
    byte = reader.byte()
    if byte in (FUNCTION, ASYNC_FUNCTION):
        return TypeDefinition(at, "type", FunctionType(_function(reader), byte == ASYNC_FUNCTION))
    if byte in (COMPONENT, INSTANCE):
        return TypeDefinition(at, "type", _scope(reader, byte == COMPONENT))
    if byte == RESOURCE:
        reader.one_of((0x7F,), "a resource's representation")
        return TypeDefinition(at, "type", ResourceType(reader.optional(reader.leb)))
    if byte == ASYNC_RESOURCE:
        raise reader.fail("a resource with an asynchronous destructor is of WASI 0.3, which does not run here", at)
    return TypeDefinition(at, "type", ValueType(_defined(reader, byte, at)))


def _joined(parts: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    return tuple(index for part in parts for index in part)


def _named(reader: ComponentReader) -> tuple[int, ...]:
    reader.name()
    return value_type(reader)


def _function(reader: ComponentReader) -> tuple[int, ...]:
    uses = _joined(reader.items(lambda: _named(reader)))
    if reader.one_of((0, 1), "a result") == 0:
        return uses + value_type(reader)
    return uses + _joined(reader.items(lambda: _named(reader)))


def _maybe(reader: ComponentReader) -> tuple[int, ...]:
    return reader.optional(lambda: value_type(reader)) or ()


def _case(reader: ComponentReader) -> tuple[int, ...]:
    reader.name()
    uses = _maybe(reader)
    reader.optional(reader.leb)  # the case that it refines
    return uses


def _defined(reader: ComponentReader, byte: int, at: int) -> tuple[int, ...]:
    """The uses of a value type whose first byte has been read."""
    if byte in PRIMITIVES:
        return ()
    if byte == RECORD:
        return _joined(reader.items(lambda: _named(reader)))
    if byte == VARIANT:
        return _joined(reader.items(lambda: _case(reader)))
    if byte in (TUPLE, UNION):
        return _joined(reader.items(lambda: value_type(reader)))
    if byte in (FLAGS, ENUM):
        reader.items(reader.name)
        return ()
    if byte in (LIST, OPTION):
        return value_type(reader)
    if byte in (RESULT, MAP):
        read = _maybe if byte == RESULT else value_type
        first = read(reader)
        return first + read(reader)
    if byte in (OWN, BORROW):
        return (reader.leb(),)
    if byte == FIXED_LIST:
        uses = value_type(reader)
        reader.leb()
        return uses
    if byte in (STREAM, FUTURE):
        return _maybe(reader)
    raise reader.fail(f"a type of kind {byte:#04x} is unknown", at)


def described(reader: ComponentReader) -> Described:
    """What an import or export is."""
    kind = reader.one_of((0x00, *SORTS), "an import or export")
    if kind == 0x00:
        reader.one_of((MODULE_SORT,), "a core import or export")
        return Described("core module", reader.leb())
    sort = SORTS[kind]
    if sort == "value":
        raise reader.fail("values are imported or exported, which does not run here", reader.pos - 1)
    if sort == "type" and reader.one_of((BOUND_EQUAL, BOUND_RESOURCE), "a type's bound") == BOUND_RESOURCE:
        return Described(sort, None)
    return Described(sort, reader.leb())


def _scope(reader: ComponentReader, is_component: bool) -> ScopeType:
    reader.enter()
    found = reader.items(lambda: _declaration(reader, is_component))
    reader.leave()
    return ScopeType(is_component, found)


def _declaration(reader: ComponentReader, is_component: bool) -> TypeDefinition | Alias | Declared:
    at = reader.pos
    kind = reader.one_of((0, 1, 2, 3, 4) if is_component else (0, 1, 2, 4), "a declaration")
    if kind == 0:
        return core_type(reader)
    if kind == 1:
        return type_definition(reader)
    if kind == 2:
        return alias(reader)
    return Declared(at, reader.external_name(), kind == 3, described(reader))


def alias(reader: ComponentReader) -> Alias:
    at = reader.pos
    sort = reader.sort()
    how = ("export", "core export", "outer")[reader.one_of((0, 1, 2), "an alias")]
    of = reader.leb()
    if how == "outer":
        return Alias(at, sort, how, of, "", reader.leb())
    if sort.startswith("core ") != (how == "core export") and sort != "core module":
        raise reader.fail(f"an alias takes a {sort} from the wrong sort of instance", at)
    return Alias(at, sort, how, of, reader.name(), 0)


def core_type(reader: ComponentReader) -> TypeDefinition:
    at = reader.pos
    kind = reader.byte()
    if kind == CORE_MODULE:
        reader.items(lambda: _module_declaration(reader))
    elif kind == CORE_FUNCTION:
        _core_function(reader)
    else:
        raise reader.fail(f"a core type of kind {kind:#04x} is not known in components", at)
    return TypeDefinition(at, "core type", CoreType())


def _core_function(reader: ComponentReader) -> None:
    for _ in range(2):
        reader.items(lambda: binary.value_type(reader))


def _module_declaration(reader: ComponentReader) -> None:
    kind = reader.one_of((0, 1, 2, 3), "a module's declaration")
    if kind == 1:
        reader.one_of((CORE_FUNCTION,), "a type in a module's type")
        _core_function(reader)
    elif kind == 2:
        reader.one_of((TYPE_SORT,), "an alias in a module's type")
        reader.one_of((1,), "an alias in a module's type")
        reader.leb()
        reader.leb()
    else:
        for _ in range(2 if kind == 0 else 1):
            reader.name()
        binary.extern_type(reader)
