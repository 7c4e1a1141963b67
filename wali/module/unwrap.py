"""A command component comes down to one core module, which runs as any other: this finds it.

What wit-component makes of a program is the program's module, a shim and a fixup (scaffold.py), and perhaps an adapter
that serves ``wasi_snapshot_preview1`` by newer interfaces. Our host functions find the guest's memory when they are
called, and serve preview1 themselves. So only the program is left, if the rest is just that: each of its imports must
lead, through shim and fixup, to a function of an imported interface, to the drop of an imported resource, or to the
adapter. What has another shape is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..errors import WaliFormatError
from . import binary, component, component_scope, interfaces, scaffold
from .component_values import (
    AsyncCall,
    CoreExport,
    CoreInstance,
    Evaluated,
    Imported,
    Instance,
    Lifted,
    Lowered,
    OwnResource,
    ResourceCall,
)
from .shims import Shims, argument, item

PREVIEW1 = ("wasi_snapshot_preview1", "wasi_unstable")
MAIN_MODULE = "__main_module__"
RUN_INTERFACE, RUN = "wasi:cli/run", "run"
MOST_INSTANCES = 512  # of core modules; of a program with its libraries there are some tens
NAMES_TOLD = 3
ADVICE = "build it for preview1 (wasm32-wasip1)"
REPEATED = re.compile(r" \[v\d+\]$")  # what wit-component adds to the name of an import that stands twice
RELEASED = re.compile(r"0\.2(\.\d+)?")
INTERFACES = {
    "wasi:cli": "environment exit stdin stdout stderr terminal-input terminal-output terminal-stdin terminal-stdout "
    "terminal-stderr",
    "wasi:clocks": "monotonic-clock wall-clock timezone",
    "wasi:filesystem": "types preopens",
    "wasi:io": "error poll streams",
    "wasi:random": "random insecure insecure-seed",
    "wasi:sockets": "network instance-network tcp tcp-create-socket udp udp-create-socket ip-name-lookup",
}
# Of a later draft: its streams have a type more, and these functions tell it behind what they told before.
LATER_TYPE = "stream-status"
LATER_SHAPES = {"write", "blocking-write", "write-zeroes", "blocking-write-zeroes", "forward"}
COMMAND_WORLD = {f"{package}/{name}" for package, names in INTERFACES.items() for name in names.split()}


@dataclass(frozen=True)
class PlacedModule:
    """A core module of a component: `role` is "program", "adapter", "shim", "fixup", "starter" or "module".

    name: what it calls itself; "" if it does not.
    """

    role: str
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class ProgramModule:
    """The module that a component comes down to.

    start, end: where it lies in the file.
    imports: of its function imports, in their order, the module and name to bind them by.
    entry: the export that runs the program. initialize: the one that is called before; "" for none.
    realloc: the export by which host functions get memory for what they return; "" for none.
    later: imports whose results are larger than what the draft here has.
    """

    start: int
    end: int
    imports: tuple[tuple[str, str], ...]
    entry: str
    initialize: str
    realloc: str
    later: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises WaliFormatError unless something serves each import of the program."""
        if self.later:
            raise refused(
                f"it imports {_told(self.later)} of a later draft than that of wasmtime 10; "
                "build it anew with newer tools"
            )
        names = dict.fromkeys(module for module, _ in self.imports if module not in PREVIEW1)
        names = {name: None for name in names if not interfaces.is_draft(name)}
        old = [name for name in names if name.startswith("wasi:") and not RELEASED.fullmatch(split(name)[1])]
        unknown = [name for name in names if split(name)[0] not in COMMAND_WORLD and name not in old]
        if unknown:
            told = _told(name or "functions without an interface" for name in unknown)
            raise refused(f"nothing provides {told}, which it imports")
        if old:
            raise refused(
                f"it imports {_told(old)}, not of a release of preview2 (0.2), or of the draft of wasmtime 10; "
                "build it anew with newer tools"
            )
        later = [name for name in names if not interfaces.is_wasi(name)]
        if later:
            raise refused(f"it imports {_told(later)}, which preview2 has and is not there yet here")


class NotAlone(WaliFormatError):
    """A component's program is no module that runs by itself."""


def refused(why: str) -> WaliFormatError:
    """The error of a component that is well-formed, and does not run here."""
    return WaliFormatError(f"a component that does not run here: {why}")


def read(data: bytes, start: int) -> Unwrapping:
    """The component whose magic is at `start`. WaliFormatError if it is malformed."""
    return Unwrapping(component_scope.evaluate(data, component.read(data, start)))


def split(interface: str) -> tuple[str, str]:
    """(name, version) of an interface; the version is "" in the drafts."""
    name, _, version = interface.partition("@")
    return name, version


class Unwrapping:
    """Looks at what a component comes to. The properties raise WaliFormatError where it has not the shape."""

    def __init__(self, component: Evaluated) -> None:
        self.component = component

    # --- which instance is what ---

    @cached_property
    def run_name(self) -> str:
        """The export that makes it a command: an interface, or "run" in the drafts of 2023; "" for a library."""
        exports = self.component.exports
        of_interface = [name for name in exports if split(name)[0] == RUN_INTERFACE]
        of_interface.sort(key=lambda name: RELEASED.fullmatch(split(name)[1]) is None)
        return of_interface[0] if of_interface else RUN if exports.get(RUN, ("",))[0] == "function" else ""

    @cached_property
    def run(self) -> CoreExport:
        """The core function that runs the command."""
        if not self.run_name:
            exports = _told(self.component.exports) or "nothing"
            raise refused(
                f"a library, not a program: it exports {exports}, and no {RUN_INTERFACE}; build it as a command"
            )
        value: object = self.component.exports[self.run_name][1]
        if isinstance(value, Instance):
            value = value.exports.get(RUN, ("", None))[1]
        if isinstance(value, Lifted) and value.is_async:
            raise self.is_of_03
        if isinstance(value, Imported):
            raise refused("its run is an import, not a function of its own")
        if not isinstance(value, Lifted) or not isinstance(value.function, CoreExport):
            raise refused(f"its export {binary.short(self.run_name)} is no function of a core module")
        return value.function

    @cached_property
    def is_of_03(self) -> WaliFormatError:
        """The error of an asynchronous component."""
        return refused(f"it is of WASI 0.3 (asynchronous functions); {ADVICE}")

    @cached_property
    def start(self) -> CoreExport:
        """The program's function that runs it: `run`, or what the adapter's `run` calls."""
        main = self.run.instance.arguments.get(MAIN_MODULE)
        if main is None:
            return self.run
        entry = component_scope.core_export(main, "core function", "_start", self.run.instance.parts.place.at)
        if not isinstance(entry, CoreExport) or self.run.name not in (RUN, f"{self.run_name}#{RUN}"):
            raise NotAlone("its adapter does not run a module of its own")
        return entry

    @cached_property
    def shims(self) -> Shims:
        """The shims that only stand between a program and what serves it."""
        return Shims(self.component.instances[:MOST_INSTANCES])

    @cached_property
    def roles(self) -> dict[CoreInstance, str]:
        """What each instance is for, in their order."""
        return {instance: self._role(instance) for instance in self.component.instances[:MOST_INSTANCES]}

    def _role(self, instance: CoreInstance) -> str:
        try:
            if instance is self.start.instance:
                return "program"
            is_adapter = self._is_adapter(instance)
        except WaliFormatError:
            is_adapter = False
        if instance in self.shims:
            return "shim"
        if instance in self.shims.fixups:
            return "fixup"
        return "starter" if scaffold.is_starter(instance.parts) else "adapter" if is_adapter else "module"

    def _is_adapter(self, instance: CoreInstance) -> bool:
        """Whether it works on the program's memory, brings nothing into it, and runs it or serves its preview1."""
        memories = [e for e in instance.parts.imports if e.kind == binary.K_MEMORY]
        if len(memories) != 1 or {binary.MEMORY, binary.DATA} & set(instance.parts.sections):
            return False
        memory = argument(instance, memories[0])
        wanted = {REPEATED.sub("", e.name) for e in self.start.instance.parts.imports if e.module in PREVIEW1}
        is_programs = isinstance(memory, CoreExport) and memory.instance is self.start.instance
        serves = wanted and wanted <= set(instance.parts.exports)
        return is_programs and bool(serves or instance is self.run.instance)

    def parts(self) -> tuple[PlacedModule, ...]:
        """The core modules that are instantiated, for people; of what has not the shape, too."""
        parts = [
            PlacedModule(role, i.parts.name, i.parts.place.at, i.parts.place.end) for i, role in self.roles.items()
        ]
        return tuple(sorted(parts, key=lambda part: part.start))

    # --- the shape ---

    def check(self) -> None:
        """Raises WaliFormatError of what cannot run, whatever it is made of."""
        if self.component.is_async:
            raise self.is_of_03
        if len(self.component.instances) > MOST_INSTANCES:
            raise refused(f"it instantiates {len(self.component.instances)} core modules; {ADVICE}")

    @cached_property
    def program(self) -> ProgramModule:
        """The program, whatever serves its imports."""
        self.check()
        start, parts = self.start, self.start.instance.parts
        roles = list(self.roles.values())
        if "module" in roles or any(roles.count(role) > 1 for role in ("adapter", "shim", "fixup", "starter")):
            raise NotAlone(f"it has {len(roles)} modules")
        functions = [e for e in parts.imports if e.kind == binary.K_FUNCTION]
        if len(functions) != len(parts.imports):
            raise NotAlone("its program imports what is another module's")
        reallocs: set[str] = set()
        bound = tuple(self._bound(e, reallocs) for e in functions)
        if len(reallocs) > 1:
            raise NotAlone("its imports return memory by several functions")
        return ProgramModule(
            parts.place.at,
            parts.place.end,
            bound,
            start.name,
            self._initialize(),
            next(iter(reallocs), ""),
            self.later(bound),
        )

    def later(self, imports: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """Which functions of the draft have another result in the component's own types."""
        return tuple(
            f"{module}.{name}"
            for module, name in imports
            if name in LATER_SHAPES
            and LATER_TYPE in self.component.types.get(module, ())
            and interfaces.is_draft(module)
        )

    def _initialize(self) -> str:
        """The program's function that fixup or starter calls before it runs."""
        called = [
            self.shims.behind(item(instance, name))
            for instance, role in self.roles.items()
            if role in ("fixup", "starter") and (name := scaffold.called(instance.parts)) is not None
        ]
        if not called:
            return ""
        first = called[0]
        if len(called) > 1 or not isinstance(first, CoreExport) or first.instance is not self.start.instance:
            raise NotAlone("what is called at its start is not one function of its program")
        if self.start.name == "_start":
            raise NotAlone("a function is called before its _start")
        return first.name

    # --- who serves an import ---

    def _bound(self, entry: binary.Import, reallocs: set[str]) -> tuple[str, str]:
        """(module, name) by which an import of the program is bound."""
        value = self.shims.behind(argument(self.start.instance, entry))
        if isinstance(value, CoreExport) and self.roles.get(value.instance) == "adapter":
            if entry.module not in PREVIEW1 or interfaces.wasi_function(entry.module, value.name) is None:
                raise NotAlone("an adapter serves more than preview1")
            return entry.module, value.name
        served = self.served(value, entry)
        if isinstance(value, Lowered):
            for item in (value.memory, value.realloc):
                if item is not None and not (isinstance(item, CoreExport) and item.instance is self.start.instance):
                    raise NotAlone("an import uses what is another module's")
            if isinstance(value.realloc, CoreExport):
                reallocs.add(value.realloc.name)
        return served

    def served(self, value: object, entry: binary.Import) -> tuple[str, str]:
        """(interface, name) of the outside world's function that is given for an import."""
        if isinstance(value, ResourceCall):
            return self._resource(value, entry)
        if isinstance(value, AsyncCall):
            raise self.is_of_03
        if not isinstance(value, Lowered):
            raise refused(f"its program's import {dotted(entry)} is served by no interface; {ADVICE}")
        if isinstance(value.function, Lifted):
            raise refused(f"its program's import {dotted(entry)} is a function of another component in it; {ADVICE}")
        if not isinstance(value.function, Imported) or value.function.interface in PREVIEW1:
            raise refused(f"its program's import {dotted(entry)} is served by no interface; {ADVICE}")
        if value.function.is_async:
            raise self.is_of_03
        if value.encoding != component.ENCODINGS[0]:
            raise refused(f"its import {dotted(entry)} has strings in {value.encoding}; only UTF-8 runs here")
        return value.function.interface, value.function.name

    def _resource(self, value: ResourceCall, entry: binary.Import) -> tuple[str, str]:
        if isinstance(value.type, OwnResource):
            raise refused(f"its program makes a resource of its own ({dotted(entry)}), as libraries do; {ADVICE}")
        if value.what != "resource.drop" or not isinstance(value.type, Imported):
            raise component_scope.wrong(
                f"{value.what} of a resource that is imported", self.run.instance.parts.place.at
            )
        return value.type.interface, f"[resource-drop]{value.type.name}"


def _told(names: Iterable[str]) -> str:
    """Some names, for a message."""
    names = [binary.short(name) for name in names]
    more = f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
    return ", ".join(names[:NAMES_TOLD]) + more


def dotted(entry: binary.Import) -> str:
    """An import, for a message."""
    return binary.short(f"{entry.module}.{entry.name}")
