"""What a confined process may call: the sets of calls for the filters of wali-run's --sandbox and --confine.

The rows of the table are the guest's calls. The same filter judges what the runtime and native programs call, so a few
that are no guest's are named here. A call that stands in no set is unknown: it fails with ENOSYS, as on a kernel that has
not got it, and so do the calls of kernels to come.
"""

from __future__ import annotations

from syscalls.rows import Kind, Row, Scalar, Shape, Text
from syscalls.table import FAMILIES

# Stubs of the table that libcs of native programs make, or fall back from worse than from an error of theirs.
OF_NATIVES = frozenset(
    [
        "arch_prctl",
        "rseq",
        "rseq_slice_yield",
        "restart_syscall",
        "rt_sigreturn",
        "pkey_mprotect",
        "pkey_alloc",
        "pkey_free",
        "mseal",
        "map_shadow_stack",
        "get_mempolicy",
        "set_mempolicy",
        "set_mempolicy_home_node",
        "mbind",
        "getxattrat",
        "setxattrat",
        "uretprobe",
        "uprobe",
    ]
)
# Out of the runtime, the view and the rules: mounts and namespaces, other processes' memory and descriptors, files by
# handle, keys (which belong to the user and the session), and what the kernel does on its own. unshare(2), clone(2),
# ioctl(2) and socket(2) are judged by their arguments (wali/native/sandbox/host_filter.c).
WAYS_OUT = frozenset(
    [
        "mount",
        "umount2",
        "pivot_root",
        "chroot",
        "move_mount",
        "open_tree",
        "open_tree_attr",
        "fsopen",
        "fsmount",
        "fsconfig",
        "fspick",
        "mount_setattr",
        "setns",
        "swapon",
        "swapoff",
        "acct",
        "quotactl",
        "quotactl_fd",
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "process_madvise",
        "process_mrelease",
        "pidfd_getfd",
        "kcmp",
        "perf_event_open",
        "move_pages",
        "migrate_pages",
        "open_by_handle_at",
        "add_key",
        "request_key",
        "keyctl",
        "bpf",
        "userfaultfd",
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
        "fanotify_init",
        "fanotify_mark",
        "init_module",
        "finit_module",
        "delete_module",
        "kexec_load",
        "kexec_file_load",
        "reboot",
        "iopl",
        "ioperm",
        "syslog",
        "vhangup",
    ]
)
# What is the machine's: no guest with files of its own needs to set it.
OF_THE_MACHINE = frozenset(["settimeofday", "clock_settime", "sethostname", "setdomainname"])
# What Landlock does not judge: without a view of its own a process could reach with it what it has not been given.
UNJUDGED = frozenset(
    [
        "chmod",
        "fchmod",
        "fchmodat",
        "fchmodat2",
        "chown",
        "fchown",
        "lchown",
        "fchownat",
        "utime",
        "utimes",
        "futimesat",
        "utimensat",
        "setxattr",
        "lsetxattr",
        "fsetxattr",
        "setxattrat",
        "removexattr",
        "lremovexattr",
        "fremovexattr",
        "removexattrat",
        "file_setattr",
        "shmget",
        "shmat",
        "shmctl",
        "semget",
        "semop",
        "semtimedop",
        "semctl",
        "msgget",
        "msgsnd",
        "msgrcv",
        "msgctl",
        "mq_open",
        "mq_unlink",
        "mq_timedsend",
        "mq_timedreceive",
        "mq_notify",
        "mq_getsetattr",
    ]
)


def sets(rows: tuple[Row, ...]) -> dict[str, list[int]]:
    """The numbers of each set, by its name in C. KeyError if a name above is no call."""
    numbers = {row.name: row.number for row in rows}
    known = {row.name for row in rows if row.kind is not Kind.STUB} | OF_NATIVES
    named = {"known": known, "ways_out": WAYS_OUT, "machine": OF_THE_MACHINE, "unjudged": UNJUDGED}
    return {name: sorted(numbers[call] for call in calls) for name, calls in named.items()}


def _takes_path(row: Row) -> bool:
    return any(isinstance(param.meaning, Text) and param.meaning.path for param in row.params)


def _takes_descriptor(row: Row) -> bool:
    return any(isinstance(param.meaning, Scalar) and param.meaning.shape is Shape.FD for param in row.params)


def families(rows: tuple[Row, ...]) -> dict[str, list[int]]:
    """The numbers of each family that --deny names with %: the table's own, and those of strace(1) that it can tell."""
    found = {
        family.__name__.rpartition(".")[2]: sorted(row.number for row in family.ROWS) for family in FAMILIES.values()
    }
    found["all"] = [row.number for row in rows]
    found["file"] = [row.number for row in rows if _takes_path(row)]
    found["desc"] = [row.number for row in rows if _takes_descriptor(row)]
    for theirs, ours in (("network", "sockets"), ("process", "processes"), ("signal", "signals"), ("clock", "clocks")):
        found[theirs] = found[ours]
    return dict(sorted(found.items()))
