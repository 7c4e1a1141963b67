"""Builds C programs natively and to wasm by the same CMake project, and finds the runtime."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import sources

ROOT = sources.ROOT
TOOLCHAIN = ROOT / "wali" / "sdk" / "wali-toolchain.cmake"
SOURCE_OF = {
    "lua": sources.LUA,
    "sqlite3": sources.SQLITE,
    "minigzip": sources.ZLIB,
    "example": sources.ZLIB,
}
VARIABLES = {sources.LUA: "LUA_SOURCES", sources.SQLITE: "SQLITE_SOURCES", sources.ZLIB: "ZLIB_SOURCES"}


class BuildError(Exception):
    """A program does not build; the text is the compiler's."""


@dataclass(frozen=True)
class Pair:
    """A program built twice: how to start each."""

    native: tuple[str, ...]
    wasm: tuple[str, ...]

    def both(self) -> dict[str, tuple[str, ...]]:
        """By name, the native one first."""
        return {"native": self.native, "wasm": self.wasm}


def wali_run() -> str:
    """The runtime's command: WALI_RUN, else beside this Python, else in PATH. Raises BuildError."""
    beside = Path(sys.executable).parent / "wali-run"
    found = os.environ.get("WALI_RUN") or (str(beside) if beside.exists() else shutil.which("wali-run"))
    if not found:
        raise BuildError("wali-run is neither beside this Python, nor in PATH, nor named by WALI_RUN")
    return found


def app(name: str) -> Pair:
    """One of SOURCE_OF's programs. Raises NoSourcesError, RuntimeError (no download), BuildError."""
    source = SOURCE_OF[name]
    definition = f"-D{VARIABLES[source]}={sources.tree(source)}"
    return project(ROOT / "tests" / "apps", ROOT / "build" / "apps" / source.package, name, [definition])


def project(folder: Path, build: Path, target: str, definitions: Sequence[str] = ()) -> Pair:
    """Build `target` of the CMake project in `folder`, natively and to wasm, below `build`. Raises BuildError."""
    native = _build(folder, build / "native", target, definitions)
    # The SDK's fingerprint as a macro: another SDK means another command line, and so a new build.
    flags = f"-DCMAKE_C_FLAGS=-DWALI_SDK_{Path(_command(['wali-cc', '-print-sysroot'])).name}"
    wasm = _build(folder, build / "wasm", target, [*definitions, flags, f"--toolchain={TOOLCHAIN}"])
    return Pair((str(native / target),), (wali_run(), str(wasm / f"{target}.wasm")))


def _build(folder: Path, build: Path, target: str, definitions: Sequence[str]) -> Path:
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("w") as lock:  # one builder at a time, also among parallel test runs
        fcntl.flock(lock, fcntl.LOCK_EX)
        _command(["cmake", "-G", "Ninja", "-S", str(folder), "-B", str(build), *definitions])
        _command(["cmake", "--build", str(build), "--target", target])
    return build


def _command(argv: list[str]) -> str:
    """Its output. The tools of this Python's environment come first in PATH."""
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        argv,
        check=False,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise BuildError(f"{' '.join(argv)}\n{done.stdout}")
    return done.stdout.strip()
