"""What `wali inspect` tells about a module, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ..errors import WaliFormatError
from . import binary, loader, name_section, support, unwrap, wish


@dataclass(frozen=True)
class ImportView:
    """One import: how the runtime serves it (`support`), with a note if that needs one."""

    module: str
    name: str
    kind: str
    type: str
    support: str
    note: str


@dataclass(frozen=True)
class ModuleView:
    """A core module of a component: what it is for there, its own name, its place in the file and its size in bytes."""

    role: str
    name: str
    start: int
    size: int


@dataclass(frozen=True)
class ComponentView:
    """A component: `kind` is "command" or "library". Its imports and exports are interfaces mostly."""

    kind: str
    imports: list[str]
    exports: list[str]
    modules: list[ModuleView]


@dataclass(frozen=True)
class Report:
    """`problem` is why the module cannot run, "" if it can. Memory in 64 KiB pages, sizes in bytes.

    A `library` runs by --invoke alone: it is no program. `fix_calls`: it asks to be run as by --fix-calls.

    Of a component, all but `size` and `component` is its program's; it is empty if no program can be told.
    """

    problem: str
    size: int
    memory: tuple[int, int | None]  # (0, 0) without one
    memory_shared: bool
    imports: list[ImportView]
    exports: list[str]
    features: list[str]
    producers: dict[str, list[str]]
    sections: dict[str, int]
    component: ComponentView | None = None
    library: bool = False
    fix_calls: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def inspect(data: bytes) -> Report:
    """The report on a module file. WaliFormatError only if it cannot be read as wasm at all."""
    start = loader.find_start(data)
    if not binary.is_component(data, start):
        return _program(data, loader.parse(data), None)
    unwrapping = unwrap.read(data, start)
    view = _component_view(unwrapping)
    try:
        module = loader.one_module(data)
        layout = loader.parse(module)
    except WaliFormatError as error:
        return Report(str(error), len(data), (0, 0), False, [], [], [], {}, {}, view)
    return replace(_program(module, layout, view), size=len(data))


def _component_view(unwrapping: unwrap.Unwrapping) -> ComponentView:
    return ComponentView(
        kind="command" if unwrapping.run_name else "library",
        imports=list(unwrapping.component.imports),
        exports=list(unwrapping.component.exports),
        modules=[ModuleView(part.role, part.name, part.start, part.end - part.start) for part in unwrapping.parts()],
    )


def _program(data: bytes, layout: loader.Layout, component: ComponentView | None) -> Report:
    problem = ""
    try:
        loader.check(layout)
    except WaliFormatError as error:
        problem = str(error)
    try:
        memory = loader.memory_of(layout)
    except WaliFormatError:
        memory = binary.Limits(0, None, False, False, False)
    sizes: dict[str, int] = {}
    for section in layout.sections:
        name = binary.SECTION_NAMES[section.id]
        sizes[name] = sizes.get(name, 0) + section.end - section.start
    return Report(
        problem=problem,
        size=len(data),
        memory=(memory.minimum, memory.maximum),
        memory_shared=memory.shared,
        imports=[_import_view(entry, layout) for entry in layout.imports],
        exports=[f"{entry.name} ({binary.KINDS[entry.kind]})" for entry in layout.exports],
        features=_features(data, layout),
        producers=_producers(data, layout),
        sections=sizes,
        component=component,
        library=loader.is_reactor(layout),
        fix_calls=wish.is_made(layout, data),
    )


def _import_view(entry: binary.Import, layout: loader.Layout) -> ImportView:
    kind = binary.KINDS[entry.kind]
    signature = ""
    if entry.kind == binary.K_FUNCTION and isinstance(entry.detail, int) and entry.detail < len(layout.types):
        signature = str(layout.types[entry.detail] or "")
    if entry.kind == binary.K_MEMORY:
        level, note = "runtime", "the guest's memory"
    elif entry.kind != binary.K_FUNCTION:
        level, note = "missing", "nothing provides it"
    else:
        level, note = support.of_import(entry.module, entry.name)
    return ImportView(entry.module, entry.name, kind, signature, level, note)


def _features(data: bytes, layout: loader.Layout) -> list[str]:
    """Of the custom section target_features (tool conventions): ``+atomics`` and so on, ``-`` for forbidden ones."""
    found: list[str] = []
    for reader in name_section.custom_sections(data, layout.sections, "target_features"):
        try:
            for _ in range(reader.count()):
                sign = chr(reader.byte())
                found.append(sign + reader.name())
        except WaliFormatError:
            continue
    return found


def _producers(data: bytes, layout: loader.Layout) -> dict[str, list[str]]:
    """Of the custom section producers: language, processed-by, sdk, each with names and versions."""
    found: dict[str, list[str]] = {}
    for reader in name_section.custom_sections(data, layout.sections, "producers"):
        try:
            for _ in range(reader.count()):
                field = reader.name()
                found[field] = [f"{reader.name()} {reader.name()}".strip() for _ in range(reader.count())]
        except WaliFormatError:
            continue
    return found
