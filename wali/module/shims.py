"""The shims of a component that fixups fill, and what a call of their functions comes down to (scaffold.py)."""

from __future__ import annotations

from collections.abc import Sequence

from . import binary, component_scope, scaffold
from .component_values import CoreBundle, CoreExport, CoreInstance

MOST_SHIMS = 64  # between an import and what serves it


def argument(instance: CoreInstance, entry: binary.Import) -> object:
    """What an instance was given for an import."""
    return item(instance, (entry.module, entry.name), f"core {binary.KINDS[entry.kind]}")


def item(instance: CoreInstance, name: scaffold.Name, sort: str = "core function") -> object:
    """What an instance was given for its import of that name."""
    given: CoreInstance | CoreBundle = instance.arguments[name[0]]
    return component_scope.core_export(given, sort, name[1], instance.parts.place.at)


class Shims:
    """Those of these instances whose table has one user, which is a fixup that fills all of its slots."""

    def __init__(self, instances: Sequence[CoreInstance]) -> None:
        self._slots: dict[CoreInstance, dict[str, int]] = {}
        self._filled: dict[CoreInstance, list[object]] = {}
        self.fixups: dict[CoreInstance, CoreInstance] = {}  # the shim that each fills
        users: dict[CoreInstance, list[CoreInstance]] = {}
        for instance in instances:
            for entry in instance.parts.imports:
                table = argument(instance, entry) if entry.kind == binary.K_TABLE else None
                if isinstance(table, CoreExport):
                    users.setdefault(table.instance, []).append(instance)
        for shim in instances:
            slots, fixup = scaffold.shim(shim.parts), users.get(shim, [])
            filled = scaffold.fixup(fixup[0].parts) if slots is not None and len(fixup) == 1 else None
            if slots is not None and filled is not None and max(slots.values(), default=-1) < len(filled[1]):
                self._slots[shim] = slots
                self._filled[shim] = [item(fixup[0], name) for name in filled[1]]
                self.fixups[fixup[0]] = shim

    def __contains__(self, instance: CoreInstance) -> bool:
        """Whether it is one of the shims."""
        return instance in self._slots

    def behind(self, value: object) -> object:
        """What a function comes down to, through shim and fixup."""
        for _ in range(MOST_SHIMS):
            if not isinstance(value, CoreExport) or value.name not in self._slots.get(value.instance, {}):
                break
            value = self._filled[value.instance][self._slots[value.instance][value.name]]
        return value
