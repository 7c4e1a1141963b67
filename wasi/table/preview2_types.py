"""The types of preview2 (the WIT of wasi:cli@0.2 and of what it imports)."""

from __future__ import annotations

from wasi.rows import Enum, Flags, List, Number, Record, String, Variant
from wasi.wit import OK_OR_ERR, TRUE_OR_FALSE, option, own

U8 = Number("u8", 8)
U32 = Number("u32", 32)
U64 = Number("u64", 64)
S32 = Number("s32", 32, signed=True)
BOOL = TRUE_OR_FALSE
STRING = String()
BYTES = List(U8)
NOTHING = Variant("result", OK_OR_ERR, (None, None))


def _enum(name: str, cases: str) -> Enum:
    return Enum(name, 8, tuple(cases.split()))


def _flags(name: str, names: str) -> Flags:
    return Flags(name, 8, tuple(names.split()), any_bit=True)  # lifting passes over other bits


TIMEZONE_DISPLAY = Record(
    "timezone-display", (("utc-offset", S32), ("name", STRING), ("in-daylight-saving-time", BOOL))
)
DATETIME = Record("datetime", (("seconds", U64), ("nanoseconds", U32)))
VARIABLE = Record("variable", (("name", STRING), ("value", STRING)))
SEED = Record("seed", (("first", U64), ("second", U64)))

STREAM_ERROR = Variant("stream-error", _enum("stream-error", "last-operation-failed closed"), (own("error"), None))

DESCRIPTOR_TYPE = _enum(
    "descriptor-type",
    "unknown block-device character-device directory fifo symbolic-link regular-file socket",
)
DESCRIPTOR_FLAGS = _flags(
    "descriptor-flags",
    "read write file-integrity-sync data-integrity-sync requested-write-sync mutate-directory",
)
PATH_FLAGS = _flags("path-flags", "symlink-follow")
OPEN_FLAGS = _flags("open-flags", "create directory exclusive truncate")
ADVICE = _enum("advice", "normal sequential random will-need dont-need no-reuse")
ERROR_CODE = _enum(
    "error-code",
    "access would-block already bad-descriptor busy deadlock quota exist file-too-large illegal-byte-sequence"
    " in-progress interrupted invalid io is-directory loop too-many-links message-size name-too-long no-device no-entry"
    " no-lock insufficient-memory insufficient-space not-directory not-empty not-recoverable unsupported no-tty"
    " no-such-device overflow not-permitted pipe read-only invalid-seek text-file-busy cross-device",
)
DESCRIPTOR_STAT = Record(
    "descriptor-stat",
    (
        ("type", DESCRIPTOR_TYPE),
        ("link-count", U64),
        ("size", U64),
        ("accessed", option(DATETIME)),
        ("modified", option(DATETIME)),
        ("changed", option(DATETIME)),
    ),
)
NEW_TIMESTAMP = Variant("new-timestamp", _enum("new-timestamp", "no-change now timestamp"), (None, None, DATETIME))
DIRECTORY_ENTRY = Record("directory-entry", (("type", DESCRIPTOR_TYPE), ("name", STRING)))
METADATA_HASH = Record("metadata-hash-value", (("lower", U64), ("upper", U64)))
READ = Record("read-result", (("data", BYTES), ("is-end", BOOL)))
PREOPEN = Record("preopen", (("descriptor", own("descriptor")), ("name", STRING)))

U16 = Number("u16", 16)
NETWORK_ERROR = _enum(
    "socket-error-code",
    "unknown access-denied not-supported invalid-argument out-of-memory timeout concurrency-conflict not-in-progress"
    " would-block invalid-state new-socket-limit address-not-bindable address-in-use remote-unreachable"
    " connection-refused connection-reset connection-aborted datagram-too-large name-unresolvable"
    " temporary-resolver-failure permanent-resolver-failure",
)
FAMILY = _enum("ip-address-family", "ipv4 ipv6")
SHUTDOWN = _enum("shutdown-type", "receive send both")
IPV4_ADDRESS = Record("ipv4-address", tuple((name, U8) for name in "abcd"))
IPV6_ADDRESS = Record("ipv6-address", tuple((name, U16) for name in "abcdefgh"))
IP_SOCKET_ADDRESS = Variant(
    "ip-socket-address",
    FAMILY,
    (
        Record("ipv4-socket-address", (("port", U16), ("address", IPV4_ADDRESS))),
        Record(
            "ipv6-socket-address",
            (("port", U16), ("flow-info", U32), ("address", IPV6_ADDRESS), ("scope-id", U32)),
        ),
    ),
)
IP_ADDRESS = Variant("ip-address", FAMILY, (IPV4_ADDRESS, IPV6_ADDRESS))
TCP_STREAMS = Record("tcp-streams", (("input", own("input-stream")), ("output", own("output-stream"))))
ACCEPTED = Record(
    "accepted",
    (("socket", own("tcp-socket")), ("input", own("input-stream")), ("output", own("output-stream"))),
)
UDP_STREAMS = Record(
    "udp-streams",
    (("incoming", own("incoming-datagram-stream")), ("outgoing", own("outgoing-datagram-stream"))),
)
INCOMING_DATAGRAM = Record("incoming-datagram", (("data", BYTES), ("remote-address", IP_SOCKET_ADDRESS)))
OUTGOING_DATAGRAM = Record("outgoing-datagram", (("data", BYTES), ("remote-address", option(IP_SOCKET_ADDRESS))))
