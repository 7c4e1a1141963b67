"""The control messages of sendmsg(2) and recvmsg(2): cmsg(3).

Those that are sent pass by this list alone, from a copy that no other thread can change.  What is
received is the kernel's to write, and holds no address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from syscalls.rows import RowError, called_from
from syscalls.sockopts.any_socket import SOL_SOCKET
from syscalls.sockopts.buses import SOL_CAN_J1939, SOL_CAN_RAW, SOL_RXRPC, SOL_TIPC
from syscalls.sockopts.ipv4 import SOL_IP
from syscalls.sockopts.ipv6 import SOL_IPV6
from syscalls.sockopts.kernel_services import SOL_ALG, SOL_NETLINK
from syscalls.sockopts.links import SOL_LLC, SOL_PACKET
from syscalls.sockopts.option import NO_HEADER, NO_LEVEL, Level
from syscalls.sockopts.radio import SOL_BLUETOOTH, SOL_HCI
from syscalls.sockopts.sctp import SOL_SCTP
from syscalls.sockopts.tcp import SOL_TCP, SOL_TLS
from syscalls.sockopts.udp import SOL_DCCP, SOL_UDP

LENGTH = 1 << 16


@dataclass(frozen=True)
class Message:
    """One kind of control message: `sent` and `received` say which way it may go.

    `what` is the data's type in C.  A longer one than `most` bytes is refused; 0 is no bound.
    """

    name: str
    number: int
    what: str
    most: int
    sent: bool
    received: bool
    level: Level = NO_LEVEL
    header: str = ""
    where: str = ""

    def fail(self, why: str) -> RowError:
        """An error about this row, to raise."""
        return RowError(f"{self.where}: control message {self.name}: {why}")


def _message(name: str, number: int, what: str, most: int, sent: bool, received: bool, where: str) -> Message:
    row = Message(name, number, what, most, sent, received, where=where)
    if not 0 <= most < LENGTH:
        raise row.fail(f"{most} bytes")
    if not most and not re.search(r"\[\]$", what):
        raise row.fail(f"{what}: only elements of one size may be as many as they like")
    return row


def sent(name: str, number: int, what: str, most: int = 0) -> Message:
    """A message that is only sent."""
    return _message(name, number, what, most, True, False, called_from())


def received(name: str, number: int, what: str, most: int = 0) -> Message:
    """A message that is only received."""
    return _message(name, number, what, most, False, True, called_from())


def both(name: str, number: int, what: str, most: int = 0) -> Message:
    """A message that is sent and received."""
    return _message(name, number, what, most, True, True, called_from())


def _of(level: Level, header: str, *messages: Message) -> tuple[Message, ...]:
    return tuple(replace(one, level=level, header=header) for one in messages)


_ERROR = "struct sock_extended_err, and an address"
_HEADER = "unsigned char[]"

MESSAGES = (
    *_of(
        SOL_SOCKET,
        NO_HEADER,
        both("SCM_RIGHTS", 1, "int[]"),
        both("SCM_CREDENTIALS", 2, "struct ucred", 12),
        received("SCM_SECURITY", 3, "char[]"),
        received("SCM_PIDFD", 4, "int", 4),
    ),
    *_of(
        SOL_SOCKET,
        "asm/socket.h",
        received("SO_TIMESTAMP_OLD", 29, "struct timeval", 16),
        received("SO_TIMESTAMPNS_OLD", 35, "struct timespec", 16),
        both("SO_MARK", 36, "unsigned int", 4),
        both("SO_TIMESTAMPING_OLD", 37, "unsigned int, or struct scm_timestamping", 48),
        received("SO_RXQ_OVFL", 40, "unsigned int", 4),
        received("SO_WIFI_STATUS", 41, "unsigned int", 4),
        received("SCM_TIMESTAMPING_OPT_STATS", 54, "struct nlattr[]"),
        received("SCM_TIMESTAMPING_PKTINFO", 58, "struct scm_ts_pktinfo", 16),
        sent("SCM_TXTIME", 61, "unsigned long", 8),
        received("SO_TIMESTAMP_NEW", 63, "struct timeval", 16),
        received("SO_TIMESTAMPNS_NEW", 64, "struct timespec", 16),
        both("SO_TIMESTAMPING_NEW", 65, "unsigned int, or struct scm_timestamping", 48),
        received("SCM_DEVMEM_LINEAR", 78, "struct dmabuf_cmsg", 24),
        both("SCM_DEVMEM_DMABUF", 79, "unsigned int, or struct dmabuf_cmsg", 24),
        sent("SCM_TS_OPT_ID", 81, "unsigned int", 4),
        both("SO_PRIORITY", 12, "unsigned int", 4),
        received("SCM_INQ", 84, "int", 4),
    ),
    *_of(
        SOL_IP,
        "linux/in.h",
        both("IP_TOS", 1, "int or unsigned char", 4),
        both("IP_TTL", 2, "int", 4),
        both("IP_RETOPTS", 7, _HEADER),
        received("IP_RECVOPTS", 6, _HEADER),
        both("IP_PKTINFO", 8, "struct in_pktinfo", 12),
        received("IP_RECVERR", 11, _ERROR, 44),
        received("IP_PASSSEC", 18, "char[]"),
        received("IP_RECVORIGDSTADDR", 20, "struct sockaddr_in", 16),
        received("IP_CHECKSUM", 23, "unsigned int", 4),
        received("IP_RECVFRAGSIZE", 25, "int", 4),
        sent("IP_PROTOCOL", 52, "int", 4),
    ),
    *_of(
        SOL_IPV6,
        "linux/in6.h",
        both("IPV6_2292PKTINFO", 2, "struct in6_pktinfo", 20),
        both("IPV6_2292HOPOPTS", 3, _HEADER),
        both("IPV6_2292DSTOPTS", 4, _HEADER),
        both("IPV6_2292RTHDR", 5, _HEADER),
        both("IPV6_2292HOPLIMIT", 8, "int", 4),
        both("IPV6_FLOWINFO", 11, "unsigned int", 4),
        received("IPV6_RECVERR", 25, _ERROR, 44),
        both("IPV6_PKTINFO", 50, "struct in6_pktinfo", 20),
        both("IPV6_HOPLIMIT", 52, "int", 4),
        both("IPV6_HOPOPTS", 54, _HEADER),
        both("IPV6_RTHDRDSTOPTS", 55, _HEADER),
        both("IPV6_RTHDR", 57, _HEADER),
        both("IPV6_DSTOPTS", 59, _HEADER),
        received("IPV6_PATHMTU", 61, "struct ip6_mtuinfo", 32),
        sent("IPV6_DONTFRAG", 62, "int", 4),
        both("IPV6_TCLASS", 67, "int", 4),
        received("IPV6_ORIGDSTADDR", 74, "struct sockaddr_in6", 28),
        received("IPV6_RECVFRAGSIZE", 77, "int", 4),
    ),
    *_of(
        SOL_UDP,
        "linux/udp.h",
        sent("UDP_SEGMENT", 103, "unsigned short", 2),
        received("UDP_GRO", 104, "int", 4),
    ),
    *_of(SOL_TCP, "linux/tcp.h", received("TCP_CM_INQ", 36, "int", 4)),
    *_of(
        SOL_TLS,
        "linux/tls.h",
        sent("TLS_SET_RECORD_TYPE", 1, "unsigned char", 1),
        received("TLS_GET_RECORD_TYPE", 2, "unsigned char", 1),
    ),
    *_of(
        SOL_ALG,
        "linux/if_alg.h",
        sent("ALG_SET_IV", 2, "unsigned char[]"),
        sent("ALG_SET_OP", 3, "unsigned int", 4),
        sent("ALG_SET_AEAD_ASSOCLEN", 4, "unsigned int", 4),
    ),
    *_of(
        SOL_PACKET,
        "linux/if_packet.h",
        received("PACKET_AUXDATA", 8, "struct tpacket_auxdata", 20),
        received("PACKET_TX_TIMESTAMP", 16, _ERROR, 44),
    ),
    *_of(
        SOL_NETLINK,
        "linux/netlink.h",
        received("NETLINK_PKTINFO", 3, "struct nl_pktinfo", 4),
        received("NETLINK_LISTEN_ALL_NSID", 8, "int", 4),
    ),
    *_of(
        SOL_SCTP,
        "linux/sctp.h",
        sent("SCTP_INIT", 0, "struct sctp_initmsg", 8),
        both("SCTP_SNDRCV", 1, "struct sctp_sndrcvinfo", 32),
        sent("SCTP_SNDINFO", 2, "struct sctp_sndinfo", 16),
        received("SCTP_RCVINFO", 3, "struct sctp_rcvinfo", 28),
        received("SCTP_NXTINFO", 4, "struct sctp_nxtinfo", 16),
        sent("SCTP_PRINFO", 5, "struct sctp_prinfo", 8),
        sent("SCTP_AUTHINFO", 6, "struct sctp_authinfo", 2),
        sent("SCTP_DSTADDRV4", 7, "struct in_addr", 4),
        sent("SCTP_DSTADDRV6", 8, "struct in6_addr", 16),
    ),
    *_of(SOL_DCCP, "linux/dccp.h", sent("DCCP_SCM_PRIORITY", 1, "unsigned int", 4)),
    *_of(
        SOL_RXRPC,
        "linux/rxrpc.h",
        both("RXRPC_USER_CALL_ID", 1, "unsigned long", 8),
        both("RXRPC_ABORT", 2, "unsigned int", 4),
        received("RXRPC_ACK", 3, "void[]"),
        received("RXRPC_NET_ERROR", 5, "unsigned int", 4),
        received("RXRPC_BUSY", 6, "void[]"),
        received("RXRPC_LOCAL_ERROR", 7, "unsigned int", 4),
        received("RXRPC_NEW_CALL", 8, "void[]"),
        sent("RXRPC_EXCLUSIVE_CALL", 10, "void[]"),
        sent("RXRPC_UPGRADE_SERVICE", 11, "void[]"),
        sent("RXRPC_TX_LENGTH", 12, "long", 8),
        sent("RXRPC_SET_CALL_TIMEOUT", 13, "unsigned int[3]", 12),
        sent("RXRPC_CHARGE_ACCEPT", 14, "void[]"),
    ),
    *_of(
        SOL_TIPC,
        "linux/tipc.h",
        received("TIPC_ERRINFO", 1, "unsigned int[2]", 8),
        received("TIPC_RETDATA", 2, "unsigned char[]"),
        received("TIPC_DESTNAME", 3, "unsigned int[3]", 12),
    ),
    *_of(SOL_CAN_RAW, "linux/can/raw.h", received("SCM_CAN_RAW_ERRQUEUE", 1, "struct sock_extended_err", 16)),
    *_of(
        SOL_CAN_J1939,
        "linux/can/j1939.h",
        received("SCM_J1939_DEST_ADDR", 1, "unsigned char", 1),
        received("SCM_J1939_DEST_NAME", 2, "unsigned long", 8),
        received("SCM_J1939_PRIO", 3, "unsigned char", 1),
        received("SCM_J1939_ERRQUEUE", 4, "struct sock_extended_err, nlattr[]"),
    ),
    *_of(SOL_LLC, "linux/llc.h", received("LLC_OPT_PKTINFO", 9, "struct llc_pktinfo", 12)),
    *_of(
        SOL_BLUETOOTH,
        NO_HEADER,
        received("BT_SCM_PKT_STATUS", 3, "unsigned char", 1),
        received("BT_SCM_ERROR", 4, _ERROR, 44),
        received("BT_SCM_PKT_SEQNUM", 5, "unsigned short", 2),
    ),
    *_of(
        SOL_HCI,
        NO_HEADER,
        received("HCI_CMSG_DIR", 1, "int", 4),
        received("HCI_CMSG_TSTAMP", 2, "struct timeval", 16),
    ),
)
