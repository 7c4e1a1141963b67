"""Programs of preview2: each function at least once, by modules that import the interfaces' functions themselves."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.components import direct, made
from tests.support.helpers import WaliRun, open_terminal
from tests.support.wit_guest import Guest, Result
from tests.support.wit_runs import MakeModule, Run, err, ok, with_folder

READ, WRITE, MUTATE_DIRECTORY = 1, 2, 32
FOLLOW = 1
CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE = 1, 2, 4, 8
CLOSED = ("err", ("closed", None))


@pytest.fixture
def run(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> Run:
    """Its folder is `tmp_path / "top"`."""
    return with_folder(module, wali_run, tmp_path / "top")


def opened(guest: Guest, path: str = "file", flags: int = READ, how: int = 0, folder: str = "") -> Result:
    """A descriptor below the first folder."""
    return guest.call("descriptor.open-at", folder or top(guest), FOLLOW, path, how, flags)


def top(guest: Guest) -> str:
    """The handle of the first folder."""
    given = guest.call("preopens.get-directories")
    return f"(i32.load {given.word()})"


def test_arguments_and_environment(run: Run) -> None:
    guest = Guest()
    guest.call("get-arguments")
    guest.call("get-environment")
    guest.call("initial-cwd")
    arguments, environment, folder = run(guest, "--env=A=b=c", "--env=EMPTY=")
    assert arguments[1:] == ["one", "zwölf"]
    assert arguments[0].endswith("prog.wasm")
    assert environment == [{"name": "A", "value": "b=c"}, {"name": "EMPTY", "value": ""}]
    assert folder == ("none", None)


def test_without_anything_there_is_nothing(run: Run) -> None:
    guest = Guest()
    guest.call("get-environment")
    guest.call("preopens.get-directories")
    assert run(guest, dirs=False) == [[], []]


def test_arguments_that_are_no_text(module: MakeModule, wali_run: WaliRun) -> None:
    guest = Guest()
    guest.call("get-arguments")
    done = wali_run(module(guest.text()), os.fsdecode(b"a\xff\xc3\xa9\xe2\x82"), text=False)
    assert guest.read(done.stdout)[0][1] == "a\ufffd\u00e9\ufffd\ufffd"


def test_the_current_directory_of_the_whole_machine(run: Run, tmp_path: Path) -> None:
    guest = Guest()
    guest.call("initial-cwd")
    guest.call("preopens.get-directories")
    folder, given = run(guest, "--host", dirs=False, cwd=tmp_path)
    assert folder == ("some", str(tmp_path))
    assert {"/", "."} <= {one["name"] for one in given}


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [("exit", 0, 0), ("exit", 1, 1), ("exit-with-code", 7, 7), ("exit-with-code", 255, 255)],
)
def test_exit(module: MakeModule, wali_run: WaliRun, name: str, given: int, status: int) -> None:
    guest = Guest()
    guest.call(f"exit.{name}" if name == "exit" else name, given)
    done = wali_run(module(guest.text()))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize("status", [0, 1])
def test_the_result_of_run(module: MakeModule, wali_run: WaliRun, status: int) -> None:
    done = wali_run(module(Guest().text(f"(return (i32.const {status}))")))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_clocks(run: Run) -> None:
    guest = Guest()
    guest.call("monotonic-clock.now")
    waits = guest.call("subscribe-duration", 3_000_000)
    guest.call("pollable.ready", waits.handle)
    guest.call("pollable.block", waits.handle)
    guest.call("pollable.ready", waits.handle)
    guest.call("monotonic-clock.now")
    guest.call("monotonic-clock.resolution")
    guest.call("wall-clock.now")
    guest.call("wall-clock.resolution")
    past = guest.call("subscribe-instant", 1)
    guest.call("pollable.ready", past.handle)
    never = guest.call("subscribe-instant", -1)
    guest.call("pollable.ready", never.handle)
    guest.call("poll", *guest.handles(never, past, waits))
    begin, _, _, _, is_due, end, resolution, wall, wall_resolution, _, is_past, _, is_never, ready = run(guest)
    assert is_due == is_past == "true"
    assert is_never == "false"
    assert end - begin >= 3_000_000
    assert abs(time.monotonic_ns() - end) < 10**12
    assert 0 < resolution < 10**9
    assert abs(time.time() - wall["seconds"]) < 1000
    assert wall["nanoseconds"] < 10**9
    assert wall_resolution["seconds"] == 0
    assert ready == [1, 2]


def test_random(run: Run) -> None:
    guest = Guest()
    for name in ("get-random-bytes", "get-insecure-random-bytes"):
        guest.call(name, 32)
        guest.call(name, 32)
        guest.call(name, 0)
    for name in ("get-random-u64", "get-random-u64", "get-insecure-random-u64", "insecure-seed.insecure-seed"):
        guest.call(name)
    one, two, empty, three, four, _, first, second, third, seed = run(guest)
    assert len({one, two, three, four}) == 4
    assert {len(one), len(two), len(three), len(four)} == {32}
    assert empty == b""
    assert len({first, second, third, seed["first"], seed["second"]}) == 5


def test_standard_input(run: Run, tmp_path: Path) -> None:
    guest = Guest()
    stdin = guest.call("get-stdin")
    for name, count in [("read", 3), ("skip", 2), ("blocking-read", 0), ("blocking-read", 99), ("read", 1)]:
        guest.call(f"input-stream.{name}", stdin.handle, count)
    guest.call("input-stream.blocking-skip", stdin.handle, 1)
    (tmp_path / "in").write_bytes(b"0123456789")
    with open(tmp_path / "in", "rb") as file:
        results = run(guest, stdin=file)
    assert results[1:] == [ok(b"012"), ok(2), ok(b""), ok(b"56789"), CLOSED, CLOSED]


def test_standard_input_that_has_nothing_yet(run: Run) -> None:
    """read does not wait, and a pollable of it is not ready; then there is something, and then the end."""
    reader, writer = os.pipe()
    guest = Guest()
    stdin = guest.call("get-stdin")
    guest.call("input-stream.read", stdin.handle, 9)
    pollable = guest.call("input-stream.subscribe", stdin.handle)
    guest.call("pollable.ready", pollable.handle)
    due = guest.call("subscribe-duration", 1_000_000)
    guest.call("poll", *guest.handles(pollable, due))
    try:
        results = run(guest, stdin=reader)
        assert results[1] == ok(b"")
        assert results[3] == "false"
        assert results[5] == [1]
        os.write(writer, b"abc")
        guest = Guest()
        stdin = guest.call("get-stdin")
        pollable = guest.call("input-stream.subscribe", stdin.handle)
        guest.call("poll", *guest.handles(pollable))
        guest.call("input-stream.read", stdin.handle, 2)
        guest.call("input-stream.skip", stdin.handle, 9)
        results = run(guest, stdin=reader)
        assert results[2:] == [[0], ok(b"ab"), ok(1)]
    finally:
        os.close(writer)
    guest = Guest()
    stdin = guest.call("get-stdin")
    guest.call("input-stream.read", stdin.handle, 9)
    assert run(guest, stdin=reader)[1] == CLOSED
    os.close(reader)


def test_standard_error(module: MakeModule, wali_run: WaliRun) -> None:
    guest = Guest()
    stderr = guest.call("get-stderr")
    guest.call("output-stream.check-write", stderr.handle)
    guest.call("output-stream.write", stderr.handle, guest.bytes(b"one "))
    guest.call("output-stream.blocking-write-and-flush", stderr.handle, guest.bytes(b"two"))
    guest.call("output-stream.write-zeroes", stderr.handle, 2)
    guest.call("output-stream.blocking-write-zeroes-and-flush", stderr.handle, 1)
    guest.call("output-stream.flush", stderr.handle)
    guest.call("output-stream.blocking-flush", stderr.handle)
    pollable = guest.call("output-stream.subscribe", stderr.handle)
    guest.call("pollable.block", pollable.handle)
    guest.call("drop:pollable", pollable.handle)
    guest.call("drop:output-stream", stderr.handle)
    done = wali_run(module(guest.text()))
    assert (done.returncode, done.stderr) == (0, "one two\0\0\0")
    results = guest.read(done.stdout.encode("latin-1"))
    assert results[1][0] == "ok"
    assert results[1][1] >= 4096
    assert results[2:8] == [ok()] * 6


def test_a_pipe_that_nobody_reads(run: Run) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    guest = Guest()
    stderr = guest.call("get-stderr")
    guest.call("output-stream.check-write", stderr.handle)
    guest.call("output-stream.write", stderr.handle, guest.bytes(b"x"))
    results = run(guest, capture_output=False, stdout=subprocess.PIPE, stderr=writer)
    os.close(writer)
    assert results[1:] == [CLOSED, CLOSED]


def test_terminals(run: Run) -> None:
    guest = Guest()
    names = ("get-terminal-stdin", "get-terminal-stdout", "get-terminal-stderr")
    for name in names:
        guest.call(name)
    assert run(guest) == [("none", None)] * 3
    leader, follower = open_terminal()
    guest = Guest()
    found = [guest.call(name) for name in (names[0], names[2])]
    guest.call("drop:terminal-input", found[0].handle)
    guest.call("drop:terminal-output", found[1].handle)
    results = run(guest, capture_output=False, stdin=follower, stdout=subprocess.PIPE, stderr=follower)
    os.close(leader)
    os.close(follower)
    assert results[:2] == [("some", 1), ("some", 2)]


def test_reading_and_writing_files(run: Run, tmp_path: Path) -> None:
    guest = Guest()
    file = opened(guest, "new", READ | WRITE, CREATE | EXCLUSIVE).handle
    guest.call("descriptor.write", file, guest.bytes(b"hello world"), 0)
    guest.call("descriptor.write", file, guest.bytes(b"J"), 0)
    guest.call("descriptor.read", file, 5, 0)
    guest.call("descriptor.read", file, 99, 6)
    guest.call("descriptor.read", file, 99, 11)
    guest.call("descriptor.set-size", file, 9)
    guest.call("descriptor.sync", file)
    guest.call("descriptor.sync-data", file)
    guest.call("descriptor.advise", file, 0, 4, 3)
    guest.call("descriptor.get-flags", file)
    guest.call("descriptor.get-type", file)
    guest.call("descriptor.stat", file)
    opened(guest, "new", READ | WRITE, CREATE | EXCLUSIVE)
    results = run(guest)[2:]
    assert results[:3] == [ok(11), ok(1), ok({"data": b"Jello", "is-end": "false"})]
    assert results[3] == ok({"data": b"world", "is-end": "false"})
    assert results[4] == ok({"data": b"", "is-end": "true"})
    assert results[5:9] == [ok()] * 4
    assert results[9:11] == [ok({"read", "write"}), ok("regular-file")]
    st = (tmp_path / "top" / "new").stat()
    told = results[11][1]
    assert (told["type"], told["link-count"], told["size"]) == ("regular-file", 1, 9)
    assert told["modified"] == ("some", {"seconds": st.st_mtime_ns // 10**9, "nanoseconds": st.st_mtime_ns % 10**9})
    assert results[-1] == err("exist")
    assert (tmp_path / "top" / "new").read_bytes() == b"Jello wor"


def test_the_timezone_is_utc(run: Run) -> None:
    guest = Guest()
    guest.call("timezone.display", 0, 0)
    guest.call("timezone.utc-offset", 2**62, 999_999_999)
    assert run(guest) == [{"utc-offset": 0, "name": "UTC", "in-daylight-saving-time": "false"}, 0]


def test_streams_of_files_have_positions_of_their_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").write_bytes(b"0123456789")
    guest = Guest()
    file = opened(guest, "file", READ | WRITE).handle
    one = guest.call("descriptor.read-via-stream", file, 0).handle
    two = guest.call("descriptor.read-via-stream", file, 5).handle
    out = guest.call("descriptor.write-via-stream", file, 8).handle
    end = guest.call("descriptor.append-via-stream", file).handle
    guest.call("drop:descriptor", file)
    for stream in (one, two, one, two):
        guest.call("input-stream.read", stream, 2)
    guest.write(out, b"AB")
    guest.write(end, b"end")
    guest.write(out, b"C")
    guest.write(end, b".")
    guest.call("output-stream.check-write", out)
    guest.call("input-stream.skip", one, 1)
    guest.call("output-stream.splice", end, one, 2)
    guest.call("output-stream.blocking-splice", end, two, 1)
    pollable = guest.call("input-stream.subscribe", one)
    guest.call("pollable.ready", pollable.handle)
    guest.call("input-stream.read", two, 99)
    guest.call("input-stream.read", two, 99)
    guest.call("drop:pollable", pollable.handle)
    for stream in (one, two):
        guest.call("drop:input-stream", stream)
    for stream in (out, end):
        guest.call("drop:output-stream", stream)
    results = run(guest)[7:]
    assert results[:4] == [ok(b"01"), ok(b"56"), ok(b"23"), ok(b"78")]
    assert results[5:12:2] == [ok()] * 4
    assert results[12][1] >= 65536
    assert results[13:16] == [ok(1), ok(2), ok(1)]
    assert results[17:20] == ["true", ok(b"Cnd.56B"), CLOSED]
    assert (tmp_path / "top" / "file").read_bytes() == b"01234567ABCnd.56B"


def test_files_that_are_not_open_for_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").write_bytes(b"0123")
    guest = Guest()
    folder = top(guest)
    reads = opened(guest, "file", READ, folder=folder).handle
    writes = opened(guest, "file", WRITE, folder=folder).handle
    guest.call("descriptor.write", reads, guest.bytes(b"x"), 0)
    guest.call("descriptor.write-via-stream", reads, 0)
    guest.call("descriptor.append-via-stream", reads)
    guest.call("descriptor.read", writes, 1, 0)
    guest.call("descriptor.read-via-stream", writes, 0)
    guest.call("descriptor.read", folder, 1, 0)
    guest.call("descriptor.read-via-stream", folder, 0)
    guest.call("descriptor.read-via-stream", reads, -1)
    guest.call("descriptor.get-flags", folder)
    guest.call("descriptor.get-type", folder)
    guest.call("descriptor.read-directory", reads)
    guest.call("descriptor.stat-at", reads, 0, "file")
    for flags in (READ, READ | MUTATE_DIRECTORY):
        guest.call("descriptor.get-flags", opened(guest, ".", flags, folder=folder).handle)
    results = run(guest)[3:]
    assert results[:7] == [err("bad-descriptor")] * 7
    assert results[7:9] == [err("invalid"), ok({"read", "mutate-directory"})]
    assert results[9:12] == [ok("directory"), err("not-directory"), err("not-directory")]
    assert results[13::2] == [ok({"read"}), ok({"read", "mutate-directory"})]


@pytest.mark.parametrize(("asked", "told"), [(0, {"read"}), (READ, {"read"}), (WRITE, {"write"})])
def test_flags_of_a_new_file(run: Run, asked: int, told: set[str]) -> None:
    """Those asked for, and no more: to create is not to write."""
    guest = Guest()
    file = opened(guest, "new", asked, CREATE | EXCLUSIVE).handle
    guest.call("descriptor.get-flags", file)
    guest.call("descriptor.write", file, guest.bytes(b"x"), 0)
    *_, flags, wrote = run(guest)
    assert flags == ok(told)
    assert wrote == (ok(1) if "write" in told else err("bad-descriptor"))


def test_a_stream_that_fails_tells_why(run: Run) -> None:
    """No file has room at the end of all offsets."""
    guest = Guest()
    file = opened(guest, "file", WRITE, CREATE).handle
    out = guest.call("descriptor.write-via-stream", file, 2**63 - 1).handle
    failed = guest.write(out, b"xy")
    error = failed.word(8)
    guest.call("error.to-debug-string", error)
    guest.call("filesystem-error-code", error)
    guest.call("drop:error", error)
    _, result, text, code, _ = run(guest)[3:]
    assert result[1][0] == "last-operation-failed"
    assert text in ("File too large", "Invalid argument")
    assert code[1] in ("file-too-large", "invalid")


def test_folders_and_paths(run: Run, tmp_path: Path) -> None:
    here = tmp_path / "top"
    (here / "file").write_bytes(b"0123")
    guest = Guest()
    folder = top(guest)
    calls = [
        ("descriptor.create-directory-at", "sub"),
        ("descriptor.create-directory-at", "sub"),
        ("descriptor.symlink-at", "file", "link"),
        ("descriptor.symlink-at", "/etc", "sub/absolute"),
        ("descriptor.readlink-at", "link"),
        ("descriptor.readlink-at", "file"),
        ("descriptor.link-at", 0, "file", folder, "sub/other"),
        ("descriptor.link-at", FOLLOW, "file", folder, "sub/third"),
        ("descriptor.rename-at", "sub/other", folder, "sub/moved"),
        ("descriptor.remove-directory-at", "sub"),
        ("descriptor.unlink-file-at", "sub"),
        ("descriptor.set-times-at", 0, "file", 2, 1000, 5, 0, 0, 0),
        ("descriptor.set-times-at", 0, "file", 0, 0, 0, 2, 2000, 7),
        ("descriptor.set-times-at", 0, "file", 2, 1, 10**9, 0, 0, 0),
        ("descriptor.set-times-at", 0, "file", 2, 1, (1 << 30) - 1, 0, 0, 0),
        ("descriptor.unlink-file-at", "none"),
    ]
    for name, *words in calls:
        guest.call(name, folder, *words)
    guest.call("descriptor.stat-at", folder, 0, "link")
    guest.call("descriptor.stat-at", folder, FOLLOW, "link")
    results = run(guest)[1:]
    assert results[:16] == [
        ok(),
        err("exist"),
        ok(),
        err("not-permitted"),
        ok("file"),
        err("invalid"),
        ok(),
        err("invalid"),
        ok(),
        err("not-empty"),
        err("is-directory"),
        ok(),
        ok(),
        err("invalid"),
        err("invalid"),
        err("no-entry"),
    ]
    assert sorted(os.listdir(here / "sub")) == ["moved"]
    st = (here / "file").stat()
    assert (st.st_atime_ns, st.st_mtime_ns, st.st_nlink) == (1000 * 10**9 + 5, 2000 * 10**9 + 7, 2)
    linked, followed = results[16:]
    assert (linked[1]["type"], followed[1]["type"], followed[1]["size"]) == ("symbolic-link", "regular-file", 4)


def test_set_times_of_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").touch()
    guest = Guest()
    file = opened(guest).handle
    guest.call("descriptor.set-times", file, 2, 5, 6, 2, 7, 8)
    guest.call("descriptor.set-times", file, 0, 0, 0, 1, 0, 0)
    assert run(guest)[2:] == [ok(), ok()]
    st = (tmp_path / "top" / "file").stat()
    assert st.st_atime_ns == 5 * 10**9 + 6
    assert abs(st.st_mtime - time.time()) < 1000


def test_reading_a_folder(run: Run, tmp_path: Path) -> None:
    """Each stream from the beginning, without . and .., until there is none."""
    here = tmp_path / "top"
    (here / "file").touch()
    (here / "sub").mkdir()
    (here / "link").symlink_to("nowhere")
    os.mkfifo(here / "pipe")
    guest = Guest()
    folder = top(guest)
    for _ in range(2):
        stream = guest.call("descriptor.read-directory", folder).handle
        for _ in range(6):
            guest.call("directory-entry-stream.read-directory-entry", stream)
        guest.call("drop:directory-entry-stream", stream)
    results = run(guest)[1:]
    for part in (results[1:7], results[9:15]):
        assert part[4:] == [ok(("none", None))] * 2
        assert {entry[1][1]["name"]: entry[1][1]["type"] for entry in part[:4]} == {
            "file": "regular-file",
            "sub": "directory",
            "link": "symbolic-link",
            "pipe": "fifo",
        }


def test_a_name_that_is_no_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / os.fsdecode(b"\xff")).touch()
    guest = Guest()
    stream = guest.call("descriptor.read-directory", top(guest)).handle
    guest.call("directory-entry-stream.read-directory-entry", stream)
    guest.call("directory-entry-stream.read-directory-entry", stream)
    assert run(guest)[2:] == [err("illegal-byte-sequence"), ok(("none", None))]


def test_opening(run: Run, tmp_path: Path) -> None:
    here = tmp_path / "top"
    (here / "sub").mkdir()
    (here / "file").write_bytes(b"0123")
    (here / "link").symlink_to("file")
    (here / "out").symlink_to("..")
    guest = Guest()
    folder = top(guest)
    tried = [
        ("sub", READ, DIRECTORY, "ok"),
        ("sub", 0, 0, "ok"),
        ("sub", WRITE, 0, "is-directory"),
        ("sub", READ | WRITE, 0, "is-directory"),
        ("sub", WRITE, DIRECTORY, "is-directory"),
        ("file", READ, DIRECTORY, "not-directory"),
        ("file", READ, DIRECTORY | CREATE, "invalid"),
        ("none", READ, 0, "no-entry"),
        ("..", READ, 0, "not-permitted"),
        ("/etc", READ, 0, "not-permitted"),
        ("out/x", READ, 0, "not-permitted"),
        ("sub/../../x", WRITE, CREATE, "not-permitted"),
        ("a" * 300, READ, 0, "name-too-long"),
        ("sub/" * 1100, READ, 0, "name-too-long"),
        ("file", WRITE, TRUNCATE, "ok"),
    ]
    for path, flags, how, _ in tried:
        opened(guest, path, flags, how, folder)
    guest.call("descriptor.open-at", folder, 0, "link", 0, READ)
    results = run(guest)[1:]
    told = [word if case == "err" else "ok" for case, word in results[: len(tried)]]
    assert told == [code for *_, code in tried]
    assert results[-1] == err("loop")
    assert (here / "file").read_bytes() == b""


def test_which_file_it_is(run: Run, tmp_path: Path) -> None:
    here = tmp_path / "top"
    (here / "file").touch()
    (here / "other").touch()
    (here / "link").symlink_to("file")
    guest = Guest()
    folder = top(guest)
    one, two = opened(guest, folder=folder).handle, opened(guest, folder=folder).handle
    other = opened(guest, "other", folder=folder).handle
    guest.call("descriptor.is-same-object", one, two)
    guest.call("descriptor.is-same-object", one, other)
    guest.call("descriptor.metadata-hash", one)
    guest.call("descriptor.metadata-hash", other)
    guest.call("descriptor.metadata-hash-at", folder, FOLLOW, "link")
    guest.call("descriptor.metadata-hash-at", folder, 0, "link")
    same, different, hash_one, hash_other, followed, link = run(guest)[4:]
    assert (same, different) == ("true", "false")
    assert hash_one == followed
    assert len({str(one) for one in (hash_one, hash_other, link)}) == 3


def test_folders_are_told_in_order(run: Run, tmp_path: Path) -> None:
    guest = Guest()
    guest.call("preopens.get-directories")
    given = run(guest, f"--dir={tmp_path}")[0]
    assert [one["name"] for one in given] == ["/top", str(tmp_path)]
    assert [one["descriptor"] for one in given] == [1, 2]


def test_handles_are_the_lowest_free_ones(run: Run) -> None:
    guest = Guest()
    made_of = [guest.call("subscribe-instant", 0) for _ in range(200)]
    for number in (150, 3, 70):
        guest.call("drop:pollable", number)
    again = [guest.call("subscribe-instant", 0) for _ in range(4)]
    results = run(guest)
    assert results[: len(made_of)] == list(range(1, 201))
    assert results[-len(again) :] == [3, 70, 150, 201]


def test_many_pollables(run: Run) -> None:
    guest = Guest()
    never = guest.call("subscribe-instant", -1)
    due = guest.call("subscribe-instant", 0)
    guest.call("poll", *guest.handles(*[never] * 99, due, *[never] * 200, due))
    assert run(guest)[2] == [99, 300]


def test_an_empty_list_lies_where_the_guest_says(module: MakeModule, wali_run: WaliRun) -> None:
    """Adapters of preview1 look whether a list is where they wanted it, however long it is."""
    text = """(module (import "wasi:random/random@0.2.0" "get-random-bytes" (func $get (param i64 i32)))
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (i32.add (i32.const 4096) (i32.or (local.get 0) (i32.or (local.get 1) (local.get 3)))))
      (func (export "wasi:cli/run@0.2.0#run") (result i32)
        (call $get (i64.const 0) (i32.const 16))
        (i32.or (i32.ne (i32.load (i32.const 16)) (i32.const 4096)) (i32.load (i32.const 20)))))"""
    assert wali_run(module(text)).returncode == 0


def test_an_empty_list_needs_no_memory(module: MakeModule, wali_run: WaliRun) -> None:
    text = """(module (import "wasi:filesystem/preopens@0.2.0" "get-directories" (func $get (param i32)))
      (memory (export "memory") 1)
      (func (export "wasi:cli/run@0.2.0#run") (result i32) (call $get (i32.const 16)) (i32.load (i32.const 20))))"""
    assert wali_run(module(text)).returncode == 0


def test_a_component(wali_run: WaliRun, tmp_path: Path) -> None:
    """Its program writes by an import that goes through shim and fixup, and drops the stream."""
    program = """
      (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $get (result i32)))
      (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
      (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $drop (param i32)))
      (memory (export "memory") 1) (data (i32.const 8) "hello\\n")
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
      (func (export "wasi:cli/run@0.2.3#run") (result i32)
        (call $write (call $get) (i32.const 8) (i32.const 6) (i32.const 64))
        (call $drop (i32.const 1))
        (i32.load8_u (i32.const 64)))"""
    (tmp_path / "prog.wasm").write_bytes(made(direct(program)))
    for _ in range(2):  # compiled, and from the cache
        done = wali_run(tmp_path / "prog.wasm")
        assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")


def test_the_trace(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123")
    guest = Guest()
    file = opened(guest).handle
    opened(guest, "none", folder=f"(i32.load {guest.results[0].word()})")
    guest.call("descriptor.get-type", file)
    guest.call("descriptor.read", file, 2, 1)
    guest.call("descriptor.set-times", file, 1, 0, 0, 2, 3, 4)
    guest.call("monotonic-clock.resolution")
    guest.call("drop:descriptor", file)
    done = wali_run("--trace-options=-a1 -qq", f"--dir={tmp_path}::/", module(guest.text()), text=False)
    text = done.stderr.decode()
    assert '[method]descriptor.open-at(1, symlink-follow, "file", 0, read) = ok(2)' in text
    assert '[method]descriptor.open-at(1, symlink-follow, "none", 0, read) = err(no-entry)' in text
    assert "[method]descriptor.get-type(2) = ok(regular-file)" in text
    assert '[method]descriptor.read(2, 2, 1) = ok({data="12", is-end=false})' in text
    assert "[method]descriptor.set-times(2, now, 0, 0, timestamp, 3, 4) = ok" in text
    assert "resolution() = 1" in text
    assert "[resource-drop]descriptor(2) = ()" in text
