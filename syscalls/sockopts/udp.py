"""UDP and its kin: udp(7), UDP-Lite, DCCP, L2TP."""

from __future__ import annotations

from syscalls.rows import INT
from syscalls.sockopts.option import NO_HEADER, Level, Option, array, of, only_get, only_set, option

SOL_UDP = Level("IPPROTO_UDP", 17)
SOL_UDPLITE = Level("SOL_UDPLITE", 136)
SOL_DCCP = Level("SOL_DCCP", 269)
SOL_PPPOL2TP = Level("SOL_PPPOL2TP", 273)
LEVELS = (SOL_UDP, SOL_UDPLITE, SOL_DCCP, SOL_PPPOL2TP)


def _udplite() -> tuple[Option, ...]:
    return (option("UDPLITE_SEND_CSCOV", 10, INT), option("UDPLITE_RECV_CSCOV", 11, INT))


def _udp() -> tuple[Option, ...]:
    return (
        option("UDP_CORK", 1, INT),
        option("UDP_ENCAP", 100, INT),
        option("UDP_NO_CHECK6_TX", 101, INT),
        option("UDP_NO_CHECK6_RX", 102, INT),
        option("UDP_SEGMENT", 103, INT),
        option("UDP_GRO", 104, INT),
    )


_INTS = array("unsigned int[]", 4, INT)
_CCIDS = array("unsigned char[]")

ROWS = (
    *of(SOL_UDP, "linux/udp.h", *_udp()),
    *of(SOL_UDP, NO_HEADER, *_udplite()),
    *of(SOL_UDPLITE, "linux/udp.h", *_udp()),
    *of(SOL_UDPLITE, NO_HEADER, *_udplite()),
    *of(
        SOL_DCCP,
        "linux/dccp.h",
        option("DCCP_SOCKOPT_PACKET_SIZE", 1, INT),
        option("DCCP_SOCKOPT_SERVICE", 2, _INTS),
        only_set("DCCP_SOCKOPT_CHANGE_L", 3, INT),
        only_set("DCCP_SOCKOPT_CHANGE_R", 4, INT),
        only_get("DCCP_SOCKOPT_GET_CUR_MPS", 5, INT),
        option("DCCP_SOCKOPT_SERVER_TIMEWAIT", 6, INT),
        option("DCCP_SOCKOPT_SEND_CSCOV", 10, INT),
        option("DCCP_SOCKOPT_RECV_CSCOV", 11, INT),
        only_get("DCCP_SOCKOPT_AVAILABLE_CCIDS", 12, _CCIDS),
        only_set("DCCP_SOCKOPT_CCID", 13, _CCIDS),
        option("DCCP_SOCKOPT_TX_CCID", 14, sets=_CCIDS, gets=INT),
        option("DCCP_SOCKOPT_RX_CCID", 15, sets=_CCIDS, gets=INT),
        option("DCCP_SOCKOPT_QPOLICY_ID", 16, INT),
        option("DCCP_SOCKOPT_QPOLICY_TXQLEN", 17, INT),
        only_get("DCCP_SOCKOPT_CCID_RX_INFO", 128, array("unsigned char[]")),
        only_get("DCCP_SOCKOPT_CCID_TX_INFO", 192, array("unsigned char[]")),
    ),
    *of(
        SOL_PPPOL2TP,
        "linux/if_pppol2tp.h",
        option("PPPOL2TP_SO_DEBUG", 1, INT),
        option("PPPOL2TP_SO_RECVSEQ", 2, INT),
        option("PPPOL2TP_SO_SENDSEQ", 3, INT),
        option("PPPOL2TP_SO_LNSMODE", 4, INT),
        option("PPPOL2TP_SO_REORDERTO", 5, INT),
    ),
)
