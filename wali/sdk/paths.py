"""Where things are: the toolchain, our own files, and the installed sysroot."""

from __future__ import annotations

import os
import sys
import time

from .errors import SdkError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import hashlib

TRIPLE = "wasm32-unknown-linux-muslwali"
WASI_TRIPLE = "wasm32-wasip1"
WASI_THREADS_TRIPLE = "wasm32-wasip1-threads"
# What --target= may say; clang knows the first two as one.
TARGETS = {
    TRIPLE: TRIPLE,
    "wasm32-linux-muslwali": TRIPLE,
    WASI_TRIPLE: WASI_TRIPLE,
    "wasm32-wasi": WASI_TRIPLE,
    "wasm32-unknown-wasip1": WASI_TRIPLE,
    "wasm32-unknown-wasi": WASI_TRIPLE,
    WASI_THREADS_TRIPLE: WASI_THREADS_TRIPLE,
    "wasm32-wasi-threads": WASI_THREADS_TRIPLE,
    "wasm32-unknown-wasip1-threads": WASI_THREADS_TRIPLE,
}
LIB_DIR = "lib/wasm32-linux-muslwali"  # where clang looks for crt1.o and -lc
SIMD_LIB_DIR = f"{LIB_DIR}/simd128"  # the libc.a of programs that are not for the baseline
HERE = os.path.dirname(os.path.abspath(__file__))
OVERLAY = os.path.join(HERE, "overlay")
WASI_OVERLAY = os.path.join(HERE, "wasi_overlay")
GENERATED = os.path.join(HERE, "_generated")
GENERATED_FILES = (
    "wali_syscalls.h",
    "syscall_switch.h",
    "syscall_widths.h",
    "syscall_overloads.h",
    "prctl_overloads.h",
    "syscall.h.in",
)
LIBCXX = os.path.join(HERE, "libcxx")
LIBUBSAN = os.path.join(HERE, "libubsan")
LIBGCOV = os.path.join(HERE, "libgcov")
LIBPROFILE = os.path.join(HERE, "libprofile")
STAMP = "sdk.json"
CXX_STAMP = "c++.json"  # beside it, once the sysroot has C++
CARGO = "CARGO_TARGET_WASM32_WALI_LINUX_MUSL_"  # and a setting: what cargo is told for Rust's target
ZIGLANG = "ziglang==0.17.0"  # as pyproject.toml has it
FIX_CALLS = "--wali-fix-calls"  # what -mwali-fix-calls is for the linker's front
MODULE = "--wali-module="  # what -mwali-module= is for it
DOWNLOADS = "downloads"  # beside the sysroots: the sources, as they were fetched
FRONTS = "fronts"  # beside the sysroots: the plans of the native wali-cc (front.py), one for each installation
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
    raise SdkError(f"the compiler is not installed; try: {sys.executable} -m pip install {ZIGLANG}")


def zig_version(folder: str) -> str:
    """Version of the wheel at `folder`, from its metadata's folder name ('unknown' without)."""
    parent = os.path.dirname(folder)
    for name in sorted(os.listdir(parent)):
        if name.startswith("ziglang-") and name.endswith(".dist-info"):
            return name[len("ziglang-") : -len(".dist-info")]
    return "unknown"


def home() -> str:
    """The user's home by the user database, if it is a folder of theirs, else $HOME.

    The cache has the same rule (wali/native/start/cache_place.c): a test suite gives each script another HOME.
    """
    import pwd

    try:
        folder = pwd.getpwuid(os.geteuid()).pw_dir
        if folder.startswith("/") and os.path.isdir(folder) and os.stat(folder).st_uid == os.geteuid():
            return folder
    except (KeyError, OSError):
        return os.path.expanduser("~")
    return os.path.expanduser("~")


def data_home() -> str:
    """$XDG_DATA_HOME/wali/sdk, by default ~/.local/share/wali/sdk."""
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(home(), ".local", "share")
    return os.path.join(base, "wali", "sdk")


_MAKERS = (
    "edit_row.py",
    "edits.py",
    "edits_glibc.py",
    "edits_speed.py",
    "build.py",
    "headers.py",
    "source.py",
    "runtimes.py",
    "cxx.py",
    "cxx_edits.py",
)


def inputs(target: str) -> list[str]:
    """Every file that the contents of a sysroot depend on."""
    if is_wasi(target):  # all else is the wheel's
        found = [os.path.join(HERE, name) for name in ("wasi.py", "build.py")]
        if target == WASI_THREADS_TRIPLE:
            found.append(os.path.join(HERE, "wasi_threads.py"))
            found += [os.path.join(WASI_OVERLAY, name) for name in sorted(os.listdir(WASI_OVERLAY))]
        return found
    found = [os.path.join(HERE, name) for name in _MAKERS]
    found += [os.path.join(GENERATED, name) for name in GENERATED_FILES]
    for top in (OVERLAY, LIBCXX, LIBUBSAN, LIBGCOV, LIBPROFILE):
        for parent, folders, files in os.walk(top):
            folders.sort()
            found += [os.path.join(parent, name) for name in sorted(files)]
    return found


def _sha256(data: bytes) -> hashlib._Hash:
    """Python's own: that of hashlib loads OpenSSL, which takes as long as to compile a small file."""
    try:
        from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]  # 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            from hashlib import sha256
    return sha256(data)  # type: ignore[no-any-return,unused-ignore]


def fingerprint(target: str = TRIPLE) -> str:
    """16 hex digits that change when the overlay, the generated files or the compiler do."""
    state = _sha256(zig_version(zig_dir()).encode())
    for path in inputs(target):
        state.update(os.path.relpath(path, HERE).encode() + b"\0")
        try:
            with open(path, "rb") as file:
                state.update(file.read())
        except FileNotFoundError:
            continue  # install says which generated file is missing
    return state.hexdigest()[:16]


def sdk_dir(target: str = TRIPLE) -> str:
    """Folder of the target's sysroot for this version, installed or not; WALI_SDK_DIR overrides it."""
    if given := os.environ.get("WALI_SDK_DIR"):
        suffixes = {WASI_TRIPLE: "-wasi", WASI_THREADS_TRIPLE: "-wasi-threads"}
        return given.rstrip("/") + suffixes[target] if target in suffixes else given
    return usual_sdk_dir(target)


def usual_sdk_dir(target: str = TRIPLE) -> str:
    """The same without regard to WALI_SDK_DIR."""
    return os.path.join(data_home(), fingerprint(target))


def target_named(name: str) -> str:
    """The target that --target=`name` means, one of the values of TARGETS. Raises SdkError for others."""
    if name not in TARGETS:
        raise SdkError(
            f"--target={name}: not one of {WASI_TRIPLE} (or wasm32-wasi), {WASI_THREADS_TRIPLE} and {TRIPLE}, the default"
        )
    return TARGETS[name]


def is_wasi(target: str) -> bool:
    """Whether programs for this target are WASI's, not WALI's."""
    return target in (WASI_TRIPLE, WASI_THREADS_TRIPLE)


def mark_used(folder: str) -> bool:
    """Notes that the sysroot is in use, in the time of its stamp; at most once a day. False if it is not installed."""
    stamp = os.path.join(folder, STAMP)
    try:
        noted = os.stat(stamp).st_mtime
    except OSError:
        return False
    if time.time() - noted > USE_NOTED:
        try:  # without contextlib, which takes longer to load than all of this
            os.utime(stamp)
        except OSError:
            return True  # somebody else's, which they look after
    return True
