"""The functions of preview2's command world (0.2.0 to 0.2.12), by interface: the WIT texts of wasi:cli, wasi:clocks,
wasi:filesystem, wasi:io, wasi:random and wasi:sockets.

An interface's name here has no version: all releases of 0.2 agree in what they have.
"""

from __future__ import annotations

from wasi.rows import Interface, List, Type
from wasi.table.functions import Functions
from wasi.table.preview2_types import (
    ACCEPTED,
    ADVICE,
    BOOL,
    BYTES,
    DATETIME,
    DESCRIPTOR_FLAGS,
    DESCRIPTOR_STAT,
    DESCRIPTOR_TYPE,
    DIRECTORY_ENTRY,
    ERROR_CODE,
    FAMILY,
    INCOMING_DATAGRAM,
    IP_ADDRESS,
    IP_SOCKET_ADDRESS,
    METADATA_HASH,
    NETWORK_ERROR,
    NEW_TIMESTAMP,
    NOTHING,
    OPEN_FLAGS,
    OUTGOING_DATAGRAM,
    PATH_FLAGS,
    PREOPEN,
    READ,
    S32,
    SEED,
    SHUTDOWN,
    STREAM_ERROR,
    STRING,
    TCP_STREAMS,
    TIMEZONE_DISPLAY,
    U8,
    U32,
    U64,
    UDP_STREAMS,
    VARIABLE,
)
from wasi.wit import borrow, option, own, result

PREFIX, RELEASE = "preview2", "0.2"


def _functions(module: str) -> Functions:
    return Functions(Interface(module, PREFIX, RELEASE))


FAILURE = result(None, ERROR_CODE)
STREAM_FAILURE = result(None, STREAM_ERROR)

environment = _functions("wasi:cli/environment")
environment.function("get-environment", List(VARIABLE), limits="the variables of --env, else none")
environment.function("get-arguments", List(STRING))
environment.function("initial-cwd", option(STRING), limits="none, without --host")

exits = _functions("wasi:cli/exit")
exits.function("exit", returns=False, status=NOTHING)
exits.function("exit-with-code", returns=False, status_code=U8)

stdin = _functions("wasi:cli/stdin")
stdin.function("get-stdin", own("input-stream"))
stdout = _functions("wasi:cli/stdout")
stdout.function("get-stdout", own("output-stream"))
stderr = _functions("wasi:cli/stderr")
stderr.function("get-stderr", own("output-stream"))

terminal_input = _functions("wasi:cli/terminal-input")
terminal_input.drop("terminal-input")
terminal_output = _functions("wasi:cli/terminal-output")
terminal_output.drop("terminal-output")
terminal_stdin = _functions("wasi:cli/terminal-stdin")
terminal_stdin.function("get-terminal-stdin", option(own("terminal-input")))
terminal_stdout = _functions("wasi:cli/terminal-stdout")
terminal_stdout.function("get-terminal-stdout", option(own("terminal-output")))
terminal_stderr = _functions("wasi:cli/terminal-stderr")
terminal_stderr.function("get-terminal-stderr", option(own("terminal-output")))

monotonic_clock = _functions("wasi:clocks/monotonic-clock")
monotonic_clock.function("now", U64)
monotonic_clock.function("resolution", U64)
monotonic_clock.function("subscribe-instant", own("pollable"), when=U64)
monotonic_clock.function("subscribe-duration", own("pollable"), when=U64)
wall_clock = _functions("wasi:clocks/wall-clock")
wall_clock.function("now", DATETIME)
wall_clock.function("resolution", DATETIME)

timezone = _functions("wasi:clocks/timezone")
timezone.function("display", TIMEZONE_DISPLAY, limits="UTC", when=DATETIME)
timezone.function("utc-offset", S32, limits="0", when=DATETIME)

preopens = _functions("wasi:filesystem/preopens")
preopens.function("get-directories", List(PREOPEN))

types = _functions("wasi:filesystem/types")
types.method("descriptor", "read-via-stream", result(own("input-stream"), ERROR_CODE), offset=U64)
types.method("descriptor", "write-via-stream", result(own("output-stream"), ERROR_CODE), offset=U64)
types.method("descriptor", "append-via-stream", result(own("output-stream"), ERROR_CODE))
types.method("descriptor", "advise", FAILURE, offset=U64, length=U64, advice=ADVICE)
types.method("descriptor", "sync-data", FAILURE)
types.method("descriptor", "get-flags", result(DESCRIPTOR_FLAGS, ERROR_CODE))
types.method("descriptor", "get-type", result(DESCRIPTOR_TYPE, ERROR_CODE))
types.method("descriptor", "set-size", FAILURE, size=U64)
types.method("descriptor", "set-times", FAILURE, accessed=NEW_TIMESTAMP, modified=NEW_TIMESTAMP)
types.method("descriptor", "read", result(READ, ERROR_CODE), length=U64, offset=U64, limits="64 KiB at most")
types.method("descriptor", "write", result(U64, ERROR_CODE), buffer=BYTES, offset=U64)
types.method("descriptor", "read-directory", result(own("directory-entry-stream"), ERROR_CODE))
types.method("descriptor", "sync", FAILURE)
types.method("descriptor", "create-directory-at", FAILURE, path=STRING)
types.method("descriptor", "stat", result(DESCRIPTOR_STAT, ERROR_CODE))
types.method("descriptor", "stat-at", result(DESCRIPTOR_STAT, ERROR_CODE), path_flags=PATH_FLAGS, path=STRING)
types.method(
    "descriptor",
    "set-times-at",
    FAILURE,
    path_flags=PATH_FLAGS,
    path=STRING,
    accessed=NEW_TIMESTAMP,
    modified=NEW_TIMESTAMP,
)
types.method(
    "descriptor",
    "link-at",
    FAILURE,
    limits="invalid with symlink-follow",
    old_path_flags=PATH_FLAGS,
    old_path=STRING,
    new_descriptor=borrow("descriptor"),
    new_path=STRING,
)
types.method(
    "descriptor",
    "open-at",
    result(own("descriptor"), ERROR_CODE),
    limits="mutate-directory says nothing: who may change a folder may change those in it",
    path_flags=PATH_FLAGS,
    path=STRING,
    open_flags=OPEN_FLAGS,
    flags=DESCRIPTOR_FLAGS,
)
types.method("descriptor", "readlink-at", result(STRING, ERROR_CODE), path=STRING)
types.method("descriptor", "remove-directory-at", FAILURE, path=STRING)
types.method("descriptor", "rename-at", FAILURE, old_path=STRING, new_descriptor=borrow("descriptor"), new_path=STRING)
types.method(
    "descriptor",
    "symlink-at",
    FAILURE,
    limits="not-permitted if it leads to an absolute path",
    old_path=STRING,
    new_path=STRING,
)
types.method("descriptor", "unlink-file-at", FAILURE, path=STRING)
types.method("descriptor", "is-same-object", BOOL, other=borrow("descriptor"))
types.method("descriptor", "metadata-hash", result(METADATA_HASH, ERROR_CODE), limits="of device and inode")
types.method("descriptor", "metadata-hash-at", result(METADATA_HASH, ERROR_CODE), path_flags=PATH_FLAGS, path=STRING)
types.drop("descriptor")
types.method("directory-entry-stream", "read-directory-entry", result(option(DIRECTORY_ENTRY), ERROR_CODE))
types.drop("directory-entry-stream")
types.function("filesystem-error-code", option(ERROR_CODE), err=borrow("error"))

error = _functions("wasi:io/error")
error.method("error", "to-debug-string", STRING)
error.drop("error")

poll = _functions("wasi:io/poll")
poll.method("pollable", "ready", BOOL)
poll.method("pollable", "block")
poll.drop("pollable")
poll.function("poll", List(U32), in_=List(borrow("pollable")))

streams = _functions("wasi:io/streams")
for blocking in ("", "blocking-"):
    streams.method("input-stream", f"{blocking}read", result(BYTES, STREAM_ERROR), len=U64, limits="64 KiB at most")
    streams.method("input-stream", f"{blocking}skip", result(U64, STREAM_ERROR), len=U64, limits="64 KiB at most")
streams.method("input-stream", "subscribe", own("pollable"))
streams.drop("input-stream")
streams.method("output-stream", "check-write", result(U64, STREAM_ERROR))
streams.method(
    "output-stream", "write", STREAM_FAILURE, contents=BYTES, limits="waits for more than check-write allows"
)
streams.method("output-stream", "blocking-write-and-flush", STREAM_FAILURE, contents=BYTES)
streams.method("output-stream", "flush", STREAM_FAILURE)
streams.method("output-stream", "blocking-flush", STREAM_FAILURE)
streams.method("output-stream", "subscribe", own("pollable"))
streams.method("output-stream", "write-zeroes", STREAM_FAILURE, len=U64)
streams.method("output-stream", "blocking-write-zeroes-and-flush", STREAM_FAILURE, len=U64)
for blocking in ("", "blocking-"):
    streams.method(
        "output-stream",
        f"{blocking}splice",
        result(U64, STREAM_ERROR),
        src=borrow("input-stream"),
        len=U64,
        limits="64 KiB at most",
    )
streams.drop("output-stream")

random = _functions("wasi:random/random")
random.function("get-random-bytes", BYTES, len=U64)
random.function("get-random-u64", U64)
insecure = _functions("wasi:random/insecure")
insecure.function("get-insecure-random-bytes", BYTES, len=U64)
insecure.function("get-insecure-random-u64", U64)
insecure_seed = _functions("wasi:random/insecure-seed")
insecure_seed.function("insecure-seed", SEED)

SOCKET_FAILURE = result(None, NETWORK_ERROR)
ADDRESS = result(IP_SOCKET_ADDRESS, NETWORK_ERROR)
GRANT = "access-denied without -S inherit-network or --host"

network = _functions("wasi:sockets/network")
network.function("network-error-code", option(NETWORK_ERROR), err=borrow("error"))
network.drop("network")
instance_network = _functions("wasi:sockets/instance-network")
instance_network.function("instance-network", own("network"))

names = _functions("wasi:sockets/ip-name-lookup")
names.function(
    "resolve-addresses",
    result(own("resolve-address-stream"), NETWORK_ERROR),
    limits="access-denied without -S allow-ip-name-lookup, -S inherit-network or --host",
    network=borrow("network"),
    name=STRING,
)
names.method("resolve-address-stream", "resolve-next-address", result(option(IP_ADDRESS), NETWORK_ERROR))
names.method("resolve-address-stream", "subscribe", own("pollable"))
names.drop("resolve-address-stream")

tcp_create = _functions("wasi:sockets/tcp-create-socket")
tcp_create.function("create-tcp-socket", result(own("tcp-socket"), NETWORK_ERROR), address_family=FAMILY)
udp_create = _functions("wasi:sockets/udp-create-socket")
udp_create.function("create-udp-socket", result(own("udp-socket"), NETWORK_ERROR), address_family=FAMILY)


def socket_options(functions: Functions, resource: str, names: dict[str, Type]) -> None:
    """What can be asked for and set."""
    for name, kind in names.items():
        functions.method(resource, name, result(kind, NETWORK_ERROR))
        functions.method(resource, f"set-{name}", SOCKET_FAILURE, value=kind)


tcp = _functions("wasi:sockets/tcp")
tcp.method(
    "tcp-socket",
    "start-bind",
    SOCKET_FAILURE,
    limits=GRANT,
    network=borrow("network"),
    local_address=IP_SOCKET_ADDRESS,
)
tcp.method("tcp-socket", "finish-bind", SOCKET_FAILURE)
tcp.method(
    "tcp-socket",
    "start-connect",
    SOCKET_FAILURE,
    limits=GRANT,
    network=borrow("network"),
    remote_address=IP_SOCKET_ADDRESS,
)
tcp.method("tcp-socket", "finish-connect", result(TCP_STREAMS, NETWORK_ERROR))
tcp.method("tcp-socket", "start-listen", SOCKET_FAILURE)
tcp.method("tcp-socket", "finish-listen", SOCKET_FAILURE)
tcp.method("tcp-socket", "accept", result(ACCEPTED, NETWORK_ERROR))
tcp.method("tcp-socket", "local-address", ADDRESS)
tcp.method("tcp-socket", "remote-address", ADDRESS)
tcp.method("tcp-socket", "is-listening", BOOL)
tcp.method("tcp-socket", "address-family", FAMILY)
tcp.method("tcp-socket", "set-listen-backlog-size", SOCKET_FAILURE, value=U64)
socket_options(
    tcp,
    "tcp-socket",
    {
        "keep-alive-enabled": BOOL,
        "keep-alive-idle-time": U64,
        "keep-alive-interval": U64,
        "keep-alive-count": U32,
        "hop-limit": U8,
        "receive-buffer-size": U64,
        "send-buffer-size": U64,
    },
)
tcp.method("tcp-socket", "subscribe", own("pollable"))
tcp.method("tcp-socket", "shutdown", SOCKET_FAILURE, shutdown_type=SHUTDOWN)
tcp.drop("tcp-socket")

udp = _functions("wasi:sockets/udp")
udp.method(
    "udp-socket",
    "start-bind",
    SOCKET_FAILURE,
    limits=GRANT,
    network=borrow("network"),
    local_address=IP_SOCKET_ADDRESS,
)
udp.method("udp-socket", "finish-bind", SOCKET_FAILURE)
udp.method("udp-socket", "stream", result(UDP_STREAMS, NETWORK_ERROR), remote_address=option(IP_SOCKET_ADDRESS))
udp.method("udp-socket", "local-address", ADDRESS)
udp.method("udp-socket", "remote-address", ADDRESS)
udp.method("udp-socket", "address-family", FAMILY)
socket_options(udp, "udp-socket", {"unicast-hop-limit": U8, "receive-buffer-size": U64, "send-buffer-size": U64})
udp.method("udp-socket", "subscribe", own("pollable"))
udp.drop("udp-socket")
udp.method(
    "incoming-datagram-stream",
    "receive",
    result(List(INCOMING_DATAGRAM), NETWORK_ERROR),
    max_results=U64,
    limits="16 at most",
)
udp.method("incoming-datagram-stream", "subscribe", own("pollable"))
udp.drop("incoming-datagram-stream")
udp.method("outgoing-datagram-stream", "check-send", result(U64, NETWORK_ERROR))
udp.method("outgoing-datagram-stream", "send", result(U64, NETWORK_ERROR), datagrams=List(OUTGOING_DATAGRAM))
udp.method("outgoing-datagram-stream", "subscribe", own("pollable"))
udp.drop("outgoing-datagram-stream")

ALL = (
    environment,
    exits,
    stdin,
    stdout,
    stderr,
    terminal_input,
    terminal_output,
    terminal_stdin,
    terminal_stdout,
    terminal_stderr,
    monotonic_clock,
    wall_clock,
    timezone,
    preopens,
    types,
    error,
    poll,
    streams,
    random,
    insecure,
    insecure_seed,
    network,
    instance_network,
    names,
    tcp_create,
    tcp,
    udp_create,
    udp,
)
INTERFACES = tuple(functions.interface for functions in ALL)
ROWS = tuple(row for functions in ALL for row in functions.rows)
