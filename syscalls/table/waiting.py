"""Waiting for descriptors, and descriptors that report events: poll(2), select(2), epoll(7), inotify(7), ..."""

from __future__ import annotations

from abi.layouts import EPOLL_EVENT, POLLFD, SIGSET, SIGSET_ARG, TIMESPEC, TIMEVAL
from syscalls.rows import (
    DIRFD,
    FD,
    HEX64,
    INT,
    PATH,
    SIZE,
    UINT,
    ULONG,
    Choice,
    FdSet,
    Flags,
    In,
    InOut,
    Out,
    custom,
    passthrough,
    stub,
)
from syscalls.symbols import EPOLL_CREATE, EPOLL_OP, INOTIFY, INOTIFY_INIT, SIGNALFD

FANOTIFY = "its events carry descriptors, which could be of a /proc/PID/mem"
KERNEL_NI = "the kernel itself answers this"

MASK = "faults of the guest must never be blocked, whatever the mask says"

ROWS = (
    passthrough(7, "poll", fds=InOut(POLLFD, "nfds"), nfds=ULONG, timeout=INT),
    passthrough(
        23,
        "select",
        nfds=INT,
        readfds=InOut(FdSet("nfds")),
        writefds=InOut(FdSet("nfds")),
        exceptfds=InOut(FdSet("nfds")),
        timeout=InOut(TIMEVAL),
    ),
    passthrough(213, "epoll_create", size=INT),
    stub(214, "epoll_ctl_old", "ENOSYS", KERNEL_NI),
    stub(215, "epoll_wait_old", "ENOSYS", KERNEL_NI),
    passthrough(232, "epoll_wait", epfd=FD, events=Out(EPOLL_EVENT, "maxevents"), maxevents=INT, timeout=INT),
    passthrough(233, "epoll_ctl", epfd=FD, op=Choice(EPOLL_OP), fd=FD, event=In(EPOLL_EVENT)),
    passthrough(253, "inotify_init"),
    passthrough(254, "inotify_add_watch", fd=FD, pathname=PATH, mask=Flags(INOTIFY)),
    passthrough(255, "inotify_rm_watch", fd=FD, wd=INT),
    custom(
        270,
        "pselect6",
        why=MASK,
        nfds=INT,
        readfds=InOut(FdSet("nfds")),
        writefds=InOut(FdSet("nfds")),
        exceptfds=InOut(FdSet("nfds")),
        timeout=InOut(TIMESPEC),
        sigmask=In(SIGSET_ARG),
    ),
    custom(
        271,
        "ppoll",
        why=MASK,
        fds=InOut(POLLFD, "nfds"),
        nfds=ULONG,
        timeout=InOut(TIMESPEC),
        sigmask=In(SIGSET),
        sigsetsize=SIZE,
    ),
    custom(
        281,
        "epoll_pwait",
        why=MASK,
        epfd=FD,
        events=Out(EPOLL_EVENT, "maxevents"),
        maxevents=INT,
        timeout=INT,
        sigmask=In(SIGSET),
        sigsetsize=SIZE,
    ),
    passthrough(282, "signalfd", fd=FD, mask=In(SIGSET), sizemask=SIZE),
    passthrough(289, "signalfd4", fd=FD, mask=In(SIGSET), sizemask=SIZE, flags=Flags(SIGNALFD)),
    passthrough(291, "epoll_create1", flags=Flags(EPOLL_CREATE)),
    passthrough(294, "inotify_init1", flags=Flags(INOTIFY_INIT)),
    stub(300, "fanotify_init", "EPERM", FANOTIFY, flags=UINT, event_f_flags=UINT),
    stub(
        301,
        "fanotify_mark",
        "EPERM",
        FANOTIFY,
        fanotify_fd=FD,
        flags=UINT,
        mask=HEX64,
        dirfd=DIRFD,
        pathname=PATH,
    ),
    custom(
        441,
        "epoll_pwait2",
        why=MASK,
        epfd=FD,
        events=Out(EPOLL_EVENT, "maxevents"),
        maxevents=INT,
        timeout=In(TIMESPEC),
        sigmask=In(SIGSET),
        sigsetsize=SIZE,
    ),
)
