"""Any socket: socket(7).

A timeval and a timespec have the kernel's 16 bytes in a guest, so the old and the new options of
time are alike.
"""

from __future__ import annotations

from abi.layouts import TIMEVAL
from syscalls.rows import FD, INT, UINT, ULONG
from syscalls.sockopts.option import (
    Level,
    Rewritten,
    array,
    exact,
    of,
    only_get,
    only_set,
    option,
    sized,
    text,
    upto,
    within,
)

SOL_SOCKET = Level("SOL_SOCKET", 1)
LEVELS = (SOL_SOCKET,)

_FILTER = Rewritten("option_filter", "struct sock_fprog")
_STAMPING = upto("struct so_timestamping", 4, 8, 5, INT)
"""Of other lengths an int is taken; MPTCP refuses them, as it does 5."""
_NAME = 16
_ADDRESS = 128

ROWS = (
    *of(
        SOL_SOCKET,
        "asm/socket.h",
        option("SO_DEBUG", 1, INT),
        option("SO_REUSEADDR", 2, INT),
        only_get("SO_TYPE", 3, INT),
        only_get("SO_ERROR", 4, INT),
        option("SO_DONTROUTE", 5, INT),
        option("SO_BROADCAST", 6, INT),
        option("SO_SNDBUF", 7, INT),
        option("SO_RCVBUF", 8, INT),
        option("SO_KEEPALIVE", 9, INT),
        option("SO_OOBINLINE", 10, INT),
        option("SO_NO_CHECK", 11, INT),
        option("SO_PRIORITY", 12, INT),
        option("SO_LINGER", 13, sized("struct linger", 8, INT)),
        option("SO_BSDCOMPAT", 14, INT),
        option("SO_REUSEPORT", 15, INT),
        option("SO_PASSCRED", 16, INT),
        only_get("SO_PEERCRED", 17, sized("struct ucred", 12, INT)),
        option("SO_RCVLOWAT", 18, INT),
        option("SO_SNDLOWAT", 19, INT),
        option("SO_RCVTIMEO_OLD", 20, TIMEVAL),
        option("SO_SNDTIMEO_OLD", 21, TIMEVAL),
        option("SO_BINDTODEVICE", 25, text(_NAME)),
        option("SO_ATTACH_FILTER", 26, sets=_FILTER, gets=Rewritten("option_filter_got", "struct sock_filter[]")),
        only_set("SO_DETACH_FILTER", 27, INT),
        only_get("SO_PEERNAME", 28, sized("struct sockaddr", _ADDRESS)),
        option("SO_TIMESTAMP_OLD", 29, INT),
        only_get("SO_ACCEPTCONN", 30, INT),
        only_get("SO_PEERSEC", 31, array("char[]")),
        only_set("SO_SNDBUFFORCE", 32, INT),
        only_set("SO_RCVBUFFORCE", 33, INT),
        option("SO_PASSSEC", 34, INT),
        option("SO_TIMESTAMPNS_OLD", 35, INT),
        option("SO_MARK", 36, UINT),
        option("SO_TIMESTAMPING_OLD", 37, sets=_STAMPING, gets=sized("struct so_timestamping", 8, INT)),
        only_get("SO_PROTOCOL", 38, INT),
        only_get("SO_DOMAIN", 39, INT),
        option("SO_RXQ_OVFL", 40, INT),
        option("SO_WIFI_STATUS", 41, INT),
        option("SO_PEEK_OFF", 42, INT),
        option("SO_NOFCS", 43, INT),
        option("SO_LOCK_FILTER", 44, INT),
        option("SO_SELECT_ERR_QUEUE", 45, INT),
        option("SO_BUSY_POLL", 46, INT),
        option("SO_MAX_PACING_RATE", 47, sets=upto("unsigned long", 4, 8, 4), gets=sized("unsigned long", 8)),
        only_get("SO_BPF_EXTENSIONS", 48, INT),
        option("SO_INCOMING_CPU", 49, INT),
        only_set("SO_ATTACH_BPF", 50, exact("int", 4, FD)),
        only_set("SO_ATTACH_REUSEPORT_CBPF", 51, _FILTER),
        only_set("SO_ATTACH_REUSEPORT_EBPF", 52, exact("int", 4, FD)),
        only_set("SO_CNX_ADVICE", 53, INT),
        only_get("SO_MEMINFO", 55, array("unsigned int[]", shown=UINT)),
        only_get("SO_INCOMING_NAPI_ID", 56, UINT),
        only_get("SO_COOKIE", 57, ULONG),
        only_get("SO_PEERGROUPS", 59, array("gid_t[]", shown=UINT)),
        option("SO_ZEROCOPY", 60, INT),
        option("SO_TXTIME", 61, sets=exact("struct sock_txtime", 8, UINT), gets=sized("struct sock_txtime", 8, UINT)),
        option("SO_BINDTOIFINDEX", 62, INT),
        option("SO_TIMESTAMP_NEW", 63, INT),
        option("SO_TIMESTAMPNS_NEW", 64, INT),
        option("SO_TIMESTAMPING_NEW", 65, sets=_STAMPING, gets=sized("struct so_timestamping", 8, INT)),
        option("SO_RCVTIMEO_NEW", 66, TIMEVAL),
        option("SO_SNDTIMEO_NEW", 67, TIMEVAL),
        only_set("SO_DETACH_REUSEPORT_BPF", 68, INT),
        option("SO_PREFER_BUSY_POLL", 69, INT),
        only_set("SO_BUSY_POLL_BUDGET", 70, INT),
        only_get("SO_NETNS_COOKIE", 71, exact("unsigned long", 8, ULONG)),
        option("SO_BUF_LOCK", 72, UINT),
        option("SO_RESERVE_MEM", 73, INT),
        option("SO_TXREHASH", 74, INT),
        option("SO_RCVMARK", 75, INT),
        option("SO_PASSPIDFD", 76, INT),
        only_get("SO_PEERPIDFD", 77, sized("int", 4, FD)),
        only_set("SO_DEVMEM_DONTNEED", 80, array("struct dmabuf_token[]", shown=UINT)),
        option("SO_RCVPRIORITY", 82, INT),
        option("SO_PASSRIGHTS", 83, INT),
        option("SO_INQ", 84, sets=within("int", 4, 4, never=5, shown=INT), gets=INT),
    ),
)
