"""Functions of the draft with handles, addresses, lists and texts that are bad, where it has its own: the guest ends with
one line, and nothing of the host is touched. What every function does with a bad handle and a bad place for its result
is in test_preview2_hostile.py."""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.test_preview2_hostile import END, LISTS, NO_TEXTS, line_of, plausible
from tests.support.helpers import WaliRun
from tests.support.wit_guest import DRAFT, Guest
from wasi.table import draft

MakeModule = Callable[..., Path]
FOLLOW = 1


def ends(wali_run: WaliRun, path: Path, *words: object) -> str:
    """The line of a guest that is ended."""
    return line_of(wali_run(*words, path, stdin=subprocess.DEVNULL))


@pytest.fixture
def guest() -> Guest:
    return Guest(DRAFT)


def top(guest: Guest) -> str:
    return f"(i32.load {guest.call('preopens.get-directories').word()})"


def test_a_handle_that_was_dropped(module: MakeModule, wali_run: WaliRun) -> None:
    for name, words in [("poll-oneoff", None), ("drop-pollable", ())]:
        guest = Guest(DRAFT)
        made = guest.call("monotonic-clock.subscribe", 0, 1)
        guest.call("drop-pollable", made.handle)
        guest.call(
            name, *(words if words is not None else ()), made.handle if words is not None else guest.handles(made)
        )
        assert "the handle 1 as pollable, which is nothing" in ends(wali_run, module(guest.text()))


@pytest.mark.parametrize(
    "name", ["streams.read", "streams.splice", "forward", "subscribe-to-input-stream", "drop-input-stream"]
)
def test_a_stream_of_the_other_direction(module: MakeModule, wali_run: WaliRun, guest: Guest, name: str) -> None:
    out = guest.call("get-stderr").handle
    words = {"streams.read": [9], "streams.splice": [out, 9], "forward": [out]}.get(name, [])
    guest.call(name, out, *words)
    assert "the handle 1 as input-stream, which is output-stream" in ends(wali_run, module(guest.text()))


@pytest.mark.parametrize("name", ["tcp.start-bind", "udp.start-connect", "start-listen"])
def test_a_network_that_is_none(module: MakeModule, wali_run: WaliRun, guest: Guest, name: str) -> None:
    kind = "udp" if "udp" in name else "tcp"
    made = guest.call(f"create-{kind}-socket", 0).handle
    guest.call(name, made, made, *([] if name == "start-listen" else [0] * 12))
    line = ends(wali_run, module(guest.text()), "-Sinherit-network")
    assert f"the handle 1 as network, which is {kind}-socket" in line


def test_a_timezone_is_never_there(module: MakeModule, wali_run: WaliRun) -> None:
    """No function gives one out."""
    for name in ("display", "utc-offset", "drop-timezone"):
        guest = Guest(DRAFT)
        guest.call("get-stdin")
        guest.call(name, 1, *([] if "drop" in name else [0, 0]))
        assert "the handle 1 as timezone, which is input-stream" in ends(wali_run, module(guest.text()))


@pytest.mark.parametrize("words", LISTS)
def test_lists(module: MakeModule, wali_run: WaliRun, tmp_path: Path, words: tuple[int, int]) -> None:
    for name in ("streams.write", "streams.blocking-write", "poll-oneoff", "access-at", "udp.send"):
        guest = Guest(DRAFT)
        before, after = {
            "streams.write": (["get-stderr"], []),
            "streams.blocking-write": (["get-stderr"], []),
            "poll-oneoff": ([], []),
            "access-at": (["preopens.get-directories"], [1, 0]),
            "udp.send": (["create-udp-socket"], [0] * 12),
        }[name]
        first: list[int | str] = []
        for maker in before:
            first.append(top(guest) if "directories" in maker else made(guest, maker))
        first += [FOLLOW] if name == "access-at" else []
        guest.call(name, *first, (words[0] & ~3, words[1]) if name == "poll-oneoff" else words, *after)
        assert "leave memory" in ends(wali_run, module(guest.text()), f"--dir={tmp_path}")


def made(guest: Guest, maker: str) -> str:
    return guest.call(maker, *([0] if "socket" in maker else [])).handle


def test_a_list_of_handles_that_lies_askew(module: MakeModule, wali_run: WaliRun, guest: Guest) -> None:
    guest.call("poll-oneoff", (66, 1))
    assert "the address 0x42, which is no multiple of 4" in ends(wali_run, module(guest.text()))


def test_too_many_pollables(module: MakeModule, wali_run: WaliRun, guest: Guest) -> None:
    guest.call("poll-oneoff", (0, 65537))
    assert "polls 65537 pollables" in ends(wali_run, module(guest.text()))


@pytest.mark.parametrize("text", NO_TEXTS[:4], ids=lambda text: f"{text[-4:]!r}")
def test_texts_that_are_not_utf8(module: MakeModule, wali_run: WaliRun, tmp_path: Path, text: bytes) -> None:
    for name, after in [
        ("open-at", [0, 1, 1]),
        ("filesystem.stat-at", []),
        ("access-at", [1, 0]),
        ("change-file-permissions-at", [1]),
        ("change-directory-permissions-at", [4]),
    ]:
        guest = Guest(DRAFT)
        guest.call(name, top(guest), 0, guest.bytes(text), *after)
        assert "not UTF-8" in ends(wali_run, module(guest.text()), f"--dir={tmp_path}")


@pytest.mark.parametrize(
    ("name", "words", "count"),
    [
        ("access-at", [0, "file", 2, 0], 2),
        ("access-at", [0, "file", -1, 0], 2),
        ("set-times", [3, 0, 0, 0, 0, 0], 3),
    ],
)
def test_cases_that_are_none(
    module: MakeModule, wali_run: WaliRun, tmp_path: Path, guest: Guest, name: str, words: list[int | str], count: int
) -> None:
    guest.call(name, top(guest), *words)
    assert f"of a type that has {count}" in ends(wali_run, module(guest.text()), f"--dir={tmp_path}")


def test_a_family_that_is_none(module: MakeModule, wali_run: WaliRun, guest: Guest) -> None:
    udp = guest.call("create-udp-socket", 0).handle
    guest.call("udp.send", udp, 64, 1, 2, *[0] * 11)
    assert "case 2 of a type that has 2" in ends(wali_run, module(guest.text()))


REALLOCS = [
    ("(i32.const -16)", "leave memory"),
    (f"(i32.const {END - 1})", "leave memory"),
    ("(unreachable)", "unreachable"),
]


@pytest.mark.parametrize(("realloc", "why"), REALLOCS)
@pytest.mark.parametrize("name", ["streams.blocking-read", "poll-oneoff", "read-directory-entry", "udp.receive"])
def test_allocators_that_lie(
    module: MakeModule, wali_run: WaliRun, tmp_path: Path, name: str, realloc: str, why: str
) -> None:
    """What they give is looked at whenever something is returned. The folder's list comes from a good one."""
    (tmp_path / "a file").touch()
    guest = Guest(DRAFT)
    if name == "streams.blocking-read":
        words: list[int | str | tuple[int, int]] = [guest.call("get-stdin").handle, 9]
    elif name == "poll-oneoff":
        clock = guest.call("monotonic-clock.subscribe", 0, 1)
        words = [guest.handles(clock, clock)]
    elif name == "read-directory-entry":
        words = [guest.call("read-directory", top(guest)).handle]
    else:
        network, udp = guest.call("instance-network").handle, guest.call("create-udp-socket", 0).handle
        guest.call("udp.start-bind", udp, network, 0, 0, 127, 0, 0, 1, *[0] * 6)
        guest.call("udp.finish-bind", udp)
        port = f"(i32.load16_u (i32.const {guest.call('udp.local-address', udp).at + 8}))"
        guest.call("udp.send", udp, 1024, 4, 0, port, 127, 0, 0, 1, *[0] * 6)
        words = [udp]
    guest.lines.append("(global.set $lies (i32.const 1))")
    guest.call(name, *words)
    text = guest.text().replace(
        "(if (local.get $old) (then unreachable))", f"(if (global.get $lies) (then (return {realloc})))"
    )
    text = text.replace("(global $free", "(global $lies (mut i32) (i32.const 0)) (global $free")
    done = wali_run(f"--dir={tmp_path}", "-Sinherit-network", module(text), input="some text")
    assert done.returncode < 0
    assert why in done.stderr


def test_an_allocator_that_calls_back(module: MakeModule, wali_run: WaliRun, guest: Guest) -> None:
    """It may call no function of WASI."""
    stdin = guest.call("get-stdin")
    drop = guest.call("drop-input-stream", guest.call("get-stdin").handle).row
    guest.call("streams.blocking-read", stdin.handle, 3)
    text = guest.text().replace(
        "(if (local.get $old) (then unreachable))",
        f"(if (global.get $once) (then (global.set $once (i32.const 0)) (call ${drop.symbol} (i32.const 1))))",
    )
    text = text.replace("(global $free", "(global $once (mut i32) (i32.const 1)) (global $free")
    done = wali_run(module(text), input="abc")
    assert done.returncode == -signal.SIGABRT
    assert "a call of WASI by cabi_realloc, which may make none" in done.stderr


@pytest.mark.parametrize("dropped", ["drop-input-stream", "drop-tcp-socket", "drop-udp-socket"])
def test_parents_may_go_first(module: MakeModule, wali_run: WaliRun, guest: Guest, dropped: str) -> None:
    """Handles are numbers: what was made of another stays, and its slot may be another's meanwhile."""
    if "input" in dropped:
        parent, name = guest.call("get-stdin").handle, "subscribe-to-input-stream"
    else:
        kind = dropped[5:8]
        parent, name = guest.call(f"create-{kind}-socket", 0).handle, f"{kind}.subscribe"
    one, other = guest.call(name, parent), guest.call(name, parent)
    guest.call(dropped, parent)
    again = guest.call("get-stderr")
    guest.call("drop-pollable", one.handle)
    guest.call("drop-pollable", other.handle)
    guest.call("streams.write", again.handle, guest.bytes(b"here"))
    guest.call("drop-output-stream", again.handle)
    done = wali_run(module(guest.text()), input="abc")
    assert (done.returncode, done.stderr) == (0, "here")


ENDLESS = {"poll-oneoff", "forward", "lock-exclusive", "lock-shared", "exit"}  # may wait, or end


@pytest.mark.parametrize("seed", range(8))
def test_random_calls(module: MakeModule, wali_run: WaliRun, tmp_path: Path, seed: int) -> None:
    """Each guest ends by itself or by a line, never by a fault of the host's."""
    choose = random.Random(seed)
    (tmp_path / "file").write_text("12345678")
    rows = [row for row in draft.ROWS if row.name not in ENDLESS and "random-bytes" not in row.name]
    setup = Guest(DRAFT)
    folder = top(setup)
    file = setup.call("open-at", folder, 1, "file", 0, 3, 3).handle
    setup.call("read-via-stream", file, 0)
    setup.call("append-via-stream", file)
    setup.call("read-directory", folder)
    for _ in range(40):
        row = choose.choice(rows)
        words = plausible(row, choose)
        setup.call(f"{row.interface.module.rpartition('/')[2]}.{row.name}", *words)
    done = wali_run(f"--dir={tmp_path}::/", module(setup.text()), stdin=subprocess.DEVNULL, text=False)
    assert done.returncode in (0, -signal.SIGABRT), done.stderr
    assert done.stderr.count(b"\n") <= 1 or b"wali" in done.stderr


def test_a_file_that_grows_while_it_is_forwarded(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """Onto itself: it ends at the limit of the file's size, by an error of the stream."""
    (tmp_path / "file").write_bytes(b"x" * 65536)
    guest = Guest(DRAFT)
    file = guest.call("open-at", top(guest), 1, "file", 0, 3, 3).handle
    reader = guest.call("read-via-stream", file, 0).handle
    writer = guest.call("append-via-stream", file).handle
    guest.call("forward", writer, reader)
    done = wali_run(f"--dir={tmp_path}", module(guest.text()), text=False, preexec_fn=limit_files)
    assert done.returncode == -signal.SIGXFSZ
    assert (tmp_path / "file").stat().st_size == FILES


FILES = 4 << 20


def limit_files() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (FILES, FILES))
