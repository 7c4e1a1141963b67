"""Compiles a module: checked, rewritten, and given to the engine.

The engine compiles on a thread pool, which neither survives fork nor should live on in
a guest. So the work is done in a forked child, and this process stays as it was.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace

from .. import ffi
from ..errors import WaliEngineError, WaliError
from ..module import loader
from .kernel_copy import seal

SHOW_AFTER = 1.0  # seconds before a terminal sees progress
POLL_INTERVAL = 500  # milliseconds between two looks at the clock
STATUS_SIZE = 4  # bytes of a wait status in the keeper's answer


def prepared(path: str, fix_calls: bool) -> loader.PreparedModule:
    """The module file as the engine compiles it. WaliError if it cannot be read or run."""
    data = loader.read_module(path)
    program = loader.load(data)
    if not fix_calls:
        return program
    from ..fixcalls import fix

    fixed, delta = fix(data)
    # The stack pointer is the original's, even if that has none: a global was added.
    layout = replace(loader.parse(fixed), stack_pointer=loader.parse(data).stack_pointer)
    rewritten, own_delta = loader.rewrite(fixed, layout)
    return loader.PreparedModule(rewritten, program.sha256 + ffi.fix_calls_variant(), own_delta + delta, program.start)


def compile_to_memory(program: loader.PreparedModule, name: str) -> int:
    """Descriptor of a memory file with the compiled code. WaliEngineError; `name` is for messages."""
    out = os.memfd_create("wali-code", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    # If this process has threads, the engine's pool may be among them; a child believes in it and waits for ever.
    serial = len(os.listdir("/proc/self/task")) > 1
    answer, child_end = os.pipe2(os.O_CLOEXEC)
    sys.stdout.flush()
    sys.stderr.flush()
    # A child that ends while SIGCHLD is ignored leaves nothing in the guest's RUSAGE_CHILDREN (getrusage(2)), and
    # no status either: so a keeper between us and the compiler tells it.
    ignored = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    keeper = os.fork()
    if keeper == 0:
        _keeper(program, out, child_end, serial)
    os.close(child_end)
    try:
        message, status = _wait(answer, name)
    except BaseException:
        os.kill(keeper, signal.SIGKILL)
        os.close(out)
        raise
    finally:
        os.close(answer)
        with suppress(ChildProcessError):  # it waits nevertheless
            os.waitpid(keeper, 0)
        signal.signal(signal.SIGCHLD, ignored)
    if status != 0:
        os.close(out)
        raise _child_error(status, message, program)
    seal(out)
    return out


def _keeper(program: loader.PreparedModule, out: int, answer: int, serial: bool) -> None:
    """The forked child: starts the compiler, tells its wait status after what it says, ends."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        child = os.fork()
        if child == 0:
            _child(program, out, answer, serial)
        os.write(answer, os.waitpid(child, 0)[1].to_bytes(STATUS_SIZE, "little"))
    finally:
        os._exit(0)


def _child(program: loader.PreparedModule, out: int, answer: int, serial: bool) -> None:
    """The keeper's child: compiles, tells what went wrong, ends."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        ffi.engine_compile(program.wasm, out, serial)
        status = 0
    except WaliEngineError as error:
        os.write(answer, f"{error.code} {error.errnum} {error}".encode())
    finally:
        os._exit(status)


def _child_error(status: int, message: bytes, program: loader.PreparedModule) -> WaliError:
    if message:
        from ..module.explain import explain

        code, errnum, text = message.decode(errors="replace").split(" ", 2)
        return WaliEngineError(explain(text, program), int(code), int(errnum))
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        hint = _memory_hint() if number in (signal.SIGKILL, signal.SIGABRT) else ""
        return WaliEngineError(f"the compiler was killed by {signal.Signals(number).name}{hint}")
    return WaliEngineError(f"the compiler ended with status {os.waitstatus_to_exitcode(status)} and no message")


def _memory_hint() -> str:
    import psutil

    available = psutil.virtual_memory().available >> 20
    return f" ({available} MiB of memory are free: if that is little, compile it once elsewhere with `wali compile -o`)"


def _wait(answer: int, name: str) -> tuple[bytes, int]:
    """Reads `answer` to its end: (message, wait status) of the compiler. Shows progress on a terminal meanwhile."""
    poll = select.poll()
    poll.register(answer, select.POLLIN | select.POLLHUP)
    start = time.monotonic()
    shown = False
    while not poll.poll(POLL_INTERVAL):
        elapsed = time.monotonic() - start
        if elapsed >= SHOW_AFTER and sys.stderr.isatty():
            print(f"\rwali: compiling {name}, once ... {elapsed:.0f} s", end="", file=sys.stderr, flush=True)
            shown = True
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    told = b"".join(iter(lambda: os.read(answer, 4096), b""))
    if len(told) < STATUS_SIZE:  # the keeper was killed
        return b"", signal.SIGKILL
    return told[:-STATUS_SIZE], int.from_bytes(told[-STATUS_SIZE:], "little")
