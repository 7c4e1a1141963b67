"""The rows of preview2: sizes, offsets and core signatures by the canonical ABI, against numbers that other tools give."""

from __future__ import annotations

import pytest

from wali._generated.wasi import FUNCTIONS
from wasi.rows import (
    Enum,
    Flags,
    List,
    Number,
    Record,
    RowError,
    String,
    Type,
    Variant,
    alignment_of,
    payload_of,
    size_of,
)
from wasi.table import preview2
from wasi.table import preview2_types as types
from wasi.wit import WitRow, borrow, flat, option, own, result, wit_row

BY_NAME = {(row.interface.module, row.name): row for row in preview2.ROWS}
U32, U64 = types.U32, types.U64

# As wasm-tools prints the imports of programs: parameters, ->, result.
SIGNATURES = """
wasi:cli/environment get-environment i -> -
wasi:cli/environment initial-cwd i -> -
wasi:cli/exit exit i -> -
wasi:cli/exit exit-with-code i -> -
wasi:cli/stdin get-stdin -> i
wasi:cli/terminal-stdin get-terminal-stdin i -> -
wasi:cli/terminal-input [resource-drop]terminal-input i -> -
wasi:clocks/monotonic-clock now -> I
wasi:clocks/monotonic-clock subscribe-duration I -> i
wasi:clocks/wall-clock now i -> -
wasi:filesystem/preopens get-directories i -> -
wasi:filesystem/types [method]descriptor.read-via-stream iIi -> -
wasi:filesystem/types [method]descriptor.append-via-stream ii -> -
wasi:filesystem/types [method]descriptor.advise iIIii -> -
wasi:filesystem/types [method]descriptor.set-times iiIiiIii -> -
wasi:filesystem/types [method]descriptor.set-times-at iiiiiIiiIii -> -
wasi:filesystem/types [method]descriptor.read iIIi -> -
wasi:filesystem/types [method]descriptor.write iiiIi -> -
wasi:filesystem/types [method]descriptor.link-at iiiiiiii -> -
wasi:filesystem/types [method]descriptor.open-at iiiiiii -> -
wasi:filesystem/types [method]descriptor.is-same-object ii -> i
wasi:filesystem/types [method]directory-entry-stream.read-directory-entry ii -> -
wasi:filesystem/types filesystem-error-code ii -> -
wasi:io/error [method]error.to-debug-string ii -> -
wasi:io/poll [method]pollable.ready i -> i
wasi:io/poll [method]pollable.block i -> -
wasi:io/poll poll iii -> -
wasi:io/streams [method]input-stream.read iIi -> -
wasi:io/streams [method]output-stream.check-write ii -> -
wasi:io/streams [method]output-stream.write iiii -> -
wasi:io/streams [method]output-stream.splice iiIi -> -
wasi:io/streams [method]output-stream.subscribe i -> i
wasi:random/random get-random-bytes Ii -> -
wasi:sockets/tcp [method]tcp-socket.start-bind iiiiiiiiiiiiiii -> -
wasi:sockets/tcp [method]tcp-socket.accept ii -> -
wasi:sockets/tcp [method]tcp-socket.is-listening i -> i
wasi:sockets/tcp [method]tcp-socket.set-keep-alive-enabled iii -> -
wasi:sockets/tcp [method]tcp-socket.set-hop-limit iii -> -
wasi:sockets/udp [method]udp-socket.stream iiiiiiiiiiiiiii -> -
wasi:sockets/udp [method]incoming-datagram-stream.receive iIi -> -
wasi:sockets/udp [method]outgoing-datagram-stream.send iiii -> -
wasi:sockets/ip-name-lookup resolve-addresses iiii -> -
wasi:sockets/ip-name-lookup [method]resolve-address-stream.resolve-next-address ii -> -
wasi:sockets/ip-name-lookup [method]resolve-address-stream.subscribe i -> i
wasi:random/random get-random-u64 -> I
wasi:random/insecure-seed insecure-seed i -> -
"""


@pytest.mark.parametrize("line", SIGNATURES.strip().splitlines())
def test_core_signatures(line: str) -> None:
    given, _, core_result = line.partition(" -> ")
    module, name, signature = [*given.replace(" ->", "").split(" "), ""][:3]
    row = BY_NAME[module, name]
    assert (row.signature, row.core_result) == (signature, core_result or "-")
    assert FUNCTIONS[f"{module}@0.2"][name][:2] == (signature, core_result or "-")


COUNTS = {
    "wasi:cli": 3 + 2 + 3 + 5,
    "wasi:clocks": 4 + 2 + 2,
    "wasi:filesystem": 29 + 2 + 1,
    "wasi:io": 2 + 4 + 17,
    "wasi:random": 5,
    "wasi:sockets": 2 + 1 + 4 + 1 + 29 + 1 + 21,
}


def test_all_functions_are_there() -> None:
    found = [row.interface.module.partition("/")[0] for row in preview2.ROWS]
    assert {package: found.count(package) for package in found} == COUNTS


def offset(kind: Record, name: str) -> int:
    at = 0
    for field, part in kind.fields:
        at += -at % alignment_of(part)
        if field == name:
            return at
        at += size_of(part)
    raise KeyError(name)


LAYOUTS: dict[str, tuple[Type, int, int, int]] = {
    "result<_, error-code>": (preview2.FAILURE, 2, 1, 1),
    "result<handle, error-code>": (result(own("descriptor"), types.ERROR_CODE), 8, 4, 4),
    "result<u64, stream-error>": (result(U64, types.STREAM_ERROR), 16, 8, 8),
    "result<list<u8>, stream-error>": (result(types.BYTES, types.STREAM_ERROR), 12, 4, 4),
    "result<_, stream-error>": (preview2.STREAM_FAILURE, 12, 4, 4),
    "result<descriptor-stat, error-code>": (result(types.DESCRIPTOR_STAT, types.ERROR_CODE), 104, 8, 8),
    "result<metadata-hash-value, error-code>": (result(types.METADATA_HASH, types.ERROR_CODE), 24, 8, 8),
    "result<option<directory-entry>, error-code>": (
        result(option(types.DIRECTORY_ENTRY), types.ERROR_CODE),
        20,
        4,
        4,
    ),
    "option<string>": (option(types.STRING), 12, 4, 4),
    "option<error-code>": (option(types.ERROR_CODE), 2, 1, 1),
    "ip-socket-address": (types.IP_SOCKET_ADDRESS, 32, 4, 4),
    "option<ip-socket-address>": (option(types.IP_SOCKET_ADDRESS), 36, 4, 4),
    "ip-address": (types.IP_ADDRESS, 18, 2, 2),
    "result<option<ip-address>, error-code>": (result(option(types.IP_ADDRESS), types.NETWORK_ERROR), 22, 2, 2),
    "new-timestamp": (types.NEW_TIMESTAMP, 24, 8, 8),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str) -> None:
    kind, size, alignment, payload = LAYOUTS[name]
    assert isinstance(kind, Variant)
    assert (size_of(kind), alignment_of(kind), payload_of(kind)) == (size, alignment, payload)


def test_records() -> None:
    stat = [offset(types.DESCRIPTOR_STAT, name) for name, _ in types.DESCRIPTOR_STAT.fields]
    assert [8 + at for at in stat] == [8, 16, 24, 32, 56, 80]  # in the result
    assert (size_of(types.PREOPEN), [offset(types.PREOPEN, name) for name, _ in types.PREOPEN.fields]) == (12, [0, 4])
    assert offset(types.DATETIME, "nanoseconds") == 8
    assert payload_of(types.STREAM_ERROR) == 4
    assert [size_of(kind) for kind in (types.INCOMING_DATAGRAM, types.OUTGOING_DATAGRAM)] == [40, 44]
    assert [offset(types.OUTGOING_DATAGRAM, name) for name in ("data", "remote-address")] == [0, 8]
    ipv6 = types.IP_SOCKET_ADDRESS.cases[1]
    assert isinstance(ipv6, Record)
    assert [4 + offset(ipv6, name) for name, _ in ipv6.fields] == [4, 8, 12, 28]


def test_flattening() -> None:
    assert flat(types.NEW_TIMESTAMP) == "iIi"
    assert flat(option(U32)) == "ii"
    assert flat(result(U32, U64)) == flat(result(U64, U32)) == "iI"
    assert flat(result(types.STRING, types.DATETIME)) == "iIi"
    assert flat(types.NOTHING) == "i"
    assert flat(types.DESCRIPTOR_STAT) == "iIIiIiiIiiIi"


def row(name: str = "f", /, to: Type | None = None, *, returns: bool = True, **given: Type) -> WitRow:
    return wit_row(preview2.streams.interface, name, given, to, "here:1", returns=returns)


def test_what_a_row_may_not_say() -> None:
    with pytest.raises(RowError, match="18 words, the linker binds 16"):
        row("f", **{f"p{n}": types.STRING for n in range(9)})
    with pytest.raises(RowError, match="no name of WIT"):
        row("Write_it")
    with pytest.raises(RowError, match="never returns, and has a result"):
        row("f", U32, returns=False)
    with pytest.raises(RowError, match="not of a byte"):
        row("f", given=Enum("wide", 16, ("a",)))
    with pytest.raises(RowError, match="more flags than its 8 bits"):
        row("f", List(Flags("many", 8, tuple("abcdefghi"))))


def test_symbols_are_unique() -> None:
    assert len({row.symbol for row in preview2.ROWS}) == len(preview2.ROWS)
    assert row("[method]a-b.c-d", self=borrow("a-b")).symbol == "preview2_a_b_c_d"
    assert (String().name, Number("u8", 8).bits) == ("string", 8)
