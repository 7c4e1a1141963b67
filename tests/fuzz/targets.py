"""The fuzzers by name: each takes seed, seconds and a count, and answers what it did and what it found."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.calls import session as calls
from tests.fuzz.differential import session as differential
from tests.fuzz.modules import session as modules

Target = Callable[[int, float, int], tuple[str, list[str]]]


def _calls(seed: int, seconds: float, count: int) -> tuple[str, list[str]]:
    result = calls.run(seed, seconds, count)
    ends = ", ".join(f"{number} {end}" for end, number in result.ends.most_common())
    return f"{result.calls} calls in {result.processes} processes: {ends}", result.finds


def _modules(seed: int, seconds: float, count: int) -> tuple[str, list[str]]:
    result = modules.run(seed, seconds, count)
    return f"{result.modules} modules read, {result.starts} starts", result.finds


def _differential(seed: int, seconds: float, count: int) -> tuple[str, list[str]]:
    result = differential.run(seed, seconds, count)
    done = f"{result.programs} programs, {result.known} differ as documented, {result.unsteady} not each time"
    return done, result.finds


TARGETS: dict[str, Target] = {"calls": _calls, "modules": _modules, "differential": _differential}
"""calls counts calls, modules those that are read, differential programs."""
