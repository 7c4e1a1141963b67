"""The types of the draft of 2023 that preview2 does not have, or has in another shape."""

from __future__ import annotations

from wasi.rows import Enum, Flags, Handle, List, Record, Variant
from wasi.table.preview2_types import (
    BOOL,
    BYTES,
    DATETIME,
    DESCRIPTOR_TYPE,
    IP_SOCKET_ADDRESS,
    STRING,
    U64,
)
from wasi.wit import option

SKIPPED = Record("skipped", (("bytes", U64), ("is-end", BOOL)))
POLLABLES = List(Handle("pollable"))

MODES = Flags("modes", 8, ("readable", "writable", "executable"), any_bit=True)
ACCESS_TYPE = Variant("access-type", Enum("access-type", 8, ("access", "exists")), (MODES, None))
STAT = Record(
    "draft-stat",
    (
        ("device", U64),
        ("inode", U64),
        ("type", DESCRIPTOR_TYPE),
        ("link-count", U64),
        ("size", U64),
        ("data-access", DATETIME),
        ("data-modification", DATETIME),
        ("status-change", DATETIME),
    ),
)
DIRECTORY_ENTRY = Record("draft-entry", (("inode", option(U64)), ("type", DESCRIPTOR_TYPE), ("name", STRING)))

NETWORK_ERRORS = (
    "unknown access-denied not-supported out-of-memory timeout concurrency-conflict not-in-progress would-block"
    " address-family-not-supported address-family-mismatch invalid-remote-address ipv4-only-operation"
    " ipv6-only-operation new-socket-limit already-attached already-bound already-connected not-bound"
    " not-connected address-not-bindable address-in-use ephemeral-ports-exhausted remote-unreachable"
    " already-listening not-listening connection-refused connection-reset datagram-too-large invalid-name"
    " name-unresolvable temporary-resolver-failure permanent-resolver-failure"
)
NETWORK_ERROR = Enum("draft-socket-error-code", 8, tuple(NETWORK_ERRORS.split()))
DATAGRAM = Record("datagram", (("data", BYTES), ("remote-address", IP_SOCKET_ADDRESS)))
