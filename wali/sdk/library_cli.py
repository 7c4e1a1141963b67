"""The verbs of `wali sdk` about libraries: add, remove, and their part of list."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from ..messages import printable
from ..parser import Parser
from . import install, library_build, prefix, shell
from .errors import FULL, SdkError
from .libraries import LIBRARIES, Library, in_order, named
from .progress import Line

ADD = """\
Builds libraries for programs of WALI, from Debian's sources, which are pinned and checked, and puts headers, archives
and .pc files into the prefix (wali sdk path --prefix). wali-cc, CMake, meson and pkg-config find them there. What a
library needs is added first; one that is there, built by this SDK, is left as it is.

  wali sdk add zlib openssl        some of them; without a name: which there are, and which are added
  wali sdk add --check pcre2       runs its own tests before it is installed
"""
REMOVE = """\
Removes libraries that `wali sdk add` has put into the prefix. What users have installed there stays.
"""


def add_verbs(add: Callable[[str, str, str], Parser]) -> None:
    """Declare the verbs: `add(name, summary, description)` makes the parser of one."""
    one = add("add", "build libraries: zlib, ncurses, openssl ...", ADD)
    one.add_argument("names", metavar="NAME", nargs="*", help="a library; without any: lists them")
    one.add_argument("--check", action="store_true", help="run its own tests before installing it")
    one.add_argument("--force", action="store_true", help="build it anew, and overwrite files that are not its own")
    one.add_argument(
        "--sources", metavar="DIR", type=Path, help="the folder with the tarballs, instead of fetching them"
    )
    one.add_argument("-q", "--quiet", action="store_true", help="no progress")
    two = add("remove", "remove libraries", REMOVE)
    two.add_argument("names", metavar="NAME", nargs="+", help="a library of `wali sdk add`")


def run(options: argparse.Namespace) -> None:
    """`wali sdk add` or `wali sdk remove`. Raises SdkError."""
    try:
        if options.command == "remove":
            remove(options.names)
        elif options.names:
            add(options.names, options.check, options.force, options.sources, options.quiet)
        else:
            show_all()
    except OSError as error:
        if error.filename is None:  # of what we print: messages.answered tells
            raise
        place = f" ({prefix.folder()}: make room there, or choose another folder by WALI_PREFIX)"
        raise SdkError(f"{error.filename}: {error.strerror}{place if error.errno in FULL else ''}") from None


def add(
    names: list[str], check: bool = False, force: bool = False, sources: Path | None = None, quiet: bool = False
) -> None:
    """Build and install these libraries, and what they need. Safe to call from several processes. Raises SdkError."""
    wanted = [named(name) for name in names]
    install.ensure(quiet=quiet)
    home = prefix.folder()
    progress = Line(quiet)
    with prefix.locked(home, "" if quiet else "waiting for another wali sdk add"):
        toolchain = prefix.toolchain()
        for library in in_order(names):
            asked = library in wanted
            there = prefix.added(home).get(library.name)
            if there and not (asked and (force or check)) and not stale(there, toolchain):
                if asked:
                    progress.end(f"{library.name} {there.version} is there")
                continue
            _add(library, home, toolchain, check and asked, force and asked, sources, progress)


def _add(
    library: Library,
    home: Path,
    toolchain: str,
    check: bool,
    force: bool,
    sources: Path | None,
    progress: Line,
) -> None:
    start = time.monotonic()
    tools = shell.settings()
    path = f"{tools['WALI_BIN']}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if missing := library_build.missing_tools(library, path):
        raise SdkError(f"{library.name} takes programs to build it that are not here; try: {' && '.join(missing)}")
    progress.show(f"fetching {library.source.tarball}")
    tarball = library_build.fetch(library, library_build.downloads(), sources)
    passed = library_build.add(library, home, {**tools, "PATH": path}, toolchain, progress.show, tarball, check, force)
    tested = f", {passed} of its own tests passed" if check else ""
    progress.end(f"{library.name} {library.version} is in {home} ({time.monotonic() - start:.0f} s{tested})")


def remove(names: list[str]) -> None:
    """Take libraries out of the prefix. Raises SdkError if one is not there, or another needs it."""
    home = prefix.folder()
    with prefix.locked(home, "waiting for a wali sdk add"):
        there = prefix.added(home)
        chosen = list(dict.fromkeys(named(name).name for name in names))
        for name in chosen:
            if name not in there:
                raise SdkError(f"{name} is not added (wali sdk list shows what is)")
        for library in LIBRARIES:
            needed = [need for need in library.needs if need in chosen]
            if needed and library.name in there and library.name not in chosen:
                both = " ".join([library.name, *chosen])
                raise SdkError(f"{library.name} needs {needed[0]}; to remove both: wali sdk remove {both}")
        prefix.remove(home, chosen)


def stale(one: prefix.Added, toolchain: str) -> str:
    """Why a library that is there should be built anew; nothing if it should not."""
    if one.toolchain != toolchain:
        return "built for another compiler or C library"
    library = next((library for library in LIBRARIES if library.name == one.name), None)
    if library is None:
        return "of another version of this package, which this one cannot build"
    return "" if one.recipe == library_build.recipe(library) else "of another version or recipe"


def show_added() -> None:
    """The part of `wali sdk list`: one line for each library that is there."""
    home = prefix.folder()
    there = prefix.added(home)
    toolchain = prefix.toolchain() if there and install.installed() else ""
    for one in there.values():
        why = stale(one, toolchain) if toolchain else ""
        note = f"  {why}: wali sdk add {one.name}" if why else ""
        print(f"{printable(str(home))}  {one.name} {one.version}{note}")


def show_all() -> None:
    """All libraries that there are: name, version, what it is for, whether it is added."""
    there = prefix.added(prefix.folder())
    for library in LIBRARIES:
        mark = "added" if library.name in there else ""
        needs = f" (needs {', '.join(library.needs)})" if library.needs else ""
        print(f"{library.name:10} {library.version:15} {mark:6} {library.about}{needs}")


def path_of_prefix() -> str:
    """The prefix, made if it is not there, so that `--prefix=` may name it."""
    folder = str(prefix.folder())
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise SdkError(f"{folder}: {error.strerror} (WALI_PREFIX chooses another folder)") from None
    return folder
