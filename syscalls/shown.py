"""What the trace knows of calls and structures beyond the rows: members, arguments by operation, results, families.

The source is the calls' manual pages, and for families that of strace(1): `trace=%file` and the like. A name
that is none of a call or of a member is an error of the generator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from abi import layouts as abi
from abi.layouts import Layout
from syscalls.rows import (
    HEX,
    INT,
    LONG,
    SIGNAL,
    STR,
    UINT,
    Address,
    Choice,
    Flags,
    In,
    InOut,
    Meaning,
    Out,
    Scalar,
    Shape,
    Text,
)
from syscalls.symbols import (
    CAPABILITIES,
    EPOLL_EVENTS,
    FD_FLAGS,
    FILE_SYSTEM,
    INTERNET_PROTOCOL,
    LEASE,
    LOCK_TYPE,
    MOUNT_FLAGS,
    MSG,
    OPEN,
    POLL_EVENTS,
    SA_FLAGS,
    SEALS,
    SOCK_TYPE,
    SS_FLAGS,
    STATX_ATTRIBUTES,
    STATX_MASK,
    WHENCE,
    Symbols,
)

FILE_MODE = Scalar(Shape.FILE_MODE, signed=False)
SIGSET = Scalar(Shape.SIGSET, signed=False, wide=True)
DEVICE = Scalar(Shape.DEVICE, signed=False, wide=True)
TIME = Scalar(Shape.TIME, wide=True)
LIMIT = Scalar(Shape.LIMIT, signed=False, wide=True)
HANDLER = Scalar(Shape.HANDLER, signed=False)
EPOLL_DATA = Scalar(Shape.EPOLL_DATA, signed=False, wide=True)


@dataclass(frozen=True)
class Members:
    """How a structure is shown.

    order: the members, as they are shown; () is that of memory. brief: those that are shown without -v, the rest by
    "..."; () is all. names: where the trace says another name. filled: those of what the kernel has filled alone.
    shapes: what those mean that are no plain numbers.
    """

    order: str = ""
    brief: str = ""
    filled: str = ""
    names: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, Scalar] = field(default_factory=dict)


_TIMES = {"st_atime_sec": "st_atime", "st_mtime_sec": "st_mtime", "st_ctime_sec": "st_ctime"}
MEMBERS: dict[Layout, Members] = {
    abi.STAT: Members(
        order="st_dev st_ino st_mode st_nlink st_uid st_gid st_blksize st_blocks st_size st_rdev st_atime_sec"
        " st_atime_nsec st_mtime_sec st_mtime_nsec st_ctime_sec st_ctime_nsec",
        brief="st_mode st_size st_rdev",
        names={**_TIMES, **{f"{name[:-4]}_nsec": f"{name[:-4]}_nsec" for name in _TIMES}},
        shapes={"st_mode": FILE_MODE, "st_dev": DEVICE, "st_rdev": DEVICE, **dict.fromkeys(_TIMES, TIME)},
    ),
    abi.STATX: Members(
        order="stx_mask stx_blksize stx_attributes stx_nlink stx_uid stx_gid stx_mode stx_ino stx_size stx_blocks"
        " stx_attributes_mask stx_atime_sec stx_atime_nsec stx_btime_sec stx_btime_nsec stx_ctime_sec stx_ctime_nsec"
        " stx_mtime_sec stx_mtime_nsec stx_rdev_major stx_rdev_minor stx_dev_major stx_dev_minor stx_mnt_id",
        brief="stx_mask stx_attributes stx_mode stx_size",
        shapes={
            "stx_mask": Flags(STATX_MASK),
            "stx_attributes": Flags(STATX_ATTRIBUTES, wide=True),
            "stx_attributes_mask": Flags(STATX_ATTRIBUTES, wide=True),
            "stx_mode": FILE_MODE,
        },
    ),
    abi.STATFS: Members(
        order="f_type f_bsize f_blocks f_bfree f_bavail f_files f_ffree f_fsid f_namelen f_frsize f_flags",
        names={"f_fsid": "f_fsid"},
        shapes={"f_type": Choice(FILE_SYSTEM), "f_flags": Flags(MOUNT_FLAGS, wide=True)},
    ),
    abi.RUSAGE: Members(brief="ru_utime_sec ru_utime_usec ru_stime_sec ru_stime_usec"),
    abi.UTSNAME: Members(brief="sysname nodename", order="sysname nodename release version machine"),
    abi.RLIMIT: Members(shapes={"rlim_cur": LIMIT, "rlim_max": LIMIT}),
    abi.EPOLL_EVENT: Members(shapes={"events": Flags(EPOLL_EVENTS), "data": EPOLL_DATA}, names={"data": "data"}),
    abi.POLLFD: Members(filled="revents", shapes={"events": Flags(POLL_EVENTS), "revents": Flags(POLL_EVENTS)}),
    abi.FLOCK: Members(
        filled="l_pid",
        shapes={"l_type": Choice(LOCK_TYPE), "l_whence": Choice(WHENCE)},
    ),
    abi.SIGACTION: Members(
        order="handler mask flags",
        names={"handler": "sa_handler", "mask": "sa_mask", "flags": "sa_flags"},
        shapes={"handler": HANDLER, "mask": SIGSET, "flags": Flags(SA_FLAGS, wide=True)},
    ),
    abi.STACK: Members(shapes={"ss_sp": HEX, "ss_flags": Flags(SS_FLAGS)}, names={"ss_sp": "ss_sp"}),
    abi.MSGHDR: Members(shapes={"msg_flags": Flags(MSG)}),
    abi.SEMBUF: Members(),
    abi.UTIMBUF: Members(shapes={"actime": TIME, "modtime": TIME}),
    abi.SIGSET_ARG: Members(names={"mask": "sigmask", "size": "sigsetsize"}, shapes={"mask": SIGSET}),
}


class Answer(Enum):
    """What a result is."""

    NUMBER = "number"
    ADDRESS = "address"
    OCTAL = "octal"
    FD = "fd"
    FLAGS = "flags"
    HEX = "hex"


ANSWERS = {
    Answer.OCTAL: "umask",
    Answer.FD: "open openat openat2 creat dup dup2 dup3 socket accept accept4 epoll_create epoll_create1 eventfd"
    " eventfd2 signalfd signalfd4 timerfd_create inotify_init inotify_init1 memfd_create memfd_secret pidfd_open"
    " mq_open open_tree fsopen fsmount fspick open_by_handle_at landlock_create_ruleset",
    Answer.HEX: "personality",
}


class Restart(Enum):
    """How the kernel sees a call that a signal interrupts, by the name of its own error number."""

    SYS = "ERESTARTSYS"
    NOHAND = "ERESTARTNOHAND"
    BLOCK = "ERESTART_RESTARTBLOCK"
    NEVER = "EINTR"


RESTARTS = {
    Restart.NOHAND: "pause rt_sigsuspend select pselect6 ppoll msgrcv msgsnd",
    Restart.BLOCK: "nanosleep clock_nanosleep poll",
    Restart.NEVER: "epoll_wait epoll_pwait epoll_pwait2 semop semtimedop rt_sigtimedwait close",
}

FAMILIES = {
    "network": "socket connect accept accept4 sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown bind listen"
    " getsockname getpeername socketpair setsockopt getsockopt",
    "process": "clone clone3 fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill"
    " pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo",
    "signal": "rt_sigaction rt_sigprocmask rt_sigreturn kill pause rt_sigpending rt_sigtimedwait rt_sigqueueinfo"
    " rt_sigsuspend sigaltstack tkill tgkill signalfd signalfd4 rt_tgsigqueueinfo pidfd_send_signal",
    "memory": "mmap mprotect munmap brk mremap msync mincore madvise shmat shmdt mlock munlock mlockall munlockall"
    " mlock2 mbind set_mempolicy get_mempolicy move_pages migrate_pages remap_file_pages pkey_mprotect"
    " process_madvise process_mrelease set_mempolicy_home_node",
    "ipc": "shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl",
    "creds": "getuid getgid setuid setgid geteuid getegid setreuid setregid getgroups setgroups setresuid getresuid"
    " setresgid getresgid setfsuid setfsgid capget capset",
    "clock": "gettimeofday settimeofday adjtimex clock_settime clock_gettime clock_getres clock_adjtime time",
    "pure": "getpid getppid gettid getuid getgid geteuid getegid getpgrp",
    "stat": "stat newfstatat statx",
    "lstat": "lstat newfstatat statx",
    "fstat": "fstat newfstatat statx",
    "statfs": "statfs fstatfs ustat",
}
DERIVED = ("file", "desc")
"""Families that the rows' parameters tell: calls with a path, and with a descriptor."""


@dataclass(frozen=True)
class Operation:
    """The arguments behind that of an operation, and what the result is."""

    arguments: tuple[Meaning, ...] = ()
    answer: Answer = Answer.NUMBER
    symbols: Symbols | None = None


def _with(*arguments: Meaning) -> Operation:
    return Operation(arguments)


_LOCK = _with(In(abi.FLOCK))
_TO_FD = Operation((INT,), Answer.FD)
_TIMEOUT = In(abi.TIMESPEC)
_WORD = Address("a futex word")

OPERATIONS: dict[str, tuple[str, int, dict[str, Operation]]] = {
    # Call: the parameter that is the operation, which bits of it tell it, and what is behind it.
    "fcntl": (
        "cmd",
        0xFFFFFFFF,
        {
            "F_DUPFD": _TO_FD,
            "F_DUPFD_CLOEXEC": _TO_FD,
            "F_GETFD": Operation((), Answer.FLAGS, FD_FLAGS),
            "F_SETFD": _with(Flags(FD_FLAGS)),
            "F_GETFL": Operation((), Answer.FLAGS, OPEN),
            "F_SETFL": _with(Flags(OPEN)),
            "F_GETLK": _with(InOut(abi.FLOCK)),
            "F_SETLK": _LOCK,
            "F_SETLKW": _LOCK,
            "F_OFD_GETLK": _with(InOut(abi.FLOCK)),
            "F_OFD_SETLK": _LOCK,
            "F_OFD_SETLKW": _LOCK,
            "F_SETOWN": _with(INT),
            "F_GETOWN": _with(),
            "F_SETSIG": _with(SIGNAL),
            "F_GETSIG": _with(),
            "F_SETLEASE": _with(Choice(LEASE)),
            "F_GETLEASE": Operation((), Answer.FLAGS, LEASE),
            "F_SETPIPE_SZ": _with(INT),
            "F_GETPIPE_SZ": _with(),
            "F_ADD_SEALS": _with(Flags(SEALS)),
            "F_GET_SEALS": Operation((), Answer.FLAGS, SEALS),
        },
    ),
    "futex": (
        "futex_op",
        0x7F,
        {
            "FUTEX_WAIT": _with(UINT, _TIMEOUT),
            "FUTEX_WAKE": _with(UINT),
            "FUTEX_REQUEUE": _with(UINT, UINT, _WORD),
            "FUTEX_CMP_REQUEUE": _with(UINT, UINT, _WORD, UINT),
            "FUTEX_WAKE_OP": _with(UINT, UINT, _WORD, HEX),
            "FUTEX_LOCK_PI": _with(UINT, _TIMEOUT),
            "FUTEX_UNLOCK_PI": _with(),
            "FUTEX_TRYLOCK_PI": _with(),
            "FUTEX_WAIT_BITSET": _with(UINT, _TIMEOUT, _WORD, HEX),
            "FUTEX_WAKE_BITSET": _with(UINT, HEX, _WORD, HEX),
        },
    ),
    "socket": (
        "domain",
        0xFFFFFFFF,
        {
            "AF_INET": _with(Flags(SOCK_TYPE), Choice(INTERNET_PROTOCOL)),
            "AF_INET6": _with(Flags(SOCK_TYPE), Choice(INTERNET_PROTOCOL)),
        },
    ),
    "prctl": (
        "option",
        0xFFFFFFFF,
        {
            "PR_SET_NAME": _with(STR),
            "PR_GET_NAME": _with(Text(path=False)),
            "PR_SET_PDEATHSIG": _with(SIGNAL),
            "PR_GET_PDEATHSIG": _with(Out(4, 1)),
            "PR_GET_DUMPABLE": _with(),
            "PR_SET_DUMPABLE": _with(INT),
            "PR_GET_KEEPCAPS": _with(),
            "PR_SET_KEEPCAPS": _with(INT),
            "PR_GET_SECCOMP": _with(),
            "PR_CAPBSET_READ": _with(Choice(CAPABILITIES)),
            "PR_CAPBSET_DROP": _with(Choice(CAPABILITIES)),
            "PR_GET_TIMERSLACK": _with(),
            "PR_SET_TIMERSLACK": _with(UINT),
            "PR_SET_CHILD_SUBREAPER": _with(INT),
            "PR_GET_CHILD_SUBREAPER": _with(Out(4, 1)),
            "PR_SET_NO_NEW_PRIVS": _with(LONG, LONG, LONG, LONG),
            "PR_GET_NO_NEW_PRIVS": _with(LONG, LONG, LONG, LONG),
        },
    ),
}
