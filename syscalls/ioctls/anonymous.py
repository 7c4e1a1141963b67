"""Anonymous files: epoll, inotify, timerfd, pidfd, namespaces."""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, InOut, Only, Out, any_size, by_value, of, request
from syscalls.rows import INT, UINT, ULONG

_PID = by_value(INT, 0x7FFFFFFF, Only.NAMESPACE)

ROWS = (
    *of(
        "linux/eventpoll.h",
        request("EPIOCSPARAMS", 0x40088A01, In("struct epoll_params", 8)),
        request("EPIOCGPARAMS", 0x80088A02, Out("struct epoll_params", 8)),
    ),
    *of(
        "linux/inotify.h",
        request("INOTIFY_IOC_SETNEXTWD", 0x40044900, by_value(INT, 0x7FFFFFFF, Only.ANONYMOUS)),
    ),
    *of(
        "linux/timerfd.h",
        request("TFD_IOC_SET_TICKS", 0x40085400, In(ULONG)),
    ),
    *of(
        "linux/pidfd.h",
        request("PIDFD_GET_CGROUP_NAMESPACE", 0xFF01, INT),
        request("PIDFD_GET_IPC_NAMESPACE", 0xFF02, INT),
        request("PIDFD_GET_MNT_NAMESPACE", 0xFF03, INT),
        request("PIDFD_GET_NET_NAMESPACE", 0xFF04, INT),
        request("PIDFD_GET_PID_NAMESPACE", 0xFF05, INT),
        request("PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE", 0xFF06, INT),
        request("PIDFD_GET_TIME_NAMESPACE", 0xFF07, INT),
        request("PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE", 0xFF08, INT),
        request("PIDFD_GET_USER_NAMESPACE", 0xFF09, INT),
        request("PIDFD_GET_UTS_NAMESPACE", 0xFF0A, INT),
        any_size("PIDFD_GET_INFO", 0xC000FF0B, InOut("struct pidfd_info"), most=80),
    ),
    *of(
        "linux/nsfs.h",
        request("NS_GET_USERNS", 0xB701, NONE),
        request("NS_GET_PARENT", 0xB702, NONE),
        request("NS_GET_NSTYPE", 0xB703, NONE),
        request("NS_GET_OWNER_UID", 0xB704, Out(UINT)),
        request("NS_GET_MNTNS_ID", 0x8008B705, Out(ULONG)),
        request("NS_GET_PID_FROM_PIDNS", 0x8004B706, _PID),
        request("NS_GET_TGID_FROM_PIDNS", 0x8004B707, _PID),
        request("NS_GET_PID_IN_PIDNS", 0x8004B708, _PID),
        request("NS_GET_TGID_IN_PIDNS", 0x8004B709, _PID),
        request("NS_MNT_GET_INFO", 0x8010B70A, Out("struct mnt_ns_info", 16)),
        request("NS_MNT_GET_NEXT", 0x8010B70B, Out("struct mnt_ns_info", 16)),
        request("NS_MNT_GET_PREV", 0x8010B70C, Out("struct mnt_ns_info", 16)),
        request("NS_GET_ID", 0x8008B70D, Out(ULONG)),
    ),
)
