"""Functions of preview2 and of the draft with handles, addresses, lists and texts that are bad: the guest ends with one line, as the
canonical ABI has it, and nothing of the host is touched. The calls are made from the rows, so a new one is tried, too.

Most guests are exports of one module, for compiling takes longer than running.
"""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun, assemble, run_command
from tests.support.wit_guest import LETTERS, PAGES, Book, Guest, Result, imported
from wasi.rows import Enum, Handle, List, String, Variant, alignment_of
from wasi.table import draft, preview2, with_own_entry
from wasi.wit import WitRow, flat

MakeModule = Callable[..., Path]
END = PAGES * 65536
ENDLESS = {"preview2_pollable_block", "preview2_poll"}  # may wait
ROWS = (*preview2.ROWS, *with_own_entry(draft.ROWS))
WITH_HANDLE = [row for row in ROWS if row.params and isinstance(row.params[0].meaning, Handle)]
WITH_AREA = [row for row in ROWS if row.has_area and row not in WITH_HANDLE and row.symbol not in ENDLESS]
RANDOM = next(row for row in preview2.ROWS if row.name == "get-random-bytes")
POLLABLE = next(row for row in preview2.ROWS if row.name == "subscribe-instant")
STAT = next(row for row in preview2.ROWS if row.name.endswith("descriptor.stat"))
BOOK = Book()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module of most guests, compiled."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "book.wasm").write_bytes(assemble(BOOK.text()))
    done = run_command("wali", "compile", folder / "book.wasm", "-o", folder / "book.cwasm")
    assert done.returncode == 0, done.stderr
    return folder / "book.cwasm"


@pytest.fixture
def ends(wali_run: WaliRun, book: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs an export of that module, with a folder and the network: the line that it is ended by."""

    def run(name: str, *arguments: object, given: tuple[str, ...] = ()) -> str:
        words = (f"--dir={tmp_path}", "-Sinherit-network", *given, f"--invoke={name}", book, *arguments)
        return line_of(wali_run(*words, stdin=subprocess.DEVNULL))

    return run


def resource_of(kind: object) -> str:
    """What a handle is of."""
    assert isinstance(kind, Handle)
    return kind.name.partition("<")[2].rstrip(">") or kind.name


def line_of(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (-signal.SIGABRT, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("wali: ")
    return done.stderr


def call(row: WitRow, words: list[int | str]) -> str:
    """One call, whose result is dropped."""
    arguments = " ".join(
        word if isinstance(word, str) else f"({LETTERS[letter]}.const {word})"
        for letter, word in zip(row.signature, words, strict=True)
    )
    called = f"(call ${row.symbol} {arguments})"
    return called if row.core_result == "-" else f"(drop {called})"


def good(row: WitRow) -> list[int | str]:
    """Words that are right, if the handle is 1, which is a pollable."""
    words: list[int | str] = []
    for param in row.params:
        kind = param.meaning
        if isinstance(kind, String | List):
            words += [64, 1]
        else:
            words += [1 if isinstance(kind, Handle) else 0] * len(flat(kind))  # type: ignore[arg-type]
    return words + ([512] if row.has_area else [])


def folder_of(guest: Guest) -> str:
    """The handle of the first folder."""
    return f"(i32.load {guest.call('preopens.get-directories').word()})"


MAKE = f"(drop (call ${POLLABLE.symbol} (i64.const 0)))"
for row in WITH_HANDLE:
    BOOK.entry(f"handle {row.symbol}", "i32", MAKE + call(row, ["(local.get $given)", *good(row)[1:]]), POLLABLE, row)


@pytest.mark.parametrize("row", WITH_HANDLE, ids=lambda row: row.symbol)
def test_handles_that_are_none(ends: Callable[..., str], row: WitRow) -> None:
    """0, one that nobody has given out, one of another kind: 1 is a pollable."""
    kind = resource_of(row.params[0].meaning)
    for handle in (0, 65, 0xFFFFFFFF, *([] if kind == "pollable" else [1])):
        found = "pollable" if handle == 1 else "nothing"
        assert f"the handle {handle} as {kind}, which is {found}" in ends(f"handle {row.symbol}", handle)


for name in ("pollable.ready", "drop:pollable"):
    guest = BOOK.guest(f"dropped {name}")
    made = guest.call("subscribe-instant", 0)
    guest.call("drop:pollable", made.handle)
    guest.call(name, made.handle)


@pytest.mark.parametrize("name", ["pollable.ready", "drop:pollable"])
def test_a_handle_that_was_dropped(ends: Callable[..., str], name: str) -> None:
    assert "the handle 1 as pollable, which is nothing" in ends(f"dropped {name}")


SECOND = ["descriptor.rename-at", "descriptor.link-at", "descriptor.is-same-object"]
for name in SECOND:
    guest = BOOK.guest(f"second {name}")
    before = [0] if name.endswith("link-at") else []
    paths = [] if name.endswith("object") else ["file"]
    guest.call(name, folder_of(guest), *before, *paths, 77, *paths)


@pytest.mark.parametrize("name", SECOND)
def test_a_second_handle(ends: Callable[..., str], tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert "the handle 77 as descriptor" in ends(f"second {name}")


for row in WITH_AREA:
    BOOK.entry(f"area {row.name} of {row.symbol}", "i32", call(row, [*good(row)[:-1], "(local.get $given)"]), row)


@pytest.mark.parametrize("row", WITH_AREA, ids=lambda row: row.symbol)
def test_where_a_result_goes(ends: Callable[..., str], row: WitRow) -> None:
    """An address that is no multiple of what it should be, and those outside."""
    bad = [END, END - 1, 0xFFFFFFF0] + ([1] if row.result is not None and alignment_of(row.result) > 1 else [])
    for area in bad:
        ends(f"area {row.name} of {row.symbol}", area)


AREAS = [END, END - 7, 0xFFFFFFF0, 4]
for area in AREAS:
    guest = BOOK.guest(f"area of a method {area}")
    folder = folder_of(guest)
    guest.call("descriptor.stat", folder)
    guest.lines.append(f"(call ${STAT.symbol} {folder} (i32.const {area}))")


@pytest.mark.parametrize("area", AREAS)
def test_results_of_methods(ends: Callable[..., str], area: int) -> None:
    assert f"the address {area:#x}" in ends(f"area of a method {area}")


LISTS = [(END, 1), (END - 1, 2), (0, END + 1), (0xFFFFFFFF, 1), (0xFFFFFFF0, 0x20), (64, 0xFFFFFFFF)]
WITH_LIST = ["output-stream.write", "poll", "descriptor.create-directory-at", "resolve-addresses"]
for at, count in LISTS:
    for name in WITH_LIST:
        guest = BOOK.guest(f"list {at} {count} {name}")
        first = {
            "output-stream.write": lambda guest: [guest.call("get-stderr").handle],
            "poll": lambda _: [],
            "descriptor.create-directory-at": lambda guest: [folder_of(guest)],
            "resolve-addresses": lambda guest: [guest.call("instance-network").handle],
        }[name](guest)
        guest.call(name, *first, (at & ~3 if name == "poll" else at, count))


@pytest.mark.parametrize("words", LISTS)
@pytest.mark.parametrize("name", WITH_LIST)
def test_lists(ends: Callable[..., str], words: tuple[int, int], name: str) -> None:
    """Of bytes, texts and handles."""
    assert "leave memory" in ends(f"list {words[0]} {words[1]} {name}")


BOOK.guest("list of handles askew").call("poll", (66, 1))
BOOK.guest("list of no handles").call("poll", (64, 0))


def test_lists_of_handles(ends: Callable[..., str]) -> None:
    assert "the address 0x42, which is no multiple of 4" in ends("list of handles askew")
    assert "polls 0 pollables" in ends("list of no handles")


NO_TEXTS = [b"\xff", b"a\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"x" * 4095 + b"\xc3", b"x" * 4094 + b"\xe2\x82"]
NO_TEXTS += [b"x" * 4095 + b"\xc3x", b"\x80" * 5000]
WITH_TEXT = {"descriptor.unlink-file-at": [], "descriptor.symlink-at": ["a"], "descriptor.stat-at": [0]}
for number, text in enumerate(NO_TEXTS):
    for name, words in WITH_TEXT.items():
        guest = BOOK.guest(f"text {number} {name}")
        guest.call(name, folder_of(guest), *words, guest.bytes(text))
    guest = BOOK.guest(f"text {number} resolve-addresses")
    guest.call("resolve-addresses", guest.call("instance-network").handle, guest.bytes(text))


@pytest.mark.parametrize("number", range(len(NO_TEXTS)), ids=lambda number: f"{NO_TEXTS[number][-4:]!r}")
def test_texts_that_are_not_utf8(ends: Callable[..., str], number: int) -> None:
    for name in (*WITH_TEXT, "resolve-addresses"):
        assert "not UTF-8" in ends(f"text {number} {name}", given=("--host",))


def test_a_long_text_whose_characters_lie_across_pieces(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    guest = Guest()
    folder = folder_of(guest)
    for before in range(4):
        guest.call("descriptor.unlink-file-at", folder, "x" * before + "\U0001f600" * 1500)
    done = wali_run(f"--dir={tmp_path}", module(guest.text()), text=False)
    assert guest.read(done.stdout)[1:] == [("err", "name-too-long")] * 4


CASES: list[tuple[str, list[int | str], int]] = [
    ("descriptor.advise", [0, 0, 6], 6),
    ("descriptor.set-times", [3, 0, 0, 0, 0, 0], 3),
    ("descriptor.set-times", [0, 0, 0, 0xFFFFFFFF, 0, 0], 3),
]
for number, (name, words, _) in enumerate(CASES):
    guest = BOOK.guest(f"case {number}")
    guest.call(name, folder_of(guest), *words)


@pytest.mark.parametrize("number", range(len(CASES)))
def test_cases_that_are_none(ends: Callable[..., str], number: int) -> None:
    assert f"of a type that has {CASES[number][2]}" in ends(f"case {number}")


# --- the guest's allocator --------------------------------------------------------------------------------------------


def allocating(words: list[int | str], realloc: str) -> str:
    """A module that asks for random bytes, and has this for an allocator."""
    return f"""(module {imported(RANDOM)} (memory (export "memory") {PAGES}) {realloc}
      (func (export "_start") {call(RANDOM, words)}))"""


REALLOC = '(func (export "cabi_realloc") (param i32 i32 i32 i32) {})'


@pytest.mark.parametrize(
    ("realloc", "why"),
    [
        (f"(result i32) (i32.const {END - 63})", "leave memory"),
        ("(result i32) (i32.const -16)", "leave memory"),
        ("(result i32) (unreachable)", "unreachable"),
        ("(result i64) (i64.const 64)", "no cabi_realloc"),
        ("", "no cabi_realloc"),
    ],
)
def test_bad_allocators(module: MakeModule, wali_run: WaliRun, realloc: str, why: str) -> None:
    done = wali_run(module(allocating([64, 0], REALLOC.format(realloc))))
    assert done.returncode < 0
    assert why in done.stderr


def test_without_an_allocator(module: MakeModule, wali_run: WaliRun) -> None:
    for text in ("", "(func (param i32 i32 i32 i32) (result i32) (i32.const 4096))"):
        done = wali_run(module(allocating([64, 0], text)))
        assert "exports no cabi_realloc of its own" in line_of(done)


BOOK.entry("random bytes", "i64", call(RANDOM, ["(local.get $given)", 0]), RANDOM)


@pytest.mark.parametrize("size", [1 << 32, -1])
def test_a_list_that_no_memory_holds(ends: Callable[..., str], size: int) -> None:
    assert "returns a list of" in ends("random bytes", size)


PREVIEW1 = {
    "sched_yield": ("", "(result i32)"),
    "proc_exit": ("(param i32)", ""),
    "fd_close": ("(param i32)", "(result i32)"),
}


def calling_back() -> str:
    """A module whose allocator calls the function of that number: those of preview2, and some of preview1."""
    calls = [call(row, good(row)) for row in preview2.ROWS]
    imports = [imported(row) for row in preview2.ROWS]
    for name, (params, result) in PREVIEW1.items():
        imports.append(f'(import "wasi_snapshot_preview1" "{name}" (func ${name} {params} {result}))')
        called = f"(call ${name} {'(i32.const 77)' if params else ''})"
        calls.append(f"(drop {called})" if result else called)
    functions = "".join(f"(func $f{number} {text})" for number, text in enumerate(calls))
    table = " ".join(f"$f{number}" for number in range(len(calls)))
    return f"""(module {"".join(imports)} (memory (export "memory") {PAGES}) (type $none (func)) {functions}
      (table funcref (elem {table})) (global $which (mut i32) (i32.const 0))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (call_indirect (type $none) (global.get $which)) (i32.const 4096))
      (func (export "f") (param i32) (global.set $which (local.get 0)) {call(RANDOM, [64, 0])}))"""


def test_an_allocator_that_calls(module: MakeModule, wali_run: WaliRun) -> None:
    """It may call nothing (may_leave of the canonical ABI), not even what drops or ends."""
    path = module(calling_back())
    for number in range(len(preview2.ROWS) + len(PREVIEW1)):
        done = wali_run("--invoke=f", path, number, stdin=subprocess.DEVNULL)
        assert "a call of WASI by cabi_realloc, which may make none" in line_of(done)


# --- what must be permitted, and the order of drops -------------------------------------------------------------------

STREAM = 65536
"""What check-write permits of a pipe."""


def written(name: str, *words: int | tuple[int, int], permitted: bool = True) -> None:
    """A guest that writes to standard error by calls of that function."""
    guest = BOOK.guest(f"{name} {words} {permitted}")
    stderr = guest.call("get-stderr").handle
    if permitted:
        guest.call("output-stream.check-write", stderr)
    for word in words:
        guest.call(f"output-stream.{name}", stderr, word)


WRITES: list[tuple[str, tuple[int | tuple[int, int], ...], bool, str]] = [
    ("write", ((64, 1),), False, "writes 1 bytes, of which check-write has permitted 0"),
    ("write", ((64, STREAM + 1),), True, "writes 65537 bytes, of which check-write has permitted 65536"),
    ("write", ((64, 0), (64, STREAM + 1)), True, "writes 65537 bytes, of which check-write has permitted 65536"),
    ("write-zeroes", (1,), False, "writes 1 bytes, of which check-write has permitted 0"),
    ("write-zeroes", (STREAM + 1,), True, "writes 65537 bytes, of which check-write has permitted 65536"),
    ("write-zeroes", (-1,), True, "writes 18446744073709551615 bytes, of which"),
    ("blocking-write-and-flush", ((64, 4097),), True, "writes 4097 bytes, where 4096 are the most"),
    ("blocking-write-zeroes-and-flush", (4097,), True, "writes 4097 bytes, where 4096 are the most"),
    ("blocking-write-zeroes-and-flush", (-1,), True, "writes 18446744073709551615 bytes, where"),
]
for name, words, permitted, _ in WRITES:
    written(name, *words, permitted=permitted)


@pytest.mark.parametrize(("name", "words", "permitted", "why"), WRITES)
def test_writes_that_are_not_permitted(
    ends: Callable[..., str], name: str, words: tuple[int, ...], permitted: bool, why: str
) -> None:
    assert why in ends(f"{name} {words} {permitted}")


def test_a_permission_is_used_up(module: MakeModule, wali_run: WaliRun) -> None:
    """All of it at once or in parts, and no more. What waits needs none."""
    guest = Guest()
    stderr = guest.call("get-stderr").handle
    guest.call("output-stream.write", stderr, (64, 0))
    guest.call("output-stream.check-write", stderr)
    for count in (STREAM - 10, 9, 1, 0):
        guest.call("output-stream.write", stderr, (64, count))
    for _ in range(2):
        guest.call("output-stream.blocking-write-and-flush", stderr, (64, 4096))
        guest.call("output-stream.blocking-write-zeroes-and-flush", stderr, 4096)
    done = wali_run(module(guest.text()), text=False)
    assert (done.returncode, len(done.stderr)) == (0, STREAM + 4 * 4096)
    guest.call("output-stream.write", stderr, (64, 1))
    done = wali_run(module(guest.text()), text=False)
    assert done.returncode == -signal.SIGABRT
    assert b"writes 1 bytes, of which check-write has permitted 0" in done.stderr


def connection(guest: Guest) -> tuple[str, Result, str, Result]:
    """A socket and the result with its streams, for both ends of a connection."""
    network = guest.call("instance-network").handle
    listener, client = (guest.call("create-tcp-socket", 0).handle for _ in range(2))
    guest.call("tcp-socket.start-bind", listener, network, 0, 0, 127, 0, 0, 1, *(0,) * 6)
    for name in ("finish-bind", "start-listen", "finish-listen"):
        guest.call(f"tcp-socket.{name}", listener)
    port = f"(i32.load16_u (i32.const {guest.call('tcp-socket.local-address', listener).at + 8}))"
    guest.call("tcp-socket.start-connect", client, network, 0, port, 127, 0, 0, 1, *(0,) * 6)
    for one in (client, listener):
        pollable = guest.call("tcp-socket.subscribe", one).handle
        guest.call("pollable.block", pollable)
        guest.call("drop:pollable", pollable)
    streams = guest.call("tcp-socket.finish-connect", client)
    accepted = guest.call("tcp-socket.accept", listener)
    return client, streams, accepted.word(4), accepted


def udp_streams(guest: Guest) -> tuple[str, Result]:
    """A bound socket, and the result with its streams."""
    network = guest.call("instance-network").handle
    udp = guest.call("create-udp-socket", 0).handle
    guest.call("udp-socket.start-bind", udp, network, 0, 0, 127, 0, 0, 1, *(0,) * 6)
    guest.call("udp-socket.finish-bind", udp)
    return udp, guest.call("udp-socket.stream", udp, *(0,) * 13)


def family(guest: Guest, case: str) -> tuple[str, str, list[tuple[str, str]]]:
    """A parent's kind and handle, and its children's."""
    if case in ("input-stream", "output-stream"):
        one = guest.call("get-stdin" if case == "input-stream" else "get-stderr").handle
    elif case in ("tcp-socket", "udp-socket"):
        one = guest.call(f"create-{case}", 0).handle
    elif case == "connected":
        client, streams, _, _ = connection(guest)
        return "tcp-socket", client, [("input-stream", streams.word(4)), ("output-stream", streams.word(8))]
    elif case == "accepted":
        _, _, server, accepted = connection(guest)
        return "tcp-socket", server, [("input-stream", accepted.word(8)), ("output-stream", accepted.word(12))]
    elif case == "bound":
        udp, streams = udp_streams(guest)
        datagrams = [("incoming-datagram-stream", streams.word(4)), ("outgoing-datagram-stream", streams.word(8))]
        return "udp-socket", udp, datagrams
    elif case == "resolve-address-stream":
        network = guest.call("instance-network").handle
        one = guest.call("resolve-addresses", network, "localhost").handle
    else:
        one = udp_streams(guest)[1].word(4 if case.startswith("incoming") else 8)
    return case, one, [("pollable", guest.call(f"{case}.subscribe", one).handle) for _ in range(2)]


FAMILIES = ["input-stream", "output-stream", "tcp-socket", "connected", "accepted", "udp-socket", "bound"]
FAMILIES += ["incoming-datagram-stream", "outgoing-datagram-stream", "resolve-address-stream"]
for case in FAMILIES:
    for dropped in range(3):
        guest = BOOK.guest(f"family {case} {dropped}")
        kind, parent, children = family(guest, case)
        for child, handle in children[:dropped]:
            guest.call(f"drop:{child}", handle)
        guest.call(f"drop:{kind}", parent)


@pytest.mark.parametrize("case", FAMILIES)
def test_children_are_dropped_first(ends: Callable[..., str], wali_run: WaliRun, book: Path, case: str) -> None:
    """What a resource was made of cannot be dropped before it, neither before the first nor before the last one."""
    for dropped in (0, 1):
        assert f", which has children left: {2 - dropped} (SIGABRT)" in ends(f"family {case} {dropped}")
    done = wali_run("-Sinherit-network", f"--invoke=family {case} 2", book, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")


# --- random calls -----------------------------------------------------------------------------------------------------

EDGES = [0, 1, 2, 3, 4, 5, 8, 64, 512, 4096, 65535, END - 8, END - 1, END, 2**31 - 1, 2**31, 2**32 - 1]
WIDE = [*EDGES, 2**32, 2**63 - 1, 2**63, 2**64 - 1]


@pytest.mark.parametrize("seed", range(8))
def test_random_calls(module: MakeModule, wali_run: WaliRun, tmp_path: Path, seed: int) -> None:
    """Each guest ends by itself or by a line, never by a fault of the host's."""
    choose = random.Random(seed)
    (tmp_path / "file").write_text("12345678")
    rows = [row for row in preview2.ROWS if row.returns and row.symbol not in ENDLESS]
    rows = [row for row in rows if "zeroes" not in row.name and row.symbol != RANDOM.symbol]
    setup = Guest()
    folder = folder_of(setup)
    file = setup.call("descriptor.open-at", folder, 1, "file", 0, 3).handle
    setup.call("descriptor.read-via-stream", file, 0)
    setup.call("descriptor.append-via-stream", file)
    setup.call("descriptor.read-directory", folder)
    for _ in range(40):
        row = choose.choice(rows)
        setup.call(row_name(row), *plausible(row, choose))
    done = wali_run(f"--dir={tmp_path}::/", module(setup.text()), stdin=subprocess.DEVNULL, text=False)
    assert done.returncode in (0, -signal.SIGABRT), done.stderr
    assert done.stderr.count(b"\n") <= 1 or b"wali" in done.stderr


def row_name(row: WitRow) -> str:
    told = row.name.replace("[method]", "").replace("[resource-drop]", "drop:")
    return told if told != row.name else f"{row.interface.module.rpartition('/')[2]}.{told}"


def plausible(row: WitRow, choose: random.Random) -> list[int]:
    """Words that are mostly good, and at the edges now and then."""
    kinds = {"descriptor": (1, 2), "input-stream": (3,), "output-stream": (4,), "directory-entry-stream": (5,)}
    words: list[int] = []
    for param in row.params:
        kind = param.meaning
        if isinstance(kind, Handle):
            words.append(choose.choice(kinds.get(resource_of(kind), (6, 7))))
        elif isinstance(kind, String | List):
            words += [choose.choice((1024, 1024, 64)), choose.choice((4, 4, 0, 1, 4096))]
        elif isinstance(kind, Enum | Variant):
            words += [choose.randrange(2)] + [choose.choice(EDGES)] * (len(flat(kind)) - 1)
        else:
            words += [choose.choice(WIDE if letter == "I" else EDGES) for letter in flat(kind)]  # type: ignore[arg-type]
    return words


# --- datagrams --------------------------------------------------------------------------------------------------------

DATAGRAMS = [(END, 1), (64, 0xFFFFFFFF), (66, 1), (END - 44, 2)]
for words in DATAGRAMS:
    guest = BOOK.guest(f"datagrams {words}")
    guest.send(udp_streams(guest)[1].word(8), words)

BAD_DATA = {
    "(i32.store (i32.const {at}) (i32.const -16))": (0, "leave memory"),
    "(i32.store8 (i32.const {at}) (i32.const 2))": (12, "case 2 of a type that has 2"),
    "(i32.store8 (i32.const {at}) (i32.const 255))": (8, "case 255 of a type that has 2"),
}
for change, (offset, _) in BAD_DATA.items():
    for bad in range(2):
        guest = BOOK.guest(f"datagram {bad} {offset}")
        outgoing = udp_streams(guest)[1].word(8)
        both = guest.datagrams([(b"data", (0, 9, 127, 0, 0, 1)), (b"more", (0, 9, 127, 0, 0, 1))])
        guest.lines.append(change.format(at=both[0] + bad * 44 + offset))
        guest.send(outgoing, both)

for dropped in range(3):
    guest = BOOK.guest(f"streams again {dropped}")
    udp, streams = udp_streams(guest)
    guest.call("udp-socket.subscribe", udp)
    for name, at in [("incoming", 4), ("outgoing", 8)][:dropped]:
        guest.call(f"drop:{name}-datagram-stream", streams.word(at))
    guest.call("udp-socket.stream", udp, *(0,) * 13)

guest = BOOK.guest("datagrams without permission")
guest.call("outgoing-datagram-stream.send", udp_streams(guest)[1].word(8), (64, 1))
guest = BOOK.guest("too many datagrams")
guest.send(udp_streams(guest)[1].word(8), (64, 17))


@pytest.mark.parametrize("words", DATAGRAMS)
def test_datagrams(ends: Callable[..., str], words: tuple[int, int]) -> None:
    line = ends(f"datagrams {words}")
    assert "leave memory" in line or "no multiple of 4" in line


@pytest.mark.parametrize(("offset", "why"), BAD_DATA.values())
def test_data_of_datagrams(ends: Callable[..., str], offset: int, why: str) -> None:
    """Data outside, and cases that are none, in the first datagram or another."""
    for bad in range(2):
        assert why in ends(f"datagram {bad} {offset}")


def test_other_streams_of_datagrams(ends: Callable[..., str], wali_run: WaliRun, book: Path) -> None:
    """Only where there are none, whatever pollables the socket has."""
    for dropped in range(2):
        assert "udp-socket, before those that it has are dropped" in ends(f"streams again {dropped}")
    done = wali_run("-Sinherit-network", "--invoke=streams again 2", book, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")


def test_datagrams_that_are_not_permitted(ends: Callable[..., str]) -> None:
    assert "sends 1 datagrams, of which check-send has permitted 0" in ends("datagrams without permission")
    assert "sends 17 datagrams, of which check-send has permitted 16" in ends("too many datagrams")
