"""Finds or makes the compiled code of a guest, and becomes the launcher.

What only a first run needs is imported when it is needed.
"""

from __future__ import annotations

import os

from .. import ffi
from .hand_over import become_launcher

STALE = "S"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from .config import RunConfig


def run(config: RunConfig, failed: Callable[[Exception], int], cached: str = "") -> NoReturn:
    """Becomes the guest, or the watcher of a guest that is counted, and ends as the guest does.

    failed: tells an error, and gives the exit status for it: a process that was forked ends by it.
    cached: what the launcher has found in the cache: "M" nothing, "S" sound code that the engine does not take, for it
        is from some other installation; "" if it has not looked. It gets the code itself then, and does not look again.

    Returns only by an exception: WaliError (file, module or engine), or KeyboardInterrupt
    while compiling.
    """
    if config.code_fd >= 0:  # the launcher takes all that Python gives it, and does not come back
        from ..errors import WaliError

        raise WaliError("the command wali-run is of another version than this package; install wali-runtime again")
    ffi.engine_open()
    if cached or not is_compiled(config) or refuse_debug(config):
        from ..compiled.obtain import compiled

        data = take_from_pipe(config)
        shown = "" if config.quiet else config.name or config.module
        config.code_fd, config.code_delta = compiled(
            config.module, config.cache_dir, cached == STALE, config.fix_calls, data, shown=shown, debug=config.debug
        )
    if config.stats is None:
        become_launcher(config)
    from .counted import run_counted

    run_counted(config, failed)


def refuse_debug(config: RunConfig) -> bool:
    """Whether the code is to be made for a debugger, which the launcher does not look for. WaliUsageError."""
    if config.debug and (config.code is not None or ffi.is_compiled(config.module)):
        from ..errors import WaliUsageError

        raise WaliUsageError("--debug compiles the program for gdb: give the .wasm module, and no compiled code")
    return config.debug


def take_from_pipe(config: RunConfig) -> bytes | None:
    """The module that comes through a pipe, which from now on is a memory file for the guest; else None. WaliError."""
    from ..module import loader

    if config.module_fd >= 0 or not loader.is_pipe(config.module):
        return None
    data = loader.read_module(config.module)
    try:
        fd = os.memfd_create(os.path.basename(config.module), os.MFD_CLOEXEC)
        with open(fd, "wb", closefd=False) as file:
            file.write(data)
        os.fchmod(fd, 0o700)
    except OSError as error:  # RLIMIT_FSIZE counts for memory files too
        from ..errors import WaliError

        raise WaliError(f"no file for what came through the pipe: {error.strerror}") from None
    config.name = config.name or config.module
    config.module, config.module_fd = f"/proc/self/fd/{fd}", fd
    return data


def is_compiled(config: RunConfig) -> bool:
    """Whether the launcher will find the code by itself. WaliUsageError."""
    if config.code is not None:
        return True
    if ffi.is_compiled(config.module) and not config.executed:
        if config.fix_calls:
            from ..compiled.cwasm_file import check

            check(config.module, config.fix_calls)
        return True
    if config.cache_dir is None:
        return False
    variant = ffi.fix_calls_variant() if config.fix_calls else ""
    found = ffi.cache_lookup(config.cache_dir, config.module, variant)
    if found is not None:
        os.close(found[0])
    return found is not None
