"""Nothing that a suite has started outlives it: not its daemons either, nor what a login has left running."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator

import psutil

PR_SET_CHILD_SUBREAPER = 36


@contextlib.contextmanager
def ended() -> Iterator[None]:
    """Processes that the block starts, by whatever detours, end with it: meanwhile orphans become this one's children."""
    before = _descendants()
    _adopt_orphans(True)
    try:
        yield
    finally:
        while left := _descendants() - before:
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            for process in left:
                with contextlib.suppress(ChildProcessError):  # another's child: this one's, once its parent is gone
                    os.waitpid(process.pid, 0)
        _adopt_orphans(False)


def _descendants() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _adopt_orphans(yes: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
