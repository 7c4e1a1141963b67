"""wasi:filesystem of the draft: each function at least once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import draft_files
from tests.support.draft_files import (
    ACCESS,
    CREATE,
    DIRECTORY,
    EXCLUSIVE,
    EXECUTABLE,
    EXISTS,
    FOLLOW,
    READ,
    READABLE,
    WRITABLE,
    WRITE,
    opened,
    top,
)
from tests.support.wit_guest import Guest
from tests.support.wit_runs import Run, err, ok, read

guest, run = draft_files.guest, draft_files.run  # fixtures


def test_descriptors(guest: Guest, run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").write_bytes(b"0123456789")
    file = opened(guest, flags=READ | WRITE).handle
    guest.call("get-flags", file)
    guest.call("get-type", file)
    guest.call("filesystem.write", file, guest.bytes(b"XY"), 2)
    guest.call("filesystem.read", file, 4, 1)
    guest.call("filesystem.read", file, 4, 10)
    guest.call("set-size", file, 5)
    guest.call("advise", file, 0, 0, 1)
    guest.call("sync", file)
    guest.call("sync-data", file)
    guest.call("set-times", file, 2, 100, 5, 2, 200, 6)
    guest.call("filesystem.stat", file)
    guest.call("drop-descriptor", file)
    results = run(guest)[2:]
    assert results[:9] == [
        ok({"read", "write"}),
        ok("regular-file"),
        ok(2),
        read(b"1XY4"),
        read(b"", True),
        ok(),
        ok(),
        ok(),
        ok(),
    ]
    st = (tmp_path / "top" / "file").stat()
    kind, told = results[10]
    assert kind == "ok"
    assert (told["device"], told["inode"], told["type"]) == (st.st_dev, st.st_ino, "regular-file")
    assert (told["link-count"], told["size"]) == (1, 5)
    assert told["data-access"] == {"seconds": 100, "nanoseconds": 5}
    assert told["data-modification"] == {"seconds": 200, "nanoseconds": 6}
    assert told["status-change"] == {"seconds": st.st_ctime_ns // 10**9, "nanoseconds": st.st_ctime_ns % 10**9}


def test_a_time_before_all_times(guest: Guest, run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").touch()
    os.utime(tmp_path / "top" / "file", (-5, -5))
    guest.call("filesystem.stat-at", top(guest), 0, "file")
    assert run(guest)[-1][1]["data-access"] == {"seconds": 0, "nanoseconds": 0}


def test_paths(guest: Guest, run: Run) -> None:
    folder = top(guest)
    guest.call("create-directory-at", folder, "sub")
    guest.call("symlink-at", folder, "target", "sub/link")
    guest.call("readlink-at", folder, "sub/link")
    guest.call("open-at", folder, FOLLOW, "sub/new", CREATE | EXCLUSIVE, WRITE, READABLE | WRITABLE)
    guest.call("link-at", folder, 0, "sub/new", folder, "other")
    guest.call("link-at", folder, FOLLOW, "sub/new", folder, "third")
    guest.call("rename-at", folder, "other", folder, "sub/moved")
    guest.call("set-times-at", folder, 0, "sub/moved", 0, 0, 0, 2, 7, 8)
    guest.call("stat-at", folder, 0, "sub/moved")
    guest.call("stat-at", folder, FOLLOW, "sub/link")
    guest.call("stat-at", folder, 0, "sub/link")
    guest.call("unlink-file-at", folder, "sub/moved")
    guest.call("unlink-file-at", folder, "sub")
    guest.call("remove-directory-at", folder, "sub")
    guest.call("stat-at", folder, 0, "../outside")
    results = run(guest)[1:]
    assert results[:3] == [ok(), ok(), ok("target")]
    assert results[3][0] == "ok"
    assert results[4:8] == [ok(), err("invalid"), ok(), ok()]
    assert results[8][1]["link-count"] == 2
    assert results[8][1]["data-modification"] == {"seconds": 7, "nanoseconds": 8}
    assert results[9] == err("no-entry")
    assert results[10][1]["type"] == "symbolic-link"
    assert results[11:] == [ok(), err("is-directory"), err("not-empty"), err("not-permitted")]


@pytest.mark.parametrize(
    ("modes", "permissions"),
    [(READABLE | WRITABLE, 0o644), (READABLE, 0o444), (READABLE | EXECUTABLE, 0o555), (WRITABLE, 0o200), (0, 0)],
)
def test_modes_of_new_files(guest: Guest, run: Run, tmp_path: Path, modes: int, permissions: int) -> None:
    before = os.umask(0o022)
    try:
        opened(guest, "new", WRITE, CREATE, modes)
        assert run(guest)[-1][0] == "ok"
    finally:
        os.umask(before)
    assert (tmp_path / "top" / "new").stat().st_mode & 0o7777 == permissions


def test_access(guest: Guest, run: Run, tmp_path: Path) -> None:
    where = tmp_path / "top"
    (where / "file").touch(0o400)
    (where / "program").touch(0o700)
    (where / "link").symlink_to("program")
    (where / "dangling").symlink_to("nowhere")
    (where / "out").symlink_to("..")
    folder = top(guest)
    asked = [
        ("file", FOLLOW, EXISTS, 0),
        ("file", FOLLOW, ACCESS, READABLE),
        ("file", FOLLOW, ACCESS, EXECUTABLE),
        ("program", FOLLOW, ACCESS, READABLE | WRITABLE | EXECUTABLE),
        ("link", FOLLOW, ACCESS, EXECUTABLE),
        ("dangling", FOLLOW, EXISTS, 0),
        ("dangling", 0, EXISTS, 0),
        ("nowhere", FOLLOW, ACCESS, 0),
        ("out", FOLLOW, EXISTS, 0),
        ("file/x", FOLLOW, EXISTS, 0),
    ]
    for path, flags, kind, modes in asked:
        guest.call("access-at", folder, flags, path, kind, modes)
    assert run(guest)[1:] == [
        ok(),
        ok(),
        err("access"),
        ok(),
        ok(),
        err("no-entry"),
        ok(),
        err("no-entry"),
        err("not-permitted"),
        err("not-directory"),
    ]


def test_permissions(guest: Guest, run: Run, tmp_path: Path) -> None:
    """Group and others get none that they have not."""
    where = tmp_path / "top"
    for name, mode in [("private", 0o600), ("public", 0o666), ("program", 0o644)]:
        (where / name).touch()
        (where / name).chmod(mode)
    (where / "folder").mkdir(mode=0o755)
    (where / "link").symlink_to("private")
    (where / "out").symlink_to("../victim")
    (tmp_path / "victim").touch(0o644)
    folder = top(guest)
    for path, flags, modes in [
        ("private", FOLLOW, READABLE | WRITABLE),
        ("public", FOLLOW, READABLE),
        ("program", FOLLOW, READABLE | EXECUTABLE),
        ("link", FOLLOW, READABLE),
        ("link", 0, READABLE),
        ("folder", FOLLOW, READABLE),
        ("out", FOLLOW, 0),
        ("../victim", FOLLOW, 0),
    ]:
        guest.call("change-file-permissions-at", folder, flags, path, modes)
    for path, modes in [("folder", READABLE), ("folder", EXECUTABLE), ("public", READABLE)]:
        guest.call("change-directory-permissions-at", folder, FOLLOW, path, modes)
    results = run(guest)[1:]
    assert results[:8] == [
        ok(),
        ok(),
        ok(),
        ok(),
        err("unsupported"),
        err("is-directory"),
        err("not-permitted"),
        err("not-permitted"),
    ]
    assert results[8:] == [ok(), err("invalid"), err("not-directory")]
    modes = {name: (where / name).stat().st_mode & 0o777 for name in ("private", "public", "program", "folder")}
    assert modes == {"private": 0o400, "public": 0o444, "program": 0o544, "folder": 0o555}
    assert (tmp_path / "victim").stat().st_mode & 0o777 == 0o644


def test_locks(guest: Guest, run: Run, tmp_path: Path) -> None:
    """Two openings of a file are two holders; a holder may change its lock."""
    (tmp_path / "top" / "file").touch()
    one, two = (opened(guest, flags=READ | WRITE).handle for _ in range(2))
    for name, file in [
        ("lock-shared", one),
        ("try-lock-shared", two),
        ("try-lock-exclusive", one),
        ("unlock", two),
        ("try-lock-exclusive", one),
        ("try-lock-shared", two),
        ("lock-exclusive", one),
        ("lock-shared", one),
        ("try-lock-shared", two),
        ("drop-descriptor", one),
        ("lock-exclusive", two),
        ("unlock", two),
        ("unlock", two),
    ]:
        guest.call(name, file)
    results = run(guest)[4:]
    busy = err("would-block")
    assert results == [ok(), ok(), busy, ok(), ok(), busy, ok(), ok(), ok(), None, ok(), ok(), ok()]


def test_a_lock_of_another_process(guest: Guest, run: Run, tmp_path: Path) -> None:
    """It is waited for: the other one gives it up when it sees that the guest has tried."""
    path = tmp_path / "top" / "file"
    path.touch()
    file = opened(guest).handle
    guest.call("try-lock-shared", file)
    guest.call("create-directory-at", top(guest), "tried")
    guest.call("lock-shared", file)
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        results = run(guest)
        assert (results[2], results[-1]) == (err("would-block"), ok())
        assert other.wait() == 0


HOLDER = """
import fcntl, os, sys, time
file = open(sys.argv[1])
fcntl.flock(file, fcntl.LOCK_EX)
print(flush=True)
end = time.monotonic() + 60
while not os.path.exists(os.path.join(os.path.dirname(sys.argv[1]), "tried")) and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.1)
"""


def test_reading_a_folder(guest: Guest, run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "file").touch()
    (tmp_path / "top" / "sub").mkdir()
    stream = guest.call("read-directory", top(guest)).handle
    for _ in range(4):
        guest.call("read-directory-entry", stream)
    guest.call("drop-directory-entry-stream", stream)
    guest.call("read-directory", opened(guest).handle)
    results = run(guest)[2:]
    entries = [result[1][1] for result in results[:2]]
    expected = [
        {"inode": ("some", (tmp_path / "top" / name).stat().st_ino), "type": kind, "name": name}
        for name, kind in [("file", "regular-file"), ("sub", "directory")]
    ]
    assert sorted(entries, key=lambda entry: entry["name"]) == expected
    assert results[2:4] == [ok(("none", None))] * 2
    assert results[-1] == err("not-directory")


def test_errors_of_opening(guest: Guest, run: Run, tmp_path: Path) -> None:
    (tmp_path / "top" / "sub").mkdir()
    (tmp_path / "top" / "link").symlink_to("sub")
    folder = top(guest)
    for path, flags, how, wanted in [
        ("nowhere", FOLLOW, 0, READ),
        ("sub", FOLLOW, 0, WRITE),
        ("sub", FOLLOW, CREATE | DIRECTORY, READ),
        ("link", 0, 0, READ),
        ("/etc", FOLLOW, 0, READ),
        ("", FOLLOW, 0, READ),
        ("sub", FOLLOW, DIRECTORY, READ),
    ]:
        guest.call("open-at", folder, flags, path, how, wanted, READABLE)
    results = run(guest)[1:]
    codes = ["no-entry", "is-directory", "invalid", "loop", "not-permitted", "no-entry"]
    assert results[:6] == [err(code) for code in codes]
    assert results[6][0] == "ok"
