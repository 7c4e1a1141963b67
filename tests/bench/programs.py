"""The programs of tests/bench/c, built natively and to wasm by the same CMake project."""

from __future__ import annotations

import fcntl
from pathlib import Path

from tests.programs.build import BuildError, Pair
from tests.support import tools

SOURCES = Path(__file__).parent / "c"
BUILD = tools.ROOT / "build" / "bench"
TOOLCHAIN = tools.ROOT / "wali" / "sdk" / "wali-toolchain.cmake"


def program(name: str) -> Pair:
    """One of them. Raises BuildError."""
    # The SDK's fingerprint as a macro: another SDK means another command line, and so a new build.
    flags = f"-DCMAKE_C_FLAGS=-DWALI_SDK_{Path(_checked(*tools.run('wali-cc', '-print-sysroot')).strip()).name}"
    native, wasm = _build("native", name), _build("wasm", name, flags, f"--toolchain={TOOLCHAIN}")
    return Pair((str(native / name),), (tools.wali_run(), str(wasm / f"{name}.wasm")))


def _build(kind: str, target: str, *settings: str) -> Path:
    folder = BUILD / kind
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:  # one builder at a time
        fcntl.flock(lock, fcntl.LOCK_EX)
        _checked(*tools.configure(SOURCES, folder, *settings))
        _checked(*tools.run("cmake", "--build", str(folder), "--target", target))
    return folder


def _checked(status: int, said: str) -> str:
    if status:
        raise BuildError(said)
    return said
