"""What a program of WASI and the world outside see of each other: statuses, pipes, sockets, races, /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.tools import ROOT
from tests.wasi.conftest import Served

LIMIT = 60.0
"""Seconds after which a program hangs."""


def test_every_exit_status(served: Served) -> None:
    """0 to 255 by proc_exit; of greater ones the lowest 8 bits, as exit(3) has it."""

    def status(word: str, code: int) -> int:
        return subprocess.run(served.command("exit_with", word, str(code)), timeout=LIMIT, check=False).returncode

    codes = [*range(256), 256, 511, 0x7FFFFFFF, 0xFFFFFFFF]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda code: status("raw", code), codes)) == [code & 255 for code in codes]
        some = (0, 1, 125, 126, 127, 128, 134, 254, 255, 256)
        for word in ("exit", "return"):
            assert list(pool.map(lambda code, word=word: status(word, code), some)) == [code & 255 for code in some]


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The program, which is killed if the test fails meanwhile."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **(streams | options)) as program:
        try:
            yield program
        except BaseException:
            program.kill()
            raise


def check(program: subprocess.Popen[str]) -> None:
    """Fails with what the program says if not all was right."""
    try:
        stdout, stderr = program.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        program.kill()
        pytest.fail(f"it hangs: {program.communicate()}")
    assert program.returncode == 0, f"{stdout}\n{stderr}"


def test_a_socket_as_standard_input(served: Served) -> None:
    ours, theirs = socket.socketpair()
    with ours, running(served.command("echo"), stdin=theirs) as program:
        theirs.close()
        ours.settimeout(LIMIT)
        ours.sendall(b"hello")
        assert ours.recv(100) == b"hello"
        data = os.urandom(32768)
        ours.sendall(data[:10000])
        ours.sendall(data[10000:])
        ours.shutdown(socket.SHUT_WR)
        got = b""
        while piece := ours.recv(65536):
            got += piece
        assert got == data + b"end"
        check(program)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_SEQPACKET], ids=["dgram", "seqpacket"])
def test_messages_stay_whole(served: Served, kind: socket.SocketKind) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    letters = bytes(ord("a") + i % 26 for i in range(1024))
    with ours, running(served.command("datagrams"), stdin=theirs) as program:
        theirs.close()
        ours.settimeout(LIMIT)
        for size in (1, 16, 64, 65, 100, 1024):
            assert ours.recv(2000) == letters[:size]
            assert ours.recv(2000) == letters[:size]
        assert ours.recv(2000) == b""
        assert ours.recv(2000) == b"a"
        for size in (200, 200, 300):
            ours.sendall(b"x" * size)
        check(program)


def test_closing_standard_output_at_the_limit(served: Served) -> None:
    """Whoever reads it sees its end, though no descriptor is left to put in its place."""
    few = ["sh", "-c", 'ulimit -n 40; exec "$@"', "sh"]
    command = [*few, *served.command("close_output", options=(f"--dir={served.folder}::.",))]
    with running(command, stdin=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        assert program.stdout.read() == ""
        assert program.poll() is None
        program.stdin.close()
        program.stdin = None
        check(program)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def converse(port: int, count: int) -> None:
    """One connection after the other."""
    for i in range(count):
        with socket.create_connection(("127.0.0.1", port), LIMIT) as connection:
            connection.sendall(b"hello")
            assert connection.recv(100) == f"{i}:hello".encode()
            assert connection.recv(100) == b""


def wait_until_ready(program: subprocess.Popen[str]) -> None:
    assert program.stdout
    for line in program.stdout:
        if line == "ready\n":
            return
    pytest.fail(f"it ended: {program.communicate()}")


def test_a_listening_socket_by_option(served: Served) -> None:
    port = free_port()
    command = served.command("accept", "5", options=(f"--tcplisten=127.0.0.1:{port}",))
    with running(command) as program:
        wait_until_ready(program)
        converse(port, 5)
        check(program)


def test_a_folder_behind_a_listening_socket(served: Served, tmp_path: Path) -> None:
    """A C library finds it, though the first number above the streams is none of a folder."""
    port = free_port()
    (tmp_path / "file").write_text("text")
    options = (f"--tcplisten=localhost:{port}", f"--dir={tmp_path}::/data")
    with running(served.command("accept", "2", "/data/file", options=options)) as program:
        wait_until_ready(program)
        converse(port, 2)
        check(program)


def test_a_listening_socket_of_systemd(served: Served) -> None:
    """LISTEN_FDS and LISTEN_PID, for a socket that this process has opened as descriptor 3."""
    command = served.command("accept", "3", options=("-Slistenfd",))
    script = (
        "import os, sys; number = int(sys.argv[1]); os.dup2(number, 3); os.set_inheritable(3, True); "
        "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.fileno()
        with running([sys.executable, "-c", script, str(number), *command], pass_fds=[number]) as program:
            wait_until_ready(program)
            converse(listening.getsockname()[1], 3)
            check(program)


def test_a_pipe_that_takes_its_time(served: Served) -> None:
    """The program says what it waits for, and only then gets it."""
    pieces = {"waiting\n": "first", "reading\n": "second"}
    with running(served.command("pipe"), stdin=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        for line in program.stdout:
            if line in pieces:
                program.stdin.write(pieces[line])
                program.stdin.flush()
            elif line == "ending\n":
                program.stdin.close()
                break
        program.stdin = None
        check(program)


def test_a_pipe_that_nobody_reads(served: Served) -> None:
    """It gets a code, and no signal."""
    with running(served.command("broken_pipe"), stdin=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        program.stdout.close()
        program.stdin.close()
        assert program.wait(LIMIT) == 3


def test_streams_that_are_closed(served: Served) -> None:
    """Numbers 0 to 2 are never anything else's."""
    command = served.command("exit_with", "raw", "7")
    done = subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command], timeout=LIMIT, check=False)
    assert done.returncode == 7


def test_it_can_be_interrupted(served: Served) -> None:
    """Whatever it waits for: a program of WASI has no handlers."""
    with running(served.command("pipe"), stdin=subprocess.PIPE) as program:
        assert program.stdout
        for line in program.stdout:
            if line == "waiting\n":
                break
        program.send_signal(signal.SIGINT)
        assert program.wait(LIMIT) == -signal.SIGINT


@pytest.mark.parametrize(
    "around",
    [[], [sys.executable, str(ROOT / "tests/support/refuse_calls.py"), "ENOSYS", "437"]],
    ids=["openat2", "walk"],
)
def test_a_race_leads_nowhere(served: Served, around: list[str], tmp_path: Path) -> None:
    """One program puts a link in the place of a directory while another one goes through it."""
    box, outside = tmp_path / "box", tmp_path / "outside"
    (box / "target").mkdir(parents=True)
    outside.mkdir()
    (box / "target" / "file").write_text("inside")
    (box / "mine").write_text("mine")
    (outside / "file").write_text("the outside")
    (box / "link").symlink_to("../outside")
    command = [*around, *served.command("racer", options=(f"--dir={box}::.",))]
    with running([*command, "swap", "8000"]) as swapping, running([*command, "open", "4000"]) as opening:
        check(opening)
        check(swapping)
    assert [path.name for path in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text() == "the outside"


def test_proc_leads_nowhere(served: Served) -> None:
    done = subprocess.run(
        served.command("proc", options=("--dir=/proc::.",)), capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_given_unasked(served: Served, tmp_path: Path) -> None:
    """No folder without --dir, and no variable of the caller's."""
    (tmp_path / "file").write_text("x")
    done = subprocess.run(
        served.command("given"), cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
