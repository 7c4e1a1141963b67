"""wali ps: guests appear, with what they are and use, and vanish."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import WaliRun, command_path, open_terminal
from wali import guests
from wali.commands import ps
from wali.terminal import printable

MakeModule = Callable[..., Path]
# Says that it runs, and waits for a signal.
WAITS = """(module
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_pause" (func $pause (result i64)))
  (memory (export "memory") 1 2)
  (data (i32.const 16) "!")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1)))
    (drop (call $pause))))"""
SCHEMA = {
    "pid": int,
    "parent": int,
    "user": str,
    "name": str,
    "module": str,
    "arguments": list,
    "threads": int,
    "status": str,
    "cpu_percent": float,
    "cpu_seconds": float,
    "memory": int,
    "started": float,
}


@contextmanager
def running(words: list[object]) -> Iterator[int]:
    """A guest that runs; gives its pid."""
    command = [*command_path("wali-run"), *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.read(1) == b"!"
            yield process.pid
        finally:
            process.kill()


def listed(wali: WaliRun, pid: int) -> dict[str, Any] | None:
    """The guest's object in the JSON."""
    done = wali("ps", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = [guest for guest in json.loads(done.stdout) if guest["pid"] == pid]
    return found[0] if found else None


@pytest.mark.parametrize("start", ["first", "cached", "uncached"])
def test_a_guest_is_listed_while_it_runs(wali: WaliRun, wali_run: WaliRun, module: MakeModule, start: str) -> None:
    """Compiled just now, from the cache without Python, and from memory."""
    path = module(WAITS)
    if start == "cached":
        with running([path]):
            pass
    words = ["--no-cache"] if start == "uncached" else []
    begun = time.time()
    with running([*words, path, "one", "two words"]) as pid:
        guest = listed(wali, pid)
        assert guest is not None
        assert {name: type(value) for name, value in guest.items()} == SCHEMA
        assert (guest["module"], guest["arguments"]) == (str(path), ["one", "two words"])
        assert (guest["parent"], guest["name"], guest["status"]) == (os.getpid(), "prog.wasm", "sleeping")
        assert guest["threads"] >= 1
        assert 100_000 < guest["memory"] < 1 << 30
        assert abs(guest["started"] - begun) < 60
        assert f"{shlex.quote(str(path))} one 'two words'" in wali("ps").stdout
    assert listed(wali, pid) is None
    assert wali_run("--version").returncode == 0


def test_code_that_left_the_cache_still_shows_its_guest(wali: WaliRun, module: MakeModule) -> None:
    with running([module(WAITS)]) as pid:
        wali("cache", "clear")
        assert listed(wali, pid) is not None


def test_nothing_else_is_a_guest(wali: WaliRun, module: MakeModule) -> None:
    """Neither this process, which has loaded the core, nor the lister itself, nor a native program."""
    with running([module(WAITS)]) as pid, subprocess.Popen(["sleep", "60"]) as sleep:
        pids = [guest["pid"] for guest in json.loads(wali("ps", "--json").stdout)]
        sleep.kill()
    assert pid in pids
    assert os.getpid() not in pids
    assert sleep.pid not in pids


def test_the_table_is_aligned_and_plain_in_a_file(wali: WaliRun, module: MakeModule) -> None:
    with running([module(WAITS), "x" * 300]) as pid:
        done = wali("ps")
    assert "\033" not in done.stdout
    heading, *rows = done.stdout.splitlines()
    (row,) = [line for line in rows if line.split()[0] == str(pid)]
    assert heading.split() == list(ps.HEADINGS)
    assert row[heading.index("COMMAND") :].endswith("x" * 300)
    assert row[: heading.index("PID") + 3].strip() == str(pid)


def test_colour_and_width_on_a_terminal(wali: WaliRun, module: MakeModule) -> None:
    with running([module(WAITS), "x" * 300]):
        for variable, bold in (("TERM", True), ("NO_COLOR", False)):
            leader, follower = open_terminal()
            environment = {**os.environ, "COLUMNS": "70", variable: "xterm"}
            if bold:
                environment.pop("NO_COLOR", None)
            wali("ps", capture_output=False, stdout=follower, env=environment)
            os.close(follower)
            lines = os.read(leader, 65536).decode().splitlines()
            os.close(leader)
            assert lines[0].startswith("\033[1m") == bold
            assert all(len(line) <= 70 for line in lines[1:])


def test_watch_looks_again(wali: WaliRun, module: MakeModule) -> None:
    with running([module(WAITS)]) as pid:
        command = [*command_path("wali"), "ps", "--watch", "0.1", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watcher:
            assert watcher.stdout is not None
            looks = [json.loads(watcher.stdout.readline()) for _ in range(3)]
            watcher.send_signal(signal.SIGINT)
        assert watcher.returncode == -signal.SIGINT
    assert all(pid in [guest["pid"] for guest in look] for look in looks)
    assert listed(wali, pid) is None


@pytest.mark.parametrize("value", ["0", "-1", "often", "nan", "1e9"])
def test_a_wrong_interval_is_status_2(wali: WaliRun, value: str) -> None:
    done = wali("ps", f"--watch={value}")
    assert done.returncode == 2
    assert "number of seconds" in done.stderr


def test_help_teaches(wali: WaliRun) -> None:
    assert "examples:" in wali("ps", "--help").stdout


def test_processor_time_between_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this process's time since the last look, as if it were a guest."""
    monkeypatch.setattr(guests, "is_guest", lambda pid: pid == os.getpid())
    observer = guests.Observer()
    observer.look()
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    (busy,) = observer.look()
    time.sleep(0.3)
    (idle,) = observer.look()
    assert busy.cpu_percent > idle.cpu_percent


COMMAND_LINES = {
    ("ls.wasm", "-l"): ("ls.wasm", ["-l"]),
    ("-sh",): ("-sh", []),
    ("/usr/bin/wali-run", "--env", "A=1", "--stats", "p.wasm", "--help"): ("p.wasm", ["--help"]),
    ("/usr/bin/python3.11", "-E", "/x/bin/wali", "launched", "P-", "p.wasm", "x"): ("p.wasm", ["x"]),
    ("python3", "/x/bin/wali", "run", "--", "p.wasm"): ("p.wasm", []),
    ("python3", "-c", "...from wali.cli import run_main...", "--", "p.wasm", "y"): ("p.wasm", ["y"]),
    ("python3", "-c", "print()", "x"): ("python3", ["-c", "print()", "x"]),
    ("wali-run", "--bogus"): ("wali-run", ["--bogus"]),
    (): ("", []),
}


@pytest.mark.parametrize("words", COMMAND_LINES)
def test_command_lines(words: tuple[str, ...]) -> None:
    assert guests.command(list(words)) == COMMAND_LINES[words]


def test_texts_for_people() -> None:
    assert [ps.duration(seconds) for seconds in (0, 1.5, 59.999, 61, 3661)] == [
        "0:00.00",
        "0:01.50",
        "0:59.99",
        "1:01.00",
        "1:01:01",
    ]
    assert printable("a\033[2J\udcff\n") == "a\\x1b[2J\\udcff\\n"
    assert ps.table([], None, False) == "no guests are running"
