"""Instantiates a component without running it: index spaces, aliases, instances, nested components.

Source: component model, design/mvp/Explainer.md and Binary.md. Indices, names and sorts are checked; types of values and
of functions are not, for whatever is bound in the end is bound by the type that the core module declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import WaliFormatError
from . import binary, component
from .component_reader import CORE_SORTS, MOST_DEPTH, MOST_ITEMS, SORTS, Reference, damaged
from .component_types import (
    Alias,
    CoreType,
    Declared,
    Described,
    FunctionType,
    ResourceType,
    ScopeType,
    TypeDefinition,
    ValueType,
)
from .component_values import (
    AsyncCall,
    CoreBundle,
    CoreExport,
    CoreInstance,
    Evaluated,
    Imported,
    Instance,
    Item,
    Lifted,
    Lowered,
    ModuleParts,
    OwnResource,
    ResourceCall,
    Unknown,
)

OUTER_SORTS = ("type", "core type", "core module", "component")
T = TypeVar("T")


@dataclass
class Run:
    """What all scopes of one file share."""

    data: bytes
    left: int = MOST_ITEMS  # steps
    instances: list[CoreInstance] = field(default_factory=list)
    modules: dict[component.CoreModule, ModuleParts] = field(default_factory=dict)
    is_async: bool = False
    types: dict[str, frozenset[str]] = field(default_factory=dict)  # that an imported interface names

    def spend(self, steps: int, at: int) -> None:
        """Components in each other may make much of little."""
        self.left -= steps
        if self.left < 0:
            raise wrong(f"instantiating it takes more than {MOST_ITEMS} steps, which no program needs", at)


@dataclass(frozen=True, eq=False)
class Closure:
    """A component, or a type of one or of an instance, with the scope around it."""

    of: component.Component | ScopeType
    scope: Scope


def wrong(problem: str, at: int) -> WaliFormatError:
    """The error of a definition that makes no sense."""
    return damaged(problem, "definition", at)


def evaluate(data: bytes, root: component.Component) -> Evaluated:
    """What the component comes to. WaliFormatError if its definitions do not fit each other."""
    run = Run(data)
    scope = Scope(run, None, 0)
    scope.define_all(root.definitions)
    names = tuple(d.name for d in root.definitions if isinstance(d, component.ComponentImport))
    return Evaluated(names, scope.exports, run.instances, run.is_async, run.types)


class Scope:
    """One component, or one type of it, as it is instantiated: what each index stands for.

    given: the arguments by name, None where imports are the outside world's.
    interface: to which the exports of an instance's type belong, None elsewhere.
    """

    def __init__(
        self,
        run: Run,
        outer: Scope | None,
        depth: int,
        given: dict[str, Item] | None = None,
        interface: str | None = None,
    ) -> None:
        self.run, self.outer, self.depth, self.given, self.interface = run, outer, depth, given, interface
        self.spaces: dict[str, list[object]] = {sort: [] for sort in (*CORE_SORTS.values(), *SORTS.values())}
        self.imported: set[str] = set()
        self.exports: dict[str, Item] = {}
        self.ways: dict[type, Callable[[Any], None]] = {
            component.CoreModule: self._core_module,
            component.Component: self._component,
            component.Instantiation: self._instantiate,
            component.Bundle: self._bundle,
            component.Canonical: self._canonical,
            component.Start: self._start,
            component.ComponentImport: self._import,
            component.ComponentExport: self._export,
            Alias: self._alias,
            TypeDefinition: self._type,
            Declared: self._declared,
        }

    def define_all(self, definitions: Iterable[Any]) -> None:
        if self.depth > MOST_DEPTH:
            raise wrong(f"instances are nested more than {MOST_DEPTH} deep, which no program needs", 0)
        for definition in definitions:
            self.run.spend(1, definition.at)
            self.ways[type(definition)](definition)

    def find(self, sort: str, index: int, at: int) -> object:
        """What that index stands for."""
        space = self.spaces[sort]
        if index >= len(space):
            raise wrong(f"{sort} {index} does not exist", at)
        return space[index]

    def found(self, sort: str, index: int, at: int, kind: type[T]) -> T:
        """As `find`, of what must be of that kind."""
        value = self.find(sort, index, at)
        if not isinstance(value, kind):
            raise wrong(f"{sort} {index} is not of the right kind", at)
        return value

    def _named(self, pairs: tuple[tuple[str, Reference], ...], at: int) -> dict[str, Item]:
        self.run.spend(len(pairs), at)
        items = {name: (of.sort, self.find(of.sort, of.index, at)) for name, of in pairs}
        if len(items) != len(pairs):
            raise wrong("a name stands twice", at)
        return items

    # --- what is defined ---

    def _core_module(self, definition: component.CoreModule) -> None:
        parts = self.run.modules.setdefault(definition, ModuleParts(self.run.data, definition))
        self.spaces["core module"].append(parts)

    def _component(self, definition: component.Component) -> None:
        self.spaces["component"].append(Closure(definition, self))

    def _start(self, definition: component.Start) -> None:
        raise wrong("it has a start function, which does not run here", definition.at)

    def _type(self, definition: TypeDefinition) -> None:
        made: object = definition.type
        if isinstance(made, ScopeType):
            made = Closure(made, self)
        elif isinstance(made, ResourceType):
            if made.destructor is not None:
                self.find("core function", made.destructor, definition.at)
            made = OwnResource()
        elif isinstance(made, ValueType | FunctionType):
            self.run.spend(len(made.uses), definition.at)
            for index in made.uses:
                self.find("type", index, definition.at)
        self.spaces[definition.sort].append(made)

    def _bundle(self, definition: component.Bundle) -> None:
        items = self._named(definition.exports, definition.at)
        if definition.is_core:
            self.spaces["core instance"].append(CoreBundle(items))
        else:
            self.spaces["instance"].append(Instance(items))

    def _instantiate(self, definition: component.Instantiation) -> None:
        at, arguments = definition.at, self._named(definition.arguments, definition.at)
        if definition.is_core:
            parts = self.found("core module", definition.of, at, ModuleParts)
            self.spaces["core instance"].append(self._core_instance(parts, arguments, at))
            return
        closure = self.found("component", definition.of, at, Closure)
        if not isinstance(closure.of, component.Component):
            raise wrong("a type is instantiated", at)
        scope = Scope(self.run, closure.scope, self.depth + 1, arguments)
        scope.define_all(closure.of.definitions)
        self.spaces["instance"].append(Instance(scope.exports))

    def _core_instance(self, parts: ModuleParts, arguments: dict[str, Item], at: int) -> CoreInstance:
        self.run.spend(len(parts.imports), at)
        given = {name: value for name, (_, value) in arguments.items() if isinstance(value, CoreInstance | CoreBundle)}
        instance = CoreInstance(parts, given)
        for entry in parts.imports:
            if entry.module not in given:
                raise wrong(f"nothing is given for a module's import {binary.short(entry.module)}", at)
            core_export(given[entry.module], f"core {binary.KINDS[entry.kind]}", entry.name, at)
        self.run.instances.append(instance)
        return instance

    def _canonical(self, definition: component.Canonical) -> None:
        at, options = definition.at, definition.options
        memory, realloc = (
            None if index is None else self.find(sort, index, at)
            for sort, index in (("core memory", options.memory), ("core function", options.realloc))
        )
        if options.post_return is not None:
            self.find("core function", options.post_return, at)
        self.run.is_async |= options.is_async
        if definition.name == "lift":
            kind = self.found("type", definition.type, at, FunctionType)
            function = self.find("core function", definition.index, at)
            self.spaces["function"].append(Lifted(function, options.is_async or kind.is_async))
        elif definition.name == "lower":
            function = self.find("function", definition.index, at)
            lowered = Lowered(function, options.encoding, memory, realloc, options.is_async)
            self.spaces["core function"].append(lowered)
        elif definition.name in component.RESOURCE_FUNCTIONS.values():
            resource = self.find("type", definition.index, at)
            if not isinstance(resource, Imported | OwnResource):
                raise wrong(f"type {definition.index} is no resource", at)
            self.spaces["core function"].append(ResourceCall(definition.name, resource))
        else:
            self.run.is_async = True
            self.spaces["core function"].append(AsyncCall(definition.name))

    # --- names: aliases, imports, exports ---

    def _alias(self, definition: Alias) -> None:
        at, sort = definition.at, definition.sort
        if definition.how == "outer":
            value = self._outer(definition)
        elif definition.how == "core export":
            instance = self.find("core instance", definition.of, at)
            value = core_export(instance, sort, definition.name, at)
        else:
            exports = self.found("instance", definition.of, at, Instance).exports
            found_sort, value = exports.get(definition.name, ("", None))
            if found_sort != sort:
                raise wrong(f"an instance exports no {sort} {binary.short(definition.name)}", at)
        self.spaces[sort].append(value)

    def _outer(self, definition: Alias) -> object:
        scope: Scope | None = self
        for _ in range(min(definition.of, MOST_DEPTH + 1)):
            scope = scope and scope.outer
        if scope is None or definition.sort not in OUTER_SORTS:
            raise wrong(f"an outer {definition.sort} of {definition.of} scopes out does not exist", definition.at)
        return scope.find(definition.sort, definition.index, definition.at)

    def _import(self, definition: component.ComponentImport) -> None:
        name, at, sort = definition.name, definition.at, definition.what.sort
        if name in self.imported:
            raise wrong(f"{binary.short(name)} is imported twice", at)
        self.imported.add(name)
        if self.given is None:
            interface = name if sort == "instance" else ""
            value = self._abstract(definition.what, interface, name, at)
        else:
            given_sort, value = self.given.get(name, ("", None))
            if given_sort != sort:
                raise wrong(f"no {sort} is given for the import {binary.short(name)}", at)
        self.spaces[sort].append(value)

    def _export(self, definition: component.ComponentExport) -> None:
        of, at = definition.of, definition.at
        value = self.find(of.sort, of.index, at)
        self._add_export(definition.name, of.sort, value, at)

    def _declared(self, definition: Declared) -> None:
        interface = definition.name if self.interface is None or definition.what.sort == "instance" else self.interface
        value = self._abstract(definition.what, interface, definition.name, definition.at)
        if definition.is_import:
            self.spaces[definition.what.sort].append(value)
        else:
            self._add_export(definition.name, definition.what.sort, value, definition.at)

    def _add_export(self, name: str, sort: str, value: object, at: int) -> None:
        if name in self.exports:
            raise wrong(f"{binary.short(name)} is exported twice", at)
        self.exports[name] = (sort, value)
        self.spaces[sort].append(value)

    def _abstract(self, what: Described, interface: str, name: str, at: int) -> object:
        """What of the outside world an import stands for."""
        if what.index is None:
            return Imported("type", interface, name)
        if what.sort == "function":
            kind = self.found("type", what.index, at, FunctionType)
            return Imported("function", interface, name, kind.is_async)
        if what.sort == "type":
            return self.find("type", what.index, at)
        if what.sort == "core module":
            self.found("core type", what.index, at, CoreType)
            return Unknown(name)
        closure = self.found("type", what.index, at, Closure)
        if not isinstance(closure.of, ScopeType) or closure.of.is_component != (what.sort == "component"):
            raise wrong(f"the {what.sort} {binary.short(name)} is of another type", at)
        if what.sort == "component":
            return Unknown(name)
        scope = Scope(self.run, closure.scope, self.depth + 1, {}, interface)
        scope.define_all(closure.of.declarations)
        self.run.types[interface] = frozenset(name for name, (sort, _) in scope.exports.items() if sort == "type")
        return Instance(scope.exports)


def core_export(instance: object, sort: str, name: str, at: int) -> object:
    """What a core instance exports by that name."""
    if isinstance(instance, CoreBundle):
        found_sort, value = instance.exports.get(name, ("", None))
        if found_sort == sort:
            return value
    elif isinstance(instance, CoreInstance):
        export = instance.parts.exports.get(name)
        if export is not None and f"core {binary.KINDS[export.kind]}" == sort:
            return CoreExport(instance, name)
    raise wrong(f"a core instance exports no {sort} {binary.short(name)}", at)
