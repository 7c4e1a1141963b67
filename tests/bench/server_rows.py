"""Rows about programs that tests/programs builds by their own makefiles: bash, memcached, redis. Only if it has built them."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.programs import build, ports
from tests.support.tools import wali_run

from .measure import Probe, ProbeError, Row
from .probes import fed, printed
from .programs import program

PROGRAMS = "Programs"
HOST = "127.0.0.1"
CONNECTIONS = 16
PATIENCE = 60.0
"""Seconds that a server may take to listen: it may have to be compiled."""
BASH_LOOP = "n=0; for ((i = 0; i < 100000; i++)); do n=$((n + i % 7)); [[ $n = x ]] && echo never; done; echo $n"
VALUE = "0123456789abcdef" * 2


@dataclass(frozen=True)
class Server:
    """How one is started, and what is said to it: the first request once, then another again and again."""

    port: ports.Port
    program: str
    options: tuple[str, ...]
    """The number of the port follows them."""
    first: str
    request: str
    answer: str


MEMCACHED = Server(
    ports.MEMCACHED,
    "memcached",
    ("-U0", "-unobody", f"-l{HOST}", "-p"),
    f"set key 0 0 {len(VALUE)}\r\n{VALUE}\r\n",
    "get key\r\n",
    f"VALUE key 0 {len(VALUE)}\r\n{VALUE}\r\nEND\r\n",
)
REDIS = Server(
    ports.REDIS,
    "redis-server",
    ("--bind", HOST, "--save", "", "--port"),
    f"SET key {VALUE}\r\n",
    "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n",
    f"${len(VALUE)}\r\n{VALUE}\r\n",
)


def rows() -> list[Row]:
    """All of them. Builds the native servers, if the wasm ones exist. Raises build.BuildError."""
    load = program("load").native[0]
    return [_bash_row(), _server_row("memcached, get", MEMCACHED, load), _server_row("redis, GET", REDIS, load)]


def _missing() -> float:
    raise ProbeError("not built: the tests in tests/programs do that")


def _path(port: ports.Port, kind: str, name: str) -> Path:
    """Of a program, built or not."""
    (path,) = (path for path in port.programs if Path(path).name == name)
    return build.folder(port, kind) / path


def _bash_row() -> Row:
    title = "bash, loop of 100,000"
    native, wasm = (_path(ports.BASH, kind, "bash") for kind in ("native", "wasm"))
    if not (native.exists() and wasm.exists()):
        return Row(PROGRAMS, title, "ms", _missing)
    probes = [fed([str(path), "-c", BASH_LOOP], "") for path in (wasm, native)]
    return Row(PROGRAMS, title, "ms", probes[0], probes[1], 2.2)


def _server_row(title: str, server: Server, load: str) -> Row:
    wasm = _path(server.port, "wasm", server.program)
    if not wasm.exists():
        return Row(PROGRAMS, title, "ns", _missing)
    native = build.native(server.port)[server.program]
    probes = [_time_per_answer(words, server, load) for words in ([wali_run(), str(wasm)], [str(native)])]
    note = f"per answer, to {CONNECTIONS} connections of a native client"
    return Row(PROGRAMS, title, "ns", probes[0], probes[1], note=note)


def _time_per_answer(command: Sequence[str], server: Server, load: str) -> Probe:
    """Nanoseconds, of a server that is started for it."""

    def probe() -> float:
        with socket.create_server((HOST, 0)) as listener:
            port = int(listener.getsockname()[1])
        with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
            words = [*command, *server.options, str(port)]
            process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                _prepare(process, port, server.first)
                return printed([load, str(port), str(CONNECTIONS), server.request, server.answer])()
            finally:
                process.kill()
                process.wait()

    return probe


def _prepare(process: subprocess.Popen[bytes], port: int, request: str) -> None:
    """Waits until the server listens, and sends the first request."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            with socket.create_connection((HOST, port), PATIENCE) as connection:
                connection.sendall(request.encode())
                connection.recv(64)
                return
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise ProbeError("the server does not listen")
