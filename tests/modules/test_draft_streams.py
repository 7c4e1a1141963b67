"""wasi:io/streams of the draft: each function at least once, on pipes and files."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.support import draft_files
from tests.support.draft_files import (
    CREATE,
    READ,
    WRITE,
    opened,
)
from tests.support.helpers import WaliRun
from tests.support.wit_guest import Guest
from tests.support.wit_runs import MakeModule, Run, err, ok, read

FAILED = ("err", None)


guest, run = draft_files.guest, draft_files.run  # fixtures


def moved(count: int, is_end: bool = False) -> tuple[str, Any]:
    return ok({"bytes": count, "is-end": "true" if is_end else "false"})


def test_standard_streams(guest: Guest, module: MakeModule, wali_run: WaliRun) -> None:
    stdin, stderr = guest.call("get-stdin").handle, guest.call("get-stderr").handle
    guest.call("streams.blocking-read", stdin, 3)
    guest.call("streams.read", stdin, 0)
    guest.call("streams.skip", stdin, 2)
    guest.call("streams.blocking-skip", stdin, 1)
    ready = guest.call("subscribe-to-input-stream", stdin)
    guest.call("poll-oneoff", guest.handles(ready))
    guest.call("streams.blocking-read", stdin, 100)
    guest.call("streams.blocking-read", stdin, 100)
    guest.call("streams.read", stdin, 100)
    guest.call("streams.blocking-skip", stdin, 100)
    guest.call("streams.write", stderr, guest.bytes(b"told"))
    guest.call("streams.write-zeroes", stderr, 2)
    guest.call("streams.blocking-write-zeroes", stderr, 1)
    writable = guest.call("subscribe-to-output-stream", stderr)
    guest.call("poll-oneoff", guest.handles(writable))
    guest.call("drop-input-stream", stdin)
    guest.call("drop-output-stream", stderr)
    done = wali_run(module(guest.text()), input=b"abcdefghij", text=False)
    assert (done.returncode, done.stderr) == (0, b"told\0\0\0")
    results = guest.read(done.stdout)
    assert results[2:6] == [read(b"abc"), read(b""), moved(2), moved(1)]
    assert results[7:12] == [b"\1", read(b"ghij"), read(b"", True), read(b"", True), moved(0, True)]
    assert results[12:15] == [ok(4), ok(2), ok(1)]
    assert results[16] == b"\1"


def test_a_stream_that_has_nothing_yet(guest: Guest, module: MakeModule, wali_run: WaliRun) -> None:
    stdin = guest.call("get-stdin").handle
    guest.call("streams.read", stdin, 9)
    guest.call("streams.skip", stdin, 9)
    guest.call("streams.splice", guest.call("get-stderr").handle, stdin, 9)
    inside, outside = os.pipe()
    done = wali_run(module(guest.text()), stdin=inside, text=False)
    os.close(inside)
    os.close(outside)
    assert guest.read(done.stdout)[1:3] == [read(b""), moved(0)]
    assert guest.read(done.stdout)[-1] == moved(0)


def test_a_pipe_that_is_full(guest: Guest, module: MakeModule, wali_run: WaliRun) -> None:
    """Then nothing is written; before, part of it is."""
    stderr = guest.call("get-stderr").handle
    many = (1 << 16, 5 << 16)
    for _ in range(3):
        guest.call("streams.write", stderr, many)
        guest.call("streams.write-zeroes", stderr, 9)
    ready = guest.call("monotonic-clock.subscribe", 0, 1)
    guest.call("poll-oneoff", guest.handles(ready, guest.call("subscribe-to-output-stream", stderr)))
    inside, outside = os.pipe()
    fcntl.fcntl(outside, fcntl.F_SETPIPE_SZ, 1 << 16)
    ends: dict[str, Any] = {"capture_output": False, "stdout": subprocess.PIPE, "stderr": outside}
    done = wali_run(module(guest.text()), text=False, **ends)
    os.close(inside)
    os.close(outside)
    results = guest.read(done.stdout)
    assert results[1:7] == [ok(65536), ok(0), ok(0), ok(0), ok(0), ok(0)]
    assert results[-1] == b"\1\0"


def test_a_pipe_that_nobody_reads(guest: Guest, module: MakeModule, wali_run: WaliRun) -> None:
    stderr = guest.call("get-stderr").handle
    for name in ("streams.write", "streams.blocking-write"):
        guest.call(name, stderr, guest.bytes(b"x"))
    for name in ("streams.write-zeroes", "streams.blocking-write-zeroes"):
        guest.call(name, stderr, 1)
    guest.call("forward", stderr, guest.call("get-stdin").handle)
    inside, outside = os.pipe()
    os.close(inside)
    ends: dict[str, Any] = {"capture_output": False, "stdout": subprocess.PIPE, "stderr": outside}
    done = wali_run(module(guest.text()), text=False, input=b"x", **ends)
    os.close(outside)
    results = guest.read(done.stdout)
    assert results[1:5] == [FAILED] * 4
    assert results[-1] == FAILED


def test_streams_of_files(guest: Guest, run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").write_bytes(b"0123456789")
    file = opened(guest, flags=READ | WRITE).handle
    reader = guest.call("read-via-stream", file, 4).handle
    first = guest.call("streams.read", reader, 3)
    writer = guest.call("write-via-stream", file, 8).handle
    wrote = guest.call("streams.write", writer, guest.bytes(b"ABCD"))
    zeroes = guest.call("streams.write-zeroes", writer, 2)
    much = guest.call("streams.blocking-write-zeroes", guest.call("append-via-stream", file).handle, -1)
    skipped = guest.call("streams.skip", reader, 2)
    rest = guest.call("streams.blocking-read", reader, 5)
    copy = opened(guest, "copy", WRITE, CREATE).handle
    to = guest.call("write-via-stream", copy, 0).handle
    again = guest.call("read-via-stream", file, 0).handle
    spliced = guest.call("streams.splice", to, again, 6)
    blocked = guest.call("streams.blocking-splice", to, again, 6)
    forwarded = guest.call("forward", to, again)
    ended = guest.call("streams.splice", to, again, 6)
    bad = guest.call("read-via-stream", copy, 0)
    late = guest.call("write-via-stream", file, -1)
    results = run(guest)
    last = dict(zip(map(id, guest.results), results, strict=True))
    assert last[id(first)] == read(b"456")
    assert (last[id(wrote)], last[id(zeroes)], last[id(much)]) == (ok(4), ok(2), ok(65536))
    assert last[id(skipped)] == moved(2)
    assert last[id(rest)] == read(b"BCD\0\0")
    assert (last[id(spliced)], last[id(blocked)]) == (moved(6), moved(6))
    assert last[id(forwarded)] == ok(65536 + 14 - 12)
    assert last[id(ended)] == moved(0, True)
    assert (last[id(bad)], last[id(late)]) == (err("bad-descriptor"), err("invalid"))
    whole = b"01234567ABCD" + bytes(2 + 65536)
    assert (tmp_path / "top" / "copy").read_bytes() == (tmp_path / "top" / "file").read_bytes() == whole
