"""How the compiler driver uses the prefix of libraries (prefix.py). Imports are few: every compilation passes here."""

from __future__ import annotations

import os

from . import paths

OWN = ".wali"  # the folder of what is ours alone, in the prefix
LIST = "libraries"  # there: a line for each library, prefix.Added's fields between tabs
HEADERS = "headers.sha256"  # in the sysroot: what its headers are
# Options, and the folders in the prefix for which they are. Around them, as not every command line uses them.
PLACES = (("-isystem", "include"), ("-L", "lib"))
AROUND = ("--start-no-unused-arguments", "--end-no-unused-arguments")
NO_HEADERS = "-nostdinc"
# What the linker's front reads.
VARIABLE, TOOLCHAIN = "WALI_LD_PREFIX", "WALI_LD_TOOLCHAIN"


def folder() -> str:
    """The prefix, there or not: WALI_PREFIX, or the default."""
    given = os.environ.get("WALI_PREFIX")
    return os.path.abspath(given) if given else default()


def default() -> str:
    """$XDG_DATA_HOME/wali/prefix."""
    return os.path.join(os.path.dirname(paths.data_home()), "prefix")


def has_libraries(prefix: str) -> bool:
    """Whether `wali sdk add` has put any into it."""
    return bool(prefix) and os.path.exists(os.path.join(prefix, OWN, LIST))


def options(words: list[str]) -> list[str]:
    """What finds headers and archives in the prefix, behind the user's own `words`, so that theirs come first."""
    places = PLACES[1:] if NO_HEADERS in words else PLACES
    there = [(option, os.path.join(folder(), name)) for option, name in places]
    found = [option + place for option, place in there if os.path.isdir(place)]
    return [AROUND[0], *found, AROUND[1]] if found else []


def linker_environment(sysroot: str, features: tuple[str, ...]) -> None:
    """Let the linker's front see whether the libraries of `wali sdk add` are of this SDK."""
    if has_libraries(folder()):
        os.environ[VARIABLE] = folder()
        os.environ[TOOLCHAIN] = toolchain(sysroot, features)
    else:
        os.environ.pop(VARIABLE, None)


def toolchain(sysroot: str, features: tuple[str, ...]) -> str:
    """What decides whether objects fit together: the compiler, its features, and libc's headers."""
    return " ".join([paths.zig_version(paths.zig_dir()), _headers(sysroot), *features])


def _headers(sysroot: str) -> str:
    """16 hex digits of the C headers in the sysroot, computed once for each."""
    noted = os.path.join(sysroot, HEADERS)
    try:
        with open(noted, encoding="utf-8") as file:
            return file.read()
    except OSError:
        pass
    from contextlib import suppress
    from hashlib import sha256

    state = sha256()
    top = os.path.join(sysroot, "include")
    for parent, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "c++")
        for name in sorted(files):
            path = os.path.join(parent, name)
            with open(path, "rb") as content:
                state.update(os.fsencode(os.path.relpath(path, top)) + b"\0" + content.read())
    digest = state.hexdigest()[:16]
    part = os.path.join(sysroot, f".{HEADERS}.{os.getpid()}")
    with suppress(OSError):  # somebody else's sysroot
        with open(part, "w", encoding="utf-8") as file:
            file.write(digest)
        os.replace(part, noted)
    return digest
