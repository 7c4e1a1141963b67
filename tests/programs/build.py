"""Builds the programs of ports.py: each by <name>/build.sh, from pinned sources, natively or to wasm, as a user would.

A build has a folder below build/apps, and in it a stamp that names everything it came from. An up-to-date one costs
a few milliseconds, any other begins from nothing.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.programs import libraries, sources, upstream
from tests.programs.ports import Port
from tests.support.tools import ROOT, path_first, run, wali_run
from wali.sdk import paths, prefix

BUILDS = ROOT / "build" / "apps"
HERE = Path(__file__).parent
SDK = ROOT / "wali" / "sdk"
TIMEOUT = 900
"""Seconds for one script."""

# What `wali sdk env` exports, with this machine's tools.
NATIVE_TOOLS = {
    "CC": "cc",
    "CXX": "c++",
    "AR": "ar",
    "RANLIB": "ranlib",
    "NM": "nm",
    "STRIP": "strip",
    "READELF": "readelf",
    "WALI_HOST": "",
}
# The rest of the caller's environment (CFLAGS, MAKEFLAGS, CONFIG_SITE, ...) would change what is built.
KEPT = ("HOME", "TMPDIR", "XDG_DATA_HOME", "WALI_SDK_DIR", "WALI_RUN", "WALI_QUIET")


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


def pair(port: Port, program: str) -> Pair:
    """One of the port's programs, built both ways. Raises NoSourcesError, RuntimeError (no download), BuildError."""
    return Pair((str(native(port)[program]),), (wali_run(), str(wasm(port)[program])))


def native(port: Port) -> dict[str, Path]:
    """The programs by name, as this machine's C compiler makes them. Raises as pair does."""
    return _build(port, "native")


def wasm(port: Port) -> dict[str, Path]:
    """The programs by name, as executable modules. Raises as pair does."""
    return _build(port, "wasm")


def wasi(port: Port) -> dict[str, Path]:
    """The programs by name, as modules of WASI preview1. Raises as pair does."""
    return _build(port, "wasi")


def tools_of(port: Port, kind: str) -> dict[str, str]:
    """The variables that a build of the port was made with: native, wasm or wasi."""
    return _using(folder(port, kind), tools_and_state(kind)[0])


def tools_and_state(kind: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The variables that a build is made with, and what it depends on besides these and the port."""
    if kind == "native":
        return NATIVE_TOOLS, (_output("cc", "--version"),)
    exports = _exports()
    tools = dict(word.split("=", 1) for word in shlex.split(exports, comments=True) if "=" in word)
    # The exports name the sysroot by its fingerprint; executable modules hold the path of wali-run.
    # Libraries have recipes of their own.
    makers = (path for path in sorted(SDK.glob("*.py")) if not path.name.startswith("librar"))
    state = (exports, *(path.read_text() for path in makers))
    if kind == "wasi":
        return {**tools, "WALI_TARGET": "wasm32-wasip1"}, state
    return tools, (wali_run(), *state)


def folder(port: Port, kind: str) -> Path:
    """Where its native or its wasm build is, made or not."""
    return BUILDS / port.name / kind


def _build(port: Port, kind: str) -> dict[str, Path]:
    """The programs by name."""
    tools, state = tools_and_state(kind)
    trees = [sources.tree(source) for source in port.sources]
    made = folder(port, kind)
    made.parent.mkdir(parents=True, exist_ok=True)
    script = HERE / port.name / "build.sh"
    inputs = [(HERE / name).read_bytes() for name in (f"{port.name}/build.sh", *port.inputs)]
    with (made.parent / f".{kind}.lock").open("w") as lock:  # one builder at a time, also among parallel test runs
        fcntl.flock(lock, fcntl.LOCK_EX)
        toolchain = prefix.toolchain() if tools["WALI_HOST"] else state[0].splitlines()[0]
        recipes = libraries.show(port.libraries, made, tools, toolchain)
        tools = _using(made, tools)
        wanted = sha256(repr((port, inputs, sorted(tools.items()), state, recipes)).encode()).hexdigest()
        stamp = made / ".built"
        if not (stamp.exists() and stamp.read_text() == wanted):
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            _run(["sh", "-eu", str(script), *map(str, trees)], made, tools)
            stamp.write_text(wanted)
    return {Path(program).name: made / program for program in port.programs}


def _exports() -> str:
    """What `wali sdk env` says, without what it tells cargo: whether Rust is installed changes no program here."""
    lines = _output("wali", "sdk", "env").splitlines()
    return "\n".join(line for line in lines if paths.CARGO not in line and not line.startswith(". "))


def _using(made: Path, tools: Mapping[str, str]) -> dict[str, str]:
    """The tools, with the libraries of the build `made`, and no others of the user's."""
    home = libraries.view_of(made)
    if tools["WALI_HOST"]:
        return {**tools, "WALI_PREFIX": str(home)}
    words = f" -I{home}/include -L{home}/lib" if home.exists() else ""
    return {**tools, "CC": tools["CC"] + words, "CXX": tools["CXX"] + words}


def _output(*command: str) -> str:
    status, said = run(*command)
    if status:
        raise BuildError(f"{' '.join(command)}\n{said}")
    return said


def _run(command: list[str], made: Path, tools: Mapping[str, str]) -> None:
    """Run the script in its folder; what it says goes to a log beside that, the end of it into BuildError."""
    log = made.with_name(f"{made.name}.log")
    environment = {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "LC_ALL": "C",
        "PATH": path_first(),
        "MAKEFLAGS": f"-j{len(os.sched_getaffinity(0))}",
        # Configure scripts run some of what they compile: not into the user's cache.
        "XDG_CACHE_HOME": str(sources.CACHE),
        **tools,
    }
    code = upstream.logged(command, made, environment, log, TIMEOUT)
    if code != 0:
        status = f"took more than {TIMEOUT} s" if code is None else f"exited with {code}"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise BuildError(f"{' '.join(command)} {status}; the end of {log}:\n{tail}")
