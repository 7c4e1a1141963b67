"""signal(7): rt_sigaction(2), rt_sigprocmask(2), kill(2), pidfd_send_signal(2), ..."""

from __future__ import annotations

from abi.layouts import SIGACTION, SIGSET, STACK, TIMESPEC
from syscalls.rows import (
    FD,
    LONG,
    OPAQUE,
    PID,
    SIGINFO,
    SIGNAL,
    SIZE,
    UINT,
    Choice,
    In,
    Out,
    custom,
    passthrough,
    stub,
)
from syscalls.symbols import SIG_HOW

OWN = "signals of faults that the caller sends to itself, and blocks, are held in the runtime"
HELD = "signals of faults that somebody sends wait in the runtime, not in the kernel"
ACTION = "struct sigaction holds table indices"
MASK = "faults of the guest must never be blocked, whatever the mask says"

ROWS = (
    custom(
        13,
        "rt_sigaction",
        signum=SIGNAL,
        act=OPAQUE(ACTION, In(SIGACTION)),
        oldact=OPAQUE(ACTION, Out(SIGACTION)),
        sigsetsize=SIZE,
    ),
    custom(14, "rt_sigprocmask", how=Choice(SIG_HOW), set=In(SIGSET), oldset=Out(SIGSET), sigsetsize=SIZE),
    stub(15, "rt_sigreturn", "ENOSYS", "the host returns from handlers", unused=LONG),
    passthrough(34, "pause"),
    custom(62, "kill", why=OWN, pid=PID, sig=SIGNAL),
    custom(127, "rt_sigpending", why=HELD, set=Out("sigsetsize"), sigsetsize=SIZE),
    custom(
        128,
        "rt_sigtimedwait",
        why=HELD,
        set=In(SIGSET),
        info=Out(SIGINFO),
        timeout=In(TIMESPEC),
        sigsetsize=SIZE,
    ),
    custom(129, "rt_sigqueueinfo", why=OWN, tgid=PID, sig=SIGNAL, info=In(SIGINFO)),
    custom(130, "rt_sigsuspend", why=MASK, mask=In(SIGSET), sigsetsize=SIZE),
    custom(
        131,
        "sigaltstack",
        ss=OPAQUE("stack_t holds an address", In(STACK)),
        old_ss=OPAQUE("stack_t holds an address", Out(STACK)),
    ),
    passthrough(200, "tkill", tid=PID, sig=SIGNAL),
    stub(219, "restart_syscall", "EINTR", "only the kernel itself calls it, after a signal"),
    passthrough(234, "tgkill", tgid=PID, tid=PID, sig=SIGNAL),
    passthrough(297, "rt_tgsigqueueinfo", tgid=PID, tid=PID, sig=SIGNAL, info=In(SIGINFO)),
    passthrough(424, "pidfd_send_signal", pidfd=FD, sig=SIGNAL, info=In(SIGINFO), flags=UINT),
)
