"""Guest structures: what the bytes look like on both sides.

A layout is written with explicit offsets, as `struct wali_<name>`.  Three checks
keep it true: the host compiler asserts size and offsets of the guest struct and,
for a layout that passes unchanged, of its host twin; `tests/table/test_abi.py` lets clang
lay the struct out for the guest's own target.

Sources: Linux uapi headers (x86-64) and musl's headers for a wasm32 with 64-bit long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIZES = {"u8": 1, "char": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "gaddr": 4, "u64": 8, "s64": 8}
_C_TYPES = {
    "u8": "uint8_t",
    "char": "char",
    "u16": "uint16_t",
    "s16": "int16_t",
    "u32": "uint32_t",
    "s32": "int32_t",
    "gaddr": "uint32_t",
    "u64": "uint64_t",
    "s64": "int64_t",
}
_ARRAY = re.compile(r"^(\w+)\[(\d+)\]$")


@dataclass(frozen=True)
class Field:
    """One member: its type is a key of the scalar types above, or an array of one, `u32[4]`.

    `host` names the host's member when it differs; "" means that the host has none (padding).
    """

    name: str
    type: str
    offset: int
    host: str | None = None

    @property
    def scalar(self) -> str:
        """The element's type."""
        found = _ARRAY.match(self.type)
        return found.group(1) if found else self.type

    @property
    def count(self) -> int | None:
        """The number of elements of an array, or None."""
        found = _ARRAY.match(self.type)
        return int(found.group(2)) if found else None

    @property
    def size(self) -> int:
        """Bytes."""
        return _SIZES[self.scalar] * (self.count or 1)

    @property
    def declaration(self) -> str:
        """The member as C declares it."""
        suffix = f"[{self.count}]" if self.count is not None else ""
        return f"{_C_TYPES[self.scalar]} {self.name}{suffix}"

    @property
    def twin(self) -> str:
        """The host member of the same meaning, or ""."""
        return self.name if self.host is None else self.host


@dataclass(frozen=True)
class Layout:
    """A guest structure.

    `same` says that the kernel's structure is byte-identical, so that its address may be
    passed on; otherwise it holds an address or a size, and must be repacked.
    `host` is the host's C type ("" when no header at hand declares it) and `header` where it is.
    """

    name: str
    size: int
    host: str
    header: str
    same: bool
    fields: tuple[Field, ...]
    packed: bool = False


def _parse(text: str) -> tuple[Field, ...]:
    """Fields from lines of `offset type name [host name, or - for none]`."""
    fields = []
    for line in text.strip().splitlines():
        offset, kind, name, *twin = line.split()
        host = None if not twin else ("" if twin[0] == "-" else twin[0])
        fields.append(Field(name, kind, int(offset), host))
    return tuple(fields)


def _same(name: str, size: int, host: str, header: str, text: str, packed: bool = False) -> Layout:
    return Layout(name, size, host, header, True, _parse(text), packed)


def _narrow(name: str, size: int, host: str, header: str, text: str, packed: bool = False) -> Layout:
    return Layout(name, size, host, header, False, _parse(text), packed)


# Byte-identical on both sides.

TIMESPEC = _same("timespec", 16, "struct timespec", "time.h", "0 s64 tv_sec\n8 s64 tv_nsec")
TIMEVAL = _same("timeval", 16, "struct timeval", "sys/time.h", "0 s64 tv_sec\n8 s64 tv_usec")
TIMEZONE = _same("timezone", 8, "struct timezone", "sys/time.h", "0 s32 tz_minuteswest\n4 s32 tz_dsttime")
UTIMBUF = _same("utimbuf", 16, "struct utimbuf", "utime.h", "0 s64 actime\n8 s64 modtime")
ITIMERSPEC = _same(
    "itimerspec",
    32,
    "struct itimerspec",
    "time.h",
    """
0 s64 it_interval_sec it_interval.tv_sec
8 s64 it_interval_nsec it_interval.tv_nsec
16 s64 it_value_sec it_value.tv_sec
24 s64 it_value_nsec it_value.tv_nsec
""",
)
ITIMERVAL = _same(
    "itimerval",
    32,
    "struct itimerval",
    "sys/time.h",
    """
0 s64 it_interval_sec it_interval.tv_sec
8 s64 it_interval_usec it_interval.tv_usec
16 s64 it_value_sec it_value.tv_sec
24 s64 it_value_usec it_value.tv_usec
""",
)
STAT = _same(
    "stat",
    144,
    "struct stat",
    "sys/stat.h",
    """
0 u64 st_dev
8 u64 st_ino
16 u64 st_nlink
24 u32 st_mode
28 u32 st_uid
32 u32 st_gid
36 u32 pad0 -
40 u64 st_rdev
48 s64 st_size
56 s64 st_blksize
64 s64 st_blocks
72 s64 st_atime_sec st_atim.tv_sec
80 s64 st_atime_nsec st_atim.tv_nsec
88 s64 st_mtime_sec st_mtim.tv_sec
96 s64 st_mtime_nsec st_mtim.tv_nsec
104 s64 st_ctime_sec st_ctim.tv_sec
112 s64 st_ctime_nsec st_ctim.tv_nsec
120 s64[3] unused -
""",
)
STATX = _same(
    "statx",
    256,
    "struct statx",
    "linux/stat.h",
    """
0 u32 stx_mask
4 u32 stx_blksize
8 u64 stx_attributes
16 u32 stx_nlink
20 u32 stx_uid
24 u32 stx_gid
28 u16 stx_mode
30 u16 pad0 -
32 u64 stx_ino
40 u64 stx_size
48 u64 stx_blocks
56 u64 stx_attributes_mask
64 s64 stx_atime_sec stx_atime.tv_sec
72 u32 stx_atime_nsec stx_atime.tv_nsec
76 s32 pad1 -
80 s64 stx_btime_sec stx_btime.tv_sec
88 u32 stx_btime_nsec stx_btime.tv_nsec
92 s32 pad2 -
96 s64 stx_ctime_sec stx_ctime.tv_sec
104 u32 stx_ctime_nsec stx_ctime.tv_nsec
108 s32 pad3 -
112 s64 stx_mtime_sec stx_mtime.tv_sec
120 u32 stx_mtime_nsec stx_mtime.tv_nsec
124 s32 pad4 -
128 u32 stx_rdev_major
132 u32 stx_rdev_minor
136 u32 stx_dev_major
140 u32 stx_dev_minor
144 u64 stx_mnt_id
152 u64[13] spare -
""",
)
STATFS = _same(
    "statfs",
    120,
    "struct statfs",
    "sys/statfs.h",
    """
0 s64 f_type
8 s64 f_bsize
16 u64 f_blocks
24 u64 f_bfree
32 u64 f_bavail
40 u64 f_files
48 u64 f_ffree
56 s32[2] f_fsid
64 s64 f_namelen
72 s64 f_frsize
80 s64 f_flags
88 s64[4] f_spare
""",
)
USTAT = _same("ustat", 32, "", "", "0 s32 f_tfree\n8 u64 f_tinode\n16 char[6] f_fname\n22 char[6] f_fpack")
RLIMIT = _same("rlimit", 16, "struct rlimit", "sys/resource.h", "0 u64 rlim_cur\n8 u64 rlim_max")
RUSAGE = _same(
    "rusage",
    144,
    "struct rusage",
    "sys/resource.h",
    """
0 s64 ru_utime_sec ru_utime.tv_sec
8 s64 ru_utime_usec ru_utime.tv_usec
16 s64 ru_stime_sec ru_stime.tv_sec
24 s64 ru_stime_usec ru_stime.tv_usec
32 s64 ru_maxrss
40 s64 ru_ixrss
48 s64 ru_idrss
56 s64 ru_isrss
64 s64 ru_minflt
72 s64 ru_majflt
80 s64 ru_nswap
88 s64 ru_inblock
96 s64 ru_oublock
104 s64 ru_msgsnd
112 s64 ru_msgrcv
120 s64 ru_nsignals
128 s64 ru_nvcsw
136 s64 ru_nivcsw
""",
)
SYSINFO = _same(
    "sysinfo",
    112,
    "struct sysinfo",
    "sys/sysinfo.h",
    """
0 s64 uptime
8 u64[3] loads
32 u64 totalram
40 u64 freeram
48 u64 sharedram
56 u64 bufferram
64 u64 totalswap
72 u64 freeswap
80 u16 procs
82 u16 pad
84 u32 pad1 -
88 u64 totalhigh
96 u64 freehigh
104 u32 mem_unit
108 u32 pad2 -
""",
)
UTSNAME = _same(
    "utsname",
    390,
    "struct utsname",
    "sys/utsname.h",
    """
0 char[65] sysname
65 char[65] nodename
130 char[65] release
195 char[65] version
260 char[65] machine
325 char[65] domainname -
""",
)
TMS = _same(
    "tms",
    32,
    "struct tms",
    "sys/times.h",
    "0 s64 tms_utime\n8 s64 tms_stime\n16 s64 tms_cutime\n24 s64 tms_cstime",
)
TIMEX = _same(
    "timex",
    208,
    "struct timex",
    "sys/timex.h",
    """
0 u32 modes
4 u32 pad0 -
8 s64 offset
16 s64 freq
24 s64 maxerror
32 s64 esterror
40 s32 status
44 u32 pad1 -
48 s64 constant
56 s64 precision
64 s64 tolerance
72 s64 time_sec time.tv_sec
80 s64 time_usec time.tv_usec
88 s64 tick
96 s64 ppsfreq
104 s64 jitter
112 s32 shift
116 u32 pad2 -
120 s64 stabil
128 s64 jitcnt
136 s64 calcnt
144 s64 errcnt
152 s64 stbcnt
160 s32 tai
164 s32[11] spare -
""",
)
POLLFD = _same("pollfd", 8, "struct pollfd", "poll.h", "0 s32 fd\n4 s16 events\n6 s16 revents")
EPOLL_EVENT = _same(
    "epoll_event",
    12,
    "struct epoll_event",
    "sys/epoll.h",
    "0 u32 events\n4 u64 data data.u64",
    packed=True,
)
FLOCK = _same(
    "flock",
    32,
    "struct flock",
    "fcntl.h",
    "0 s16 l_type\n2 s16 l_whence\n4 u32 pad0 -\n8 s64 l_start\n16 s64 l_len\n24 s32 l_pid\n28 u32 pad1 -",
)
SCHED_PARAM = _same("sched_param", 4, "struct sched_param", "sched.h", "0 s32 sched_priority")
MQ_ATTR = _same(
    "mq_attr",
    64,
    "struct mq_attr",
    "mqueue.h",
    "0 s64 mq_flags\n8 s64 mq_maxmsg\n16 s64 mq_msgsize\n24 s64 mq_curmsgs\n32 s64[4] pad -",
)
SEMBUF = _same("sembuf", 6, "struct sembuf", "sys/sem.h", "0 u16 sem_num\n2 s16 sem_op\n4 s16 sem_flg")
CAP_HEADER = _same("cap_header", 8, "struct __user_cap_header_struct", "linux/capability.h", "0 u32 version\n4 s32 pid")
DIRENT64 = _same("dirent64", 24, "", "", "0 u64 d_ino\n8 s64 d_off\n16 u16 d_reclen\n18 u8 d_type\n19 char[5] d_name")
TERMIOS = _same(
    "termios",
    36,
    "",
    "",
    "0 u32 c_iflag\n4 u32 c_oflag\n8 u32 c_cflag\n12 u32 c_lflag\n16 u8 c_line\n17 u8[19] c_cc",
)
SIGSET = _same("sigset", 8, "", "", "0 u64 bits")
CMSGHDR = _same(
    "cmsghdr",
    16,
    "struct cmsghdr",
    "sys/socket.h",
    "0 u64 cmsg_len\n8 s32 cmsg_level\n12 s32 cmsg_type",
)

# With an address or a size inside: narrower in the guest.

IOVEC = _narrow("iovec", 8, "struct iovec", "sys/uio.h", "0 gaddr iov_base\n4 u32 iov_len")
KEYCTL_KDF_PARAMS = _narrow(
    "keyctl_kdf_params",
    44,
    "struct keyctl_kdf_params",
    "linux/keyctl.h",
    """
0 gaddr hashname
4 gaddr otherinfo
8 u32 otherinfolen
12 u32[8] spare __spare
""",
)
MSGHDR = _narrow(
    "msghdr",
    36,
    "struct msghdr",
    "sys/socket.h",
    """
0 gaddr msg_name
4 u32 msg_namelen
8 gaddr msg_iov
12 s32 msg_iovlen
16 u32 pad0 -
20 gaddr msg_control
24 u32 msg_controllen
28 u32 pad1 -
32 s32 msg_flags
""",
)
MMSGHDR = _narrow(
    "mmsghdr",
    40,
    "",
    "",
    """
0 gaddr msg_name
4 u32 msg_namelen
8 gaddr msg_iov
12 s32 msg_iovlen
16 u32 pad0
20 gaddr msg_control
24 u32 msg_controllen
28 u32 pad1
32 s32 msg_flags
36 u32 msg_len
""",
)
SIGACTION = _narrow(
    "sigaction",
    24,
    "",
    "",
    "0 u32 handler\n4 u64 flags\n12 gaddr restorer\n16 u64 mask",
    packed=True,
)
STACK = _narrow("stack", 12, "stack_t", "signal.h", "0 gaddr ss_sp\n4 s32 ss_flags\n8 u32 ss_size")
SIGEVENT = _narrow(
    "sigevent",
    16,
    "struct sigevent",
    "signal.h",
    """
0 u32 sigev_value sigev_value.sival_ptr
4 s32 sigev_signo
8 s32 sigev_notify
12 s32 sigev_notify_thread_id _sigev_un._tid
""",
)
SIGSET_ARG = _narrow("sigset_arg", 16, "", "", "0 u64 mask\n8 u64 size")
# The offset is a long, and musl passes the size as three of them.
ROBUST_LIST = _narrow("robust_list", 24, "", "", "0 gaddr list\n8 s64 futex_offset\n16 gaddr list_op_pending")
IFCONF = _narrow("ifconf", 8, "struct ifconf", "net/if.h", "0 s32 ifc_len\n4 gaddr ifc_buf")
SOCK_FPROG = _narrow("sock_fprog", 8, "struct sock_fprog", "linux/filter.h", "0 u16 len\n2 u16 pad0 -\n4 gaddr filter")
XATTR_ARGS = _same("xattr_args", 16, "", "", "0 u64 value\n8 u32 size\n12 u32 flags")
SIGINFO = _narrow(
    "siginfo",
    128,
    "siginfo_t",
    "signal.h",
    """
0 s32 signo si_signo
4 s32 errnum si_errno
8 s32 code si_code
12 u32 pad0 -
16 s32 pid si_pid
20 u32 uid si_uid
24 u32 value si_value.sival_ptr
28 u32[25] pad1 -
""",
)


def layouts() -> tuple[Layout, ...]:
    """Every layout of this module, in the order in which it is written."""
    return tuple(value for value in globals().values() if isinstance(value, Layout))
