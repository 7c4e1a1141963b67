"""Builds the programs of ports.py: each by <name>/build.sh, from pinned sources, natively or to wasm, as a user would.

A build has a folder below build/apps, and in it a stamp that names everything it came from. An up-to-date one costs
a few milliseconds, any other begins from nothing.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.programs import sources, upstream
from tests.programs.ports import Port
from tests.support.tools import ROOT, path_first, run, wali_run

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
KEPT = ("HOME", "TMPDIR", "XDG_DATA_HOME", "WALI_SDK_DIR", "WALI_RUN")


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
    return _build(port, "native", NATIVE_TOOLS, _output("cc", "--version"))


def wasm(port: Port) -> dict[str, Path]:
    """The programs by name, as executable modules. Raises as pair does."""
    exports = _output("wali", "sdk", "env")
    tools = dict(word.split("=", 1) for word in shlex.split(exports, comments=True) if "=" in word)
    # The exports name the sysroot by its fingerprint; executable modules hold the path of wali-run.
    return _build(port, "wasm", tools, exports, wali_run(), *(path.read_text() for path in sorted(SDK.glob("*.py"))))


def folder(port: Port, kind: str) -> Path:
    """Where its native or its wasm build is, made or not."""
    return BUILDS / port.name / kind


def _build(port: Port, kind: str, tools: Mapping[str, str], *state: str) -> dict[str, Path]:
    """The programs by name. `state` is what they depend on besides the port."""
    trees = [sources.tree(source) for source in port.sources]
    script = HERE / port.name / "build.sh"
    inputs = [(HERE / name).read_bytes() for name in (f"{port.name}/build.sh", *port.inputs)]
    wanted = sha256(repr((port, inputs, sorted(tools.items()), state)).encode()).hexdigest()
    made = folder(port, kind)
    made.parent.mkdir(parents=True, exist_ok=True)
    with (made.parent / f".{kind}.lock").open("w") as lock:  # one builder at a time, also among parallel test runs
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = made / ".built"
        if not (stamp.exists() and stamp.read_text() == wanted):
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            _run(["sh", "-eu", str(script), *map(str, trees)], made, tools)
            stamp.write_text(wanted)
    return {Path(program).name: made / program for program in port.programs}


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
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=made,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(TIMEOUT)
            status = f"exited with {code}" if code else ""
        except subprocess.TimeoutExpired:
            status = f"took more than {TIMEOUT} s"
        finally:
            upstream.kill_session(process.pid)
            process.wait()
    if status:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise BuildError(f"{' '.join(command)} {status}; the end of {log}:\n{tail}")
