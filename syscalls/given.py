"""Which calls and ioctl requests give out descriptors, and why a guest may have what they give.

A descriptor on the host's memory, or on a device whose driver follows addresses, must never reach a
guest: what can lead to one is LOOKED_AT. A call that is new in the table must stand here or in
NONE_GIVEN: `check` asks for it.
"""

from __future__ import annotations

from syscalls.ioctls.request import Request
from syscalls.rows import Kind, Row, RowError

READ_TO = 471
"""Calls up to this number have been read for what they give; all later ones stand in one of the two lists."""

LOOKED_AT = "looked at"
"""The handler gives out nothing that `wali/native/files/refused.c` refuses."""
COPY = "another number of what the guest has"
OWN = "a new file of the guest's own, which leads to nothing else"
SOCKET = "a new socket"
PROCESS = "a pidfd: pidfd_getfd(2) is refused, what ioctl(2) takes is below"
MOUNT = "O_PATH: what it leads to is looked at when it is opened"
NAMESPACE = "a namespace: nothing can be read from it"

CALLS: dict[str, str] = {
    "open": LOOKED_AT,
    "creat": LOOKED_AT,
    "openat": LOOKED_AT,
    "openat2": LOOKED_AT,
    "open_by_handle_at": LOOKED_AT,
    "recvmsg": f"{LOOKED_AT} (SCM_RIGHTS); SCM_PIDFD is {PROCESS}",
    "recvmmsg": f"{LOOKED_AT} (SCM_RIGHTS); SCM_PIDFD is {PROCESS}",
    "execve": f"{LOOKED_AT}: what the next guest inherits, before it begins",
    "execveat": f"{LOOKED_AT}: what the next guest inherits, before it begins",
    "dup": COPY,
    "dup2": COPY,
    "dup3": COPY,
    "fcntl": f"F_DUPFD: {COPY}",
    "pipe": OWN,
    "pipe2": OWN,
    "eventfd": OWN,
    "eventfd2": OWN,
    "signalfd": OWN,
    "signalfd4": OWN,
    "timerfd_create": OWN,
    "epoll_create": OWN,
    "epoll_create1": OWN,
    "inotify_init": "events without descriptors",
    "inotify_init1": "events without descriptors",
    "memfd_create": OWN,
    "memfd_secret": OWN,
    "mq_open": "a message queue: read and written by calls of its own",
    "landlock_create_ruleset": OWN,
    "socket": SOCKET,
    "socketpair": SOCKET,
    "accept": SOCKET,
    "accept4": SOCKET,
    "getsockopt": f"SO_PEERPIDFD is {PROCESS}; SCTP_SOCKOPT_PEELOFF is {SOCKET}",
    "pidfd_open": PROCESS,
    "clone": f"CLONE_PIDFD: {PROCESS}",
    "clone3": f"CLONE_PIDFD: {PROCESS}",
    "fsopen": "a file system in the making: nothing can be opened through it",
    "fspick": "a file system to be changed: nothing can be opened through it",
    "fsmount": MOUNT,
    "open_tree": MOUNT,
    "open_tree_attr": MOUNT,
    "seccomp": "SECCOMP_FILTER_FLAG_NEW_LISTENER is refused",
}
REFUSED = (
    "pidfd_getfd",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "fanotify_init",
    "io_uring_setup",
)
"""Calls that give out descriptors, and that nobody answers."""
NONE_GIVEN: tuple[str, ...] = ("rseq_slice_yield",)
"""Calls later than READ_TO that give out no descriptors."""
REQUESTS: dict[str, str] = {
    "TIOCGPTPEER": "the terminal of a pseudoterminal that the guest has",
    "NS_GET_USERNS": NAMESPACE,
    "NS_GET_PARENT": NAMESPACE,
    "NS_MNT_GET_NEXT": NAMESPACE,
    "NS_MNT_GET_PREV": NAMESPACE,
    "PIDFD_GET_CGROUP_NAMESPACE": NAMESPACE,
    "PIDFD_GET_IPC_NAMESPACE": NAMESPACE,
    "PIDFD_GET_MNT_NAMESPACE": NAMESPACE,
    "PIDFD_GET_NET_NAMESPACE": NAMESPACE,
    "PIDFD_GET_PID_NAMESPACE": NAMESPACE,
    "PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE": NAMESPACE,
    "PIDFD_GET_TIME_NAMESPACE": NAMESPACE,
    "PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE": NAMESPACE,
    "PIDFD_GET_USER_NAMESPACE": NAMESPACE,
    "PIDFD_GET_UTS_NAMESPACE": NAMESPACE,
}
GIVING_PREFIXES = ("PIDFD_GET_", "NS_GET_", "NS_MNT_GET_")
"""Families of requests most of which give out descriptors: each stands in REQUESTS or in NUMBERS_ONLY."""
NUMBERS_ONLY = (
    "PIDFD_GET_INFO",
    "NS_GET_NSTYPE",
    "NS_GET_OWNER_UID",
    "NS_GET_MNTNS_ID",
    "NS_GET_PID_FROM_PIDNS",
    "NS_GET_TGID_FROM_PIDNS",
    "NS_GET_PID_IN_PIDNS",
    "NS_GET_TGID_IN_PIDNS",
    "NS_MNT_GET_INFO",
    "NS_GET_ID",
)


def check(rows: tuple[Row, ...], requests: tuple[Request, ...]) -> None:
    """Raises RowError where the lists above and the tables do not fit together."""
    by_name = {row.name: row for row in rows}
    for name in (*CALLS, *REFUSED, *NONE_GIVEN):
        if name not in by_name:
            raise RowError(f"syscalls/given.py: no call is named {name}")
    for name, why in CALLS.items():
        row = by_name[name]
        if row.kind is Kind.STUB:
            raise row.fail("gives nothing: it belongs to REFUSED in syscalls/given.py")
        if why.startswith(LOOKED_AT) and row.kind is not Kind.CUSTOM:
            raise row.fail("what it gives must be looked at: it needs a handler")
    for name in REFUSED:
        if by_name[name].kind is not Kind.STUB:
            raise by_name[name].fail("is answered: what does it give? say so in CALLS of syscalls/given.py")
    for row in rows:
        if row.number > READ_TO and row.name not in (*CALLS, *REFUSED, *NONE_GIVEN):
            raise row.fail("does it give out a descriptor? say so in syscalls/given.py")
    _check_requests({request.name: request for request in requests})


def _check_requests(by_name: dict[str, Request]) -> None:
    for name in REQUESTS:
        if name not in by_name:
            raise RowError(f"syscalls/given.py: no request is named {name}")
    for name, request in by_name.items():
        if name.startswith(GIVING_PREFIXES) and name not in (*REQUESTS, *NUMBERS_ONLY):
            raise request.fail("does it give out a descriptor? say so in syscalls/given.py")
