"""Rows and how one is measured: both sides in turn, several times, medians."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

Probe = Callable[[], float]
"""Does the work once and returns the figure, in the row's unit. Raises ProbeError."""


class ProbeError(Exception):
    """A program of a benchmark failed; the text says how."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    group: str
    name: str
    unit: str
    """ns, ms, MiB or KiB: of what the probes return."""
    wasm: Probe
    native: Probe | None = None
    """The other side; without one only the figure itself is shown."""
    aim: float | None = None
    """At most this: the ratio wasm / native, or the figure itself if `absolute`."""
    absolute: bool = False
    difference: bool = False
    """The figure is wasm - native, not their ratio."""
    note: str = ""
    charted: bool = True
    """Whether the picture shows it too."""
    once: bool = False
    """One measurement of each side is enough: it takes long, and the sides differ by far."""


@dataclass
class Result:
    """What was measured of a row."""

    row: Row
    native: list[float] = field(default_factory=list)
    wasm: list[float] = field(default_factory=list)
    error: str = ""

    @property
    def ratio(self) -> float | None:
        """Median against median, if both sides have one."""
        if not (self.native and self.wasm) or self.row.difference:
            return None
        below = statistics.median(self.native)
        return statistics.median(self.wasm) / below if below > 0 else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """The least and the greatest ratio of two neighbouring runs."""
        ratios = [wasm / native for native, wasm in zip(self.native, self.wasm, strict=False) if native > 0]
        return (min(ratios), max(ratios)) if ratios and self.ratio is not None else None

    @property
    def figure(self) -> float | None:
        """The wasm side's median, or what it has above the native one's if the row is a difference."""
        if not self.wasm:
            return None
        value = statistics.median(self.wasm)
        return value - statistics.median(self.native) if self.row.difference and self.native else value

    @property
    def judged(self) -> float | None:
        """The number that the aim is about."""
        return self.figure if self.row.absolute or self.row.difference else self.ratio

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; nothing without aim or figure."""
        return None if self.row.aim is None or self.judged is None else self.judged <= self.row.aim


def measure(row: Row, repeat: int) -> Result:
    """Native and wasm in turn, `repeat` times, after one of each that is not counted; or `once` each."""
    result = Result(row)
    uncounted = 0 if row.once else 1
    try:
        for turn in range(1 if row.once else repeat + uncounted):
            if row.native:
                native = row.native()
                if turn >= uncounted:
                    result.native.append(native)
            wasm = row.wasm()
            if turn >= uncounted:
                result.wasm.append(wasm)
    except ProbeError as error:
        result.error = str(error)
    return result
