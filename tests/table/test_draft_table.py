"""The rows of the draft of 2023: sizes, offsets and core signatures, against numbers that tools of the time give."""

from __future__ import annotations

import pytest

from wali._generated.wasi import ALIASES, FUNCTIONS
from wasi.rows import Record, Type, alignment_of, size_of
from wasi.table import draft, interfaces, preview2, with_own_entry
from wasi.table import draft_types as types
from wasi.table.preview2_types import ERROR_CODE, READ, TIMEZONE_DISPLAY, U64
from wasi.wit import option, result

BY_NAME = {(row.interface.module, row.name): row for row in draft.ROWS}

# What the adapter of jco 0.9.4 imports: parameters, ->, result.
SIGNATURES = """
wasi:cli-base/environment get-arguments i -> -
wasi:cli-base/environment get-environment i -> -
wasi:cli-base/exit exit i -> -
wasi:cli-base/preopens get-directories i -> -
wasi:cli-base/stderr get-stderr -> i
wasi:cli-base/stdin get-stdin -> i
wasi:cli-base/stdout get-stdout -> i
wasi:clocks/monotonic-clock now -> I
wasi:clocks/monotonic-clock resolution -> I
wasi:clocks/monotonic-clock subscribe Ii -> i
wasi:clocks/wall-clock now i -> -
wasi:clocks/wall-clock resolution i -> -
wasi:filesystem/filesystem advise iIIii -> -
wasi:filesystem/filesystem append-via-stream ii -> -
wasi:filesystem/filesystem create-directory-at iiii -> -
wasi:filesystem/filesystem drop-descriptor i -> -
wasi:filesystem/filesystem drop-directory-entry-stream i -> -
wasi:filesystem/filesystem get-flags ii -> -
wasi:filesystem/filesystem get-type ii -> -
wasi:filesystem/filesystem link-at iiiiiiii -> -
wasi:filesystem/filesystem open-at iiiiiiii -> -
wasi:filesystem/filesystem read iIIi -> -
wasi:filesystem/filesystem read-directory ii -> -
wasi:filesystem/filesystem read-directory-entry ii -> -
wasi:filesystem/filesystem read-via-stream iIi -> -
wasi:filesystem/filesystem readlink-at iiii -> -
wasi:filesystem/filesystem remove-directory-at iiii -> -
wasi:filesystem/filesystem rename-at iiiiiii -> -
wasi:filesystem/filesystem set-size iIi -> -
wasi:filesystem/filesystem set-times iiIiiIii -> -
wasi:filesystem/filesystem set-times-at iiiiiIiiIii -> -
wasi:filesystem/filesystem stat ii -> -
wasi:filesystem/filesystem stat-at iiiii -> -
wasi:filesystem/filesystem symlink-at iiiiii -> -
wasi:filesystem/filesystem sync ii -> -
wasi:filesystem/filesystem sync-data ii -> -
wasi:filesystem/filesystem unlink-file-at iiii -> -
wasi:filesystem/filesystem write iiiIi -> -
wasi:filesystem/filesystem write-via-stream iIi -> -
wasi:io/streams blocking-read iIi -> -
wasi:io/streams blocking-write iiii -> -
wasi:io/streams drop-input-stream i -> -
wasi:io/streams drop-output-stream i -> -
wasi:io/streams read iIi -> -
wasi:io/streams subscribe-to-input-stream i -> i
wasi:io/streams subscribe-to-output-stream i -> i
wasi:io/streams write iiii -> -
wasi:poll/poll drop-pollable i -> -
wasi:poll/poll poll-oneoff iii -> -
wasi:random/random get-random-bytes Ii -> -
"""
# Typed off from the text of the world: of what no adapter imports.
OTHERS = """
wasi:clocks/timezone display iIii -> -
wasi:clocks/timezone utc-offset iIi -> i
wasi:clocks/timezone drop-timezone i -> -
wasi:io/streams skip iIi -> -
wasi:io/streams blocking-skip iIi -> -
wasi:io/streams write-zeroes iIi -> -
wasi:io/streams splice iiIi -> -
wasi:io/streams forward iii -> -
wasi:filesystem/filesystem access-at iiiiiii -> -
wasi:filesystem/filesystem change-file-permissions-at iiiiii -> -
wasi:filesystem/filesystem change-directory-permissions-at iiiiii -> -
wasi:filesystem/filesystem lock-shared ii -> -
wasi:filesystem/filesystem try-lock-exclusive ii -> -
wasi:filesystem/filesystem unlock ii -> -
wasi:sockets/network drop-network i -> -
wasi:sockets/instance-network instance-network -> i
wasi:sockets/tcp-create-socket create-tcp-socket ii -> -
wasi:sockets/ip-name-lookup resolve-addresses iiiiiii -> -
wasi:sockets/ip-name-lookup resolve-next-address ii -> -
wasi:sockets/ip-name-lookup subscribe i -> i
wasi:sockets/tcp start-bind iiiiiiiiiiiiiii -> -
wasi:sockets/tcp finish-connect ii -> -
wasi:sockets/tcp start-listen iii -> -
wasi:sockets/tcp accept ii -> -
wasi:sockets/tcp address-family i -> i
wasi:sockets/tcp ipv6-only ii -> -
wasi:sockets/tcp set-keep-alive iii -> -
wasi:sockets/tcp set-unicast-hop-limit iii -> -
wasi:sockets/tcp set-send-buffer-size iIi -> -
wasi:sockets/tcp shutdown iii -> -
wasi:sockets/udp start-connect iiiiiiiiiiiiiii -> -
wasi:sockets/udp receive ii -> -
wasi:sockets/udp send iiiiiiiiiiiiiiii -> -
wasi:sockets/udp subscribe i -> i
wasi:random/random get-random-u64 -> I
wasi:random/insecure get-insecure-random-bytes Ii -> -
wasi:random/insecure-seed insecure-seed i -> -
"""


@pytest.mark.parametrize("line", (SIGNATURES + OTHERS).strip().splitlines())
def test_core_signatures(line: str) -> None:
    if not line:
        return
    given, _, core_result = line.partition(" -> ")
    module, name, signature = [*given.replace(" ->", "").split(" "), ""][:3]
    row = BY_NAME[module, name]
    assert (row.signature, row.core_result) == (signature, core_result or "-")
    assert FUNCTIONS[module][name][:2] == (signature, core_result or "-")


COUNTS = {
    "wasi:clocks/wall-clock": 2,
    "wasi:poll/poll": 2,
    "wasi:clocks/monotonic-clock": 3,
    "wasi:clocks/timezone": 3,
    "wasi:io/streams": 15,
    "wasi:filesystem/filesystem": 35,
    "wasi:sockets/network": 1,
    "wasi:sockets/instance-network": 1,
    "wasi:sockets/ip-name-lookup": 4,
    "wasi:sockets/tcp": 26,
    "wasi:sockets/tcp-create-socket": 1,
    "wasi:sockets/udp": 19,
    "wasi:sockets/udp-create-socket": 1,
    "wasi:random/random": 2,
    "wasi:random/insecure": 2,
    "wasi:random/insecure-seed": 1,
    "wasi:cli-base/environment": 2,
    "wasi:cli-base/preopens": 1,
    "wasi:cli-base/exit": 1,
    "wasi:cli-base/stdin": 1,
    "wasi:cli-base/stdout": 1,
    "wasi:cli-base/stderr": 1,
}


def test_all_functions_are_there() -> None:
    found = [row.interface.module for row in draft.ROWS]
    assert {module: found.count(module) for module in found} == COUNTS
    assert sum(COUNTS.values()) == 125
    assert len(COUNTS) == 22


def offsets(kind: Record) -> dict[str, int]:
    at = 0
    found = {}
    for field, part in kind.fields:
        at += -at % alignment_of(part)
        found[field] = at
        at += size_of(part)
    return found


# Size and alignment, as wit-bindgen of the time lays them out.
LAYOUTS: dict[str, tuple[Type, int, int]] = {
    "result<tuple<list<u8>, bool>, stream-error>": (result(READ, None), 16, 4),
    "result<tuple<u64, bool>, stream-error>": (result(types.SKIPPED, None), 24, 8),
    "result<u64, stream-error>": (result(U64, None), 16, 8),
    "result<descriptor-stat, error-code>": (result(types.STAT, ERROR_CODE), 96, 8),
    "result<option<directory-entry>, error-code>": (result(option(types.DIRECTORY_ENTRY), ERROR_CODE), 48, 8),
    "result<datagram, error-code>": (result(types.DATAGRAM, types.NETWORK_ERROR), 44, 4),
    "timezone-display": (TIMEZONE_DISPLAY, 16, 4),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str) -> None:
    kind, size, alignment = LAYOUTS[name]
    assert (size_of(kind), alignment_of(kind)) == (size, alignment)


def test_fields_lie_where_programs_look() -> None:
    assert offsets(types.STAT) == {
        "device": 0,
        "inode": 8,
        "type": 16,
        "link-count": 24,
        "size": 32,
        "data-access": 40,
        "data-modification": 56,
        "status-change": 72,
    }
    assert offsets(types.DIRECTORY_ENTRY) == {"inode": 0, "type": 16, "name": 20}
    assert len(types.NETWORK_ERROR.cases) == 32


def test_what_is_as_in_preview2_is_served_by_it() -> None:
    """Entries that are shared take the same words."""
    shared = [row for row in draft.ROWS if row.served_by is not None]
    for row in shared:
        other = row.served_by
        assert other is not None
        assert (row.signature, row.core_result, row.symbol) == (other.signature, other.core_result, other.symbol)
    own = with_own_entry(draft.ROWS)
    assert len(shared) + len(own) == len(draft.ROWS)
    assert len({row.symbol for row in (*own, *preview2.ROWS)}) == len(own) + len(preview2.ROWS)
    handled = [row for row in own if row.handled_by is not None]
    assert {row.interface.module for row in handled} == {
        f"wasi:sockets/{name}" for name in ("tcp", "udp", "ip-name-lookup")
    }


def test_names_of_interfaces() -> None:
    """An alias is no interface's name, and stands for one."""
    keys = {one.key for one in interfaces()}
    assert ALIASES == draft.ALIASES
    assert not keys & set(ALIASES)
    assert set(ALIASES.values()) <= keys
