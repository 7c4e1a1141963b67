"""What a process inherits and tests would hand on: signals that are ignored or blocked, the mask of new files, a
compiler in the environment.

A program started from a terminal, from a shell's background, by nohup, make, cron or a supervisor finds different ones.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal

RT_SIGACTION, RT_SIGPROCMASK, SET_MASK = 13, 14, 2
LIBC_SIGNALS, DEFAULT_ACTION, NO_SIGNALS = (32, 33), bytes(32), bytes(8)


def restore() -> None:
    """Gives this process what a login shell's programs have."""
    for number in signal.valid_signals():
        # Python itself ignores SIGPIPE and SIGXFSZ, and lets its children have their default.
        if signal.getsignal(number) is signal.SIG_IGN and number not in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The two signals that glibc keeps for itself are ignored in whatever its posix_spawn (make's) has started, and may
    # be blocked. Its own functions refuse those two, so they take the system call.
    system_call = ctypes.CDLL(None).syscall
    for number in LIBC_SIGNALS:
        system_call(RT_SIGACTION, number, DEFAULT_ACTION, None, len(NO_SIGNALS))
    system_call(RT_SIGPROCMASK, SET_MASK, NO_SIGNALS, None, len(NO_SIGNALS))
    os.umask(0o022)
    from wali.sdk import shell  # the package that is tested: as sys.path is by now

    shell.leave(os.environ)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
