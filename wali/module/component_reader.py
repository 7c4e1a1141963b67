"""A cursor over a component's bytes: what `binary.Reader` does, and names, sorts and bounds as components have them.

Source: component model, design/mvp/Binary.md, as of version 0x0d; version 0x0c, of the first half of 2023, has other names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..errors import WaliFormatError
from . import binary

OLD, CURRENT = 0x0C, 0x0D  # versions of the format
MOST_ITEMS = 1 << 18  # sections, and items of all lists, of a file together; programs have some thousands
MOST_DEPTH = 64  # of components and types in each other
CORE_SORTS = {
    0x00: "core function",
    0x01: "core table",
    0x02: "core memory",
    0x03: "core global",
    0x04: "core tag",
    0x10: "core type",
    0x11: "core module",
    0x12: "core instance",
}
SORTS = {0x01: "function", 0x02: "value", 0x03: "type", 0x04: "component", 0x05: "instance"}
# What may stand behind a name of tag 2: whose interface it is, the rest of its version, a link.
NAME_OPTIONS = (0x00, 0x01, 0x02)
T = TypeVar("T")


def damaged(problem: str, what: str, at: int) -> WaliFormatError:
    """The error of a component: malformed or cut-off input, and what helps."""
    return WaliFormatError(f"damaged wasm component: {what}: {problem}; build or copy the file again", at)


@dataclass(frozen=True)
class Reference:
    """The definition `index` of its sort, a word of `CORE_SORTS` or `SORTS`."""

    sort: str
    index: int


@dataclass
class Bound:
    """How much more may be read of one file."""

    items: int = MOST_ITEMS


class ComponentReader(binary.Reader):
    """A cursor over data[pos:end] of a component of that version, `depth` components and types inside others."""

    def __init__(self, data: bytes, pos: int, end: int, what: str, version: int, bound: Bound, depth: int = 0) -> None:
        super().__init__(data, pos, end, what, damaged)
        self.version, self.bound, self.depth = version, bound, depth

    def part(self, end: int, what: str) -> ComponentReader:
        """Another cursor, from here to `end`."""
        return ComponentReader(self.data, self.pos, end, what, self.version, self.bound, self.depth)

    def items(self, read: Callable[[], T]) -> tuple[T, ...]:
        """A list of what `read` reads."""
        start = self.pos
        count = self.count()
        self.spend(count, start)
        return tuple(read() for _ in range(count))

    def spend(self, count: int, at: int) -> None:
        """Counts items, or sections, of those that the file may have."""
        self.bound.items -= count
        if self.bound.items < 0:
            raise self.fail(f"the file has more than {MOST_ITEMS} items, which no program needs", at)

    def optional(self, read: Callable[[], T]) -> T | None:
        """What `read` reads, if the byte before it says that it is there."""
        there = self.one_of((0, 1), "a choice")
        return read() if there else None

    def one_of(self, known: tuple[int, ...], what: str) -> int:
        """A byte that is one of these."""
        byte = self.byte()
        if byte not in known:
            raise self.fail(f"{what} of kind {byte:#04x} is unknown", self.pos - 1)
        return byte

    def enter(self) -> None:
        """Goes into something that may hold its like; `leave` ends it."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.fail(f"is nested more than {MOST_DEPTH} deep, which no program needs")

    def leave(self) -> None:
        self.depth -= 1

    def core_sort(self) -> str:
        return CORE_SORTS[self.one_of(tuple(CORE_SORTS), "a core sort")]

    def sort(self) -> str:
        byte = self.one_of((0x00, *SORTS), "a sort")
        return SORTS[byte] if byte else self.core_sort()

    def reference(self) -> Reference:
        return Reference(self.sort(), self.leb())

    def external_name(self) -> str:
        """The name of an import or export."""
        if self.version == OLD:
            name = self.name()
            self.name()  # a URL
            return name
        tag = self.one_of((0, 1, 2), "a name")
        name = self.name()
        if tag == 2:
            options = dict(self.items(self._name_option))
            name += options.get(0x01, "")
        return name

    def _name_option(self) -> tuple[int, str]:
        return self.one_of(NAME_OPTIONS, "a name's option"), self.name()
