"""wali-run --stats: the guest runs in a child, which is watched, and the numbers go to stderr, or to a file.

The counters are a memory file that all processes of the run have in common (wali/native/calls/trace_stats.c).
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import resource
import signal
import struct
import time
from dataclasses import dataclass

from .. import ffi
from .._generated.calls import ALIASES, CALLS
from .._generated.wasi import FUNCTIONS
from ..errors import WaliError, WaliUsageError
from ..messages import complain, printable, tell
from .hand_over import become_launcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from .config import RunConfig

# Never caught, or about the watcher itself: these are not forwarded to the guest.
NOT_FORWARDED = {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}
FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP, signal.SIGSYS}
COUNTERS = struct.Struct("=QQQ")  # of one call: how often, how many errors, nanoseconds
# The order of wali_rows[], and of wasi_rows[] behind them.
ROWS = [
    *sorted([*(call[1] for call in CALLS), *ALIASES]),
    *(name for functions in FUNCTIONS.values() for name in functions),
]
SENT_BY_KERNEL = 128  # si_code SI_KERNEL, sigaction(2): the terminal's, so the guest has it too


@dataclass(frozen=True)
class Result:
    """How one counted run went.

    status: wait status of the guest. wall: seconds. usage: rusage of the guest and what it
    waited for. rows: (name, calls, errors, nanoseconds) by system call or function of WASI.
    """

    status: int
    wall: float
    usage: resource.struct_rusage
    rows: list[tuple[str, int, int, int]]


def run_counted(config: RunConfig, failed: Callable[[Exception], int]) -> NoReturn:
    """Runs the guest in a child, tells the numbers, and ends as the guest did. WaliUsageError if they have no place.

    failed: tells an error in the child, and gives the exit status for it.
    """
    output = _open_output(config.stats) if config.stats else -1
    config.stats_fd = counters_file()
    memory = mmap.mmap(config.stats_fd, len(ROWS) * COUNTERS.size)
    forwarded = signal.valid_signals() - NOT_FORWARDED - FAULTS
    old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, forwarded | {signal.SIGCHLD})
    start = time.monotonic()
    watcher = os.getpid()
    child = os.fork()
    if child == 0:
        # Who kills the watcher, such as a timeout, means the guest.
        ffi.die_with_parent(watcher)
        signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)
        _become_guest(config, failed)
    status, usage = _watch(child, forwarded | {signal.SIGCHLD})
    result = Result(status, time.monotonic() - start, usage, counted_rows(memory))
    if output >= 0:
        _write(output, json.dumps(as_json(config.module, result)).encode() + b"\n", config.stats)
    else:
        tell(report(config.module, result))
    end_as(status, old_mask)


def _write(output: int, text: bytes, path: str | None) -> None:
    """What cannot be written is told, but is no reason to end otherwise than the guest did."""
    try:
        while text:
            text = text[os.write(output, text) :]
    except OSError as error:
        complain("wali-run", f"--stats={path}: cannot write: {error.strerror}")


def _become_guest(config: RunConfig, failed: Callable[[Exception], int]) -> NoReturn:
    try:
        become_launcher(config)
    except Exception as error:
        os._exit(failed(error))  # not into the caller's stack


def counted_rows(memory: mmap.mmap) -> list[tuple[str, int, int, int]]:
    """(name, calls, errors, nanoseconds) of each call that was made, out of the counters."""
    rows = zip(ROWS, COUNTERS.iter_unpack(memory[:]), strict=True)
    return [(name, *counters) for name, counters in rows if counters[0]]


def _open_output(path: str) -> int:
    """Descriptor of the file for the numbers, emptied, out of the guest's way. WaliUsageError."""
    try:
        return ffi.take_private(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666))
    except OSError as error:
        raise WaliUsageError(f"--stats {path}: {error.strerror}") from None


def counters_file() -> int:
    """Descriptor of a memory file for the counters: every program that the guest executes writes there."""
    fd = os.memfd_create("wali-stats", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(fd, len(ROWS) * COUNTERS.size)
        # The guest has the descriptor too: were it to cut the file, reading the counters would be our SIGBUS.
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        return ffi.private_fd(fd)
    except OSError as error:  # RLIMIT_FSIZE counts for memory files too
        raise WaliError(f"--stats: no file for the counters: {error.strerror}") from error
    finally:
        os.close(fd)


def _watch(child: int, watched: set[signal.Signals]) -> tuple[int, resource.struct_rusage]:
    """Passes signals on until the child has ended; returns its wait status and resource usage.

    Stops with the child, so that job control works as if there were one process.
    """
    while True:
        event = signal.sigwaitinfo(watched)
        if event.si_signo != signal.SIGCHLD:
            if event.si_code != SENT_BY_KERNEL:
                os.kill(child, event.si_signo)
            continue
        pid, status, usage = os.wait4(child, os.WNOHANG | os.WUNTRACED)
        if pid == 0:
            continue
        if not os.WIFSTOPPED(status):
            return status, usage
        os.kill(os.getpid(), signal.SIGSTOP)
        os.kill(child, signal.SIGCONT)


def end_as(status: int, mask: set[int | signal.Signals]) -> NoReturn:
    """Ends this process with that wait status: the same exit status, or death by the same signal (no core file)."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask - {number})
        os._exit(128 + number)
    os._exit(os.waitstatus_to_exitcode(status))


def as_json(module: str, result: Result) -> dict[str, Any]:
    """The numbers as plain data: times in seconds, memory in bytes; one of `exit_status` and `signal` is null."""
    usage = result.usage
    killed = os.WIFSIGNALED(result.status)
    return {
        "module": module,
        "exit_status": None if killed else os.waitstatus_to_exitcode(result.status),
        "signal": os.WTERMSIG(result.status) if killed else None,
        "wall": result.wall,
        "user": usage.ru_utime,
        "system": usage.ru_stime,
        "peak_memory": usage.ru_maxrss * 1024,
        "calls": [
            {"name": name, "count": calls, "errors": errors, "seconds": nanoseconds / 1e9}
            for name, calls, errors, nanoseconds in sorted(result.rows, key=lambda row: -row[3])
        ],
    }


def report(module: str, result: Result) -> str:
    """The numbers as a table: times in seconds, per call in microseconds."""
    usage = result.usage
    in_calls = sum(row[3] for row in result.rows) / 1e9
    lines = [
        f"--- {printable(module)}: {ending(result.status)}",
        f"wall {result.wall:.3f} s   user {usage.ru_utime:.3f} s   system {usage.ru_stime:.3f} s",
        f"in system calls, waiting included: {in_calls:.3f} s   peak memory: {usage.ru_maxrss / 1024:.1f} MiB",
    ]
    if result.rows:
        lines.append(f"{'call':<20}{'count':>10}{'errors':>10}{'seconds':>12}{'us/call':>10}")
    for name, calls, errors, nanoseconds in sorted(result.rows, key=lambda row: -row[3]):
        lines.append(f"{name:<20}{calls:>10}{errors:>10}{nanoseconds / 1e9:>12.6f}{nanoseconds / 1e3 / calls:>10.2f}")
    return "\n".join(lines)


def ending(status: int) -> str:
    """A wait status in words: ``exit status 3`` or ``killed by SIGSEGV``."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = {int(known): known.name for known in signal.Signals}
        return f"killed by {names.get(number, f'signal {number}')}"
    return f"exit status {os.waitstatus_to_exitcode(status)}"
