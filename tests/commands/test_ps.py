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

from tests.support.helpers import WAITS, WaliRun, command_path, open_terminal
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from wali.commands import ps
from wali.commands import running_guests as guests
from wali.commands.terminal import columns

MakeModule = Callable[..., Path]
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


def test_a_guest_whose_first_thread_has_ended_is_listed(wali: WaliRun, cc: Compiler) -> None:  # noqa: F811
    """To the kernel that thread is a zombie without memory or arguments; the others go on."""
    text = """
        #include <pthread.h>
        #include <unistd.h>
        static void *wait_on(void *first) {
          pthread_join(*(pthread_t *)first, NULL);
          write(1, "!", 1);
          for (;;) pause(); }
        int main(void) {
          static pthread_t first, thread;
          first = pthread_self();
          pthread_create(&thread, NULL, wait_on, &first);
          pthread_exit(NULL); }"""
    path = cc.build(text, "-pthread")
    with running([path, "one"]) as pid:
        assert not Path(f"/proc/{pid}/maps").read_text()
        guest = listed(wali, pid)
        assert guest is not None
        assert (guest["module"], guest["arguments"], guest["status"]) == (str(path), ["one"], "sleeping")
        assert guest["memory"] > 100_000
    assert listed(wali, pid) is None


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


def a_guest(pid: int, *arguments: str, user: str = "somebody") -> guests.Guest:
    """One that is not there."""
    return guests.Guest(pid, 1, user, "prog", "prog.wasm", list(arguments), 2, "sleeping", 0.5, 61.0, 3 << 20, 0.0)


def test_a_narrow_terminal_keeps_the_command() -> None:
    some = [a_guest(7, "x" * 300), a_guest(12345)]
    for width in range(1, 120):
        lines = ps.table(some, width, False).splitlines()
        assert len(lines) == 3
        assert all(len(line) <= width for line in lines)
        if width >= 45:
            assert "prog.wasm xxxxx" in lines[1]
            assert lines[0].split()[0] == "PID"
    assert ps.table(some, 100, False).splitlines()[0].split() == list(ps.HEADINGS)
    assert ps.table(some, 45, False).splitlines()[0].split() == ["PID", "CPU%", "MEMORY", "COMMAND"]


def test_letters_of_two_columns_and_none() -> None:
    heading, *rows = ps.table(
        [a_guest(7, user="日本"), a_guest(8, "日" * 50), a_guest(9, "e\u0301" * 50)], 90, False
    ).splitlines()
    assert all(columns(row) in (89, 90) for row in rows[1:])
    assert {columns(row[: row.index("prog")]) for row in rows} == {heading.index("COMMAND")}


def test_no_more_lines_than_the_terminal_has() -> None:
    many = [a_guest(pid) for pid in range(100, 200)]
    lines = ps.table(many, 80, False, 24).splitlines()
    assert len(lines) == 24
    assert lines[22].split()[0] == "121"
    assert lines[23] == "... and 78 more"
    assert len(ps.table(many, 80, False, 101).splitlines()) == 101
    assert len(ps.table(many, 80, False, 1).splitlines()) == 2


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


def test_a_watch_in_a_file_tells_the_times(module: MakeModule, cache_dir: Path) -> None:  # noqa: ARG001
    with running([module(WAITS)]) as pid:
        command = [*command_path("wali"), "ps", "--watch", "0.1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watcher:
            assert watcher.stdout is not None
            looks: list[list[str]] = [[]]
            while len(looks) < 4:
                line = watcher.stdout.readline()
                looks[-1].append(line)
                if line == "\n":
                    looks.append([])
            watcher.kill()
    for when, heading, *rows in looks[:3]:
        assert time.strptime(when, "%Y-%m-%d %H:%M:%S\n")
        assert heading.split() == list(ps.HEADINGS)
        assert str(pid) in [row.split()[0] for row in rows[:-1]]


def test_letters_that_the_locale_has_not(wali: WaliRun, module: MakeModule) -> None:
    with running([module(WAITS), "naïve"]):
        done = wali("ps", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "na\\xefve" in done.stdout


@pytest.mark.parametrize("command", [["ps"], ["ps", "--json"], ["syscalls"], ["--version"]])
def test_output_that_cannot_be_written_is_one_line(wali: WaliRun, command: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = wali(*command, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, "wali: cannot write: No space left on device\n")


@pytest.mark.parametrize("words", [[], ["--json"], ["--watch", "0.1"], ["--watch", "0.1", "--json"]])
def test_a_reader_that_goes_away_ends_it(module: MakeModule, cache_dir: Path, words: list[str]) -> None:  # noqa: ARG001
    with running([module(WAITS)]):
        command = [*command_path("wali"), "ps", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 141


def test_processes_that_end_meanwhile_or_are_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["true"]) as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        missing = 1 << 22  # the kernel's limit
        monkeypatch.setattr("psutil.pids", lambda: [zombie.pid, missing])
        observer = guests.Observer()
        assert observer.look() == []
        assert not observer.refused
    # Ended between the look at its code and all else.
    monkeypatch.setattr(guests, "runs_module", lambda _: True)
    monkeypatch.setattr("psutil.pids", lambda: [missing])
    assert observer.look() == []

    def refuse(_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(guests, "runs_module", refuse)
    assert observer.look() == []
    assert observer.refused
    assert ps.nobody(True) == "no guests are running among the processes that you may look at"
    assert ps.nobody(False) == "no guests are running"


@pytest.mark.parametrize("value", ["0", "-1", "often", "nan", "1e9"])
def test_a_wrong_interval_is_status_2(wali: WaliRun, value: str) -> None:
    done = wali("ps", f"--watch={value}")
    assert done.returncode == 2
    assert "number of seconds" in done.stderr


def test_help_teaches(wali: WaliRun) -> None:
    assert "examples:" in wali("ps", "--help").stdout


def test_processor_time_between_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this process's time since the last look, as if it were a guest."""
    monkeypatch.setattr(guests, "guest_thread", lambda pid: pid if pid == os.getpid() else None)
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
