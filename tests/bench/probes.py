"""Ways to get one figure: from what a program prints, or from how long it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from .measure import Probe, ProbeError

TIMEOUT = 300
"""Seconds that any program may take."""


def printed(command: Sequence[str], stdin: str = "", scale: float = 1.0) -> Probe:
    """The number on the last line that the command prints, times `scale`."""

    def probe() -> float:
        try:
            done = subprocess.run(
                command, input=stdin, capture_output=True, text=True, timeout=TIMEOUT, check=False, cwd="/tmp"
            )
        except subprocess.TimeoutExpired:
            raise ProbeError(f"no end after {TIMEOUT} s") from None
        if done.returncode != 0:
            reason = done.stderr.strip().partition("\n")[0]
            raise ProbeError(f"status {done.returncode}: {reason}")
        try:
            return float(done.stdout.splitlines()[-1]) * scale
        except (IndexError, ValueError):
            raise ProbeError(f"printed {done.stdout[-80:]!r}, not a number") from None

    return probe


def fed(command: Sequence[str], stdin: str, remove: Path | None = None, *, wall: bool = False) -> Probe:
    """Milliseconds of a whole process: processor time, user and system, or that on the wall; `remove` is removed before."""

    def probe() -> float:
        if remove:
            remove.unlink(missing_ok=True)
        with tempfile.TemporaryFile("w+") as source:
            source.write(stdin)
            source.seek(0)
            start = time.perf_counter()
            child = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            taken = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
        if status != 0:
            raise ProbeError(f"{command[-1]}: wait status {status}")
        return (taken if wall else usage.ru_utime + usage.ru_stime) * 1e3

    return probe


def elapsed(command: Sequence[str], environment: dict[str, str] | None = None, runs: int = 1) -> Probe:
    """Milliseconds from start to end of the command, of several starts the quickest."""
    program = shutil.which(command[0]) or command[0]
    settings = {**os.environ, **(environment or {})}

    def once() -> float:
        start = time.perf_counter()
        child = os.posix_spawn(program, list(command), settings)
        status = os.waitpid(child, 0)[1]
        taken = time.perf_counter() - start
        if status != 0:
            raise ProbeError(f"{command[-1]}: wait status {status}")
        return taken * 1e3

    return lambda: min(once() for _ in range(runs))


def cold(command: Sequence[str]) -> Probe:
    """The same, with an empty cache each time."""

    def probe() -> float:
        with tempfile.TemporaryDirectory() as folder:
            return elapsed(command, {"XDG_CACHE_HOME": folder})()

    return probe
