"""Buses and clusters: CAN, TIPC, RxRPC, MCTP; RDS, which has no rows."""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import Level, array, exact, of, only_get, only_set, option, refused, sized

SOL_CAN_RAW = Level("SOL_CAN_RAW", 101)
SOL_CAN_ISOTP = Level("SOL_CAN_ISOTP", 106)
SOL_CAN_J1939 = Level("SOL_CAN_J1939", 107)
SOL_TIPC = Level("SOL_TIPC", 271)
SOL_RXRPC = Level("SOL_RXRPC", 272)
SOL_RDS = Level("SOL_RDS", 276)
SOL_MCTP = Level("SOL_MCTP", 285)
LEVELS = (SOL_CAN_RAW, SOL_CAN_ISOTP, SOL_CAN_J1939, SOL_TIPC, SOL_RXRPC, SOL_RDS, SOL_MCTP)

_INT = exact("int", 4, INT)
_TIME = exact("unsigned int", 4, UINT)
_NOTHING = array("void[]")
_NAME = array("char[]")

ROWS = (
    *of(
        SOL_CAN_RAW,
        "linux/can/raw.h",
        option("CAN_RAW_FILTER", 1, array("struct can_filter[]")),
        option("CAN_RAW_ERR_FILTER", 2, exact("can_err_mask_t", 4, UINT)),
        option("CAN_RAW_LOOPBACK", 3, _INT),
        option("CAN_RAW_RECV_OWN_MSGS", 4, _INT),
        option("CAN_RAW_FD_FRAMES", 5, _INT),
        option("CAN_RAW_JOIN_FILTERS", 6, _INT),
        option("CAN_RAW_XL_FRAMES", 7, _INT),
        option("CAN_RAW_XL_VCID_OPTS", 8, exact("struct can_raw_vcid_options", 4)),
    ),
    *of(
        SOL_CAN_ISOTP,
        "linux/can/isotp.h",
        option(
            "CAN_ISOTP_OPTS", 1, sets=exact("struct can_isotp_options", 12), gets=sized("struct can_isotp_options", 12)
        ),
        option(
            "CAN_ISOTP_RECV_FC",
            2,
            sets=exact("struct can_isotp_fc_options", 3),
            gets=sized("struct can_isotp_fc_options", 3),
        ),
        option("CAN_ISOTP_TX_STMIN", 3, sets=_TIME, gets=UINT),
        option("CAN_ISOTP_RX_STMIN", 4, sets=_TIME, gets=UINT),
        option(
            "CAN_ISOTP_LL_OPTS",
            5,
            sets=exact("struct can_isotp_ll_options", 3),
            gets=sized("struct can_isotp_ll_options", 3),
        ),
    ),
    *of(
        SOL_CAN_J1939,
        "linux/can/j1939.h",
        only_set("SO_J1939_FILTER", 1, array("struct j1939_filter[]")),
        option("SO_J1939_PROMISC", 2, sets=_INT, gets=INT),
        option("SO_J1939_SEND_PRIO", 3, sets=_INT, gets=INT),
        option("SO_J1939_ERRQUEUE", 4, sets=_INT, gets=INT),
    ),
    *of(
        SOL_TIPC,
        "linux/tipc.h",
        option("TIPC_IMPORTANCE", 127, UINT),
        option("TIPC_SRC_DROPPABLE", 128, UINT),
        option("TIPC_DEST_DROPPABLE", 129, UINT),
        option("TIPC_CONN_TIMEOUT", 130, UINT),
        only_get("TIPC_NODE_RECVQ_DEPTH", 131, UINT),
        only_get("TIPC_SOCK_RECVQ_DEPTH", 132, UINT),
        only_set("TIPC_MCAST_BROADCAST", 133, _NOTHING),
        only_set("TIPC_MCAST_REPLICAST", 134, _NOTHING),
        option("TIPC_GROUP_JOIN", 135, sized("struct tipc_group_req", 16, UINT)),
        only_set("TIPC_GROUP_LEAVE", 136, _NOTHING),
        only_get("TIPC_SOCK_RECVQ_USED", 137, UINT),
        option("TIPC_NODELAY", 138, UINT),
    ),
    *of(
        SOL_RXRPC,
        "linux/rxrpc.h",
        only_set("RXRPC_SECURITY_KEY", 1, _NAME),
        only_set("RXRPC_SECURITY_KEYRING", 2, _NAME),
        only_set("RXRPC_EXCLUSIVE_CONNECTION", 3, _NOTHING),
        only_set("RXRPC_MIN_SECURITY_LEVEL", 4, exact("unsigned int", 4, UINT)),
        only_set("RXRPC_UPGRADEABLE_SERVICE", 5, exact("unsigned short[2]", 4)),
        only_get("RXRPC_SUPPORTED_CMSG", 6, INT),
    ),
    *of(
        SOL_RDS,
        "linux/rds.h",
        refused("RDS_GET_MR", 2, "the addresses of memory to read and write"),
        refused("RDS_GET_MR_FOR_DEST", 7, "the addresses of memory to read and write"),
    ),
    *of(SOL_MCTP, "linux/mctp.h", option("MCTP_OPT_ADDR_EXT", 1, _INT)),
)
