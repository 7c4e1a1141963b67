"""The functions of the draft of 2023: the command world that wasmtime 10 had (wasi:preview/command, of June 2023).

Handles are numbers, interfaces have no versions, and no function's name has brackets, so a draft's `wasi:io/streams`
is another interface than preview2's of that name. What is as in preview2 is served by its entries or its handlers.
"""

from __future__ import annotations

from wasi.rows import Handle, Interface, List
from wasi.table import preview2
from wasi.table.draft_types import (
    ACCESS_TYPE,
    DATAGRAM,
    DIRECTORY_ENTRY,
    MODES,
    NETWORK_ERROR,
    POLLABLES,
    SKIPPED,
    STAT,
)
from wasi.table.functions import FlatFunctions
from wasi.table.preview2_types import (
    BOOL,
    BYTES,
    DATETIME,
    DESCRIPTOR_FLAGS,
    ERROR_CODE,
    FAMILY,
    IP_SOCKET_ADDRESS,
    OPEN_FLAGS,
    PATH_FLAGS,
    READ,
    S32,
    STRING,
    TIMEZONE_DISPLAY,
    U8,
    U64,
)
from wasi.wit import option, result

PREFIX = "draft"


def _functions(module: str) -> FlatFunctions:
    return FlatFunctions(Interface(module, PREFIX))


def _handle(resource: str) -> Handle:
    return Handle(resource)


wall_clock = _functions("wasi:clocks/wall-clock")
wall_clock.served_by(preview2.wall_clock["now"], "now")
wall_clock.served_by(preview2.wall_clock["resolution"], "resolution")

poll = _functions("wasi:poll/poll")
poll.drop("pollable")
poll.function("poll-oneoff", List(U8), in_=POLLABLES)

monotonic_clock = _functions("wasi:clocks/monotonic-clock")
monotonic_clock.served_by(preview2.monotonic_clock["now"], "now")
monotonic_clock.served_by(preview2.monotonic_clock["resolution"], "resolution")
monotonic_clock.function("subscribe", _handle("pollable"), when=U64, absolute=BOOL)

NO_TIMEZONE = "no function gives out a timezone, so every handle is a wrong one"
timezone = _functions("wasi:clocks/timezone")
timezone.function("display", TIMEZONE_DISPLAY, limits=NO_TIMEZONE, this=_handle("timezone"), when=DATETIME)
timezone.function("utc-offset", S32, limits=NO_TIMEZONE, this=_handle("timezone"), when=DATETIME)
timezone.drop("timezone")

streams = _functions("wasi:io/streams")
for blocking in ("", "blocking-"):
    streams.function(
        f"{blocking}read", result(READ, None), limits="64 KiB at most", this=_handle("input-stream"), len=U64
    )
for blocking in ("", "blocking-"):
    streams.function(
        f"{blocking}skip", result(SKIPPED, None), limits="64 KiB at most", this=_handle("input-stream"), len=U64
    )
streams.served_by(preview2.streams["[method]input-stream.subscribe"], "subscribe-to-input-stream")
streams.drop("input-stream")
for blocking in ("", "blocking-"):
    streams.function(f"{blocking}write", result(U64, None), this=_handle("output-stream"), buf=BYTES)
for blocking in ("", "blocking-"):
    streams.function(
        f"{blocking}write-zeroes", result(U64, None), limits="64 KiB at most", this=_handle("output-stream"), len=U64
    )
for blocking in ("", "blocking-"):
    streams.function(
        f"{blocking}splice",
        result(SKIPPED, None),
        limits="64 KiB at most",
        this=_handle("output-stream"),
        src=_handle("input-stream"),
        len=U64,
    )
streams.function(
    "forward", result(U64, None), limits="until the end", this=_handle("output-stream"), src=_handle("input-stream")
)
streams.served_by(preview2.streams["[method]output-stream.subscribe"], "subscribe-to-output-stream")
streams.drop("output-stream")

FAILURE = preview2.FAILURE
DESCRIPTOR = _handle("descriptor")
filesystem = _functions("wasi:filesystem/filesystem")


def as_in_preview2(*names: str) -> None:
    """Functions of descriptors."""
    for name in names:
        filesystem.served_by(preview2.types[f"[method]descriptor.{name}"], name)


as_in_preview2("read-via-stream", "write-via-stream", "append-via-stream", "advise", "sync-data", "get-flags")
as_in_preview2("get-type", "set-size", "set-times", "read", "write", "read-directory", "sync", "create-directory-at")
filesystem.function("stat", result(STAT, ERROR_CODE), this=DESCRIPTOR)
filesystem.function("stat-at", result(STAT, ERROR_CODE), this=DESCRIPTOR, path_flags=PATH_FLAGS, path=STRING)
as_in_preview2("set-times-at", "link-at")
filesystem.function(
    "open-at",
    result(DESCRIPTOR, ERROR_CODE),
    limits="mutate-directory says nothing; modes are of a file that is made",
    this=DESCRIPTOR,
    path_flags=PATH_FLAGS,
    path=STRING,
    open_flags=OPEN_FLAGS,
    flags=DESCRIPTOR_FLAGS,
    modes=MODES,
)
as_in_preview2("readlink-at", "remove-directory-at", "rename-at", "symlink-at")
filesystem.function("access-at", FAILURE, this=DESCRIPTOR, path_flags=PATH_FLAGS, path=STRING, type_=ACCESS_TYPE)
as_in_preview2("unlink-file-at")
PERMISSIONS = "group and others get nothing that they have not"
for kind in ("file", "directory"):
    filesystem.function(
        f"change-{kind}-permissions-at",
        FAILURE,
        limits=PERMISSIONS,
        this=DESCRIPTOR,
        path_flags=PATH_FLAGS,
        path=STRING,
        modes=MODES,
    )
for name in ("lock-shared", "lock-exclusive", "try-lock-shared", "try-lock-exclusive", "unlock"):
    filesystem.function(name, FAILURE, this=DESCRIPTOR)
filesystem.drop("descriptor")
filesystem.function(
    "read-directory-entry", result(option(DIRECTORY_ENTRY), ERROR_CODE), this=_handle("directory-entry-stream")
)
filesystem.drop("directory-entry-stream")

random = _functions("wasi:random/random")
insecure = _functions("wasi:random/insecure")
insecure_seed = _functions("wasi:random/insecure-seed")
for functions, of in (
    (random, preview2.random),
    (insecure, preview2.insecure),
    (insecure_seed, preview2.insecure_seed),
):
    for row in of.rows:
        functions.served_by(row, row.name)

environment = _functions("wasi:cli-base/environment")
for name in ("get-environment", "get-arguments"):
    environment.served_by(preview2.environment[name], name)
preopens = _functions("wasi:cli-base/preopens")
preopens.served_by(preview2.preopens["get-directories"], "get-directories")
exits = _functions("wasi:cli-base/exit")
exits.served_by(preview2.exits["exit"], "exit")
stdin = _functions("wasi:cli-base/stdin")
stdin.served_by(preview2.stdin["get-stdin"], "get-stdin")
stdout = _functions("wasi:cli-base/stdout")
stdout.served_by(preview2.stdout["get-stdout"], "get-stdout")
stderr = _functions("wasi:cli-base/stderr")
stderr.served_by(preview2.stderr["get-stderr"], "get-stderr")

SOCKET_FAILURE = result(None, NETWORK_ERROR)
GRANT = preview2.GRANT

network = _functions("wasi:sockets/network")
network.drop("network")
instance_network = _functions("wasi:sockets/instance-network")
instance_network.served_by(preview2.instance_network["instance-network"], "instance-network")

names = _functions("wasi:sockets/ip-name-lookup")
names.function(
    "resolve-addresses",
    result(_handle("resolve-address-stream"), NETWORK_ERROR),
    limits="unavailable ones are among them; access-denied as in preview2",
    network=_handle("network"),
    name=STRING,
    address_family=option(FAMILY),
    include_unavailable=BOOL,
)
names.handled_by(
    preview2.names["[method]resolve-address-stream.resolve-next-address"], "resolve-next-address", NETWORK_ERROR
)
names.drop("resolve-address-stream")
names.served_by(preview2.names["[method]resolve-address-stream.subscribe"], "subscribe")

tcp_create = _functions("wasi:sockets/tcp-create-socket")
tcp_create.function("create-tcp-socket", result(_handle("tcp-socket"), NETWORK_ERROR), address_family=FAMILY)
udp_create = _functions("wasi:sockets/udp-create-socket")
udp_create.function("create-udp-socket", result(_handle("udp-socket"), NETWORK_ERROR), address_family=FAMILY)


def handled(functions: FlatFunctions, of: str, *names: str) -> None:
    """Functions of a kind of socket that fail otherwise than preview2's; a name may have another one there, behind a =."""
    for name in names:
        own, _, other = name.partition("=")
        row = (preview2.tcp if of == "tcp-socket" else preview2.udp)[f"[method]{of}.{other or own}"]
        if row.fails:
            functions.handled_by(row, own, NETWORK_ERROR)
        else:
            functions.served_by(row, own)


def of_ipv6(functions: FlatFunctions, of: str) -> None:
    """Whether a socket of IPv6 is one of IPv4, too."""
    functions.function("ipv6-only", result(BOOL, NETWORK_ERROR), this=_handle(of))
    functions.function("set-ipv6-only", SOCKET_FAILURE, this=_handle(of), value=BOOL)


BUFFERS = ("receive-buffer-size", "set-receive-buffer-size", "send-buffer-size", "set-send-buffer-size")
tcp = _functions("wasi:sockets/tcp")
TCP = "tcp-socket"
handled(tcp, TCP, "start-bind", "finish-bind", "start-connect", "finish-connect")
tcp.function(
    "start-listen",
    SOCKET_FAILURE,
    limits=f"{GRANT}; binds to a free port",
    this=_handle(TCP),
    network=_handle("network"),
)
handled(tcp, TCP, "finish-listen", "accept", "local-address", "remote-address", "address-family")
of_ipv6(tcp, TCP)
handled(tcp, TCP, "set-listen-backlog-size", "keep-alive=keep-alive-enabled", "set-keep-alive=set-keep-alive-enabled")
tcp.function("no-delay", result(BOOL, NETWORK_ERROR), this=_handle(TCP))
tcp.function("set-no-delay", SOCKET_FAILURE, this=_handle(TCP), value=BOOL)
handled(tcp, TCP, "unicast-hop-limit=hop-limit", "set-unicast-hop-limit=set-hop-limit", *BUFFERS)
handled(tcp, TCP, "subscribe", "shutdown")
tcp.drop("tcp-socket")

udp = _functions("wasi:sockets/udp")
UDP = "udp-socket"
handled(udp, UDP, "start-bind", "finish-bind")
udp.function(
    "start-connect",
    SOCKET_FAILURE,
    limits=GRANT,
    this=_handle(UDP),
    network=_handle("network"),
    remote_address=IP_SOCKET_ADDRESS,
)
udp.function("finish-connect", SOCKET_FAILURE, this=_handle(UDP))
udp.function("receive", result(DATAGRAM, NETWORK_ERROR), this=_handle(UDP))
udp.function("send", SOCKET_FAILURE, this=_handle(UDP), datagram=DATAGRAM)
handled(udp, UDP, "local-address", "remote-address", "address-family")
of_ipv6(udp, UDP)
handled(udp, UDP, "unicast-hop-limit", "set-unicast-hop-limit", *BUFFERS)
udp.function("subscribe", _handle("pollable"), this=_handle(UDP))
udp.drop("udp-socket")

ALL = (
    wall_clock,
    poll,
    monotonic_clock,
    timezone,
    streams,
    filesystem,
    network,
    instance_network,
    names,
    tcp,
    tcp_create,
    udp,
    udp_create,
    random,
    insecure,
    insecure_seed,
    environment,
    preopens,
    exits,
    stdin,
    stdout,
    stderr,
)
INTERFACES = tuple(functions.interface for functions in ALL)
ROWS = tuple(row for functions in ALL for row in functions.rows)

ALIASES = {
    **{one.module.rpartition("/")[2]: one.module for one in INTERFACES},
    "environment-preopens": "wasi:cli-base/preopens",
    "insecure-random": "wasi:random/insecure",
    "insecure-random-seed": "wasi:random/insecure-seed",
}
"""The names of interfaces in programs of the spring: each world gave its own, and most are the last word."""
