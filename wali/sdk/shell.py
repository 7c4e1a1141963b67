"""What `wali sdk env` sets in a shell, and how a build for this machine is kept from it.

tools/bootstrap.py imports this with whatever Python there is: nothing but the standard library.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import MutableMapping

from . import paths

TOOLS = ("cc", "ar", "ranlib", "nm", "strip")
MARK = "WALI_HOST"  # nobody else sets it
NAMES = (*map(str.upper, TOOLS), "CXX", "READELF", MARK, "WALI_BIN", "CMAKE_TOOLCHAIN_FILE", "PKG_CONFIG_LIBDIR")


def toolchain_file() -> str:
    """Path of the CMake toolchain file."""
    return os.path.join(paths.HERE, "wali-toolchain.cmake")


def environment(folder: str | None = None) -> str:
    """Shell commands that point a build at the tools in `folder` (by default Python's own). They set NAMES."""
    tools = folder or os.path.dirname(os.path.abspath(sys.executable))
    settings = {name.upper(): os.path.join(tools, f"wali-{name}") for name in TOOLS}
    settings |= {
        "CXX": os.path.join(tools, "wali-c++"),
        "READELF": "true",  # there is no ELF to read; configure scripts of cross builds refuse ":"
        MARK: paths.TRIPLE,
        "WALI_BIN": tools,
        "CMAKE_TOOLCHAIN_FILE": toolchain_file(),
        "PKG_CONFIG_LIBDIR": os.path.join(paths.sdk_dir(), "lib/pkgconfig"),
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    lines.append(f"# ./configure --host={paths.TRIPLE} && make")
    return "\n".join(lines) + "\n"


def leave(environ: MutableMapping[str, str]) -> None:
    """Takes NAMES out of `environ` if it is that of a shell in which `wali sdk env` was evaluated."""
    if MARK in environ:
        for name in NAMES:
            environ.pop(name, None)
