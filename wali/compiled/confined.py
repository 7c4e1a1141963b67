"""Work on what strangers have made, in a process that can do nothing else (wali/native/confine/).

A module is read, rewritten and compiled there. The process gets the module's bytes with its memory, has one pipe to
answer by, and a memory file for code; it can open no file, no socket and no process. What it answers is looked at by
whoever asked: an answer may be made by the module.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from .. import ffi
from ..errors import WaliEngineError, WaliError
from ..messages import printable, tell
from . import failures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SHOW_AFTER = 1.0  # seconds before a terminal sees progress
TELL_AFTER = 2.0  # seconds before others do, once
POLL_INTERVAL = 500  # milliseconds between two looks at the clock
STATUS_SIZE = 4  # bytes of a wait status in the keeper's answer
MOST_ANSWER = 1 << 26  # bytes that are taken
DONE, FAILED = b"D", b"F"
MIB = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What the process may use: bytes of addresses and of the file it writes, seconds of processor time."""

    address_space: int
    file_size: int
    processor: int


def bounds(size: int) -> Bounds:
    """Those for a module of so many bytes: far above what a module needs that was not made to need much.

    Each thread of the engine's pool takes addresses for a stack and an arena of malloc.
    """
    threads = os.cpu_count() or 1
    return Bounds(
        address_space=(4 << 30) + 256 * size + threads * 160 * MIB,
        file_size=64 * MIB + 64 * size,
        processor=300 + 60 * (size // MIB),
    )


class Progress:
    """What people see of work that takes seconds: a line that changes on a terminal, one line elsewhere.

    Nothing if `doing` is "", or the environment has WALI_QUIET.
    """

    def __init__(self, doing: str) -> None:
        self.doing = "" if os.environ.get("WALI_QUIET") else printable(doing)
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.start = time.monotonic()
        self.shown = False

    def show(self) -> None:
        """To be called from time to time."""
        elapsed = time.monotonic() - self.start
        if self.doing and self.terminal and elapsed >= SHOW_AFTER:
            tell(f"\r\033[Kwali: {self.doing} ... {elapsed:.0f} s", end="")
            self.shown = True
        elif self.doing and not self.terminal and elapsed >= TELL_AFTER and not self.shown:
            tell(f"wali: {self.doing} ...")
            self.shown = True

    def end(self) -> None:
        """Takes the line away that changes."""
        if self.terminal and self.shown:
            tell("\r\033[K", end="")


def call(work: Callable[[bool], bytes], limits: Bounds, doing: str, out: int = -1) -> bytes:
    """What `work` answers, called in a confined process. WaliError, also those that it raises.

    work: imports nothing; gets whether it must not start threads.
    doing: what is told if it takes long; "" for nothing. out: a descriptor that the process keeps, -1 for none.

    A process that ends while SIGCHLD is ignored leaves nothing in the guest's RUSAGE_CHILDREN (getrusage(2)), and
    no status either: so a keeper between this process and the confined one tells it.
    """
    # If this process has threads, the engine's pool may be among them; a child believes in it and waits for ever.
    serial = len(os.listdir("/proc/self/task")) > 1
    try:
        answer, child_end = os.pipe2(os.O_CLOEXEC)
    except OSError as error:
        raise WaliError(f"nothing to read the module with: {error.strerror}") from None
    ignored = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        keeper = os.fork()
    except OSError as error:
        os.close(answer)
        os.close(child_end)
        signal.signal(signal.SIGCHLD, ignored)
        raise WaliError(f"no process to read the module in: {error.strerror}") from None
    if keeper == 0:
        _keeper(work, limits, child_end, out, serial)
    os.close(child_end)
    try:
        told, status = _wait(answer, doing)
    except BaseException:
        os.kill(keeper, signal.SIGKILL)
        raise
    finally:
        os.close(answer)
        with suppress(ChildProcessError):  # it waits nevertheless
            os.waitpid(keeper, 0)
        signal.signal(signal.SIGCHLD, ignored)
    if status == 0 and told.startswith(DONE):
        return told[1:]
    if told.startswith(FAILED):
        raise failures.read(told[1:])
    raise _ended(status, limits)


def _keeper(work: Callable[[bool], bytes], limits: Bounds, answer: int, out: int, serial: bool) -> None:
    """The forked process: starts the confined one, tells its wait status after what it says, ends."""
    parent = os.getppid()
    try:
        ffi.die_with_parent(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keeper = os.getpid()
        child = os.fork()
        if child == 0:
            ffi.die_with_parent(keeper)
            _child(work, limits, answer, out, serial)
        os.write(answer, os.waitpid(child, 0)[1].to_bytes(STATUS_SIZE, "little"))
    except OSError as error:
        told = failures.write(WaliError(f"no process to read the module in: {error.strerror}"))
        os.write(answer, FAILED + told + bytes(STATUS_SIZE))
    finally:
        os._exit(0)


def _child(work: Callable[[bool], bytes], limits: Bounds, answer: int, out: int, serial: bool) -> None:
    """The keeper's child: confines itself, works, answers, ends."""
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        keep = sorted(fd for fd in (answer, out) if fd >= 0)
        held = ffi.confine((limits.address_space, limits.file_size, limits.processor), keep)
        try:
            told = DONE + work(serial or not held & ffi.CONFINED_CALLS)
            status = 0
        except Exception as error:
            told = FAILED + failures.write(error)
        while told:
            told = told[os.write(answer, told) :]
    finally:
        os._exit(status)


def _wait(answer: int, doing: str) -> tuple[bytes, int]:
    """Reads `answer` to its end: (what the process says, its wait status). Shows progress meanwhile."""
    poll = select.poll()
    poll.register(answer, select.POLLIN | select.POLLHUP)
    progress = Progress(doing)
    while not poll.poll(POLL_INTERVAL):
        progress.show()
    progress.end()
    told = bytearray()
    while piece := os.read(answer, 1 << 16):
        told += piece
        if len(told) > MOST_ANSWER:
            raise WaliError("what reads the module says more than there can be to say; the module is refused")
    if len(told) < STATUS_SIZE:  # the keeper was killed
        return b"", signal.SIGKILL
    return bytes(told[:-STATUS_SIZE]), int.from_bytes(told[-STATUS_SIZE:], "little")


def _ended(status: int, limits: Bounds) -> WaliError:
    """Why the process has ended without an answer."""
    if not os.WIFSIGNALED(status):
        return WaliEngineError(f"the compiler ended with status {os.waitstatus_to_exitcode(status)} and no message")
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return WaliEngineError(
            f"reading and compiling it takes more than {limits.processor} s of processor time, which is the limit"
        )
    hint = _memory_hint(limits) if number in (signal.SIGKILL, signal.SIGABRT) else ""
    return WaliEngineError(f"the compiler was killed by {signal.Signals(number).name}{hint}")


def _memory_hint(limits: Bounds) -> str:
    import psutil

    available = psutil.virtual_memory().available >> 20
    return (
        f" ({available} MiB of memory are free, and it may take {limits.address_space >> 20} MiB of addresses: if that is "
        "little, compile it once elsewhere with `wali compile -o`)"
    )
