"""Links: packet(7), XDP, LLC, ATM."""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import (
    Level,
    Rewritten,
    exact,
    of,
    only_get,
    only_set,
    option,
    refused,
    sized,
    upto,
    within,
)

SOL_PACKET = Level("SOL_PACKET", 263)
SOL_ATM = Level("SOL_ATM", 264)
SOL_LLC = Level("SOL_LLC", 268)
SOL_XDP = Level("SOL_XDP", 283)
LEVELS = (SOL_PACKET, SOL_ATM, SOL_LLC, SOL_XDP)

_INT = exact("int", 4, INT)
_RING = upto("struct tpacket_req3", 16, 28, 28, UINT)
_MEMBER = upto("struct packet_mreq_max", 16, 48, 48)
_XDP_RING = sized("int", 4, INT)

ROWS = (
    *of(
        SOL_PACKET,
        "linux/if_packet.h",
        only_set("PACKET_ADD_MEMBERSHIP", 1, _MEMBER),
        only_set("PACKET_DROP_MEMBERSHIP", 2, _MEMBER),
        only_set("PACKET_RX_RING", 5, _RING),
        only_get("PACKET_STATISTICS", 6, sized("struct tpacket_stats_v3", 12, UINT)),
        option("PACKET_COPY_THRESH", 7, sets=_INT, gets=INT),
        option("PACKET_AUXDATA", 8, INT),
        option("PACKET_ORIGDEV", 9, INT),
        option("PACKET_VERSION", 10, sets=_INT, gets=INT),
        only_get("PACKET_HDRLEN", 11, INT),
        option("PACKET_RESERVE", 12, sets=_INT, gets=INT),
        only_set("PACKET_TX_RING", 13, _RING),
        option("PACKET_LOSS", 14, sets=_INT, gets=INT),
        option("PACKET_VNET_HDR", 15, INT),
        option("PACKET_TX_TIMESTAMP", 16, sets=_INT, gets=INT),
        option("PACKET_TIMESTAMP", 17, sets=_INT, gets=INT),
        option("PACKET_FANOUT", 18, sets=within("struct fanout_args", 4, 8, never=3), gets=INT),
        option("PACKET_TX_HAS_OFF", 19, sets=_INT, gets=INT),
        option("PACKET_QDISC_BYPASS", 20, sets=_INT, gets=INT),
        only_get("PACKET_ROLLOVER_STATS", 21, sized("struct tpacket_rollover_stats", 24)),
        only_set("PACKET_FANOUT_DATA", 22, Rewritten("option_fanout_data", "struct sock_fprog, or a descriptor")),
        option("PACKET_IGNORE_OUTGOING", 23, sets=_INT, gets=INT),
        option("PACKET_VNET_HDR_SZ", 24, INT),
    ),
    *of(
        SOL_ATM,
        "linux/atm.h",
        only_set("SO_SETCLP", 0x42000004, _INT),
        option("SO_ATMQOS", 0x42020054, exact("struct atm_qos", 84)),
        option("SO_ATMSAP", 0x42030028, exact("struct atm_sap", 40)),
        only_get("SO_ATMPVC", 0x4204000C, exact("struct sockaddr_atmpvc", 12)),
        only_get("SO_MULTIPOINT", 0x42050004, _INT),
    ),
    *of(
        SOL_LLC,
        "linux/llc.h",
        option("LLC_OPT_RETRY", 1, _INT),
        option("LLC_OPT_SIZE", 2, _INT),
        option("LLC_OPT_ACK_TMR_EXP", 3, _INT),
        option("LLC_OPT_P_TMR_EXP", 4, _INT),
        option("LLC_OPT_REJ_TMR_EXP", 5, _INT),
        option("LLC_OPT_BUSY_TMR_EXP", 6, _INT),
        option("LLC_OPT_TX_WIN", 7, _INT),
        option("LLC_OPT_RX_WIN", 8, _INT),
        option("LLC_OPT_PKTINFO", 9, _INT),
    ),
    *of(
        SOL_XDP,
        "linux/if_xdp.h",
        only_get("XDP_MMAP_OFFSETS", 1, sized("struct xdp_mmap_offsets", 128)),
        only_set("XDP_RX_RING", 2, _XDP_RING),
        only_set("XDP_TX_RING", 3, _XDP_RING),
        refused("XDP_UMEM_REG", 4, "the address of memory for frames"),
        only_set("XDP_UMEM_FILL_RING", 5, _XDP_RING),
        only_set("XDP_UMEM_COMPLETION_RING", 6, _XDP_RING),
        only_get("XDP_STATISTICS", 7, sized("struct xdp_statistics", 48)),
        only_get("XDP_OPTIONS", 8, sized("struct xdp_options", 4, UINT)),
        only_set("XDP_MAX_TX_BUDGET", 9, exact("unsigned int", 4, UINT)),
    ),
)
