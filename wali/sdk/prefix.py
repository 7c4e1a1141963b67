"""The prefix: where libraries for programs of WALI lie, those of `wali sdk add` and those that users install by hand.

It belongs to no version of the SDK. What `wali sdk add` has put there is listed in a file, with what built it: a
library of another compiler, C library or recipe is *stale*, and said to be by whoever meets it (linker.py, too).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import driver, lock, paths, prefix_use
from .errors import SdkError
from .prefix_use import LIST, OWN

JOURNAL = "adding"  # the files that are being put in place, if that was interrupted
LOCK = "lock"
SCRATCH = "building-"  # how the names of folders begin in which libraries are built


@dataclass(frozen=True)
class Added:
    """One library of `wali sdk add`."""

    name: str
    version: str
    toolchain: str  # toolchain() of the SDK that built it
    recipe: str  # library_build.recipe()
    files: tuple[str, ...]  # below the prefix


def folder() -> Path:
    """The prefix, there or not."""
    return Path(prefix_use.folder())


def toolchain() -> str:
    """What this SDK's libraries are built by; the sysroot must be installed. Raises SdkError."""
    return prefix_use.toolchain(paths.sdk_dir(), driver.FEATURES)


def added(prefix: Path) -> dict[str, Added]:
    """The libraries of `wali sdk add` in the prefix, by name."""
    try:
        lines = (prefix / OWN / LIST).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    rows = (line.split("\t") for line in lines)
    return {row[0]: Added(row[0], row[1], row[2], row[3], tuple(row[4:])) for row in rows if len(row) > 4}


def _note(prefix: Path, libraries: dict[str, Added]) -> None:
    lines = [
        "\t".join([one.name, one.version, one.toolchain, one.recipe, *one.files]) + "\n"
        for one in sorted(libraries.values(), key=lambda one: one.name)
    ]
    _write(prefix, LIST, lines)


def _write(prefix: Path, name: str, lines: Iterable[str]) -> None:
    """Puts these lines into the file `name` of ours, whole or not at all."""
    part = prefix / OWN / f".{name}"
    part.write_text("".join(lines), encoding="utf-8")
    os.replace(part, prefix / OWN / name)


@contextlib.contextmanager
def locked(prefix: Path, waiting: str = "") -> Iterator[None]:
    """Keeps others from adding and removing, and first undoes what an interrupted one has left.

    `waiting` is what to tell if somebody else is at it. Raises SdkError where nothing can be written.
    """
    if any(blank in str(prefix) for blank in " \t\n"):
        raise SdkError(f"{prefix}: libraries cannot be built for a folder with a blank in its name; set WALI_PREFIX")
    with contextlib.ExitStack() as stack:
        try:
            (prefix / OWN).mkdir(parents=True, exist_ok=True)
            stack.enter_context(lock.held(prefix / OWN / LOCK, waiting))
        except OSError as error:
            raise SdkError(
                f"{error.filename or prefix}: {error.strerror} (WALI_PREFIX chooses another folder for libraries)"
            ) from None
        _recover(prefix)
        yield


def _recover(prefix: Path) -> None:
    """After an interruption the library is not there: nor are files of it."""
    for left in (prefix / OWN).glob(f"{SCRATCH}*"):
        _end_processes_in(left)
        shutil.rmtree(left, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        names = (prefix / OWN / JOURNAL).read_text(encoding="utf-8").splitlines()
        owned = {name for one in added(prefix).values() for name in one.files}
        _delete(prefix, [name for name in names if name not in owned])
        (prefix / OWN / JOURNAL).unlink()


def _end_processes_in(folder: Path) -> None:
    """What a killed `wali sdk add` has started may run on, and write: its processes work in its folder, in a session of
    their own. Who looks around there from the session of this command is left alone."""
    inside = f"{os.path.realpath(folder)}/"
    found = True
    while found:
        found = False
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):  # not ours, or gone
                if not name.isdigit() or os.getsid(int(name)) == os.getsid(0):
                    continue
                if f"{os.readlink(f'/proc/{name}/cwd')}/".startswith(inside):
                    os.kill(int(name), signal.SIGKILL)
                    found = True
        if found:
            time.sleep(0.01)


def _delete(prefix: Path, files: list[str] | tuple[str, ...]) -> None:
    for name in files:
        path = prefix / name
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        for parent in path.parents:
            if parent == prefix:
                break
            try:
                parent.rmdir()
            except OSError:  # not empty
                break


def place(prefix: Path, staging: Path, library: Added, force: bool = False) -> None:
    """Move the library's files from the tree `staging` into the prefix, in the place of an older one of that name.

    Needs the lock. Raises SdkError if that would overwrite what is not ours, unless `force` is given.
    """
    libraries = added(prefix)
    old = libraries.pop(library.name, None)
    others = {name: one.name for one in libraries.values() for name in one.files}
    ours = set(old.files) if old else set()
    for name in library.files:
        if name in others:
            raise SdkError(f"{library.name} and {others[name]} both install {name}")
        if name not in ours and not force and os.path.lexists(prefix / name):
            raise SdkError(
                f"{prefix / name} is there, and not from wali sdk add: --force overwrites it, "
                "or WALI_PREFIX chooses another folder"
            )
    _write(prefix, JOURNAL, (f"{name}\n" for name in sorted(ours | set(library.files))))
    _note(prefix, libraries)
    _delete(prefix, sorted(ours))
    for name in sorted(library.files, key=lambda name: (name.endswith((".a", ".pc")), name)):  # what is found, last
        (prefix / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / name, prefix / name)
    _note(prefix, {**libraries, library.name: library})
    (prefix / OWN / JOURNAL).unlink()


def remove(prefix: Path, names: list[str]) -> None:
    """Take these libraries out of the prefix. Needs the lock."""
    libraries = added(prefix)
    gone = [libraries.pop(name) for name in names]
    files = [name for one in gone for name in one.files]
    _write(prefix, JOURNAL, (f"{name}\n" for name in files))
    _note(prefix, libraries)
    _delete(prefix, files)
    (prefix / OWN / JOURNAL).unlink()
