"""Reading a component binary: its definitions in their order, as plain data. Nothing of it is judged here.

Source: component model, design/mvp/Binary.md and Concurrency.md (the opcodes of WASI 0.3, whose operands are read to get
past them). What a file may cost is bounded: so many items, so deep (component_reader.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from ..errors import WaliFormatError
from . import binary, component_types
from .component_reader import CURRENT, OLD, Bound, ComponentReader, Reference
from .component_types import Alias, Described, TypeDefinition, value_type

MODULE_HEADER = binary.MAGIC + b"\x01\0\0\0"
SECTIONS = {
    0: "custom",
    1: "core module",
    2: "core instance",
    3: "core type",
    4: "component",
    5: "instance",
    6: "alias",
    7: "type",
    8: "canon",
    9: "start",
    10: "import",
    11: "export",
    12: "value",
}
CUSTOM = 0
INSTANTIATE, BUNDLE = 0, 1
CORE_INSTANCE_SORT = 0x12
ENCODINGS = ("utf8", "utf16", "latin1+utf16")
# Options of lift and lower behind the encodings, each with a number of its sort; `async` has none.
INDEXED_OPTIONS = {0x03: "memory", 0x04: "realloc", 0x05: "post-return", 0x07: "callback"}
ASYNC_OPTION = 0x06
RESOURCE_FUNCTIONS = {0x02: "resource.new", 0x03: "resource.drop", 0x04: "resource.rep"}
# The functions of WASI 0.3 and of threads: name, operands. i: a number, b: a byte, o: options, r: a result, v: a core type.
ASYNC_FUNCTIONS = {
    0x05: ("task.cancel", ""),
    0x06: ("subtask.cancel", "b"),
    0x08: ("backpressure.set", ""),
    0x09: ("task.return", "ro"),
    0x0A: ("context.get", "vi"),
    0x0B: ("context.set", "vi"),
    0x0C: ("thread.yield", "b"),
    0x0D: ("subtask.drop", ""),
    0x0E: ("stream.new", "i"),
    0x0F: ("stream.read", "io"),
    0x10: ("stream.write", "io"),
    0x11: ("stream.cancel-read", "ib"),
    0x12: ("stream.cancel-write", "ib"),
    0x13: ("stream.drop-readable", "i"),
    0x14: ("stream.drop-writable", "i"),
    0x15: ("future.new", "i"),
    0x16: ("future.read", "io"),
    0x17: ("future.write", "io"),
    0x18: ("future.cancel-read", "ib"),
    0x19: ("future.cancel-write", "ib"),
    0x1A: ("future.drop-readable", "i"),
    0x1B: ("future.drop-writable", "i"),
    0x1C: ("error-context.new", "o"),
    0x1D: ("error-context.debug-message", "o"),
    0x1E: ("error-context.drop", ""),
    0x1F: ("waitable-set.new", ""),
    0x20: ("waitable-set.wait", "bi"),
    0x21: ("waitable-set.poll", "bi"),
    0x22: ("waitable-set.drop", ""),
    0x23: ("waitable.join", ""),
    0x24: ("backpressure.inc", ""),
    0x25: ("backpressure.dec", ""),
    0x26: ("thread.index", ""),
    0x27: ("thread.new-indirect", "ii"),
    0x28: ("thread.resume-later", ""),
    0x29: ("thread.suspend", "b"),
    0x2A: ("thread.suspend-then-resume", "b"),
    0x2B: ("thread.yield-then-resume", "b"),
    0x2C: ("thread.suspend-then-promote", "b"),
    0x2D: ("thread.yield-then-promote", "b"),
    0x2E: ("stream.forward", "i"),
    0x2F: ("future.forward", "i"),
    0x40: ("thread.spawn-ref", "bi"),
    0x41: ("thread.spawn-indirect", "bii"),
    0x42: ("thread.available-parallelism", "b"),
}


@dataclass(frozen=True)
class CoreModule:
    """A core module, data[at:end]."""

    at: int
    end: int


@dataclass(frozen=True)
class Instantiation:
    """A new instance of core module or component number `of`, with these arguments by name."""

    at: int
    is_core: bool
    of: int
    arguments: tuple[tuple[str, Reference], ...]


@dataclass(frozen=True)
class Bundle:
    """An instance that is put together of what there is."""

    at: int
    is_core: bool
    exports: tuple[tuple[str, Reference], ...]


@dataclass(frozen=True)
class Options:
    """Those of a lift or lower; numbers of core functions and of a core memory."""

    encoding: str = ENCODINGS[0]
    memory: int | None = None
    realloc: int | None = None
    post_return: int | None = None
    is_async: bool = False


@dataclass(frozen=True)
class Canonical:
    """A function made of another or of nothing: "lift", "lower", or a name of the two tables above.

    index: of the function, or of the resource's type. type: of a lift's type.
    """

    at: int
    name: str
    index: int = 0
    options: Options = Options()
    type: int = 0


@dataclass(frozen=True)
class Start:
    """A function that is called when the component starts."""

    at: int


@dataclass(frozen=True)
class ComponentImport:
    at: int
    name: str
    what: Described


@dataclass(frozen=True)
class ComponentExport:
    at: int
    name: str
    of: Reference
    what: Described | None


@dataclass(frozen=True)
class Component:
    """data[at:end], from its magic on."""

    at: int
    end: int
    version: int
    definitions: tuple[Definition, ...]


Definition = (
    CoreModule
    | Instantiation
    | Bundle
    | Alias
    | TypeDefinition
    | Canonical
    | Start
    | ComponentImport
    | ComponentExport
    | Component
)


def read(data: bytes, start: int) -> Component:
    """The component whose magic is at `start`, up to the end of the file. WaliFormatError if it is malformed."""
    version = int.from_bytes(data[start + 4 : start + 6], "little")
    if version not in (OLD, CURRENT):
        age = "too old" if version < OLD else "unknown"
        raise WaliFormatError(
            f"a wasm component in version {version:#04x} of the format, which is {age}; {CURRENT:#04x} runs here",
            start + 4,
        )
    return _component(ComponentReader(data, start, len(data), "section header", version, Bound()))


def _component(reader: ComponentReader) -> Component:
    """The component from here to the reader's end."""
    start = reader.pos
    reader.enter()
    reader.take(binary.HEADER)
    found: list[Definition] = []
    while reader.pos < reader.end:
        at = reader.pos
        reader.spend(1, at)
        number = reader.byte()
        size = reader.leb()
        if number not in SECTIONS:
            raise reader.fail(f"section kind {number} is unknown", at)
        if size > reader.end - reader.pos:
            raise WaliFormatError(
                f"truncated wasm component: the {SECTIONS[number]} section wants {size} bytes, "
                f"there are {reader.end - reader.pos}; build or copy the file again",
                reader.pos,
            )
        section = reader.part(reader.pos + size, f"{SECTIONS[number]} section")
        found += _section(section, number)
        section.done()
        reader.pos = section.end
    reader.leave()
    return Component(start, reader.end, reader.version, tuple(found))


def _section(reader: ComponentReader, number: int) -> Iterator[Definition]:
    name = SECTIONS[number]
    if number == CUSTOM:
        reader.pos = reader.end
    elif name == "core module":
        yield _core_module(reader)
    elif name == "component":
        yield _nested(reader)
    elif name == "start":
        yield _start(reader)
    elif name == "value":
        raise reader.fail("values are defined, which does not run here")
    else:
        yield from reader.items(partial(READERS[name], reader))


def _core_module(reader: ComponentReader) -> CoreModule:
    at = reader.pos
    if reader.take(min(binary.HEADER, reader.end - at)) != MODULE_HEADER:
        raise reader.fail("does not begin as a core module does", at)
    reader.pos = reader.end
    return CoreModule(at, reader.end)


def _nested(reader: ComponentReader) -> Component:
    at = reader.pos
    header = reader.take(min(binary.HEADER, reader.end - at))
    if not binary.is_component(header, 0) or header[4:6] != bytes([reader.version, 0]):
        raise reader.fail("does not begin as its outer component does", at)
    reader.pos = at
    nested = _component(reader)
    reader.pos = reader.end
    return nested


def _start(reader: ComponentReader) -> Start:
    at = reader.pos
    reader.leb()
    reader.items(reader.leb)
    reader.leb()
    return Start(at)


def _core_instance(reader: ComponentReader) -> Instantiation | Bundle:
    at = reader.pos
    if reader.one_of((INSTANTIATE, BUNDLE), "a core instance") == INSTANTIATE:
        return Instantiation(at, True, reader.leb(), reader.items(lambda: _core_argument(reader)))
    return Bundle(at, True, reader.items(lambda: (reader.name(), Reference(reader.core_sort(), reader.leb()))))


def _core_argument(reader: ComponentReader) -> tuple[str, Reference]:
    name = reader.name()
    reader.one_of((CORE_INSTANCE_SORT,), "an argument")
    return name, Reference("core instance", reader.leb())


def _instance(reader: ComponentReader) -> Instantiation | Bundle:
    at = reader.pos
    if reader.one_of((INSTANTIATE, BUNDLE), "an instance") == INSTANTIATE:
        return Instantiation(at, False, reader.leb(), reader.items(lambda: (reader.name(), reader.reference())))
    return Bundle(at, False, reader.items(lambda: (reader.external_name(), reader.reference())))


def _canonical(reader: ComponentReader) -> Canonical:
    at = reader.pos
    code = reader.byte()
    if code in (0x00, 0x01):
        reader.one_of((0x00,), "a lift or lower")
        index, options = reader.leb(), _options(reader)
        if code:
            return Canonical(at, "lower", index, options)
        return Canonical(at, "lift", index, options, reader.leb())
    if code in RESOURCE_FUNCTIONS:
        return Canonical(at, RESOURCE_FUNCTIONS[code], reader.leb())
    if code not in ASYNC_FUNCTIONS:
        raise reader.fail(f"a canonical function of kind {code:#04x} is unknown", at)
    name, operands = ASYNC_FUNCTIONS[code]
    for operand in operands:
        _operand(reader, operand)
    return Canonical(at, name)


def _operand(reader: ComponentReader, kind: str) -> None:
    if kind == "i":
        reader.leb()
    elif kind == "b":
        reader.one_of((0, 1), "an operand")
    elif kind == "o":
        _options(reader)
    elif kind == "v":
        binary.value_type(reader)
    elif reader.one_of((0, 1), "a result") == 0:
        value_type(reader)
    else:
        reader.one_of((0,), "a result")


def _options(reader: ComponentReader) -> Options:
    at = reader.pos
    given = reader.items(lambda: _option(reader))
    found = dict(given)
    if len(found) != len(given):
        raise reader.fail("an option stands twice", at)
    return Options(
        encoding=ENCODINGS[found.get("encoding", 0)],
        memory=found.get("memory"),
        realloc=found.get("realloc"),
        post_return=found.get("post-return"),
        is_async="async" in found or "callback" in found,
    )


def _option(reader: ComponentReader) -> tuple[str, int]:
    code = reader.one_of((*range(len(ENCODINGS)), *INDEXED_OPTIONS, ASYNC_OPTION), "an option")
    if code < len(ENCODINGS):
        return "encoding", code
    if code == ASYNC_OPTION:
        return "async", 0
    return INDEXED_OPTIONS[code], reader.leb()


def _import(reader: ComponentReader) -> ComponentImport:
    return ComponentImport(reader.pos, reader.external_name(), component_types.described(reader))


def _export(reader: ComponentReader) -> ComponentExport:
    at, name, of = reader.pos, reader.external_name(), reader.reference()
    return ComponentExport(at, name, of, reader.optional(lambda: component_types.described(reader)))


READERS: dict[str, Callable[[ComponentReader], Definition]] = {
    "core instance": _core_instance,
    "core type": component_types.core_type,
    "instance": _instance,
    "alias": component_types.alias,
    "type": component_types.type_definition,
    "canon": _canonical,
    "import": _import,
    "export": _export,
}
