"""The libraries that ports are built with: rows of `wali sdk add`, for wasm and by this machine's compiler.

Each kind has a prefix below build/apps/libraries, and each port a view of it that shows no more than it names.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.programs import sources
from tests.support.tools import path_first
from wali.sdk import library_build, library_cli, prefix
from wali.sdk.libraries import in_order

HOMES = sources.FOLDER.parent / "libraries"


def view_of(made: Path) -> Path:
    """The prefix that a build in the folder `made` sees."""
    return made.with_name(f"{made.name}-libraries")


def show(names: tuple[str, ...], made: Path, tools: Mapping[str, str], toolchain: str) -> tuple[str, ...]:
    """Fill the prefix of the build in `made` with these libraries; returns the recipes of what is in it. Raises as
    sources.tree does, and SdkError."""
    shutil.rmtree(view_of(made), ignore_errors=True)
    if names:
        home = HOMES / made.name
        built(names, home, tools, toolchain)
        library_build.view(home, names, view_of(made))
    return tuple(library_build.recipe(library) for library in in_order(names))


def built(names: tuple[str, ...], home: Path, tools: Mapping[str, str], toolchain: str, checked: bool = False) -> int:
    """Build these libraries into the prefix `home`, if they are not there. Returns how many of their own tests have
    passed, if they are to be `checked`, and built anew for it."""
    passed = 0
    with prefix.locked(home):
        for library in in_order(names):
            there = prefix.added(home).get(library.name)
            again = checked and library.name in names
            if there and not again and not library_cli.stale(there, toolchain):
                continue
            tarball = sources.tarball(library.source)
            command = {"PATH": path_first(), **tools}
            passed += library_build.add(library, home, command, toolchain, lambda _: None, tarball, again)
    return passed
