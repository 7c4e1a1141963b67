"""Upstream's own test suites: their cases, and the list of those that are known to fail."""

from __future__ import annotations

import contextlib
import difflib
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.programs.sources import CACHE

KNOWN = Path(__file__).parent / "known_failures.txt"


@dataclass(frozen=True)
class Known:
    """A line of known_failures.txt."""

    reason: str
    always: bool
    """Whether it fails each time, on every machine."""


def known(suite: str) -> dict[str, Known]:
    """Name of the case to what is known about it, for one suite."""
    found = {}
    for line in KNOWN.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.removeprefix("? ").partition(" -- ")
            if not reason.strip():
                raise ValueError(f"{KNOWN}: no reason in {line!r}")
            family, _, case = name.partition("/")
            if family == suite:
                found[case] = Known(reason.strip(), not line.startswith("? "))
    return found


def judge(suite: str, results: Mapping[str, str]) -> None:
    """Fails unless exactly the known failures failed. `results` has why each case failed, or nothing if it passed."""
    listed = known(suite)
    lines = [f"{suite}/{case} failed:\n{_short(why)}" for case, why in results.items() if why and case not in listed]
    lines += [
        f"{suite}/{case} passes, and {KNOWN.name} says: {listed[case].reason}"
        for case, why in results.items()
        if not why and case in listed and listed[case].always
    ]
    assert not lines, "\n".join(lines)
    assert results, f"{suite}: no cases found"


def of_several(results: Callable[[], Mapping[str, str]], most: int = 3) -> dict[str, str]:
    """What a suite says that loses races of its own, on the native build too: it is run again for as long as something
    fails, at most so many times, and a case fails that failed each time. A run that ends early has fewer cases."""
    passed: set[str] = set()
    failed: dict[str, str] = {}
    for _ in range(most):
        found = results()
        passed |= {case for case, why in found.items() if not why}
        failed = {case: why for case, why in found.items() if case not in passed}
        if not failed:
            break
    return {**dict.fromkeys(sorted(passed), ""), **failed}


def _short(text: str, most: int = 40) -> str:
    lines = text.splitlines()
    return "\n".join(lines if len(lines) <= most else [*lines[: most - 10], "...", *lines[-10:]])


def difference(expected: str, actual: str) -> str:
    """What a diff of the two says; nothing if they are the same."""
    return "\n".join(difflib.unified_diff(expected.splitlines(), actual.splitlines(), "right", "wasm", lineterm=""))


def run(
    command: Sequence[str | Path], folder: Path, timeout: float = 60, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs in a session of its own and kills what is left of that; output and errors are one text."""
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(CACHE), "LC_ALL": "C", "TZ": "UTC", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        kill_session(process.pid)
        output = process.communicate()[0] + f"\n(still running after {timeout} s)"
    finally:
        kill_session(process.pid)
    return subprocess.CompletedProcess(process.args, process.returncode, output)


def logged(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, limit: float) -> int | None:
    """The status of a command that reads nothing and writes to `log`, in a session of which nothing is left afterwards;
    None if it took more than `limit` seconds."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            kill_session(process.pid)
            process.wait()


def kill_session(leader: int) -> None:
    """What is left of the process group of a session's leader ends."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, 9)
