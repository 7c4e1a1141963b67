"""Opening, duplicating and controlling file descriptors: open(2), dup(2), fcntl(2), ioctl(2), ..."""

from __future__ import annotations

from syscalls.rows import (
    ARGUMENT,
    DIRFD,
    FD,
    LONG,
    MODE,
    OPAQUE,
    PATH,
    REQUEST,
    SIZE,
    STR,
    UINT,
    Choice,
    Flags,
    Guarded,
    InOut,
    Out,
    custom,
    passthrough,
)
from syscalls.symbols import (
    AT,
    CLOSE_RANGE,
    EVENTFD,
    FCNTL,
    FLOCK_OPS,
    MEMFD,
    OPEN,
    PIPE,
)

OPENS = "the handler refuses files that are the host's own memory (/proc/PID/mem)"
REPLACES = "the kernel answers; not for a descriptor that a thread's open is about to give out"
OPEN_FLAGS = Flags(OPEN, signed=True)

ROWS = (
    custom(2, "open", why=OPENS, pathname=PATH, flags=OPEN_FLAGS, mode=MODE),
    custom(3, "close", why=REPLACES, fd=FD),
    custom(
        16,
        "ioctl",
        why="the third argument is a number, an address or ignored, by request",
        fd=FD,
        request=REQUEST,
        arg=ARGUMENT,
    ),
    passthrough(22, "pipe", pipefd=Out(4, 2)),
    passthrough(32, "dup", oldfd=FD),
    custom(33, "dup2", why=REPLACES, oldfd=FD, newfd=FD),
    custom(
        72,
        "fcntl",
        why="the third argument is a number or an address, by command",
        fd=FD,
        cmd=Choice(FCNTL),
        arg=LONG,
    ),
    passthrough(73, "flock", fd=FD, operation=Flags(FLOCK_OPS)),
    custom(85, "creat", why=OPENS, pathname=PATH, mode=MODE),
    custom(257, "openat", why=OPENS, dirfd=DIRFD, pathname=PATH, flags=OPEN_FLAGS, mode=MODE),
    passthrough(284, "eventfd", initval=UINT),
    passthrough(290, "eventfd2", initval=UINT, flags=Flags(EVENTFD)),
    custom(292, "dup3", why=REPLACES, oldfd=FD, newfd=FD, flags=Flags(PIPE)),
    passthrough(293, "pipe2", pipefd=Out(4, 2), flags=Flags(PIPE)),
    passthrough(
        303,
        "name_to_handle_at",
        dirfd=DIRFD,
        pathname=PATH,
        handle=InOut(Guarded("a handle has at most 136 bytes")),
        # 4 bytes, or 8 with AT_HANDLE_MNT_ID_UNIQUE.
        mount_id=Out(8),
        flags=Flags(AT),
    ),
    custom(
        304,
        "open_by_handle_at",
        why=OPENS,
        mount_fd=DIRFD,
        handle=OPAQUE("struct file_handle: its length is inside"),
        flags=OPEN_FLAGS,
    ),
    passthrough(319, "memfd_create", name=STR, flags=Flags(MEMFD)),
    custom(436, "close_range", why=REPLACES, first=UINT, last=UINT, flags=Flags(CLOSE_RANGE)),
    custom(
        437,
        "openat2",
        why=OPENS,
        dirfd=DIRFD,
        pathname=PATH,
        how=OPAQUE("struct open_how: its length is the next parameter"),
        size=SIZE,
    ),
    passthrough(447, "memfd_secret", flags=UINT),
)
