"""The kernel's services: netlink(7), vsock(7), AF_ALG, KCM."""

from __future__ import annotations

from abi.layouts import TIMEVAL
from syscalls.rows import INT, UINT, ULONG
from syscalls.sockopts.option import Level, array, exact, of, only_get, only_set, option, sized, upto

AF_VSOCK = Level("AF_VSOCK", 40)
SOL_NETLINK = Level("SOL_NETLINK", 270)
SOL_ALG = Level("SOL_ALG", 279)
SOL_KCM = Level("SOL_KCM", 281)
LEVELS = (AF_VSOCK, SOL_NETLINK, SOL_ALG, SOL_KCM)

_FLAG = upto("int", 0, 4, 4, INT)
_KEY = array("unsigned char[]")

ROWS = (
    *of(
        AF_VSOCK,
        "linux/vm_sockets.h",
        option("SO_VM_SOCKETS_BUFFER_SIZE", 0, ULONG),
        option("SO_VM_SOCKETS_BUFFER_MIN_SIZE", 1, ULONG),
        option("SO_VM_SOCKETS_BUFFER_MAX_SIZE", 2, ULONG),
        only_get("SO_VM_SOCKETS_PEER_HOST_VM_ID", 3, INT),
        option("SO_VM_SOCKETS_TRUSTED", 5, INT),
        option("SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD", 6, TIMEVAL),
        option("SO_VM_SOCKETS_NONBLOCK_TXRX", 7, INT),
        option("SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW", 8, TIMEVAL),
    ),
    *of(
        SOL_NETLINK,
        "linux/netlink.h",
        only_set("NETLINK_ADD_MEMBERSHIP", 1, INT),
        only_set("NETLINK_DROP_MEMBERSHIP", 2, INT),
        option("NETLINK_PKTINFO", 3, _FLAG),
        option("NETLINK_BROADCAST_ERROR", 4, _FLAG),
        option("NETLINK_NO_ENOBUFS", 5, _FLAG),
        only_set("NETLINK_RX_RING", 6, sized("struct nl_mmap_req", 16)),
        only_set("NETLINK_TX_RING", 7, sized("struct nl_mmap_req", 16)),
        option("NETLINK_LISTEN_ALL_NSID", 8, _FLAG),
        only_get("NETLINK_LIST_MEMBERSHIPS", 9, array("unsigned int[]", shown=UINT)),
        option("NETLINK_CAP_ACK", 10, _FLAG),
        option("NETLINK_EXT_ACK", 11, _FLAG),
        option("NETLINK_GET_STRICT_CHK", 12, _FLAG),
    ),
    *of(
        SOL_ALG,
        "linux/if_alg.h",
        only_set("ALG_SET_KEY", 1, _KEY),
        only_set("ALG_SET_AEAD_AUTHSIZE", 5, array("void[]"), "the length is the value"),
        only_set("ALG_SET_DRBG_ENTROPY", 6, _KEY),
        only_set("ALG_SET_KEY_BY_KEY_SERIAL", 7, exact("int", 4, INT)),
    ),
    *of(SOL_KCM, "linux/kcm.h", option("KCM_RECV_DISABLE", 1, INT)),
)
