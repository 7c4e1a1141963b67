"""The sysroots in the data folder: one per version of this package, kept as long as some version uses them.

When a sysroot was last used is the time of its stamp (`paths.mark_used`). Several checkouts and environments
share the folder, so installing removes only what none of them has used for a month.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import paths

KEEP_UNUSED = 30 * 24 * 3600.0  # seconds
NAME = re.compile(r"[0-9a-f]{16}")  # paths.fingerprint
SCRATCH = (".building-*", ".removing-*")  # of installations that were killed


@dataclass(frozen=True)
class Sysroot:
    """One installed sysroot: its folder, when it was last used (seconds since 1970), and its size in bytes."""

    folder: Path
    used: float
    size: int


def installed(home: Path) -> list[Sysroot]:
    """The sysroots in the data folder `home`, the one used last first. What is none is passed over."""
    found = []
    with suppress(OSError):
        for folder in home.iterdir():
            with suppress(OSError):
                if NAME.fullmatch(folder.name) and not folder.is_symlink():
                    found.append(Sysroot(folder, (folder / paths.STAMP).stat().st_mtime, size_of(folder)))
    return sorted(found, key=lambda sysroot: -sysroot.used)


def size_of(folder: Path) -> int:
    """Bytes in the files below `folder`."""
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def remove_scratch(home: Path) -> int:
    """Removes what killed installations left; returns the bytes freed. Only for who holds the folder's lock."""
    freed = 0
    for pattern in SCRATCH:
        for folder in home.glob(pattern):
            freed += size_of(folder)
            shutil.rmtree(folder, ignore_errors=True)
    return freed


def prune(home: Path, current: Path) -> list[Sysroot]:
    """Removes the sysroots that nobody used for a month, but for `current`; returns them. Needs the lock, too."""
    before = time.time() - KEEP_UNUSED
    return [one for one in installed(home) if one.folder != current and one.used < before and remove(one.folder)]


def prune_fronts(home: Path) -> None:
    """Removes the plans of installations that have compiled nothing for a month: in use they are made anew each day."""
    for path in (home / paths.FRONTS).glob("*"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - KEEP_UNUSED:
                path.unlink()


def remove(folder: Path) -> bool:
    """Removes a sysroot: first its name, so that nobody meets half of one. False if that may not be done."""
    doomed = folder.with_name(f".removing-{folder.name}")
    try:
        shutil.rmtree(doomed, ignore_errors=True)
        folder.rename(doomed)
    except OSError:
        return False
    shutil.rmtree(doomed, ignore_errors=True)
    return True
