"""What definitions of a component come to when it is instantiated: who makes each function, and of what.

Nothing runs: an instance is the module and its arguments, a function is where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from . import binary, name_section
from .component import CoreModule

Item = tuple[str, object]  # sort, value


@dataclass(frozen=True)
class Imported:
    """A function or resource of the outside world: `name` in `interface`, "" for the component's own imports.

    sort: "function" or "type".
    """

    sort: str
    interface: str
    name: str
    is_async: bool = False


@dataclass(frozen=True, eq=False)
class OwnResource:
    """A resource that a component itself makes."""


@dataclass(frozen=True)
class Unknown:
    """A core module or component that the outside world would give."""

    name: str


@dataclass(frozen=True, eq=False)
class Instance:
    """An instance of a component, or what looks like one."""

    exports: dict[str, Item]


@dataclass(frozen=True, eq=False)
class CoreBundle:
    """Core items that were put together."""

    exports: dict[str, Item]


@dataclass(frozen=True, eq=False)
class ModuleParts:
    """What the evaluation asks of a core module of the file `data`."""

    data: bytes
    place: CoreModule

    @cached_property
    def sections(self) -> dict[int, binary.Section]:
        return {section.id: section for section in self.all_sections if section.id != binary.CUSTOM}

    @cached_property
    def all_sections(self) -> tuple[binary.Section, ...]:
        """Its custom sections too."""
        return tuple(binary.sections(self.data, self.place.at, self.place.end))

    @cached_property
    def name(self) -> str:
        """What it calls itself; "" if it does not."""
        return name_section.module_name(self.data, self.all_sections)

    @cached_property
    def imports(self) -> tuple[binary.Import, ...]:
        section = self.sections.get(binary.IMPORT)
        return () if section is None else tuple(binary.imports(section.reader(self.data)))

    @cached_property
    def exports(self) -> dict[str, binary.Export]:
        section = self.sections.get(binary.EXPORT)
        return {} if section is None else {e.name: e for e in binary.exports(section.reader(self.data))}


@dataclass(frozen=True, eq=False)
class CoreInstance:
    """An instance of a core module, with the instances that it imports from, by module name."""

    parts: ModuleParts
    arguments: dict[str, CoreInstance | CoreBundle]


@dataclass(frozen=True)
class CoreExport:
    """What that instance of a module exports."""

    instance: CoreInstance
    name: str


@dataclass(frozen=True, eq=False)
class Lowered:
    """A core function that calls a component's. `memory` and `realloc` are core items, None if they are not given."""

    function: object
    encoding: str
    memory: object
    realloc: object
    is_async: bool


@dataclass(frozen=True, eq=False)
class Lifted:
    """A component's function that calls a core function."""

    function: object
    is_async: bool


@dataclass(frozen=True, eq=False)
class ResourceCall:
    """`what` is "resource.new", "resource.drop" or "resource.rep"."""

    what: str
    type: object


@dataclass(frozen=True, eq=False)
class AsyncCall:
    """A function of WASI 0.3."""

    name: str


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A whole component: the names of its imports, its exports, and all instances of core modules in their order.

    types: the names of the types that each imported interface has.
    """

    imports: tuple[str, ...]
    exports: dict[str, Item]
    instances: list[CoreInstance] = field(default_factory=list)
    is_async: bool = False
    types: dict[str, frozenset[str]] = field(default_factory=dict)
