"""Soak: guests that never stop forking, starting threads, mapping, executing. Nothing may be left, whatever ends them.

WALI_SOAK_SECONDS is how long the long test works: 60 if it is not set, at most 180. tests/native/soak/soak.c is the guest.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

SECONDS = min(180.0, float(os.environ.get("WALI_SOAK_SECONDS") or 60))
SOURCE = Path(__file__).parent.parent / "native" / "soak" / "soak.c"
RSS_TOLERANCE = 8 << 20
"""Bytes that a worker may have more at the end than after 20 rounds: allocators keep some."""
MAPPING_TOLERANCE = 16
KILLS = 25


@dataclass(frozen=True)
class Seen:
    """What the kernel says of a process."""

    descriptors: int
    threads: int
    children: int
    mappings: int
    resident: int


@dataclass
class Place:
    """Where a guest runs: its folder, which must stay empty, and how it is started."""

    folder: Path
    cache: Path
    command: list[str]

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Starts it as the leader of a new session."""
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.cache), "TMPDIR": str(self.folder)}
        return subprocess.Popen(
            [*self.command, *words],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def cached(self) -> set[str]:
        """Names of all files in the cache."""
        return {path.name for path in self.cache.rglob("*") if path.is_file()}


@pytest.fixture
def place(cc: Compiler, tmp_path: Path) -> Place:
    """With the guest compiled, and its code in the cache."""
    done = cc.run("-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-pthread", SOURCE, "-o", "soak.wasm")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "place"
    folder.mkdir()
    made = Place(folder, tmp_path / "xdg", [*command_path("wali-run"), str(cc.folder / "soak.wasm")])
    with made.start("once") as process:
        assert process.wait(60) == 0
    return made


def session(leader: int) -> list[psutil.Process]:
    """Everything that belongs to the session of this leader, zombies too."""
    found = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == leader:
                found.append(process)
    return found


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def nothing_left(place: Place) -> Iterator[list[int]]:
    """Checks, at the end, that sessions whose leaders were added to the list are empty and that no new file is there."""
    leaders: list[int] = []
    cached, temporary = place.cached(), suspicious_files()
    try:
        yield leaders
    finally:
        emptied = until(lambda: not any(session(leader) for leader in leaders))
        left = [process for leader in leaders for process in session(leader)]
        for process in left:
            with suppress(psutil.Error):
                process.kill()
    assert emptied, f"still there: {left}"
    assert list(place.folder.iterdir()) == []
    assert place.cached() == cached
    assert suspicious_files() <= temporary


def suspicious_files() -> set[str]:
    """Files for temporary use, by all programs of this machine, that could be ours by their names."""
    words = ("wali", "soak", "wasm")
    names = [str(path) for top in ("/tmp", "/var/tmp", "/dev/shm") for path in Path(top).glob("*")]
    return {name for name in names if any(word in name.lower() for word in words)}


def look(pid: int) -> Seen:
    """At a process that waits."""
    process = psutil.Process(pid)
    maps = len(Path(f"/proc/{pid}/maps").read_text().splitlines())
    return Seen(process.num_fds(), process.num_threads(), len(process.children()), maps, int(process.memory_info().rss))


def workers(process: subprocess.Popen[str], word: str) -> dict[int, Seen]:
    """What both workers look like as they wait, having said `word`; then lets them go on."""
    assert process.stdout is not None
    assert process.stdin is not None
    pids = []
    for _ in range(2):
        line = process.stdout.readline().split()
        if line[:1] != [word]:
            process.kill()
            assert process.stderr is not None
            pytest.fail(f"instead of {word!r}: {line}; {process.stderr.read()}")
        pids.append(int(line[1]))
    seen = {pid: look(pid) for pid in pids}
    process.stdin.write("go")
    process.stdin.flush()
    return seen


def test_soak(place: Place) -> None:
    """Two workers, one of which executes itself again and again, end as they began."""
    with nothing_left(place) as leaders, place.start(str(SECONDS)) as process:
        leaders.append(process.pid)
        try:
            before = workers(process, "warm")
            after = workers(process, "settled")
            status = process.wait(30)
        except BaseException:
            process.kill()
            raise
        assert process.stderr is not None
        assert (status, process.stderr.read()) == (0, "")
    assert before.keys() == after.keys()
    for pid, then in before.items():
        now = after[pid]
        assert (now.descriptors, now.threads, now.children) == (then.descriptors, 1, 0)
        assert now.mappings <= then.mappings + MAPPING_TOLERANCE
        assert now.resident <= then.resident + RSS_TOLERANCE


@pytest.mark.parametrize(("kill", "word", "longest"), [(os.kill, "alone", 0.2), (os.killpg, "5", 0.3)])
def test_killed_at_random_moments(place: Place, kill: Callable[[int, int], None], word: str, longest: float) -> None:
    """Alone, what it had started ends by itself; with its session, in the middle of workers' forks and executions."""
    moments = random.Random(word)
    with nothing_left(place) as leaders:
        for _ in range(KILLS):
            with place.start(word) as process:
                leaders.append(process.pid)
                time.sleep(moments.uniform(0, longest))
                kill(process.pid, signal.SIGKILL)
                assert process.wait(30) == -signal.SIGKILL


def test_killed_while_compiling(place: Place) -> None:
    """Half an entry is never used, and what was being written then goes an hour later, with the next compilation."""
    moments = random.Random(3)
    place.cache = place.cache.with_name("cold")
    with nothing_left(place) as leaders:
        for _ in range(10):
            with place.start("once") as process:
                leaders.append(process.pid)
                time.sleep(moments.uniform(0, 0.6))
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(30)
            for path in [path for path in place.cache.rglob("*") if path.is_file()]:
                if path.name.endswith(".tmp"):
                    os.utime(path, (0, 0))
                else:
                    path.unlink()
            with place.start("once") as process:
                leaders.append(process.pid)
                assert process.wait(60) == 0
            assert len(place.cached()) == 2  # code and index
            for path in [path for path in place.cache.rglob("*") if path.is_file()]:
                path.unlink()
