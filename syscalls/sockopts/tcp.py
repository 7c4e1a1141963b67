"""TCP and what runs on it: tcp(7), MPTCP, TLS, SMC.

What a kernel knows of struct tcp_info and its like grows; these are only written.
"""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import (
    Level,
    array,
    exact,
    of,
    only_get,
    only_set,
    option,
    refused,
    sized,
    text,
    within,
)

SOL_TCP = Level("IPPROTO_TCP", 6)
SOL_TLS = Level("SOL_TLS", 282)
SOL_MPTCP = Level("SOL_MPTCP", 284)
SOL_SMC = Level("SOL_SMC", 286)
LEVELS = (SOL_TCP, SOL_TLS, SOL_MPTCP, SOL_SMC)

_SUBFLOWS = array("struct mptcp_subflow_data[]", 16)

ROWS = (
    *of(
        SOL_TCP,
        "linux/tcp.h",
        option("TCP_NODELAY", 1, INT),
        option("TCP_MAXSEG", 2, INT),
        option("TCP_CORK", 3, INT),
        option("TCP_KEEPIDLE", 4, INT),
        option("TCP_KEEPINTVL", 5, INT),
        option("TCP_KEEPCNT", 6, INT),
        option("TCP_SYNCNT", 7, INT),
        option("TCP_LINGER2", 8, INT),
        option("TCP_DEFER_ACCEPT", 9, INT),
        option("TCP_WINDOW_CLAMP", 10, INT),
        only_get("TCP_INFO", 11, array("struct tcp_info[]")),
        option("TCP_QUICKACK", 12, INT),
        option("TCP_CONGESTION", 13, text(16)),
        only_set("TCP_MD5SIG", 14, sized("struct tcp_md5sig", 216)),
        option("TCP_THIN_LINEAR_TIMEOUTS", 16, INT),
        option("TCP_THIN_DUPACK", 17, INT),
        option("TCP_USER_TIMEOUT", 18, UINT),
        option("TCP_REPAIR", 19, INT),
        option("TCP_REPAIR_QUEUE", 20, INT),
        option("TCP_QUEUE_SEQ", 21, UINT),
        only_set("TCP_REPAIR_OPTIONS", 22, array("struct tcp_repair_opt[]", shown=UINT)),
        option("TCP_FASTOPEN", 23, INT),
        option("TCP_TIMESTAMP", 24, INT),
        option("TCP_NOTSENT_LOWAT", 25, UINT),
        only_get("TCP_CC_INFO", 26, array("union tcp_cc_info[]")),
        option("TCP_SAVE_SYN", 27, INT),
        only_get("TCP_SAVED_SYN", 28, array("unsigned char[]")),
        option(
            "TCP_REPAIR_WINDOW",
            29,
            sets=exact("struct tcp_repair_window", 20, UINT),
            gets=exact("struct tcp_repair_window", 20, UINT),
        ),
        option("TCP_FASTOPEN_CONNECT", 30, INT),
        option("TCP_ULP", 31, text(16)),
        only_set("TCP_MD5SIG_EXT", 32, sized("struct tcp_md5sig", 216)),
        option(
            "TCP_FASTOPEN_KEY", 33, sets=within("unsigned char[32]", 16, 32, never=1), gets=array("unsigned char[]")
        ),
        option("TCP_FASTOPEN_NO_COOKIE", 34, INT),
        refused("TCP_ZEROCOPY_RECEIVE", 35, "maps pages at an address, and copies to another"),
        option("TCP_INQ", 36, INT),
        option("TCP_TX_DELAY", 37, INT),
        only_set("TCP_AO_ADD_KEY", 38, sized("struct tcp_ao_add", 288)),
        only_set("TCP_AO_DEL_KEY", 39, sized("struct tcp_ao_del", 144)),
        option("TCP_AO_INFO", 40, sized("struct tcp_ao_info_opt", 48)),
        only_get("TCP_AO_GET_KEYS", 41, array("struct tcp_ao_getsockopt[]")),
        option("TCP_AO_REPAIR", 42, sized("struct tcp_ao_repair", 16, UINT)),
        only_get("TCP_IS_MPTCP", 43, INT),
        option("TCP_RTO_MAX_MS", 44, INT),
        option("TCP_RTO_MIN_US", 45, INT),
        option("TCP_DELACK_MAX_US", 46, INT),
    ),
    *of(
        SOL_TLS,
        "linux/tls.h",
        option("TLS_TX", 1, within("struct tls12_crypto_info_*", 4, 56, never=3)),
        option("TLS_RX", 2, within("struct tls12_crypto_info_*", 4, 56, never=3)),
        option("TLS_TX_ZEROCOPY_RO", 3, exact("unsigned int", 4, UINT)),
        option("TLS_RX_EXPECT_NO_PAD", 4, exact("unsigned int", 4, UINT)),
        option("TLS_TX_MAX_PAYLOAD_LEN", 5, exact("unsigned short", 2)),
    ),
    *of(
        SOL_MPTCP,
        "linux/mptcp.h",
        only_get("MPTCP_INFO", 1, array("struct mptcp_info[]")),
        only_get("MPTCP_TCPINFO", 2, _SUBFLOWS),
        only_get("MPTCP_SUBFLOW_ADDRS", 3, _SUBFLOWS),
        refused("MPTCP_FULL_INFO", 4, "two addresses of arrays"),
    ),
    *of(SOL_SMC, "linux/smc.h", option("SMC_LIMIT_HS", 1, INT)),
)
