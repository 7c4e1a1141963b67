"""Descriptors, processes, threads, address space and memory run out: the kernel's error, or one clear line.

What a guest itself sees is tests/native/soak/exhaust.c. How little address space suffices: test_address_space.py.
"""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.limits import for_good
from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

SOURCE = Path(__file__).parent.parent / "native" / "soak" / "exhaust.c"
Done = subprocess.CompletedProcess[str]
GIB = 1 << 30


@pytest.fixture
def guest(cc: Compiler) -> Path:
    """The guest, compiled, and its code in the cache."""
    done = cc.run("-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-pthread", SOURCE, "-o", "exhaust.wasm")
    assert done.returncode == 0, done.stderr
    path = cc.folder / "exhaust.wasm"
    path.chmod(0o755)
    assert run(path, "nothing").returncode == 0
    return path


def run(module: Path, what: str, *options: str, **limits: int) -> Done:
    """Runs it with limits by the names of their constants: NOFILE=64."""
    command = [*command_path("wali-run"), *options, str(module), what]
    environment = {**os.environ, "XDG_CACHE_HOME": str(module.parent / "xdg")}
    return subprocess.run(
        command, env=environment, preexec_fn=for_good(**limits), capture_output=True, text=True, timeout=60, check=False
    )


def lines(done: Done) -> list[str]:
    """What it printed, if it ended well."""
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_descriptors(guest: Path) -> None:
    """EMFILE wherever one is made, from execve too: it has to look into the file. Afterwards all is well."""
    words = ["open", "dup", "pipe", "socket", "epoll", "eventfd", "memfd", "opendir", "execl"]
    assert lines(run(guest, "descriptors", NOFILE=64)) == [*(f"{word} EMFILE" for word in words), "open fine"]


@pytest.mark.parametrize("cached", [True, False])
def test_few_descriptors_for_the_start(guest: Path, cached: bool) -> None:
    """With some more than a native program needs it starts; with fewer one line says what is missing."""
    options = [] if cached else ["--no-cache"]
    for limit in (16, 32, min(1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1])):
        assert lines(run(guest, "nothing", *options, NOFILE=limit)) == []
    for limit in range(4, 16):
        done = run(guest, "nothing", *options, NOFILE=limit)
        assert done.returncode in ((0,) if cached and limit >= 6 else (0, 126))
        assert (done.returncode == 0) == (done.stderr == "")
        assert done.stderr in ("", "wali-run: no descriptors left: Too many open files\n")


@pytest.mark.parametrize("cached", [True, False])
def test_few_descriptors_for_trace_and_stats(guest: Path, tmp_path: Path, cached: bool) -> None:
    """Descriptors of the runtime's own stay below the limit, whatever it is."""
    options = [] if cached else ["--no-cache"]
    for limit in (32, 64, 65, 100, 256):
        log = tmp_path / f"trace-{limit}"
        assert lines(run(guest, "nothing", *options, f"--trace={log}", NOFILE=limit)) == []
        assert "exit_group(0" in log.read_text()
        done = run(guest, "nothing", *options, "--stats", NOFILE=limit)
        assert done.returncode == 0
        assert "calls" in done.stderr


def test_processes(guest: Path) -> None:
    """RLIMIT_NPROC of an ordinary user: EAGAIN from fork."""
    assert lines(run(guest, "processes")) == ["fork EAGAIN", "fork fine"]


def test_threads_of_a_user(guest: Path) -> None:
    """The same limit: EAGAIN from pthread_create."""
    assert lines(run(guest, "threads-of-user")) == ["pthread_create EAGAIN", "pthread_create fine"]


@pytest.mark.parametrize("gibibytes", [1, 7, 9])
def test_address_space_for_threads(guest: Path, gibibytes: int) -> None:
    """Stacks of threads are address space: EAGAIN when that ends, and no harm done."""
    done = run(guest, "threads", "--stack-size=16M", AS=gibibytes * GIB)
    assert lines(done) == ["pthread_create EAGAIN", "pthread_create fine"]


def test_memory(guest: Path) -> None:
    """--max-memory: ENOMEM, then there is some again."""
    done = lines(run(guest, "memory", "--max-memory=64M"))
    assert (done[0], done[1], done[-1]) == ("malloc ENOMEM", "mmap ENOMEM", "malloc fine")
    assert done[2] in ("pthread_create fine", "pthread_create EAGAIN")  # its stack may fit into what is left
