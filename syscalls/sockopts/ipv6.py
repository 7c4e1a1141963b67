"""IPv6: ipv6(7), its raw sockets, multicast routing, ip6tables."""

from __future__ import annotations

from syscalls.rows import INT
from syscalls.sockopts.ipv4 import GROUP, SOL_RAW, routing
from syscalls.sockopts.option import (
    Level,
    Refused,
    Rewritten,
    array,
    exact,
    number,
    of,
    only_get,
    only_set,
    option,
    sized,
    upto,
    within,
)

SOL_IPV6 = Level("SOL_IPV6", 41)
SOL_ICMPV6 = Level("SOL_ICMPV6", 58)
LEVELS = (SOL_IPV6, SOL_ICMPV6)

_MEMBER = sized("struct ipv6_mreq", 20)
_SOURCE = sized("struct group_source_req", 264)
_HEADER = within("unsigned char[2040]", 0, 2040, never=1)
_REVISION = exact("struct xt_get_revision", 30)

ROWS = (
    *of(
        SOL_IPV6,
        "linux/in6.h",
        option("IPV6_ADDRFORM", 1, INT),
        option("IPV6_2292PKTINFO", 2, INT),
        option("IPV6_2292HOPOPTS", 3, INT),
        option("IPV6_2292DSTOPTS", 4, INT),
        option("IPV6_2292RTHDR", 5, INT),
        option(
            "IPV6_2292PKTOPTIONS",
            6,
            sets=Rewritten("option_control", "struct cmsghdr[]"),
            gets=Rewritten("option_control_got", "struct cmsghdr[]"),
        ),
        option("IPV6_CHECKSUM", 7, INT),
        option("IPV6_2292HOPLIMIT", 8, INT),
        option("IPV6_FLOWINFO", 11, INT),
        option("IPV6_UNICAST_HOPS", 16, INT),
        option("IPV6_MULTICAST_IF", 17, INT),
        option("IPV6_MULTICAST_HOPS", 18, INT),
        option("IPV6_MULTICAST_LOOP", 19, INT),
        only_set("IPV6_ADD_MEMBERSHIP", 20, _MEMBER),
        only_set("IPV6_DROP_MEMBERSHIP", 21, _MEMBER),
        option("IPV6_ROUTER_ALERT", 22, INT),
        option("IPV6_MTU_DISCOVER", 23, INT),
        option("IPV6_MTU", 24, INT),
        option("IPV6_RECVERR", 25, INT),
        option("IPV6_V6ONLY", 26, INT),
        only_set("IPV6_JOIN_ANYCAST", 27, _MEMBER),
        only_set("IPV6_LEAVE_ANYCAST", 28, _MEMBER),
        option("IPV6_MULTICAST_ALL", 29, INT),
        option("IPV6_ROUTER_ALERT_ISOLATE", 30, INT),
        option("IPV6_RECVERR_RFC4884", 31, INT),
        option(
            "IPV6_FLOWLABEL_MGR",
            32,
            sets=array("unsigned char[]", 32),
            gets=sized("struct in6_flowlabel_req", 32),
            why="a struct in6_flowlabel_req, and options in control messages",
        ),
        option("IPV6_FLOWINFO_SEND", 33, INT),
        only_set("IPV6_IPSEC_POLICY", 34, array("unsigned char[]")),
        only_set("IPV6_XFRM_POLICY", 35, array("struct xfrm_user_tmpl[]", 168)),
        option("IPV6_HDRINCL", 36, INT),
    ),
    *of(
        SOL_IPV6,
        "linux/in.h",
        only_set("MCAST_JOIN_GROUP", 42, GROUP),
        only_set("MCAST_BLOCK_SOURCE", 43, _SOURCE),
        only_set("MCAST_UNBLOCK_SOURCE", 44, _SOURCE),
        only_set("MCAST_LEAVE_GROUP", 45, GROUP),
        only_set("MCAST_JOIN_SOURCE_GROUP", 46, _SOURCE),
        only_set("MCAST_LEAVE_SOURCE_GROUP", 47, _SOURCE),
        option("MCAST_MSFILTER", 48, array("struct sockaddr_storage[]", 144)),
    ),
    *of(
        SOL_IPV6,
        "linux/in6.h",
        option("IPV6_RECVPKTINFO", 49, INT),
        option("IPV6_PKTINFO", 50, sets=upto("struct in6_pktinfo", 0, 20, 20), gets=sized("struct in6_pktinfo", 20)),
        option("IPV6_RECVHOPLIMIT", 51, INT),
        option("IPV6_HOPLIMIT", 52, INT),
        option("IPV6_RECVHOPOPTS", 53, INT),
        option("IPV6_HOPOPTS", 54, _HEADER),
        option("IPV6_RTHDRDSTOPTS", 55, _HEADER),
        option("IPV6_RECVRTHDR", 56, INT),
        option("IPV6_RTHDR", 57, _HEADER),
        option("IPV6_RECVDSTOPTS", 58, INT),
        option("IPV6_DSTOPTS", 59, _HEADER),
        option("IPV6_RECVPATHMTU", 60, INT),
        only_get("IPV6_PATHMTU", 61, sized("struct ip6_mtuinfo", 32)),
        option("IPV6_DONTFRAG", 62, INT),
        option("IPV6_RECVTCLASS", 66, INT),
        option("IPV6_TCLASS", 67, INT),
        option("IPV6_AUTOFLOWLABEL", 70, INT),
        option("IPV6_ADDR_PREFERENCES", 72, INT),
        option("IPV6_MINHOPCOUNT", 73, INT),
        option("IPV6_ORIGDSTADDR", 74, INT),
        option("IPV6_TRANSPARENT", 75, INT),
        option("IPV6_UNICAST_IF", 76, sets=exact("int", 4, INT), gets=INT),
        option("IPV6_RECVFRAGSIZE", 77, INT),
        option("IPV6_FREEBIND", 78, INT),
    ),
    *of(
        SOL_IPV6,
        "linux/mroute6.h",
        *routing("MRT6", number(INT), sized("struct mif6ctl", 12), sized("struct mf6cctl", 92)),
    ),
    *of(
        SOL_IPV6,
        "linux/netfilter_ipv6/ip6_tables.h",
        only_set("IP6T_SO_SET_REPLACE", 64, Refused("the address of counters")),
        only_set("IP6T_SO_SET_ADD_COUNTERS", 65, array("struct xt_counters[]", 40)),
        only_get("IP6T_SO_GET_INFO", 64, exact("struct ip6t_getinfo", 84)),
        only_get("IP6T_SO_GET_ENTRIES", 65, array("struct ip6t_entry[]", 40)),
        only_get("IP6T_SO_GET_REVISION_MATCH", 68, _REVISION),
        only_get("IP6T_SO_GET_REVISION_TARGET", 69, _REVISION),
        only_get("IP6T_SO_ORIGINAL_DST", 80, sized("struct sockaddr_in6", 28)),
    ),
    *of(SOL_ICMPV6, "linux/icmpv6.h", option("ICMPV6_FILTER", 1, sized("struct icmp6_filter", 32))),
    *of(
        SOL_RAW,
        "linux/in6.h",
        option("IPV6_CHECKSUM", 7, INT),
        option("IPV6_HDRINCL", 36, INT),
    ),
)
