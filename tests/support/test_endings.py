"""What a test's program has started ends with it, wherever it has gone; what others have started does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support import endings

HEAD = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
def child(*steps):
    if os.fork() == 0:
        for step in steps:
            step()
        os._exit(0)
def group(): os.setpgid(0, 0)
def leave(): os.chdir("/")
def orphan():
    parent = os.getpid()
    if os.fork(): os._exit(0)
    while os.getppid() == parent: time.sleep(0.001)
def tell():
    with open(sys.argv[1], "a") as file: print(os.getpid(), file=file)
    os.closerange(0, 3)
def stay(): tell(); time.sleep(600)
def stop(): tell(); os.kill(os.getpid(), signal.SIGSTOP)
def change(): tell(); os.execve("/bin/sleep", ["sleep", "600"], {})
"""
WAYS = """
child(stay)
child(group, stay)
child(os.setsid, stay)
child(orphan, stay)
child(group, orphan, stop)
child(os.setsid, orphan, change)
child(os.setsid, orphan, leave, stay)
child(os.setsid, orphan, lambda: child(group, stay), lambda: child(os.setsid, stay), stay)
"""
HOW_MANY = 10
AWAIT_ALL = f"while len(open(sys.argv[1]).readlines()) < {HOW_MANY}: time.sleep(0.01)\n"


@pytest.fixture
def bystander() -> Iterator[psutil.Process]:
    """A child of this process, with a child of its own."""
    command = [sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '60'])"]
    with subprocess.Popen(command) as started:
        process = psutil.Process(started.pid)
        try:
            while not process.children():
                time.sleep(0.01)
            yield process
        finally:
            for one in [*process.children(), process]:
                one.kill()


def run(text: str, seconds: float, file: Path, **options: bool) -> subprocess.CompletedProcess[bytes]:
    """The program of this text, whose processes write their pids to the file."""
    file.touch()
    return endings.run([sys.executable, "-c", HEAD + text, str(file)], seconds, **options)


@pytest.mark.parametrize("new_session", [True, False])
@pytest.mark.parametrize("in_time", [True, False])
def test_nothing_survives(tmp_path: Path, bystander: psutil.Process, in_time: bool, new_session: bool) -> None:
    file = tmp_path / "pids"
    before = psutil.Process().children(recursive=True)
    text = "open(sys.argv[1], 'a')\n" + WAYS + AWAIT_ALL + "print('said', flush=True)\n"
    if in_time:
        done = run(text + "sys.exit(3)", 60, file, start_new_session=new_session)
        assert (done.returncode, done.stdout) == (3, b"said\n")
    else:
        with pytest.raises(subprocess.TimeoutExpired) as raised:
            run(text + "time.sleep(600)", 3, file, start_new_session=new_session)
        assert raised.value.stdout == b"said\n"
    pids = [int(line) for line in file.read_text().split()]
    assert len(pids) == HOW_MANY
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
    assert psutil.Process().children(recursive=True) == before
    assert bystander.is_running()
    assert not endings.subreaper()
    assert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL


def test_who_starts_others_without_end_is_ended_too(tmp_path: Path) -> None:
    """Orphans, each of which starts the next and ends."""
    text = "child(os.setsid, tell, lambda: [os.fork() and os._exit(0) for _ in range(100000)])\ntime.sleep(600)"
    with pytest.raises(subprocess.TimeoutExpired):
        run(text, 0.5, tmp_path / "pids")
    session = int((tmp_path / "pids").read_text())
    for process in psutil.process_iter():
        with suppress(ProcessLookupError):
            assert os.getsid(process.pid) != session


def test_orphans_that_end_are_gone_at_once(tmp_path: Path) -> None:
    """As with init: the program may wait for that."""
    text = "child(orphan, tell)\n" + AWAIT_ALL.replace(str(HOW_MANY), "1")
    text += "while os.path.exists('/proc/' + open(sys.argv[1]).read().strip()): time.sleep(0.01)"
    assert run(text, 60, tmp_path / "pids").returncode == 0


def test_a_program_that_cannot_start_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        endings.run([str(tmp_path / "none")], 1)
    assert not endings.subreaper()
