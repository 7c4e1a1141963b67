"""IPv4: ip(7), raw(7), multicast routing, and what answers at its level.

Replacing a table of iptables, arptables or ebtables takes addresses: refused, as is all of
ebtables.  What is asked of a table does not.
"""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import (
    NO_HEADER,
    Level,
    Option,
    Refused,
    Rewritten,
    Value,
    array,
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

SOL_IP = Level("SOL_IP", 0)
SOL_RAW = Level("SOL_RAW", 255)
LEVELS = (SOL_IP, SOL_RAW)

BYTE = upto("int or unsigned char", 0, 4, 4, INT)
"""Most options of this level are taken from one byte, too."""
GROUP = sized("struct group_req", 136)
_SOURCE = exact("struct group_source_req", 264)
_MEMBER = upto("struct ip_mreqn", 8, 12, 12)
_FROM = sized("struct ip_mreq_source", 12)
_REPLACE = Refused("the address of counters")
_REVISION = exact("struct xt_get_revision", 30)
_FLAG = exact("int", 4, INT)


def routing(version: str, start: Value, interface: Value, route: Value) -> tuple[Option, ...]:
    """Multicast routing, the same numbers for both versions of IP.  Sockets but raw ones answer EOPNOTSUPP."""
    kind = "MIF" if version == "MRT6" else "VIF"
    nothing = array("void[]")
    return (
        option(f"{version}_INIT", 200, sets=start, gets=INT),
        option(f"{version}_DONE", 201, sets=nothing, gets=INT),
        option(f"{version}_ADD_{kind}", 202, sets=interface, gets=INT),
        option(f"{version}_DEL_{kind}", 203, sets=interface, gets=INT),
        option(f"{version}_ADD_MFC", 204, sets=route, gets=INT),
        option(f"{version}_DEL_MFC", 205, sets=route, gets=INT),
        option(f"{version}_VERSION", 206, INT),
        option(f"{version}_ASSERT", 207, sets=_FLAG, gets=INT),
        option(f"{version}_PIM", 208, sets=_FLAG, gets=INT),
        option(f"{version}_TABLE", 209, sets=exact("unsigned int", 4, UINT), gets=INT),
        option(f"{version}_ADD_MFC_PROXY", 210, sets=route, gets=INT),
        option(f"{version}_DEL_MFC_PROXY", 211, sets=route, gets=INT),
        option(f"{version}_FLUSH", 212, sets=_FLAG, gets=INT),
    )


ROWS = (
    *of(
        SOL_IP,
        "linux/in.h",
        option("IP_TOS", 1, BYTE),
        option("IP_TTL", 2, BYTE),
        option("IP_HDRINCL", 3, BYTE),
        option("IP_OPTIONS", 4, within("unsigned char[40]", 0, 40, 0)),
        option("IP_ROUTER_ALERT", 5, BYTE),
        option("IP_RECVOPTS", 6, BYTE),
        option("IP_RETOPTS", 7, BYTE),
        option("IP_PKTINFO", 8, BYTE),
        only_get("IP_PKTOPTIONS", 9, Rewritten("option_control_got", "struct cmsghdr[]")),
        option("IP_MTU_DISCOVER", 10, BYTE),
        option("IP_RECVERR", 11, BYTE),
        option("IP_RECVTTL", 12, BYTE),
        option("IP_RECVTOS", 13, BYTE),
        only_get("IP_MTU", 14, BYTE),
        option("IP_FREEBIND", 15, BYTE),
        only_set("IP_IPSEC_POLICY", 16, array("unsigned char[]")),
        only_set("IP_XFRM_POLICY", 17, array("struct xfrm_user_tmpl[]", 168)),
        option("IP_PASSSEC", 18, BYTE),
        option("IP_TRANSPARENT", 19, BYTE),
        option("IP_RECVORIGDSTADDR", 20, BYTE),
        option("IP_MINTTL", 21, BYTE),
        option("IP_NODEFRAG", 22, BYTE),
        option("IP_CHECKSUM", 23, BYTE),
        option("IP_BIND_ADDRESS_NO_PORT", 24, BYTE),
        option("IP_RECVFRAGSIZE", 25, BYTE),
        option("IP_RECVERR_RFC4884", 26, BYTE),
        option("IP_MULTICAST_IF", 32, sets=upto("struct ip_mreqn", 4, 12, 12), gets=sized("struct in_addr", 4, UINT)),
        option("IP_MULTICAST_TTL", 33, BYTE),
        option("IP_MULTICAST_LOOP", 34, BYTE),
        only_set("IP_ADD_MEMBERSHIP", 35, _MEMBER),
        only_set("IP_DROP_MEMBERSHIP", 36, _MEMBER),
        only_set("IP_UNBLOCK_SOURCE", 37, _FROM),
        only_set("IP_BLOCK_SOURCE", 38, _FROM),
        only_set("IP_ADD_SOURCE_MEMBERSHIP", 39, _FROM),
        only_set("IP_DROP_SOURCE_MEMBERSHIP", 40, _FROM),
        option("IP_MSFILTER", 41, array("struct in_addr[]", 16)),
        only_set("MCAST_JOIN_GROUP", 42, GROUP),
        only_set("MCAST_BLOCK_SOURCE", 43, _SOURCE),
        only_set("MCAST_UNBLOCK_SOURCE", 44, _SOURCE),
        only_set("MCAST_LEAVE_GROUP", 45, GROUP),
        only_set("MCAST_JOIN_SOURCE_GROUP", 46, _SOURCE),
        only_set("MCAST_LEAVE_SOURCE_GROUP", 47, _SOURCE),
        option("MCAST_MSFILTER", 48, array("struct sockaddr_storage[]", 144)),
        option("IP_MULTICAST_ALL", 49, BYTE),
        option("IP_UNICAST_IF", 50, sets=exact("int", 4, INT), gets=BYTE),
        option("IP_LOCAL_PORT_RANGE", 51, sets=exact("unsigned int", 4, UINT), gets=BYTE),
        only_get("IP_PROTOCOL", 52, BYTE),
    ),
    *of(
        SOL_IP,
        "linux/mroute.h",
        *routing("MRT", exact("int", 4, INT), exact("struct vifctl", 16), exact("struct mfcctl", 60)),
    ),
    *of(
        SOL_IP,
        "linux/netfilter_ipv4.h",
        only_get("SO_ORIGINAL_DST", 80, sized("struct sockaddr_in", 16)),
    ),
    *of(
        SOL_IP,
        "linux/netfilter_ipv4/ip_tables.h",
        only_set("IPT_SO_SET_REPLACE", 64, _REPLACE),
        only_set("IPT_SO_SET_ADD_COUNTERS", 65, array("struct xt_counters[]", 40)),
        only_get("IPT_SO_GET_INFO", 64, exact("struct ipt_getinfo", 84)),
        only_get("IPT_SO_GET_ENTRIES", 65, array("struct ipt_entry[]", 40)),
        only_get("IPT_SO_GET_REVISION_MATCH", 66, _REVISION),
        only_get("IPT_SO_GET_REVISION_TARGET", 67, _REVISION),
    ),
    *of(
        SOL_IP,
        "linux/netfilter_arp/arp_tables.h",
        only_set("ARPT_SO_SET_REPLACE", 96, _REPLACE),
        only_set("ARPT_SO_SET_ADD_COUNTERS", 97, array("struct xt_counters[]", 40)),
        only_get("ARPT_SO_GET_INFO", 96, exact("struct arpt_getinfo", 68)),
        only_get("ARPT_SO_GET_ENTRIES", 97, array("struct arpt_entry[]", 40)),
        only_get("ARPT_SO_GET_REVISION_TARGET", 99, _REVISION),
    ),
    *of(
        SOL_IP,
        NO_HEADER,
        refused("EBT_SO_SET_ENTRIES", 128, "addresses of entries and counters; EBT_SO_GET_INFO has the same number"),
        refused("EBT_SO_SET_COUNTERS", 129, "the address of counters; EBT_SO_GET_ENTRIES has the same number"),
        refused("EBT_SO_GET_INIT_INFO", 130, "addresses of entries and counters"),
        refused("EBT_SO_GET_INIT_ENTRIES", 131, "addresses of entries and counters"),
    ),
    *of(
        SOL_IP,
        "linux/netfilter/ipset/ip_set.h",
        only_get("SO_IP_SET", 83, upto("struct ip_set_req_get_set_family", 8, 44, 44)),
    ),
    *of(
        SOL_IP,
        "linux/ip_vs.h",
        only_set("IP_VS_SO_SET_ADD", 1154, exact("struct ip_vs_service_user", 44)),
        only_set("IP_VS_SO_SET_EDIT", 1155, exact("struct ip_vs_service_user", 44)),
        only_set("IP_VS_SO_SET_DEL", 1156, exact("struct ip_vs_service_user", 44)),
        only_set("IP_VS_SO_SET_FLUSH", 1157, array("void[]")),
        only_set("IP_VS_SO_SET_ADDDEST", 1159, exact("struct ip_vs_service_user, ip_vs_dest_user", 68)),
        only_set("IP_VS_SO_SET_DELDEST", 1160, exact("struct ip_vs_service_user, ip_vs_dest_user", 68)),
        only_set("IP_VS_SO_SET_EDITDEST", 1161, exact("struct ip_vs_service_user, ip_vs_dest_user", 68)),
        only_set("IP_VS_SO_SET_TIMEOUT", 1162, exact("struct ip_vs_timeout_user", 12)),
        only_set("IP_VS_SO_SET_STARTDAEMON", 1163, exact("struct ip_vs_daemon_user", 24)),
        only_set("IP_VS_SO_SET_STOPDAEMON", 1164, exact("struct ip_vs_daemon_user", 24)),
        only_set("IP_VS_SO_SET_ZERO", 1167, exact("struct ip_vs_service_user", 44)),
        only_get("IP_VS_SO_GET_VERSION", 1152, sized("char[64]", 64)),
        only_get("IP_VS_SO_GET_INFO", 1153, sized("struct ip_vs_getinfo", 12)),
        only_get("IP_VS_SO_GET_SERVICES", 1154, array("struct ip_vs_service_entry[]", 8)),
        only_get("IP_VS_SO_GET_SERVICE", 1155, sized("struct ip_vs_service_entry", 104)),
        only_get("IP_VS_SO_GET_DESTS", 1156, array("struct ip_vs_dest_entry[]", 24)),
        only_get("IP_VS_SO_GET_TIMEOUT", 1158, sized("struct ip_vs_timeout_user", 12)),
        only_get("IP_VS_SO_GET_DAEMON", 1159, sized("struct ip_vs_daemon_user[2]", 48)),
    ),
    *of(SOL_RAW, "linux/icmp.h", option("ICMP_FILTER", 1, sized("struct icmp_filter", 4, UINT))),
)
