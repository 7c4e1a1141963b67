"""SCTP: sctp(7).

Addresses of peers stand in the values themselves, but for SCTP_SOCKOPT_CONNECTX3.
"""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import Level, array, exact, of, only_get, only_set, option, refused, sized, upto

SOL_SCTP = Level("SOL_SCTP", 132)
LEVELS = (SOL_SCTP,)

_ASSOCIATION = sized("struct sctp_assoc_value", 8, UINT)
_KEY = sized("struct sctp_authkeyid", 8)
_ADDRESSES = array("struct sockaddr[]")
_FOUND = array("unsigned char[]", 8)

ROWS = (
    *of(
        SOL_SCTP,
        "linux/sctp.h",
        option("SCTP_RTOINFO", 0, sets=exact("struct sctp_rtoinfo", 16, UINT), gets=sized("struct sctp_rtoinfo", 16)),
        option(
            "SCTP_ASSOCINFO", 1, sets=exact("struct sctp_assocparams", 20), gets=sized("struct sctp_assocparams", 20)
        ),
        option("SCTP_INITMSG", 2, sets=exact("struct sctp_initmsg", 8), gets=sized("struct sctp_initmsg", 8)),
        option("SCTP_NODELAY", 3, INT),
        option("SCTP_AUTOCLOSE", 4, sets=exact("int", 4, INT), gets=INT),
        only_set("SCTP_SET_PEER_PRIMARY_ADDR", 5, exact("struct sctp_setpeerprim", 132)),
        option("SCTP_PRIMARY_ADDR", 6, sets=exact("struct sctp_prim", 132), gets=sized("struct sctp_prim", 132)),
        option("SCTP_ADAPTATION_LAYER", 7, sized("struct sctp_setadaptation", 4, UINT)),
        option("SCTP_DISABLE_FRAGMENTS", 8, INT),
        option("SCTP_PEER_ADDR_PARAMS", 9, upto("struct sctp_paddrparams", 152, 156, 156)),
        option("SCTP_DEFAULT_SEND_PARAM", 10, sized("struct sctp_sndrcvinfo", 32)),
        option("SCTP_EVENTS", 11, upto("struct sctp_event_subscribe", 0, 14, 14)),
        option("SCTP_I_WANT_MAPPED_V4_ADDR", 12, INT),
        option("SCTP_MAXSEG", 13, upto("struct sctp_assoc_value", 4, 8, 8)),
        only_get("SCTP_STATUS", 14, sized("struct sctp_status", 176)),
        only_get("SCTP_GET_PEER_ADDR_INFO", 15, sized("struct sctp_paddrinfo", 152)),
        option("SCTP_DELAYED_ACK_TIME", 16, upto("struct sctp_sack_info", 8, 12, 12)),
        option("SCTP_CONTEXT", 17, _ASSOCIATION),
        option("SCTP_FRAGMENT_INTERLEAVE", 18, INT),
        option("SCTP_PARTIAL_DELIVERY_POINT", 19, INT),
        option("SCTP_MAX_BURST", 20, upto("struct sctp_assoc_value", 4, 8, 8)),
        only_set("SCTP_AUTH_CHUNK", 21, sized("struct sctp_authchunk", 1)),
        option("SCTP_HMAC_IDENT", 22, array("unsigned short[]", 4)),
        only_set("SCTP_AUTH_KEY", 23, array("unsigned char[]", 8)),
        option("SCTP_AUTH_ACTIVE_KEY", 24, _KEY),
        only_set("SCTP_AUTH_DELETE_KEY", 25, _KEY),
        only_get("SCTP_PEER_AUTH_CHUNKS", 26, array("unsigned char[]", 8)),
        only_get("SCTP_LOCAL_AUTH_CHUNKS", 27, array("unsigned char[]", 8)),
        only_get("SCTP_GET_ASSOC_NUMBER", 28, UINT),
        only_get("SCTP_GET_ASSOC_ID_LIST", 29, array("sctp_assoc_t[]", 4, UINT)),
        option("SCTP_AUTO_ASCONF", 30, INT),
        option("SCTP_PEER_ADDR_THLDS", 31, sized("struct sctp_paddrthlds", 144)),
        option("SCTP_RECVRCVINFO", 32, INT),
        option("SCTP_RECVNXTINFO", 33, INT),
        option("SCTP_DEFAULT_SNDINFO", 34, sized("struct sctp_sndinfo", 16)),
        only_set("SCTP_AUTH_DEACTIVATE_KEY", 35, _KEY),
        option("SCTP_REUSE_PORT", 36, INT),
        option("SCTP_PEER_ADDR_THLDS_V2", 37, sized("struct sctp_paddrthlds_v2", 144)),
        only_set("SCTP_SOCKOPT_BINDX_ADD", 100, _ADDRESSES),
        only_set("SCTP_SOCKOPT_BINDX_REM", 101, _ADDRESSES),
        only_get("SCTP_SOCKOPT_PEELOFF", 102, sized("sctp_peeloff_arg_t", 8, INT)),
        only_set("SCTP_SOCKOPT_CONNECTX_OLD", 107, _ADDRESSES),
        only_get("SCTP_GET_PEER_ADDRS", 108, _FOUND),
        only_get("SCTP_GET_LOCAL_ADDRS", 109, _FOUND),
        only_set("SCTP_SOCKOPT_CONNECTX", 110, _ADDRESSES),
        refused("SCTP_SOCKOPT_CONNECTX3", 111, "the address of the peers' addresses"),
        only_get("SCTP_GET_ASSOC_STATS", 112, array("struct sctp_assoc_stats[]", 4)),
        option("SCTP_PR_SUPPORTED", 113, _ASSOCIATION),
        option("SCTP_DEFAULT_PRINFO", 114, sized("struct sctp_default_prinfo", 12)),
        only_get("SCTP_PR_ASSOC_STATUS", 115, sized("struct sctp_prstatus", 24)),
        only_get("SCTP_PR_STREAM_STATUS", 116, sized("struct sctp_prstatus", 24)),
        option("SCTP_RECONFIG_SUPPORTED", 117, _ASSOCIATION),
        option("SCTP_ENABLE_STREAM_RESET", 118, _ASSOCIATION),
        only_set("SCTP_RESET_STREAMS", 119, array("unsigned short[]", 8)),
        only_set("SCTP_RESET_ASSOC", 120, sized("sctp_assoc_t", 4, UINT)),
        only_set("SCTP_ADD_STREAMS", 121, sized("struct sctp_add_streams", 8)),
        only_get("SCTP_SOCKOPT_PEELOFF_FLAGS", 122, sized("sctp_peeloff_flags_arg_t", 12, INT)),
        option("SCTP_STREAM_SCHEDULER", 123, _ASSOCIATION),
        option("SCTP_STREAM_SCHEDULER_VALUE", 124, sized("struct sctp_stream_value", 8)),
        option("SCTP_INTERLEAVING_SUPPORTED", 125, _ASSOCIATION),
        only_set("SCTP_SENDMSG_CONNECT", 126, array("struct sockaddr[]")),
        option("SCTP_EVENT", 127, sized("struct sctp_event", 8)),
        option("SCTP_ASCONF_SUPPORTED", 128, _ASSOCIATION),
        option("SCTP_AUTH_SUPPORTED", 129, _ASSOCIATION),
        option("SCTP_ECN_SUPPORTED", 130, _ASSOCIATION),
        option("SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", 131, _ASSOCIATION),
        option("SCTP_REMOTE_UDP_ENCAPS_PORT", 132, sized("struct sctp_udpencaps", 144)),
        option("SCTP_PLPMTUD_PROBE_INTERVAL", 133, sized("struct sctp_probeinterval", 144)),
    ),
)
