"""What the modules of a component import from each other and from outside, along its instances (merge.py).

Source: WebAssembly core specification 3.0, 4.2 (matching of imports), 4.7.2 (instantiation).
"""

from __future__ import annotations

from dataclasses import dataclass

from . import binary, interfaces, unwrap
from .component_values import CoreExport, CoreInstance, Lowered, ModuleParts
from .merge_reader import GlobalKind, Kind, TableKind, TypedImport, WholeModule
from .shims import argument
from .unwrap import PREVIEW1, Unwrapping, dotted

MOST_STEPS = 1024  # from an import to what it comes to
REALLOC = Kind(b"\x7f" * 4, b"\x7f")


@dataclass(frozen=True)
class Own:
    """What an instance has itself: the n-th function, table, ... that is not imported."""

    instance: CoreInstance
    number: int


@dataclass(frozen=True)
class Host:
    """A function of the outside world, bound by these names. realloc: by what it gets memory for what it returns."""

    module: str
    name: str
    type: Kind
    realloc: Own | None = None


Target = Own | Host


class Links:
    """The modules that are put together, and who serves each of their imports. WaliFormatError where that does not fit.

    with_adapter: whether an adapter serves preview1, which else goes to the host's functions.
    """

    def __init__(self, unwrapping: Unwrapping, with_adapter: bool = False) -> None:
        unwrapping.check()
        self.unwrapping, self.with_adapter = unwrapping, with_adapter
        self.shims = unwrapping.shims
        self._modules: dict[ModuleParts, WholeModule] = {}
        self._known: dict[tuple[CoreInstance, int, int], Target] = {}  # what imports that were passed on come to
        try:
            self.start = unwrapping.run if with_adapter else unwrapping.start
        except unwrap.NotAlone:
            self.start = unwrapping.run
        self.entry = self._function_of(self.start)
        self.imports: dict[CoreInstance, dict[int, list[Target]]] = {}
        self.starts: dict[CoreInstance, Target] = {}
        self._take_all()
        self.memory = self._only_memory()

    def module(self, instance: CoreInstance) -> WholeModule:
        """The instance's module, read once."""
        return self._modules.setdefault(instance.parts, WholeModule(instance.parts))

    @property
    def instances(self) -> list[CoreInstance]:
        """Those that are put together, in the order in which they are made."""
        return [instance for instance in self.unwrapping.component.instances if instance in self.imports]

    # --- which modules ---

    def _take_all(self) -> None:
        """Looks at all instances; at an adapter that is passed by only if something else of it is used."""
        made = self.unwrapping.component.instances
        passed = {served for instance in made for served in self._adapters_of(instance)}
        left = [i for i in made if i not in self.shims and i not in self.shims.fixups and i not in passed]
        wanted: list[Target] = [self.entry]
        for fixup in self.shims.fixups:
            number = self.module(fixup).start
            if number is not None:
                self.starts[fixup] = self._start(fixup, number)
                wanted.append(self.starts[fixup])
        while left or wanted:
            if left:
                wanted += self._take(left.pop())
                continue
            target = wanted.pop()
            owner = target if isinstance(target, Own) else target.realloc
            if owner is not None and owner.instance not in self.imports:
                left.append(owner.instance)

    def _adapters_of(self, instance: CoreInstance) -> set[CoreInstance]:
        """The adapters that serve preview1 to it, where the host does as well."""
        found = set()
        for entry in instance.parts.imports:
            if entry.kind == binary.K_FUNCTION:
                value = self.shims.behind(argument(instance, entry))
                if isinstance(value, CoreExport) and self._is_passed_by(value, entry):
                    found.add(value.instance)
        return found

    def _is_passed_by(self, value: CoreExport, entry: binary.Import) -> bool:
        """Whether a function of preview1 is an adapter's, and the host has it too."""
        is_known = entry.module in PREVIEW1 and interfaces.wasi_function(entry.module, value.name) is not None
        return is_known and self._is_adapter(value.instance)

    def _take(self, instance: CoreInstance) -> list[Target]:
        module = self.module(instance)
        self.imports[instance] = {
            kind: [self._linked(instance, kind, one) for one in imports] for kind, imports in module.imports.items()
        }
        found = [target for targets in self.imports[instance].values() for target in targets]
        if module.start is not None:
            self.starts[instance] = self._start(instance, module.start)
            found.append(self.starts[instance])
        return found

    def _is_adapter(self, instance: CoreInstance) -> bool:
        """Whether what it serves of preview1 is better left out: it works on the memory of others, and adds nothing."""
        if self.with_adapter or instance is self.start.instance:
            return False
        memories = [e for e in instance.parts.imports if e.kind == binary.K_MEMORY]
        return len(memories) == 1 and not {binary.MEMORY, binary.DATA} & set(instance.parts.sections)

    # --- what an import comes to ---

    def _function_of(self, export: CoreExport) -> Own:
        target = self._resolved(export, binary.K_FUNCTION, export.name)
        if not isinstance(target, Own):
            raise unwrap.refused(f"its {binary.short(export.name)} is no function of its own")
        return target

    def _start(self, instance: CoreInstance, number: int) -> Target:
        module = self.module(instance)
        imports = module.imports[binary.K_FUNCTION]
        target: Target = Own(instance, number - len(imports))
        if number >= module.count(binary.K_FUNCTION):
            raise binary.damaged(f"function {number} does not exist", "start section", instance.parts.place.at)
        if number < len(imports):
            target = self._linked(instance, binary.K_FUNCTION, imports[number])
        if self.type_of(target, binary.K_FUNCTION) != Kind(b"", b""):
            raise binary.damaged("a start is of another type", "start section", instance.parts.place.at)
        return target

    def _linked(self, instance: CoreInstance, kind: int, one: TypedImport) -> Target:
        """What serves an import; its type is right."""
        target = self._resolved(argument(instance, one.entry), kind, one)
        have = self.type_of(target, kind)
        if not _matches(have, one.type):
            what = f"the {binary.KINDS[kind]} {dotted(one.entry)}"
            raise unwrap.refused(f"one of its modules imports {what} by a type that it has not; build it anew")
        return target

    def type_of(self, target: Target, kind: int) -> Kind | TableKind | binary.Limits | GlobalKind:
        """The type of a function, table, ..."""
        if isinstance(target, Host):
            return target.type
        module = self.module(target.instance)
        of = module.own(kind)[target.number]
        if isinstance(of, Kind | binary.Limits):
            return of
        return of.type

    def _resolved(self, value: object, kind: int, one: TypedImport | str) -> Target:
        """What an item is in the end, by way of instances that only pass it on.

        one: the import; or of an export its name, and then it must be a function of some instance's own.
        """
        is_own = isinstance(one, str)
        trail: list[tuple[CoreInstance, int, int]] = []
        target: Target | None = None
        while target is None:
            value = self.shims.behind(value)
            if not isinstance(value, CoreExport):
                target = self._served(value, kind, one, is_own)
            elif isinstance(one, TypedImport) and isinstance(one.type, Kind) and self._is_passed_by(value, one.entry):
                target = Host(one.entry.module, value.name, one.type)
            else:
                index = self._index(value, kind)
                imports = self.module(value.instance).imports[kind]
                place = (value.instance, kind, index)
                if index >= len(imports):
                    target = Own(value.instance, index - len(imports))
                elif place in self._known:
                    target = self._known[place]
                else:
                    trail.append(place)
                    if len(trail) > MOST_STEPS:
                        raise unwrap.refused(f"its modules import from each other in a circle; {unwrap.ADVICE}")
                    one = imports[index]
                    value = argument(value.instance, one.entry)
        self._known |= dict.fromkeys(trail, target)
        return target

    def _index(self, export: CoreExport, kind: int) -> int:
        """The number that an export has in its module."""
        if export.instance in self.shims or export.instance in self.shims.fixups:
            raise unwrap.refused(f"a table of its shim is used by others; {unwrap.ADVICE}")
        parts = export.instance.parts
        index = parts.exports[export.name].index
        if index >= self.module(export.instance).count(kind):
            raise binary.damaged(f"{binary.KINDS[kind]} {index} does not exist", "export section", parts.place.at)
        return index

    def _served(self, value: object, kind: int, one: TypedImport | str, is_own: bool) -> Host:
        if is_own or isinstance(one, str) or kind != binary.K_FUNCTION:
            name = binary.short(one) if isinstance(one, str) else dotted(one.entry)
            raise unwrap.refused(f"its {binary.KINDS[kind]} {name} comes from nowhere; {unwrap.ADVICE}")
        return self._host(value, one)

    def _host(self, value: object, one: TypedImport) -> Host:
        interface, name = self.unwrapping.served(value, one.entry)
        assert isinstance(one.type, Kind)
        realloc = None
        if isinstance(value, Lowered) and value.realloc is not None:
            if not isinstance(value.realloc, CoreExport):
                raise unwrap.refused(f"its import {dotted(one.entry)} gets memory from outside; {unwrap.ADVICE}")
            realloc = self._function_of(value.realloc)
            if self.type_of(realloc, binary.K_FUNCTION) != REALLOC:
                raise unwrap.refused(f"its import {dotted(one.entry)} gets memory by a function of another type")
        return Host(interface, name, one.type, realloc)

    # --- the memory ---

    def _only_memory(self) -> Own | None:
        """The memory that all have; None if there is none."""
        own = [Own(i, n) for i in self.instances for n in range(len(self.module(i).memories))]
        if len(own) > 1:
            raise unwrap.refused(
                f"its modules have {len(own)} memories, being composed of components with memories of their own; "
                f"one runs here, so {unwrap.ADVICE}"
            )
        if any(len(targets[binary.K_MEMORY]) + len(self.module(i).memories) > 1 for i, targets in self.imports.items()):
            raise unwrap.refused(f"one of its modules has several memories; {unwrap.ADVICE}")
        return own[0] if own else None


def _matches(have: object, wanted: object) -> bool:
    """Whether what is there may be imported by that type."""
    if isinstance(have, TableKind) and isinstance(wanted, TableKind):
        return have.element == wanted.element and _within(have.limits, wanted.limits)
    if isinstance(have, binary.Limits) and isinstance(wanted, binary.Limits):
        return _within(have, wanted)
    return have == wanted


def _within(have: binary.Limits, wanted: binary.Limits) -> bool:
    """Sizes are those that are there at the beginning, for nothing has run by then that could have made them grow."""
    same = (have.shared, have.is64, have.custom_page) == (wanted.shared, wanted.is64, wanted.custom_page)
    fits = wanted.maximum is None or (have.maximum is not None and have.maximum <= wanted.maximum)
    return same and have.minimum >= wanted.minimum and fits
