"""Server processes for tests, and clients with many connections."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.programs import build, ports
from tests.programs.built import built
from tests.programs.sources import CACHE
from tests.support.tools import wali_run

HOST = "127.0.0.1"
LIMIT = 25.0
"""Seconds after which a wait has failed."""
Exchange = tuple[bytes, bytes]
"""A request, and the exact answer."""


def programs(port: ports.Port) -> dict[str, tuple[str, ...]]:
    """How to start each of the port's programs; skips or fails the test if it cannot be had."""
    return {name: (wali_run(), str(path)) for name, path in built(build.wasm, port).items()}


def environment() -> dict[str, str]:
    """For processes whose start is not in a test function: compiled code is kept with the programs."""
    return {**os.environ, "XDG_CACHE_HOME": str(CACHE), "TZ": "UTC", "LC_ALL": "C"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def until(condition: Callable[[], object], what: str, limit: float = LIMIT) -> None:
    """Wait until `condition` holds; fails the test when it does not in time."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {limit:g} s for {what}")
        time.sleep(0.02)


class Server:
    """A process that listens on `port`, and its output in a file."""

    def __init__(self, command: Sequence[str], port: int, folder: Path, name: str = "server") -> None:
        """Starts it in `folder` and waits until it accepts connections; fails the test if it does not."""
        self.port = port
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            until(self._answers, f"{name} to listen", limit=LIMIT * 2)  # it may have to be compiled first
        except BaseException as error:
            self.kill()
            if isinstance(error, RuntimeError | pytest.fail.Exception):
                pytest.fail(f"{name} does not listen; its output:\n{self.output()}")
            raise

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError("ended")
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
            return True
        return False

    def output(self) -> str:
        """All that it has written so far."""
        return self.log.read_text(errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal and wait for the end: its exit status, or less than 0."""
        self.process.send_signal(number)
        try:
            return self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"still runs {LIMIT:g} s after signal {number}; its output:\n{self.output()}")

    def kill(self) -> None:
        """End it and the processes that it has started, if some still run."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving(command: Sequence[str], port: int, folder: Path, name: str = "server") -> Iterator[Server]:
    """A server that is gone afterwards, whatever happens."""
    server = Server(command, port, folder, name)
    try:
        yield server
    finally:
        server.kill()


def converse(port: int, connections: int, rounds: Sequence[Callable[[int], Exchange]]) -> None:
    """Open so many connections; in each round send a request on all of them, then read all answers.

    Fails the test at the first answer that differs from the expected one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        sockets = [stack.enter_context(socket.create_connection((HOST, port), LIMIT)) for _ in range(connections)]
        for number, exchange in enumerate(rounds):
            for index, connection in enumerate(sockets):
                connection.sendall(exchange(index)[0])
            for index, connection in enumerate(sockets):
                expected = exchange(index)[1]
                answer = receive(connection, len(expected))
                if answer != expected:
                    pytest.fail(f"connection {index}, round {number}: {answer[:200]!r} instead of {expected[:200]!r}")


def receive(connection: socket.socket, size: int) -> bytes:
    """So many bytes; fewer when the peer closes."""
    parts = []
    while size > 0 and (part := connection.recv(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
