"""What `wali sdk env` sets in a shell, and how a build for this machine is kept from it.

tools/bootstrap.py imports this with whatever Python there is: nothing but the standard library.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import MutableMapping

from . import paths, prefix_use

TOOLS = ("cc", "ar", "ranlib", "nm", "strip")
MARK = "WALI_HOST"  # nobody else sets it
OWN = ("WALI_BIN", "WALI_TARGET", MARK)
RUST_NAMES = tuple(paths.CARGO + name for name in ("LINKER", "RUNNER", "RUSTFLAGS", "RUSTDOCFLAGS"))
PACKAGES = ("PKG_CONFIG", "PKG_CONFIG_LIBDIR", "WALI_PREFIX")
NAMES = (*map(str.upper, TOOLS), "CXX", "READELF", *OWN, "CMAKE_TOOLCHAIN_FILE", *PACKAGES, *RUST_NAMES)


def toolchain_file() -> str:
    """Path of the CMake toolchain file."""
    return os.path.join(paths.HERE, "wali-toolchain.cmake")


def cross_file() -> str:
    """Path of the meson cross file."""
    return os.path.join(paths.HERE, "wali-meson.ini")


def package_folders() -> str:
    """Where .pc files of libraries for WALI are, as PKG_CONFIG_LIBDIR has it."""
    return ":".join(os.path.join(prefix_use.folder(), name, "pkgconfig") for name in ("lib", "share"))


def settings(folder: str | None = None, target: str = paths.TRIPLE) -> dict[str, str]:
    """The variables of NAMES that point a build at the tools in `folder` (by default Python's own)."""
    tools = folder or os.path.dirname(os.path.abspath(sys.executable))
    found = {name.upper(): os.path.join(tools, f"wali-{name}") for name in TOOLS}
    host = paths.TRIPLE
    if paths.is_wasi(target):
        found["CC"] += f" --target={target}"
        host = "wasm32-wasi"  # which every config.sub knows
    found |= {
        "CXX": os.path.join(tools, "wali-c++"),  # which refuses WASI, with a reason
        "READELF": "true",  # there is no ELF to read; configure scripts of cross builds refuse ":"
        MARK: host,
        "WALI_BIN": tools,
        "WALI_TARGET": target,
        "CMAKE_TOOLCHAIN_FILE": toolchain_file(),
        "PKG_CONFIG_LIBDIR": os.path.join(paths.sdk_dir(target), "lib/pkgconfig"),
    }
    if not paths.is_wasi(target):  # for which there are no libraries
        found |= {
            "WALI_PREFIX": prefix_use.folder(),
            "PKG_CONFIG": os.path.join(tools, "wali-pkg-config"),
            "PKG_CONFIG_LIBDIR": package_folders(),
        }
    return found


def environment(folder: str | None = None, target: str = paths.TRIPLE) -> str:
    """The same as shell commands, and cargo's settings if Rust is installed."""
    found = settings(folder, target)
    path = ""
    if target == paths.TRIPLE and os.path.isdir(os.path.join(paths.sdk_dir(), "rust")):
        from . import rust_settings

        found |= rust_settings.environment(found["WALI_BIN"])
        path = rust_settings.toolchain()
    lines = [f"export {name}={shlex.quote(value)}" for name, value in found.items()]
    lines.append(f"{path}# ./configure --host={found[MARK]} && make")
    return "\n".join(lines) + "\n"


def leave(environ: MutableMapping[str, str]) -> None:
    """Takes NAMES out of `environ` if it is that of a shell in which `wali sdk env` was evaluated."""
    if MARK in environ:
        for name in NAMES:
            environ.pop(name, None)
