"""dropbear, an SSH server: logins with a key, with and without a terminal, its own client on the other side."""

from __future__ import annotations

import hashlib
import os
import pty
import pwd
import random
import re
import signal
import socket
import subprocess
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from struct import pack

import pytest

from tests.programs import ports
from tests.programs.servers import HOST, LIMIT, Server, environment, free_port, programs, serving, until

pytestmark = pytest.mark.apps

USER = pwd.getpwuid(os.getuid()).pw_name
Commands = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def dropbear() -> Commands:
    """How to start dropbear, dbclient and dropbearkey."""
    return programs(ports.DROPBEAR)


@dataclass(frozen=True)
class Host:
    """A server, and the client's command line for it."""

    server: Server
    client: tuple[str, ...]
    folder: Path

    def run(self, *words: str, stdin: bytes = b"", options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[bytes]:
        """The client with a command for the server."""
        command = [*self.client, *options, f"{USER}@{HOST}", *words]
        return subprocess.run(
            command, input=stdin, capture_output=True, env=environment(), timeout=LIMIT, check=False, cwd=self.folder
        )


def _key(dropbear: Commands, folder: Path, kind: str, name: str) -> str:
    """Make a key; returns its public half, a line of authorized_keys."""
    command = [*dropbear["dropbearkey"], "-t", kind, "-f", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=LIMIT, check=True)
    return next(line for line in done.stdout.splitlines() if line.startswith(("ssh-", "ecdsa-")))


@pytest.fixture(scope="module")
def keys(dropbear: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the host's key, two users' keys that are authorized, and one that is not."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / ".ssh").mkdir(mode=0o700)
    lines = [_key(dropbear, folder, "ed25519", "ed25519"), _key(dropbear, folder, "ecdsa", "ecdsa")]
    (folder / ".ssh" / "authorized_keys").write_text("".join(f"{line}\n" for line in lines))
    _key(dropbear, folder, "ed25519", "stranger")
    _key(dropbear, folder, "ed25519", "host")
    return folder


@pytest.fixture
def host(dropbear: Commands, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A running server."""
    monkeypatch.setenv("TEST_HOME", str(keys))
    monkeypatch.setenv("HOME", str(tmp_path))
    port = free_port()
    command = [*dropbear["dropbear"], "-F", "-E", "-s", "-r", str(keys / "host"), "-p", f"{HOST}:{port}", "-P", "pid"]
    with serving(command, port, tmp_path, "dropbear") as server:
        client = (*dropbear["dbclient"], "-y", "-y", "-p", str(port))
        yield Host(server, (*client, "-i", str(keys / "ed25519")), tmp_path)


def test_command(host: Host) -> None:
    """Output, errors and status are the command's; SIGTERM ends the server."""
    done = host.run("echo out; echo err >&2; exit 7")
    assert (done.returncode, done.stdout) == (7, b"out\n")
    assert done.stderr.endswith(b"err\n")
    assert host.run("echo $SSH_CONNECTION").stdout.split()[0] == HOST.encode()
    assert host.run("test -t 0").returncode == 1
    assert host.server.stop(signal.SIGTERM) == 1  # "Early exit: Terminated by signal"
    assert "Pubkey auth succeeded" in host.server.output()


def test_large_streams(host: Host) -> None:
    """Four megabytes there and back."""
    data = random.Random(3).randbytes(4_000_000)
    done = host.run("cat", stdin=data)
    assert done.returncode == 0
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(data).digest()


def test_other_key(host: Host, keys: Path) -> None:
    """An ECDSA key is good too; one that is not authorized is refused."""
    other = Host(host.server, (*host.client[:-1], str(keys / "ecdsa")), host.folder)
    assert other.run("echo in").stdout == b"in\n"
    stranger = Host(host.server, (*host.client[:-1], str(keys / "stranger")), host.folder)
    refused = stranger.run("echo in")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"No auth methods could be used" in refused.stderr
    assert host.run("echo still here").returncode == 0


@contextmanager
def _terminal(command: list[str], rows: int, columns: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A process with a terminal of its own; gives the master's descriptor."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))

    def controlling() -> None:
        os.setsid()
        ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env={**environment(), "TERM": "vt220"}, preexec_fn=controlling
    )
    os.close(slave)
    try:
        yield master, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


class Screen:
    """What came out of a terminal so far, read by a thread."""

    def __init__(self, master: int) -> None:
        """Starts to read."""
        self.text = ""
        self._master = master
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while data := os.read(self._master, 4096):
                self.text += data.decode(errors="replace")
        except OSError:  # the other side is closed
            pass

    def expect(self, pattern: str) -> None:
        """Wait for text that matches."""
        until(lambda: re.search(pattern, self.text), f"{pattern!r} on the screen, which has {self.text!r}")


def test_terminal(host: Host) -> None:
    """A command in a pty: a terminal with the client's size and kind; it changes size; ^C reaches it; the status comes back."""
    script = (
        "tty; stty size; echo kind $TERM; trap 'echo resized; stty size' WINCH; trap 'echo caught; exit 9' INT;"
        " echo ready; while :; do sleep 0.1; done"
    )
    command = [*host.client, "-t", f"{USER}@{HOST}", script]
    with _terminal(command, 31, 97) as (master, process):
        screen = Screen(master)
        screen.expect(r"/dev/(pts/|tty)\w+\s+31 97\s+kind vt220\s+ready")
        ioctl(master, termios.TIOCSWINSZ, pack("HHHH", 40, 120, 0, 0))
        screen.expect(r"resized\s+40 120")
        os.write(master, b"\x03")
        screen.expect("caught")
        assert process.wait(LIMIT) == 9


def test_shell(host: Host) -> None:
    """An interactive shell: what is typed is done, and ^D ends it."""
    with _terminal([*host.client, "-t", f"{USER}@{HOST}", "PS1='ready> ' exec sh -i"], 24, 80) as (master, process):
        screen = Screen(master)
        screen.expect("ready> ")
        os.write(master, b"echo $((6 * 7)) words\n")
        screen.expect("\n42 words")
        os.write(master, b"cat\n")
        os.write(master, b"line\n")
        screen.expect("line\r\nline\r\n")
        os.write(master, b"\x03")
        screen.expect(r"\^C\s+ready> ")
        os.write(master, b"\x04")
        assert process.wait(LIMIT) == 130


def test_sessions_side_by_side(host: Host) -> None:
    """Four logins at the same time, a process of the server for each; none is left."""
    command = [*host.client, f"{USER}@{HOST}", "read line; echo got $line"]
    clients = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        for _ in range(4)  # it allows five that have not logged in
    ]
    for number, client in enumerate(clients):
        output, _ = client.communicate(b"%d\n" % number, timeout=LIMIT)
        assert (client.returncode, output) == (0, b"got %d\n" % number)
    children = Path(f"/proc/{host.server.process.pid}/task/{host.server.process.pid}/children")
    until(lambda: not children.read_text(), "the sessions to end")


def test_forwarding(host: Host) -> None:
    """-L: a connection to the client's port comes out at the server's side."""
    with socket.create_server((HOST, 0)) as target:
        local = free_port()
        forward = f"{HOST}:{local}:{HOST}:{target.getsockname()[1]}"
        command = [*host.client, "-N", "-L", forward, f"{USER}@{HOST}"]
        with serving(command, local, host.folder, "dbclient") as client:
            target.settimeout(LIMIT)
            probe, _ = target.accept()  # of serving(), which tries whether somebody listens
            probe.close()
            with socket.create_connection((HOST, local), LIMIT) as near:
                far, _ = target.accept()
                with far:
                    near.sendall(b"there")
                    assert far.recv(100) == b"there"
                    far.sendall(b"and back")
                    assert near.recv(100) == b"and back"
            client.stop()
