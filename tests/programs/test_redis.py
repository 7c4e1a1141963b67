"""redis: a thousand connections, snapshots by fork, the append-only file, scripts, its own client and benchmark."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    serving,
    until,
)

pytestmark = pytest.mark.apps

CONNECTIONS = 1000
Commands = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def redis() -> Commands:
    """How to start redis-server, redis-cli, redis-benchmark."""
    return programs(ports.REDIS)


@contextmanager
def _serving(redis: Commands, folder: Path, *options: str) -> Iterator[Server]:
    port = free_port()
    command = [
        *redis["redis-server"],
        "--port",
        str(port),
        "--bind",
        HOST,
        "--dir",
        str(folder),
        "--save",
        "",
        *options,
    ]
    with serving(command, port, folder, "redis") as server:
        # It listens before it has loaded its data, and until then answers that it is loading.
        until(lambda: "Ready to accept" in server.output().rpartition("Server initialized")[2], "redis to be ready")
        yield server


@pytest.fixture
def server(redis: Commands, tmp_path: Path) -> Iterator[Server]:
    """One that keeps nothing."""
    with _serving(redis, tmp_path) as started:
        yield started


def _ask(server: Server, redis: Commands, *words: str, stdin: str = "") -> str:
    """What redis-cli prints."""
    done = subprocess.run(
        [*redis["redis-cli"], "-h", HOST, "-p", str(server.port), *words],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def _request(*words: str | bytes) -> bytes:
    """In redis's protocol."""
    raw = [word.encode() if isinstance(word, str) else word for word in words]
    return b"*%d\r\n" % len(raw) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in raw)


def _value(key: str) -> bytes:
    """Some 32 to 3000 bytes that only this key has, all byte values among them."""
    digest = hashlib.sha256(key.encode()).digest()
    return digest * (1 + digest[0] % 90)


def _set(key: str) -> Exchange:
    return _request("SET", key, _value(key)), b"+OK\r\n"


def _get(key: str) -> Exchange:
    return _request("GET", key), b"$%d\r\n%s\r\n" % (len(_value(key)), _value(key))


def _field(text: str, name: str) -> str:
    """A field of INFO."""
    return next(line.partition(":")[2] for line in text.splitlines() if line.startswith(f"{name}:"))


def test_thousand_connections(redis: Commands, tmp_path: Path) -> None:
    """Each sets and reads its own values and another's, four threads serve them; SIGTERM ends with status 0."""
    rounds = [
        lambda index: _set(f"one-{index}"),
        lambda index: _get(f"one-{index}"),
        lambda index: _set(f"two-{index}"),
        lambda index: _get(f"one-{(index + 500) % CONNECTIONS}"),
        lambda index: _get(f"two-{(index * 7 + 1) % CONNECTIONS}"),
        lambda index: (_request("DEL", f"one-{index}", f"none-{index}"), b":1\r\n"),
        lambda index: (_request("GET", f"one-{index}"), b"$-1\r\n"),
    ]
    with _serving(redis, tmp_path, "--io-threads", "4", "--io-threads-do-reads", "yes") as server:
        converse(server.port, CONNECTIONS, rounds)
        assert _ask(server, redis, "DBSIZE") == str(CONNECTIONS)
        statistics = _ask(server, redis, "INFO", "stats")
        assert int(_field(statistics, "total_connections_received")) > CONNECTIONS
        assert int(_field(statistics, "io_threaded_writes_processed")) > 0
        assert server.stop(signal.SIGTERM) == 0
        assert "bye bye" in server.output()


def test_pipelining(server: Server, redis: Commands) -> None:
    """Ten thousand commands in one go, on each of four connections."""
    requests = b"".join(_request("RPUSH", "list", str(index)) for index in range(10_000))
    with socket.create_connection((HOST, server.port), LIMIT) as connection, connection.makefile("rb") as lines:
        connection.sendall(requests)
        assert [lines.readline() for _ in range(10_000)] == [b":%d\r\n" % (index + 1) for index in range(10_000)]
    assert _ask(server, redis, "LLEN", "list") == "10000"
    assert _ask(server, redis, "LINDEX", "list", "7777") == "7777"


def test_snapshot(redis: Commands, tmp_path: Path) -> None:
    """BGSAVE forks while commands go on; a new server reads the file, checksum and all, as it was at the fork."""
    with _serving(redis, tmp_path) as first:
        converse(first.port, 100, [lambda index, r=r: _set(f"{r}-{index}") for r in range(20)])  # type: ignore[misc]
        assert _ask(first, redis, "DEBUG", "POPULATE", "50000", "filler", "100").startswith("ERR")  # off by default
        _ask(first, redis, "HSET", "hash", "field", "1", "other", "2")
        _ask(first, redis, "ZADD", "sorted", "1.5", "a", "-2", "b")
        _ask(first, redis, "SET", "transient", "x", "EX", "3600")
        before = int(_ask(first, redis, "LASTSAVE"))
        while int(time.time()) <= before:  # LASTSAVE counts whole seconds
            time.sleep(0.05)
        assert _ask(first, redis, "BGSAVE") == "Background saving started"
        converse(first.port, 100, [lambda index: _set(f"late-{index}"), lambda index: _get(f"late-{index}")])
        until(lambda: int(_ask(first, redis, "LASTSAVE")) > before, "the snapshot")
        assert _field(_ask(first, redis, "INFO", "persistence"), "rdb_last_bgsave_status") == "ok"
        assert "DB saved on disk" in first.output()
        assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    with _serving(redis, tmp_path) as second:
        converse(second.port, 100, [lambda index, r=r: _get(f"{r}-{index}") for r in range(20)])  # type: ignore[misc]
        assert _ask(second, redis, "HGETALL", "hash").split() == ["field", "1", "other", "2"]
        assert _ask(second, redis, "ZRANGE", "sorted", "0", "-1", "WITHSCORES").split() == ["b", "-2", "a", "1.5"]
        assert 3000 < int(_ask(second, redis, "TTL", "transient")) <= 3600
        assert _ask(second, redis, "EXISTS", "late-1") == "0"
        assert second.stop() == 0


def test_append_only_file(redis: Commands, tmp_path: Path) -> None:
    """Every write is in the log after SIGKILL; BGREWRITEAOF forks a child that shortens it."""
    options = ["--appendonly", "yes", "--appendfsync", "always"]
    with _serving(redis, tmp_path, *options) as first:
        converse(first.port, 50, [lambda index: _set(f"k{index}")] * 5)
        _ask(first, redis, "BGREWRITEAOF")
        until(lambda: "AOF rewrite finished successfully" in first.output(), "the rewrite")
        converse(first.port, 50, [lambda index: _set(f"after{index}")])
        first.stop(signal.SIGKILL)
    with _serving(redis, tmp_path, *options) as second:
        converse(second.port, 50, [lambda index: _get(f"k{index}"), lambda index: _get(f"after{index}")])
        assert second.stop() == 0


def test_scripts(server: Server, redis: Commands) -> None:
    """Lua inside: values, errors (which longjmp), redis.call, and a script that SCRIPT KILL ends."""
    assert _ask(server, redis, "EVAL", "return {1, 'two', {3}, redis.sha1hex('')}", "0").split() == [
        "1", "two", "3", hashlib.sha1(b"").hexdigest(),
    ]  # fmt: skip
    assert "boom" in _ask(server, redis, "EVAL", "error('boom')", "0")
    script = "local s = 0 for i = 1, 100000 do s = s + i % 7 end redis.call('SET', KEYS[1], s) return redis.call('GET', KEYS[1])"
    assert _ask(server, redis, "EVAL", script, "1", "sum") == str(sum(i % 7 for i in range(1, 100001)))
    assert "WRONGTYPE" in _ask(server, redis, "EVAL", "redis.call('LPUSH', 'sum', 1)", "0")
    assert _ask(server, redis, "EVAL", "return redis.pcall('LPUSH', 'sum', 1)['err']", "0").startswith("WRONGTYPE")
    assert _ask(server, redis, "EVAL", "return cjson.encode({a = {1, 2.5}})", "0") == '{"a":[1,2.5]}'
    _ask(server, redis, "CONFIG", "SET", "busy-reply-threshold", "100")
    with socket.create_connection((HOST, server.port), LIMIT) as connection:
        connection.sendall(_request("EVAL", "while true do end", "0"))
        until(lambda: _ask(server, redis, "SCRIPT", "KILL") == "OK", "the script to be killable")
        assert b"Script killed by user" in connection.recv(1000)
    assert _ask(server, redis, "PING") == "PONG"


def test_publish_and_block(server: Server, redis: Commands) -> None:
    """A subscriber hears, and BLPOP wakes, when others speak."""
    with (
        socket.create_connection((HOST, server.port), LIMIT) as subscriber,
        socket.create_connection((HOST, server.port), LIMIT) as waiter,
    ):
        subscriber.sendall(_request("SUBSCRIBE", "news"))
        assert subscriber.recv(1000) == b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n"
        waiter.sendall(_request("BLPOP", "queue", "20"))
        until(lambda: _field(_ask(server, redis, "INFO", "clients"), "blocked_clients") == "1", "BLPOP to wait")
        assert _ask(server, redis, "PUBLISH", "news", "hello") == "1"
        assert _ask(server, redis, "RPUSH", "queue", "item") == "1"
        assert subscriber.recv(1000) == b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n"
        assert waiter.recv(1000) == b"*2\r\n$5\r\nqueue\r\n$4\r\nitem\r\n"


def test_client_program(server: Server, redis: Commands) -> None:
    """redis-cli: a command per line of standard input, transactions, errors, the last argument from there."""
    commands = "SET a 1\nINCR a\nMULTI\nINCR a\nINCR a\nEXEC\nLPUSH a 1\n"
    assert _ask(server, redis, stdin=commands).splitlines()[:6] == ["OK", "2", "OK", "QUEUED", "QUEUED", "3"]
    for number in ("-5", "-2147483649", "2147483648", "17179869184", "-9223372036854775808"):
        assert _ask(server, redis, stdin=f"SET n {number}\nGET n\nSTRLEN n\nINCR n\nGET n\n").split() == [
            "OK", number, str(len(number)), str(int(number) + 1), str(int(number) + 1),
        ]  # fmt: skip
    _ask(server, redis, "DEL", "n")
    assert _ask(server, redis, "-x", "SET", "text", stdin="from standard input") == "OK"
    assert _ask(server, redis, "STRLEN", "text") == "19"
    assert _ask(server, redis, "SETRANGE", "far", str(20_000_000), "end") == "20000003"
    assert sorted(_ask(server, redis, "--scan", "--pattern", "*a*").split()) == ["a", "far"]
    assert sorted(_ask(server, redis, "--scan").split()) == ["a", "far", "text"]


def test_benchmark(server: Server, redis: Commands) -> None:
    """redis-benchmark, with threads of its own, gets all its answers."""
    options = ["-n", "5000", "-c", "50", "-P", "4", "--threads", "2", "--csv", "-t", "set,get,incr,lpush,zadd"]
    done = subprocess.run(
        [*redis["redis-benchmark"], "-h", HOST, "-p", str(server.port), *options],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split(",") for line in done.stdout.replace('"', "").splitlines()[1:]]
    assert [row[0] for row in rows] == ["SET", "GET", "INCR", "LPUSH", "ZADD"]
    assert all(float(row[1]) > 100 for row in rows)
    assert (
        int(
            _field(_ask(server, redis, "INFO", "commandstats").replace("calls=", "").replace(",", "\n"), "cmdstat_incr")
        )
        == 5000
    )
