"""Where things are: the toolchain, our own files, and the installed sysroot."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from .errors import SdkError

TRIPLE = "wasm32-unknown-linux-muslwali"
LIB_DIR = "lib/wasm32-linux-muslwali"  # where clang looks for crt1.o and -lc
HERE = os.path.dirname(os.path.abspath(__file__))
OVERLAY = os.path.join(HERE, "overlay")
GENERATED = os.path.join(HERE, "_generated")
GENERATED_FILES = ("wali_syscalls.h", "syscall_switch.h", "syscall.h.in")
STAMP = "sdk.json"
USE_NOTED = 24 * 3600.0  # seconds: how exactly the last use is known


def zig_dir() -> str:
    """Folder of the installed `ziglang` wheel, which holds clang, lld and their headers.

    Found by name on sys.path: importing the package, or asking importlib.metadata, costs
    more than the search. Raises SdkError when it is not installed.
    """
    for entry in sys.path:
        found = os.path.join(entry or ".", "ziglang")
        if os.access(os.path.join(found, "zig"), os.X_OK):
            return found
    raise SdkError("the compiler is not installed: pip install 'wali-runtime[sdk]'")


def zig_version(folder: str) -> str:
    """Version of the wheel at `folder`, from its metadata's folder name ('unknown' without)."""
    parent = os.path.dirname(folder)
    for name in sorted(os.listdir(parent)):
        if name.startswith("ziglang-") and name.endswith(".dist-info"):
            return name[len("ziglang-") : -len(".dist-info")]
    return "unknown"


def data_home() -> str:
    """$XDG_DATA_HOME/wali/sdk, by default ~/.local/share/wali/sdk."""
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(base, "wali", "sdk")


def _inputs() -> list[str]:
    """Every file that the contents of a sysroot depend on."""
    found = [os.path.join(HERE, name) for name in ("edits.py", "build.py", "headers.py", "source.py")]
    found += [os.path.join(GENERATED, name) for name in GENERATED_FILES]
    for parent, folders, files in os.walk(OVERLAY):
        folders.sort()
        found += [os.path.join(parent, name) for name in sorted(files)]
    return found


def fingerprint() -> str:
    """16 hex digits that change when the overlay, the generated files or the compiler do."""
    from hashlib import sha256

    state = sha256(zig_version(zig_dir()).encode())
    for path in _inputs():
        state.update(os.path.relpath(path, HERE).encode() + b"\0")
        try:
            with open(path, "rb") as file:
                state.update(file.read())
        except FileNotFoundError:
            continue  # install says which generated file is missing
    return state.hexdigest()[:16]


def sdk_dir() -> str:
    """Folder of the sysroot for this version, installed or not; WALI_SDK_DIR overrides it."""
    return os.environ.get("WALI_SDK_DIR") or usual_sdk_dir()


def usual_sdk_dir() -> str:
    """The same without regard to WALI_SDK_DIR."""
    return os.path.join(data_home(), fingerprint())


def mark_used(folder: str) -> bool:
    """Notes that the sysroot is in use, in the time of its stamp; at most once a day. False if it is not installed."""
    stamp = os.path.join(folder, STAMP)
    try:
        noted = os.stat(stamp).st_mtime
    except OSError:
        return False
    if time.time() - noted > USE_NOTED:
        with suppress(OSError):  # somebody else's, which they look after
            os.utime(stamp)
    return True
