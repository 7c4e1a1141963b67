"""The tables that `wali.fixcalls` adds: one for each type of calls through pointers.

The table for type T has, in each place, what table 0 has there if its type is T, else an adapter: a function of type T
that calls what table 0 has there as what it is. A call of type T by this table costs what one by table 0 does, but
for a store: an adapter serves all functions of its callee's type, and learns from a global which one is meant.

The engine takes MOST_TABLES. The types with the fewest calls share the last one, each in a stretch of
its own; a bad pointer that leaves it meets functions of other types, and traps as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..errors import WaliFormatError
from ..module import binary, loader
from ..module.binary import FuncType
from . import adapt
from .adapt import Stack
from .code import signed
from .module import HINT, Functions, Table

MOST_TABLES = 100  # of wasmtime's validation
MOST_WORK = 32 << 20  # bytes of adapters and entries: a hostile module could ask for any number
NAME = "call through a pointer to"

Target = tuple[FuncType, int, bool]  # what stands in table 0: type, its index, whether it is variadic


class Tables:
    """The tables to add, and the functions in them."""

    def __init__(
        self, functions: Functions, table: Table, variadic: frozenset[int], stack: Stack | None, place: int
    ) -> None:
        """`variadic`: functions known to be. `place`: the global with the index of the call that is under way."""
        self.functions = functions
        self.stack = stack
        self.place = place
        self.size = max(table, default=-1) + 1
        self.entries = [(index, function) for index, function in sorted(table.items()) if function is not None]
        self.targets: list[Target | None] = [self._target(function, variadic) for _, function in self.entries]
        self.distinct = dict.fromkeys(target for target in self.targets if target is not None)
        self.sites: dict[FuncType, tuple[int, int]] = {}  # table and offset by type
        self.sizes: list[int] = []
        self.elements: list[bytes] = []
        self.kinds: list[int] = []
        self.bodies: list[bytes] = []
        self.names: list[str] = []
        self.work = 0

    def _target(self, function: int, variadic: frozenset[int]) -> Target | None:
        kind = self.functions.type_of(function)
        return None if kind is None else (kind, self.functions.kinds[function], function in variadic)

    def fill(self, calls: Counter[int], existing: int) -> None:
        """Makes the tables for calls of these types (number of calls by type index), behind `existing` ones."""
        numbers: dict[FuncType, int] = {}
        counts: Counter[FuncType] = Counter()
        for type_index, count in calls.items():
            if type_index >= len(self.functions.types):
                raise WaliFormatError("damaged wasm module: a call is of a type that does not exist")
            kind = self.functions.types[type_index]
            numbers.setdefault(kind, type_index)
            counts[kind] += count
        wanted = [kind for kind, _ in counts.most_common() if any(self._differs(kind, item) for item in self.distinct)]
        spare = max(MOST_TABLES - existing, 0)
        if wanted and not spare:
            raise WaliFormatError(f"it has too many tables; {HINT}")
        alone = len(wanted) if len(wanted) <= spare else spare - 1
        for position, kind in enumerate(wanted):
            offset = max(position - alone, 0) * self.size
            self.sites[kind] = (existing + min(position, alone), offset)
            self._fill_one(kind, numbers[kind], *self.sites[kind])
        self.sizes = [self.size] * alone
        if alone < len(wanted):
            self.sizes.append((len(wanted) - alone) * self.size)

    def _differs(self, kind: FuncType, target: Target) -> bool:
        """Whether a call of this type needs an adapter for this callee."""
        if not adapt.adaptable(kind):
            return False
        if target[0] != kind:
            return True
        return target[2] and self.stack is not None and self.stack.top is not None

    def _fill_one(self, kind: FuncType, type_index: int, table: int, offset: int) -> None:
        adapters = {
            target: binary.leb(self._adapter(kind, type_index, target))
            for target in self.distinct
            if self._differs(kind, target)
        }
        self._work(4 * self.size)
        for start, count, functions in self._runs(adapters):
            place = b"\x41" + signed(offset + start) + b"\x0b"
            self.elements.append(b"\x02" + binary.leb(table) + place + b"\0" + binary.leb(count) + functions)

    def _runs(self, adapters: dict[Target, bytes]) -> Iterator[tuple[int, int, bytes]]:
        """(first index, length, encoded functions) of each stretch of table 0 without a null."""
        run: list[bytes] = []
        start = 0
        for (index, function), target in zip(self.entries, self.targets, strict=True):
            if index != start + len(run):
                if run:
                    yield start, len(run), b"".join(run)
                start, run = index, []
            code = None if target is None else adapters.get(target)
            run.append(binary.leb(function) if code is None else code)
        if run:
            yield start, len(run), b"".join(run)

    def _adapter(self, kind: FuncType, type_index: int, target: Target) -> int:
        wanted, wanted_index, variadic = target
        way = adapt.by_table(wanted_index, self.place)
        if variadic and self.stack is not None:
            body = adapt.packer(kind, wanted, way, self.stack)
        else:
            body = adapt.adapter(kind, wanted, way)
        self._work(len(body))
        self.kinds.append(type_index)
        self.bodies.append(body)
        self.names.append(f"{NAME} {kind}")
        return len(self.functions.kinds) + len(self.bodies) - 1

    def _work(self, size: int) -> None:
        self.work += size
        if self.work > MOST_WORK:
            raise WaliFormatError(f"its calls through pointers are of too many types; {HINT}")

    def sections(self) -> dict[int, Sequence[bytes]]:
        """What each section of the module gets in addition."""
        if not self.sites:
            return {}
        return {
            binary.FUNCTION: [binary.leb(kind) for kind in self.kinds],
            binary.TABLE: [b"\x70\x01" + binary.leb(size) * 2 for size in self.sizes],
            binary.GLOBAL: [loader.OWN_GLOBAL],
            binary.EXPORT: [binary.text(loader.EXPORT_CALL_INDEX) + bytes([binary.K_GLOBAL]) + binary.leb(self.place)],
            binary.ELEMENT: self.elements,
            binary.CODE: [binary.leb(len(body)) + body for body in self.bodies],
        }
