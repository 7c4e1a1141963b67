"""What many tests need: modules made of text, a private cache, and the commands to run.

The installed package is what is tested; the checkout comes last on the path, for the parts
that are not installed (syscalls, abi).
"""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent))

from tests.helpers import WaliRun, assemble, run_command

# What is ignored or blocked at the start stays so in all that the tests run: SIGHUP under nohup, SIGINT and SIGQUIT in the
# background of a shell without job control, and the two signals that glibc keeps for itself in whatever its posix_spawn
# (make's) has started. Its own sigaction refuses those two, so they take the system call. SIGPIPE and SIGXFSZ, which
# Python ignores, subprocess gives back.
RT_SIGACTION, LIBC_SIGNALS, DEFAULT_ACTION = 13, (32, 33), bytes(32)
PYTHON_IGNORES = (signal.SIGPIPE, signal.SIGXFSZ)
for number in signal.valid_signals() - set(PYTHON_IGNORES):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
for reserved in LIBC_SIGNALS:
    ctypes.CDLL(None).syscall(RT_SIGACTION, reserved, DEFAULT_ACTION, None, 8)
signal.pthread_sigmask(signal.SIG_SETMASK, ())


@pytest.fixture
def cache_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own, for this process and those it starts."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "wali"


@pytest.fixture
def module(tmp_path: Path) -> Callable[[str], Path]:
    """Makes files of modules: module(text) gives the path of prog.wasm."""

    def make(text: str, name: str = "prog.wasm") -> Path:
        path = tmp_path / name
        path.write_bytes(assemble(text))
        return path

    return make


@pytest.fixture
def wali_run(cache_dir: Path) -> WaliRun:  # noqa: ARG001
    """Runs wali-run with arguments; options are those of subprocess.run, text and captured output by default."""
    return partial(run_command, "wali-run")


@pytest.fixture
def wali(cache_dir: Path) -> WaliRun:  # noqa: ARG001
    """Runs the command wali the same way."""
    return partial(run_command, "wali")
