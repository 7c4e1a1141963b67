"""Runs batches of random programs until the time is over, and shrinks what differs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import build
from tests.fuzz.differential import sides
from tests.fuzz.differential.c_source import c_source
from tests.fuzz.differential.compare import call_at, first_difference, judge, shrink
from tests.fuzz.differential.generator import generate
from tests.fuzz.differential.known import is_known
from tests.fuzz.differential.program import Program

BATCH = 100
FINDS = build.BUILD / "finds"


@dataclass
class Result:
    """What a session has done."""

    programs: int = 0
    known: int = 0
    unsteady: int = 0
    finds: list[str] = field(default_factory=list)


def run(seed: int, seconds: float, count: int = 1 << 62, shrinking: bool = True) -> Result:
    """Programs of `seed`, `seed` + 1, ... until the time or the count is over."""
    result, end = Result(), time.monotonic() + seconds
    while time.monotonic() < end and result.programs < count:
        programs = [generate(seed + result.programs + at) for at in range(min(BATCH, count - result.programs))]
        _batch(programs, result, shrinking)
        result.programs += len(programs)
    return result


def _batch(programs: list[Program], result: Result, shrinking: bool) -> None:
    native, guest = sides.run(programs, as_guest=False), sides.run(programs, as_guest=True)
    if "" in native or "" in guest:
        result.finds.append(f"a batch from {programs[0].name} on ended badly: {native.get('')} | {guest.get('')}")
    for program in programs:
        found = first_difference(native.get(program.name, "(nothing)"), guest.get(program.name, "(nothing)"))
        if found is None:
            continue
        if is_known(program.lines, found):
            result.known += 1
            continue
        steady = judge(program)
        if steady is None:
            result.unsteady += 1
            continue
        name = call_at(program, steady.label)
        if sum(f" {name}: " in find for find in result.finds) < 3:
            small = shrink(program, steady) if shrinking else program
            result.finds.append(
                f"program {program.name}, {name}: native `{steady.native}`, guest `{steady.guest}`\n{_keep(small)}"
            )


def _keep(program: Program) -> str:
    """Writes a find down, as a program and as C; answers the program's text and the files' names."""
    FINDS.mkdir(parents=True, exist_ok=True)
    file = Path(FINDS, f"differential-{program.name}.program")
    file.write_text(program.text)
    file.with_suffix(".c").write_text(c_source(program))
    return f"{program.text}(kept as {file}, and as .c)"
