"""Who the process is and what it may: credentials(7), getrlimit(2), capabilities(7), landlock(7), ..."""

from __future__ import annotations

from abi.layouts import CAP_HEADER, RLIMIT, RUSAGE
from syscalls.rows import (
    FD,
    ID,
    INT,
    MODE,
    OPAQUE,
    PID,
    SIZE,
    STR,
    UINT,
    Choice,
    Guarded,
    In,
    InOut,
    Out,
    custom,
    passthrough,
)
from syscalls.symbols import KEYCTL, RLIMIT_NAMES, RUSAGE_WHO

# Two of {effective, permitted, inheritable}; one with the oldest version.
CAP_DATA = 24
GROWS = "a later kernel sees no more of the structure than is known"
LSM = Guarded("contexts have at most a few pages")

LIMITS = "RLIMIT_AS and RLIMIT_DATA are the guest's own, all others the kernel's"

ROWS = (
    passthrough(95, "umask", mask=MODE),
    custom(97, "getrlimit", resource=Choice(RLIMIT_NAMES), rlim=Out(RLIMIT), why=LIMITS),
    passthrough(98, "getrusage", who=Choice(RUSAGE_WHO), usage=Out(RUSAGE)),
    passthrough(102, "getuid"),
    passthrough(104, "getgid"),
    passthrough(105, "setuid", uid=ID),
    passthrough(106, "setgid", gid=ID),
    passthrough(107, "geteuid"),
    passthrough(108, "getegid"),
    passthrough(109, "setpgid", pid=PID, pgid=PID),
    passthrough(111, "getpgrp"),
    passthrough(112, "setsid"),
    passthrough(113, "setreuid", ruid=ID, euid=ID),
    passthrough(114, "setregid", rgid=ID, egid=ID),
    passthrough(115, "getgroups", size=INT, list=Out(4, "size")),
    passthrough(116, "setgroups", size=INT, list=In(4, "size")),
    passthrough(117, "setresuid", ruid=ID, euid=ID, suid=ID),
    passthrough(118, "getresuid", ruid=Out(4), euid=Out(4), suid=Out(4)),
    passthrough(119, "setresgid", rgid=ID, egid=ID, sgid=ID),
    passthrough(120, "getresgid", rgid=Out(4), egid=Out(4), sgid=Out(4)),
    passthrough(121, "getpgid", pid=PID),
    passthrough(122, "setfsuid", fsuid=ID),
    passthrough(123, "setfsgid", fsgid=ID),
    passthrough(124, "getsid", pid=PID),
    passthrough(125, "capget", header=InOut(CAP_HEADER), data=Out(CAP_DATA)),
    passthrough(126, "capset", header=InOut(CAP_HEADER), data=In(CAP_DATA)),
    custom(160, "setrlimit", resource=Choice(RLIMIT_NAMES), rlim=In(RLIMIT), why=LIMITS),
    passthrough(248, "add_key", type=STR, description=STR, payload=In("plen"), plen=SIZE, keyring=INT),
    passthrough(249, "request_key", type=STR, description=STR, callout_info=STR, keyring=INT),
    custom(
        250,
        "keyctl",
        operation=Choice(KEYCTL),
        arg2=UINT,
        arg3=UINT,
        arg4=UINT,
        arg5=UINT,
    ),
    custom(
        302,
        "prlimit64",
        pid=PID,
        resource=Choice(RLIMIT_NAMES),
        new_limit=In(RLIMIT),
        old_limit=Out(RLIMIT),
        why=LIMITS,
    ),
    custom(
        317,
        "seccomp",
        operation=UINT,
        flags=UINT,
        args=OPAQUE("by operation"),
        why="filters judge the guest's calls, in the runtime (docs/SECCOMP.md); no SECCOMP_FILTER_FLAG_NEW_LISTENER",
    ),
    custom(444, "landlock_create_ruleset", why=GROWS, attr=In("size"), size=SIZE, flags=UINT),
    custom(445, "landlock_add_rule", why=GROWS, ruleset_fd=FD, rule_type=INT, rule_attr=In(16), flags=UINT),
    passthrough(446, "landlock_restrict_self", ruleset_fd=FD, flags=UINT),
    passthrough(459, "lsm_get_self_attr", attr=UINT, ctx=Out(LSM), size=InOut(4), flags=UINT),
    passthrough(460, "lsm_set_self_attr", attr=UINT, ctx=In("size"), size=UINT, flags=UINT),
    passthrough(461, "lsm_list_modules", ids=Out(LSM), size=InOut(4), flags=UINT),
)
