"""Turns this process into the guest: finds or makes the compiled code, undoes what Python changed, starts.

On the path of every start; what only a cold start needs is imported when it is needed.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the C module: `signal` costs 2 ms for its enums
import os

from .. import ffi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from .config import RunConfig


def run(config: RunConfig, failed: Callable[[Exception], int]) -> NoReturn:
    """Runs the guest in this process, which ends as the guest does.

    failed: tells an error, and gives the exit status for it: a process that was forked ends by it.

    Returns only by an exception: WaliError (file, module or engine), or KeyboardInterrupt
    while compiling.
    """
    ffi.engine_open()
    variant = ffi.fix_calls_variant() if config.fix_calls else ""
    found = None if config.cache_dir is None else ffi.cache_lookup(config.cache_dir, config.module, variant)
    if found is None:
        start(config, compiled(config), failed)
    try:
        start(config, found, failed)
    except Exception as error:
        if getattr(error, "code", 0) != ffi.STALE:
            raise
        # Sound, but the engine does not take it: the cache is from some other installation.
        start(config, compiled(config, fresh=True), failed)


def compiled(config: RunConfig, fresh: bool = False) -> tuple[int, int]:
    """(descriptor of the compiled code, code_delta) of a module that the cache lacks, or, if `fresh`, has wrongly."""
    from ..compiled.obtain import compiled

    return compiled(config.module, config.cache_dir, fresh, config.fix_calls)


def start(config: RunConfig, code: tuple[int, int], failed: Callable[[Exception], int]) -> NoReturn:
    """Starts the guest, in a child if it is to be counted. Returns only by WaliError."""
    if config.stats is None:
        become(config, code)

    def become_child(config: RunConfig, code: tuple[int, int]) -> NoReturn:
        try:
            become(config, code)
        except Exception as error:
            os._exit(failed(error))  # not into the caller's stack

    from .counted import run_counted

    run_counted(config, code, become_child)


def become(config: RunConfig, code: tuple[int, int]) -> NoReturn:
    """Starts the guest. Returns only by WaliEngineError."""
    if config.trace is not None:
        config.trace_fd = open_trace(config.trace)
    restore_signals(config.ignored)
    ffi.run(config.module, config.argv, config.env, code, launcher(), config.for_core())


def launcher() -> str:
    """The command wali-run, which a guest's execve starts: beside this program, or beside this Python."""
    import sys

    folders = (os.path.dirname(sys.argv[0]), os.path.dirname(sys.executable))
    found = [path for folder in folders if os.access(path := os.path.abspath(f"{folder}/wali-run"), os.X_OK)]
    return found[0] if found else "/nonexistent/wali-run"


def open_trace(target: str) -> int:
    """The descriptor for --trace: a copy of stderr, or the file, emptied. WaliError."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        fd = os.open(target, flags, 0o666) if target else 2
        try:
            return ffi.private_fd(fd)
        finally:
            if fd != 2:
                os.close(fd)
    except OSError as error:
        from ..errors import WaliUsageError

        raise WaliUsageError(f"--trace {target}: {error.strerror}") from None


def restore_signals(ignored: Sequence[int]) -> None:
    """Takes back what Python's start did to signals.

    Python handles SIGINT unless it was ignored, so a handler means that it was not. It
    ignores SIGPIPE and SIGXFSZ whatever they were, and the kernel keeps no record of that:
    the command wali-run looks before it starts Python. The mask is untouched by Python.
    """
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
        if number not in ignored:
            _signal.signal(number, _signal.SIG_DFL)
    if _signal.getsignal(_signal.SIGINT) is not _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
