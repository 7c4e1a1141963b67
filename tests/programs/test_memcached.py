"""memcached, which stands on libevent: threads, a thousand connections, eviction, statistics, a clean end."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import ports
from tests.programs.servers import (
    HOST,
    LIMIT,
    Exchange,
    Server,
    converse,
    environment,
    free_port,
    programs,
    receive,
    serving,
    until,
)

pytestmark = pytest.mark.apps

THREADS = 4
CONNECTIONS = 1000


@pytest.fixture(scope="module")
def memcached() -> tuple[str, ...]:
    """How to start it."""
    return programs(ports.MEMCACHED)["memcached"]


@pytest.fixture
def server(memcached: tuple[str, ...], tmp_path: Path) -> Iterator[Server]:
    """One with four threads."""
    port = free_port()
    options = ["-u", "root", "-l", HOST, "-p", str(port), "-t", str(THREADS), "-c", str(CONNECTIONS + 100), "-m", "64"]
    with serving([*memcached, *options], port, tmp_path, "memcached") as started:
        yield started


def _value(key: str) -> bytes:
    """Some 30 to 4000 bytes that only this key has."""
    digest = hashlib.sha256(key.encode()).hexdigest().encode()
    return digest * (1 + digest[0] % 60) + b"\r\n"  # a line end inside a value is data


def _set(key: str, value: bytes | None = None) -> Exchange:
    data = _value(key) if value is None else value
    return b"set %s 7 0 %d\r\n%s\r\n" % (key.encode(), len(data), data), b"STORED\r\n"


def _get(key: str, value: bytes | None = None) -> Exchange:
    data = _value(key) if value is None else value
    return b"get %s\r\n" % key.encode(), b"VALUE %s 7 %d\r\n%s\r\nEND\r\n" % (key.encode(), len(data), data)


def _stats(server: Server, kind: str = "") -> dict[str, str]:
    with socket.create_connection((HOST, server.port), 10) as connection, connection.makefile("rb") as lines:
        connection.sendall(f"stats {kind}".strip().encode() + b"\r\n")
        found = {}
        while (line := lines.readline().decode().split()) and line[0] == "STAT":
            found[line[1]] = line[2]
        return found


def test_thousand_connections(server: Server) -> None:
    """Each sets and reads its own values and another connection's; all threads serve; SIGTERM ends it with status 0."""
    rounds = [
        lambda index: _set(f"one-{index}"),
        lambda index: _get(f"one-{index}"),
        lambda index: _set(f"two-{index}"),
        lambda index: _get(f"one-{(index + 500) % CONNECTIONS}"),
        lambda index: _get(f"two-{(index * 7 + 1) % CONNECTIONS}"),
        lambda index: (b"delete one-%d\r\n" % index, b"DELETED\r\n"),
        lambda index: (b"get one-%d\r\n" % index, b"END\r\n"),
    ]
    converse(server.port, CONNECTIONS, rounds)
    stats = _stats(server)
    assert stats["threads"] == str(THREADS)
    assert int(stats["total_connections"]) >= CONNECTIONS
    assert stats["cmd_set"] == str(2 * CONNECTIONS)
    assert stats["get_hits"] == str(3 * CONNECTIONS)
    assert stats["curr_items"] == str(CONNECTIONS)
    assert server.stop(signal.SIGTERM) == 0


def test_contended_counter(server: Server) -> None:
    """Increments of one key from eight clients add up: the threads share memory and locks."""
    each = 2000

    def count() -> None:
        with socket.create_connection((HOST, server.port), 10) as connection, connection.makefile("rb") as lines:
            for _ in range(each // 100):
                connection.sendall(b"incr counter 1\r\n" * 100)
                for _ in range(100):
                    lines.readline()

    converse(server.port, 1, [lambda _: (b"set counter 0 0 1\r\n0\r\n", b"STORED\r\n")])
    clients = [threading.Thread(target=count) for _ in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(20)
    total = str(8 * each).encode()
    converse(
        server.port, 1, [lambda _: (b"get counter\r\n", b"VALUE counter 0 %d\r\n%s\r\nEND\r\n" % (len(total), total))]
    )


def test_commands(server: Server) -> None:
    """add, replace, append, prepend, cas, touch, errors, a key of 250 bytes, a value of a million."""
    big = b"x" * 1_000_000
    exchanges = [
        (b"add k 0 0 3\r\nabc\r\n", b"STORED\r\n"),
        (b"add k 0 0 3\r\nabd\r\n", b"NOT_STORED\r\n"),
        (b"append k 0 0 2\r\n>>\r\n", b"STORED\r\n"),
        (b"prepend k 0 0 2\r\n<<\r\n", b"STORED\r\n"),
        (b"get k nothing\r\n", b"VALUE k 0 7\r\n<<abc>>\r\nEND\r\n"),
        (b"cas k 0 0 1 999999\r\nz\r\n", b"EXISTS\r\n"),
        (b"replace missing 0 0 1\r\nz\r\n", b"NOT_STORED\r\n"),
        (b"touch k 100\r\n", b"TOUCHED\r\n"),
        (b"nonsense\r\n", b"ERROR\r\n"),
        (b"get %s\r\n" % (b"k" * 251), b"CLIENT_ERROR bad command line format\r\n"),
        _set("k" * 250),
        _get("k" * 250),
        _set("big", big),
        _get("big", big),
        (b"mg k v\r\n", b"VA 7\r\n<<abc>>\r\n"),
        (b"flush_all\r\n", b"OK\r\n"),
        (b"get k big\r\n", b"END\r\n"),
    ]
    converse(server.port, 1, [lambda _, exchange=exchange: exchange for exchange in exchanges])  # type: ignore[misc]


def test_eviction(server: Server) -> None:
    """Twice as much as the memory limit goes in; what comes back is right, and the newest is there."""
    count, size = 16_000, 8_000
    with socket.create_connection((HOST, server.port), 20) as connection:
        for start in range(0, count, 200):
            block = b"".join(
                b"set e%d 0 0 %d noreply\r\n%s\r\n" % (index, size, b"%08d" % index * (size // 8))
                for index in range(start, start + 200)
            )
            connection.sendall(block)
        connection.sendall(b"get e%d\r\n" % (count - 1))
        expected = b"VALUE e%d 0 %d\r\n%s\r\nEND\r\n" % (count - 1, size, b"%08d" % (count - 1) * (size // 8))
        assert receive(connection, len(expected)) == expected
    stats = _stats(server)
    assert int(stats["evictions"]) > 0
    assert int(stats["bytes"]) <= 64 << 20


def test_unix_socket(memcached: tuple[str, ...], tmp_path: Path) -> None:
    """On a socket in the file system with the mode asked for; SIGINT ends it too."""
    path = tmp_path / "socket"
    command = [*memcached, "-u", "root", "-s", str(path), "-a", "0750", "-t", "2"]
    process = subprocess.Popen(command, env=environment())
    try:
        until(path.exists, "the socket")
        with socket.socket(socket.AF_UNIX) as connection:
            until(lambda: connection.connect_ex(str(path)) == 0, "memcached to listen")
            request, answer = _set("key")
            connection.sendall(request)
            assert receive(connection, len(answer)) == answer
        assert path.stat().st_mode & 0o777 == 0o750
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 0
    finally:
        process.kill()
        process.wait()
