"""Locks and shared memory between a native SQLite and one as wasm, on one database file."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs.build import Pair
from tests.programs.test_sqlite import answer, run

pytestmark = pytest.mark.apps

ROLES = [("native", "wasm"), ("wasm", "native"), ("wasm", "wasm")]
"""Who holds the lock, and who comes second."""
ROWS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO t SELECT i FROM n;"


class Session:
    """A shell that stays open, fed by lines."""

    def __init__(self, command: Sequence[str], path: Path) -> None:
        self.process = subprocess.Popen(
            [*command, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )

    def ask(self, sql: str) -> list[str]:
        """What the shell prints for this."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{sql}\n.print (done)\n")
        lines: list[str] = []
        for line in self.process.stdout:
            if line == "(done)\n":
                return lines
            lines.append(line.rstrip("\n"))
        raise AssertionError(f"the shell ended: {lines}")


@contextmanager
def session(command: Sequence[str], path: Path) -> Iterator[Session]:
    """A shell with `path` open, ended at the end."""
    shell = Session(command, path)
    watchdog = threading.Timer(120, shell.process.kill)
    watchdog.start()
    try:
        yield shell
    finally:
        watchdog.cancel()
        assert shell.process.stdin
        assert shell.process.stdout
        shell.process.stdin.close()
        shell.process.wait(timeout=60)
        shell.process.stdout.close()


@pytest.mark.parametrize(("holder", "second"), ROLES)
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_write_lock(sqlite: Pair, holder: str, second: str, journal: str, tmp_path: Path) -> None:
    """While one process is writing, another is refused; a reader sees the old state; afterwards both see the new."""
    path = tmp_path / "shared.db"
    answer(sqlite.native, path, f"PRAGMA journal_mode = {journal}; CREATE TABLE t(a); INSERT INTO t VALUES (1);")
    other = sqlite.both()[second]
    with session(sqlite.both()[holder], path) as shell:
        assert shell.ask("BEGIN IMMEDIATE; INSERT INTO t VALUES (2); SELECT count(*) FROM t;") == ["2"]
        output, errors, status = run(other, path, "INSERT INTO t VALUES (3)")
        assert (output, status) == ("", 5)
        assert "database is locked" in errors
        assert answer(other, path, "SELECT count(*) FROM t") == "1\n"
        assert shell.ask("COMMIT;") == []
        assert answer(other, path, "INSERT INTO t VALUES (3); SELECT count(*) FROM t") == "3\n"
        assert shell.ask("SELECT count(*) FROM t;") == ["3"]
    assert answer(sqlite.native, path, "PRAGMA integrity_check") == "ok\n"


@pytest.mark.parametrize(("holder", "second"), ROLES)
def test_exclusive_lock(sqlite: Pair, holder: str, second: str, tmp_path: Path) -> None:
    """An exclusive lock keeps readers out too, and goes with its process."""
    path = tmp_path / "shared.db"
    answer(sqlite.native, path, "CREATE TABLE t(a)")
    other = sqlite.both()[second]
    with session(sqlite.both()[holder], path) as shell:
        shell.ask("BEGIN EXCLUSIVE;")
        _, errors, status = run(other, path, "SELECT count(*) FROM t")
        assert status == 5
        assert "database is locked" in errors
        shell.process.kill()
        shell.process.wait(timeout=60)
        assert answer(other, path, "SELECT count(*) FROM t") == "0\n"


@pytest.mark.parametrize(("holder", "second"), ROLES)
def test_reader_keeps_its_snapshot(sqlite: Pair, holder: str, second: str, tmp_path: Path) -> None:
    """WAL: a reader's view stays while another process commits; the wal-index is shared memory."""
    path = tmp_path / "shared.db"
    answer(sqlite.native, path, "PRAGMA journal_mode = wal; CREATE TABLE t(a);" + ROWS.format(10))
    with session(sqlite.both()[holder], path) as shell:
        assert shell.ask("BEGIN; SELECT count(*) FROM t;") == ["10"]
        assert answer(sqlite.both()[second], path, ROWS.format(5000) + "SELECT count(*) FROM t;") == "5010\n"
        assert shell.ask("SELECT count(*) FROM t;") == ["10"]
        assert shell.ask("COMMIT; SELECT count(*) FROM t;") == ["5010"]
        assert shell.ask("PRAGMA wal_checkpoint(truncate);")[0].startswith("0|")
        assert answer(sqlite.both()[second], path, "PRAGMA integrity_check") == "ok\n"


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_writers_take_turns(sqlite: Pair, journal: str, tmp_path: Path) -> None:
    """Two native and two wasm processes insert at once, each waiting for the others: no row is lost."""
    path = tmp_path / "shared.db"
    answer(sqlite.native, path, f"PRAGMA journal_mode = {journal}; CREATE TABLE t(a);")
    script = ".timeout 60000\n.bail on\nPRAGMA synchronous = off;\n" + "INSERT INTO t VALUES (1);\n" * 100
    running = [
        subprocess.Popen([*command, str(path)], stdin=subprocess.PIPE, text=True)
        for command in (sqlite.native, sqlite.wasm) * 2
    ]
    feeders = [threading.Thread(target=process.communicate, args=(script,)) for process in running]
    for feeder in feeders:
        feeder.start()
    for feeder in feeders:
        feeder.join(timeout=180)
    assert [process.wait(timeout=10) for process in running] == [0, 0, 0, 0]
    assert answer(sqlite.native, path, "PRAGMA integrity_check; SELECT count(*) FROM t") == "ok\n400\n"


def test_hot_journal(sqlite: Pair, tmp_path: Path) -> None:
    """A wasm process killed in the middle of a transaction leaves a journal, from which a native one recovers."""
    path = tmp_path / "shared.db"
    answer(sqlite.native, path, "CREATE TABLE t(a);" + ROWS.format(20000))
    with session(sqlite.wasm, path) as shell:
        shell.ask("PRAGMA cache_size = 10; BEGIN; UPDATE t SET a = a + 1;")
        shell.process.kill()
        shell.process.wait(timeout=60)
    assert (tmp_path / "shared.db-journal").stat().st_size > 0
    assert answer(sqlite.native, path, "PRAGMA integrity_check; SELECT sum(a) FROM t") == "ok\n200010000\n"
