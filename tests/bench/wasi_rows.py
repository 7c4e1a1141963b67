"""What a call of WASI costs: one C program, by the machine's libc and by WASI's; and by other engines' WASI."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.programs.build import BuildError
from tests.support import tools

from .measure import Probe, ProbeError, Row
from .probes import elapsed, printed
from .programs import BUILD, SOURCES

GROUP = "One call of WASI"
OTHERS = {"wasmtime-py": "WASI beside wasmtime-py", "node": "WASI beside node:wasi"}
"""Groups in which the other engine has the place of the native program."""
FOLDER = BUILD / "wasi-files"
# Name in wasi.c, title, aim, note.
ROWS: tuple[tuple[str, str, float | None, str], ...] = (
    ("write", "write, 13 bytes", 1.3, "/dev/null"),
    ("read", "read, 13 bytes", 1.3, "/dev/zero"),
    ("pread", "pread, 64 KiB", 1.1, "a file"),
    ("clock_gettime", "clock_gettime", 1.5, "natively the vDSO, which is no system call"),
    ("stat", "stat", 1.5, "of a file below the folder"),
    ("open-close", "open + close", 2, "the same"),
    ("readdir", "readdir of 10,000 names", None, "opened, read to its end, closed"),
)
SMALL = {"write", "read", "stat", "open-close"}
"""System calls of which the engine's own part is most."""
ENDLESS = {("wasmtime-py", "readdir")}
"""Takes half a minute, for each call reads the folder anew: measured once."""
ON_THE_WALL = "-DCLOCK_PROCESS_CPUTIME_ID=CLOCK_MONOTONIC"
"""Other engines have no clock of processor time."""


def rows() -> list[Row]:
    """The rows. Raises BuildError."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    native, trivial = _compiled("wasi", "cc"), _compiled("trivial", "cc")
    wasm, wall, trivial_wasm = _compiled("wasi"), _compiled("wasi", ON_THE_WALL), _compiled("trivial")
    ours = _ours(wasm)
    found = [
        Row(GROUP, title, "ns", printed([*ours, name]), printed([str(native), name]), aim, note=note)
        for name, title, aim, note in ROWS
    ]
    ping = Row(GROUP, "TCP ping-pong", "ns", _ping(native, "wasi", wasm), _ping(native, "native"), note="13 bytes")
    start = elapsed([*_ours(trivial_wasm)], runs=3)
    begin = Row(GROUP, "start-up, cached", "ms", start, elapsed([str(trivial)], runs=5), 5, absolute=True)
    return [*found, ping, begin, *_beside(wall, trivial_wasm)]


def _ours(module: Path) -> tuple[str, ...]:
    return (tools.wali_run(), "--dir=/dev", f"--dir={FOLDER}", str(module))


def _beside(wasm: Path, trivial: Path) -> list[Row]:
    """Both with the same modules, in turn. An engine that is not there has no rows."""
    other = [sys.executable, str(tools.ROOT / "tests/wasi/other_engine.py"), "--dir=/dev", f"--dir={FOLDER}"]
    engines: dict[str, tuple[str, ...]] = {"wasmtime-py": (*other, f"--compiled={BUILD}")}
    if node := shutil.which("node"):
        script = str(Path(__file__).parent / "node_wasi.mjs")
        engines["node"] = (node, "--no-warnings", script, f"/dev:{FOLDER}")
    found = []
    for engine, command in engines.items():
        for name, title, _, _ in ROWS:
            once = (engine, name) in ENDLESS
            aim = 0.1 if name in SMALL and engine == "wasmtime-py" else None
            both = printed([*_ours(wasm), name]), printed([*command, str(wasm), name])
            found.append(Row(OTHERS[engine], title, "ns", *both, aim, charted=False, once=once))
        starts = elapsed(_ours(trivial), runs=3), elapsed([*command, str(trivial)])
        found.append(Row(OTHERS[engine], "start-up, cached", "ms", *starts, note="the whole process", charted=False))
    return found


def _ping(client: Path, kind: str, module: Path | None = None) -> Probe:
    """Nanoseconds of a round trip between a native client and the server."""

    def probe() -> float:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        command: Sequence[str] = (str(client), "serve", port)
        if module is not None:
            command = (tools.wali_run(), f"--tcplisten=127.0.0.1:{port}", str(module), "serve")
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            try:
                if server.stdout is None or server.stdout.readline() != b"ready\n":
                    raise ProbeError(f"the {kind} server does not start")
                return printed([str(client), "talk", port])()
            finally:
                server.kill()

    return probe


def _compiled(name: str, option: str = "") -> Path:
    """A program of tests/bench/c: natively for "cc", else a module."""
    native = option == "cc"
    output = BUILD / f"preview1-{name}{'' if native else '-wall.wasm' if option else '.wasm'}"
    compiler = ["cc"] if native else ["wali-cc", "--target=wasm32-wasip1", *([option] if option else [])]
    words = ["-O2", f'-DFOLDER="{FOLDER}"', str(SOURCES / f"{name}.c"), "-o", str(output)]
    status, said = tools.run(*compiler, *words)
    if status:
        raise BuildError(said)
    return output
