"""Which calls random programs make, by theme; and which not, with the reason."""

from __future__ import annotations

from syscalls.rows import Kind, Row
from syscalls.table import FAMILIES


def named(names: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(names.split())


NOT_EQUAL = {
    name: reason
    for names, reason in (
        ("nanosleep clock_nanosleep gettimeofday time times clock_gettime adjtimex clock_adjtime", "time passes"),
        ("getrusage sysinfo getcpu getrandom uname sched_rr_get_interval", "tells of the machine"),
        ("statfs fstatfs ustat statmount listmount listns open_tree open_tree_attr fsopen fspick fsmount", "mounts"),
        ("move_mount fsconfig mount umount2 mount_setattr pivot_root chroot setns unshare", "mounts"),
        ("alarm setitimer getitimer timer_create timer_settime timer_gettime timer_getoverrun", "the guard's"),
        ("timer_delete timerfd_settime timerfd_gettime", "time passes"),
        ("exit exit_group fork vfork clone clone3 execve execveat", "lines of their own, or of a shape of their own"),
        ("rt_sigaction sigaltstack rt_sigreturn restart_syscall", "structures with addresses: lines of their own"),
        ("sendmmsg recvmmsg", "structures with addresses: sendmsg and recvmsg stand for them"),
        ("futex_waitv futex_requeue futex_wait futex_wake set_robust_list get_robust_list set_tid_address", "libc's"),
        ("settimeofday clock_settime sethostname setdomainname swapon swapoff acct vhangup syslog", "the machine's"),
        ("quotactl quotactl_fd keyctl add_key request_key lsm_get_self_attr lsm_set_self_attr", "the machine's"),
        ("lsm_list_modules seccomp", "the machine's, or no call that both sides judge alike"),
        ("name_to_handle_at open_by_handle_at", "handles hold numbers of inodes"),
        ("mlockall munlockall mlock mlock2 munlock membarrier", "limits count what the runtime has, too"),
        ("setrlimit getrlimit prlimit64", "the limits of addresses and stacks are not the same"),
        ("sched_setaffinity sched_getaffinity sched_setscheduler sched_setparam sched_setattr", "the machine's"),
        ("sched_getattr getpriority setpriority ioprio_set ioprio_get", "the machine's"),
        ("prctl ioctl personality", "by options: rows of their own below"),
        ("brk mmap mremap shmat shmdt remap_file_pages munmap mprotect madvise mincore msync", "ranges: theme memory"),
        ("sync syncfs fsync fdatasync", "slow, and answer 0"),
        ("setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset", "once, in a child"),
        ("kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal", "to own processes: theme signals"),
        ("rt_sigsuspend pause", "wait for ever: theme signals"),
        ("getppid getsid getpgid getpgrp", "the parent's is the runner's"),
        ("landlock_create_ruleset landlock_add_rule landlock_restrict_self", "the abi's version; for good"),
        ("userfaultfd", "refused"),
        ("cachestat readahead", "caches"),
        ("getdents", "served by getdents64, as documented"),
        ("gettid pidfd_open", "numbers of processes"),
        ("futex semctl msgctl fcntl", "arguments that are numbers or addresses: made by hand"),
        ("memfd_secret mq_notify", "not everywhere"),
        ("file_getattr file_setattr", "younger than kernels in use"),
        ("capget sched_getscheduler sched_getparam", "of processes by number"),
    )
    for name in names.split()
}
"""No theme's table-made calls.  Those that another theme makes by hand are named with it."""

WAITING = named(
    "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 open openat creat openat2 accept"
    " accept4 connect recvfrom sendto sendmsg recvmsg poll ppoll select pselect6 epoll_wait epoll_pwait"
    " epoll_pwait2 flock fcntl wait4 waitid rt_sigtimedwait rt_sigsuspend pause semop semtimedop msgsnd msgrcv"
    " mq_timedsend mq_timedreceive splice tee vmsplice sendfile copy_file_range futex close truncate ftruncate"
)
"""Those that may wait: they are given a time."""

THEMES = {
    "files": ("Reading and writing", "Descriptors", "Names and directories", "Attributes of files"),
    "pipes": ("Reading and writing", "Descriptors", "Waiting and events"),
    "sockets": ("Sockets", "Waiting and events"),
    "signals": ("Signals",),
    "events": ("Waiting and events", "Descriptors"),
    "identity": ("Identity and limits", "Processes and threads"),
    "queues": ("Message queues and semaphores",),
    "memory": (),
}
"""The families whose calls a theme makes.  memory makes its own."""


def rows_of(theme: str) -> list[Row]:
    """The rows of a theme from which calls are made as the table says."""
    rows = [row for title in THEMES[theme] for row in FAMILIES[title].ROWS]
    return [row for row in rows if row.kind is not Kind.STUB and row.name not in NOT_EQUAL]
