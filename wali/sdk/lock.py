"""A lock file: one installation at a time, one change of the prefix at a time."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from ..messages import printable, tell


@contextlib.contextmanager
def held(path: Path, waiting: str = "", wait: bool = True) -> Iterator[None]:
    """Holds the lock that the file `path` stands for, and makes the file if need be; its folder must be there.

    `waiting` is told on stderr if somebody else has the lock. Raises BlockingIOError then, without `wait`, and OSError
    if the file cannot be opened.
    """
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise
            if waiting:
                tell(f"wali sdk: {printable(waiting)}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
