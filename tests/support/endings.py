"""Runs a program and ends all that it has started, in whichever session and group, and nothing else.

While it runs, orphans come to this process (PR_SET_CHILD_SUBREAPER(2const)), so everything that the program has started
descends from a child that this process did not have before.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER = 36, 37
LONGEST = 10.0
"""Seconds that ending may take."""


def run(argv: list[str], timeout: float, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """As subprocess.run with captured output. What the program has left is ended, also if it ends in time."""
    with _orphans_come_here():
        before = {child.pid for child in _children()}
        leader = 0

        def reap(*_: object) -> None:
            """Orphans that have ended, at once, as init does: the program may wait for that. The others' are not ours."""
            with suppress(ChildProcessError):
                while leader and (ended := _ended()) and ended not in {leader, *before}:
                    os.waitpid(ended, 0)

        found = signal.signal(signal.SIGCHLD, reap)
        try:
            with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
                leader = process.pid
                reap()
                try:
                    stdout, stderr = process.communicate(timeout=timeout)
                except BaseException:
                    process.kill()
                    raise
        finally:
            signal.signal(signal.SIGCHLD, found)
            _end_all_but(before)
    return subprocess.CompletedProcess(argv, process.returncode, stdout, stderr)


def subreaper() -> bool:
    """Whether orphans come to this process."""
    value = ctypes.c_int()
    _prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(value))
    return bool(value.value)


def _prctl(*words: Any) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(*words, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


@contextmanager
def _orphans_come_here() -> Iterator[None]:
    before = subreaper()
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        _prctl(PR_SET_CHILD_SUBREAPER, int(before))


def _ended() -> int:
    """The pid of a child that has ended, which remains a zombie. ChildProcessError if there are no children."""
    result = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return result.si_pid if result else 0


def _children() -> list[psutil.Process]:
    """This process's own. Looks at all processes of the machine, unless there are no children."""
    try:
        _ended()
    except ChildProcessError:
        return []
    return psutil.Process().children()


def _end_all_but(before: set[int]) -> None:
    """Whoever is killed leaves its children to this process: again until there are none."""
    until = time.monotonic() + LONGEST
    while new := [child for child in _children() if child.pid not in before]:
        for child in new:
            with suppress(psutil.Error):
                for process in [child, *child.children(recursive=True)]:
                    _kill(process)
        for child in new:
            with suppress(psutil.Error):
                child.wait(1)
        if time.monotonic() > until:
            raise RuntimeError(f"cannot be ended: {new}")


def _kill(process: psutil.Process) -> None:
    """With its group, so that none of them starts others meanwhile; in another session, a group has none of ours."""
    with suppress(psutil.Error, OSError):
        group = os.getpgid(process.pid) if os.getsid(process.pid) != os.getsid(0) else 0
        process.kill()  # if it still is who it was
        if group:
            os.killpg(group, signal.SIGKILL)
