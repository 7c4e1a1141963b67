"""Runs one row: builds, its own tests, and the work, natively and as wasm."""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.programs import build, sources, upstream
from tests.support.tools import path_first

from .row import Row

Say = Callable[[str], None]
KINDS = ("native", "wasm")
REPEAT = 3
LIMIT = 1800
"""Seconds for one script."""


class PortError(Exception):
    """A row has no result; the text says why."""


@dataclass(frozen=True)
class Side:
    """What one build has shown."""

    passed: int
    failed: int
    seconds: float
    """Processor time of the work, the median of REPEAT runs."""


@dataclass(frozen=True)
class Result:
    """One row's two sides."""

    row: Row
    native: Side
    wasm: Side


def run(row: Row, say: Say) -> Result:
    """Build and run both. Raises PortError, and what a build raises."""
    folders = {}
    for kind, builder in zip(KINDS, (build.native, build.wasm), strict=True):
        say(f"{row.port.name}: building, {kind}")
        builder(row.port)
        folders[kind] = build.folder(row.port, kind)
    counts = {kind: _tests(row, folders[kind], kind, say) for kind in KINDS}
    seconds = _work(row, folders, say)
    return Result(row, *(Side(*counts[kind], seconds[kind]) for kind in KINDS))


def _tests(row: Row, folder: Path, kind: str, say: Say) -> tuple[int, int]:
    """How many of its own tests have passed, and how many have not; they run in a copy, whose log stays."""
    if not row.tests:
        return 0, 0
    say(f"{row.port.name}: its own tests, {kind}")
    copy = folder.with_name(f"{kind}-tests")
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["cp", "-a", str(folder), str(copy)], check=True)
    try:
        said = _script(row.tests, row, copy, kind, folder.with_name(f"{kind}-tests.log"))
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return _count(row.passed, said), _count(row.failed, said)


def _count(pattern: str, text: str) -> int:
    return sum(int(next((group for group in match.groups() if group), 1)) for match in re.finditer(pattern, text, re.M))


def _work(row: Row, folders: dict[str, Path], say: Say) -> dict[str, float]:
    """Processor time by kind; both in turn, and once before the clock counts, for the code of a module is kept."""
    say(f"{row.port.name}: {row.about}")
    outputs: dict[str, str] = {}
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(REPEAT + 1):
        for kind in KINDS:
            log = folders[kind].with_name(f"{kind}-work.log")
            with tempfile.TemporaryDirectory(prefix="ports-") as scratch:
                if row.prepare:
                    _script(row.prepare, row, folders["native"], "native", log, scratch, strict=True)
                before = _processor_time()
                said = _script(row.work, row, folders[kind], kind, log, scratch, strict=True)
                if turn:
                    times[kind].append(_processor_time() - before)
            outputs[kind] = sha256(said.encode()).hexdigest()
    if len(set(outputs.values())) != 1:
        raise PortError(f"{row.port.name}: the outputs of the work differ: {folders['wasm'].parent}/*-work.log")
    return {kind: statistics.median(values) for kind, values in times.items()}


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _script(script: str, row: Row, folder: Path, kind: str, log: Path, scratch: str = "", strict: bool = False) -> str:
    """What a script says, which goes to `log`, too. With `strict` a status other than 0 is a PortError."""
    environment = {
        **{name: os.environ[name] for name in build.KEPT if name in os.environ},
        **build.tools_of(row.port, kind),
        "LC_ALL": "C",
        "TZ": "UTC",
        "PATH": path_first(),
        "WALI_QUIET": "1",
        "XDG_CACHE_HOME": str(sources.CACHE),
        "SOURCES": str(sources.tree(row.port.sources[0])),
        "SCRATCH": scratch,
    }
    status = upstream.logged(["sh", "-c", script], folder, environment, log, LIMIT)
    if status is None:
        raise PortError(f"{row.port.name}: {LIMIT} s were not enough; see {log}")
    said = log.read_text(errors="backslashreplace")
    if strict and status:
        raise PortError(f"{row.port.name}: status {status}; the end of {log}:\n{said[-1500:]}")
    return said
