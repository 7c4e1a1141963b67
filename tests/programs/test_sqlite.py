"""The SQLite shell: a database written by one build is good for the other, and SQL gives the same answers."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.programs.build import Pair

pytestmark = pytest.mark.apps

INSERTS = """
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, value INTEGER, weight REAL);
CREATE INDEX item_value ON item(value);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  INSERT INTO item SELECT i, 'item-' || i, (i * 7919) % 10007, i / 3.0 FROM n;
COMMIT;
"""
QUERIES = """
SELECT count(*), sum(value), round(avg(weight), 6), min(name), max(name) FROM item;
SELECT value, count(*) FROM item GROUP BY value ORDER BY 2 DESC, 1 LIMIT 5;
SELECT a.id, b.id FROM item a JOIN item b ON a.value = b.value AND a.id < b.id ORDER BY a.id, b.id LIMIT 5;
SELECT id, name FROM item WHERE name LIKE '%999' ORDER BY id DESC LIMIT 3;
UPDATE item SET value = value + 1 WHERE id % 10 = 0;
DELETE FROM item WHERE id % 7 = 0;
SELECT changes(), total_changes(), count(*), sum(value) FROM item;
EXPLAIN QUERY PLAN SELECT * FROM item WHERE value = 5;
SELECT id, sum(value) OVER (ORDER BY id ROWS 2 PRECEDING), row_number() OVER (PARTITION BY value % 3 ORDER BY id)
  FROM item WHERE id < 12 ORDER BY id;
"""
DEEP_VIEWS = "".join(f"CREATE VIEW v{n} AS SELECT * FROM v{n - 1};" for n in range(1, 300))
FEATURES = {
    "limits": f"""
        SELECT json(printf('%.*c', 100000, '['));
        SELECT json_valid(replace(hex(zeroblob(500000)), '00', '['));
        CREATE TABLE t(a);
        CREATE TRIGGER again AFTER INSERT ON t BEGIN INSERT INTO t VALUES(new.a + 1); END;
        PRAGMA recursive_triggers = 1;
        INSERT INTO t VALUES(1);
        SELECT {"(" * 5000}1{")" * 5000};
        SELECT {"1+" * 5000}1;
        SELECT {"NOT " * 20000}1;
        SELECT 1{" UNION SELECT 1" * 2000};
        SELECT {"(SELECT " * 3000}1{")" * 3000};
        CREATE VIEW v0 AS SELECT 1 a;
        {DEEP_VIEWS}
        SELECT * FROM v299;""",
    "recursive": """
        WITH RECURSIVE fib(a, b, n) AS (SELECT 0, 1, 1 UNION ALL SELECT b, a + b, n + 1 FROM fib WHERE n < 80)
          SELECT group_concat(a) FROM fib;
        WITH RECURSIVE
          xaxis(x) AS (VALUES(-2.0) UNION ALL SELECT x + 0.05 FROM xaxis WHERE x < 1.2),
          yaxis(y) AS (VALUES(-1.0) UNION ALL SELECT y + 0.1 FROM yaxis WHERE y < 1.0),
          m(iter, cx, cy, x, y) AS (
            SELECT 0, x, y, 0.0, 0.0 FROM xaxis, yaxis
            UNION ALL
            SELECT iter + 1, cx, cy, x * x - y * y + cx, 2.0 * x * y + cy FROM m WHERE (x * x + y * y) < 4.0 AND iter < 28),
          m2(iter, cx, cy) AS (SELECT max(iter), cx, cy FROM m GROUP BY cx, cy)
          SELECT sum(iter), count(*) FROM m2;""",
    "json": """
        SELECT json('{"a": [1, 2.5, "x", null, true]}'), json_extract('{"a": {"b": [10, 20]}}', '$.a.b[1]');
        SELECT key, value, type FROM json_each('{"x": 1, "y": "two", "z": [3]}');
        SELECT '{"a": 5}' ->> 'a', json_set('{}', '$.k', 1), json_group_array(value) FROM json_each('[3, 1, 2]');
        SELECT json('{bad');""",
    "fts": """
        CREATE VIRTUAL TABLE doc USING fts5(title, body);
        INSERT INTO doc VALUES ('one', 'the quick brown fox'), ('two', 'jumps over the lazy dog'), ('three', 'quick dogs');
        SELECT title FROM doc WHERE doc MATCH 'quick' ORDER BY title;
        SELECT title, highlight(doc, 1, '[', ']') FROM doc WHERE doc MATCH 'dog* NOT lazy';
        SELECT count(*) FROM doc WHERE doc MATCH 'the NEAR fox';""",
    "rtree": """
        CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, y0, y1);
        WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 999)
          INSERT INTO box SELECT i, i % 40, i % 40 + 1, i / 40, i / 40 + 1 FROM n;
        SELECT count(*), sum(id) FROM box WHERE x0 >= 10 AND x1 <= 20 AND y0 >= 5 AND y1 <= 10;""",
    "triggers": """
        CREATE TABLE account(id INTEGER PRIMARY KEY, balance INTEGER CHECK (balance >= 0)); CREATE TABLE log(what TEXT);
        CREATE TRIGGER note AFTER UPDATE ON account BEGIN
          INSERT INTO log VALUES (old.balance || '->' || new.balance); END;
        INSERT INTO account VALUES (1, 100), (2, 50);
        BEGIN; UPDATE account SET balance = balance - 30 WHERE id = 1; SAVEPOINT s;
        UPDATE account SET balance = balance + 30 WHERE id = 2; ROLLBACK TO s; COMMIT;
        SELECT * FROM account; SELECT * FROM log;
        UPDATE account SET balance = -1;
        INSERT INTO account VALUES (1, 0);""",
    "strings": """
        SELECT printf('%08.3f|%-6s|%x|%,d', 3.14159, 'ab', 255, 1234567), hex('é'), unicode('日'), char(9731), quote(x'00ff');
        SELECT upper('straße'), length('日本語'), substr('日本語', 2, 1), replace('aXbX', 'X', '-'), instr('abc', 'c');
        SELECT typeof(1), typeof(1.0), typeof('1'), typeof(x'1'), typeof(NULL);
        SELECT date('2024-02-29', '+1 year'), strftime('%j %W %s', '2024-12-31'), julianday('2000-01-01 12:00');
        SELECT sqrt(2), pow(2, 0.5), ln(10), floor(-1.5), 1e308 * 10, 9223372036854775807 + 1, 5 / 2, 5 % 3, 7.0 / 0;""",
    "modes": """
        .headers on
        CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2.5, 'it''s'), (NULL, 'a,b"c');
        .mode csv
        SELECT * FROM t;
        .mode column
        SELECT * FROM t;
        .mode json
        SELECT * FROM t;
        .mode insert t
        SELECT * FROM t;
        .mode box
        SELECT * FROM t;
        .tables
        .schema
        .nosuchcommand""",
    "errors": "SELEC 1; SELECT * FROM absent; CREATE TABLE t(a); CREATE TABLE t(a); SELECT 1 +; SELECT 'unfinished",
}


def run(command: Sequence[str], *arguments: str | Path, stdin: str = "") -> tuple[str, str, int]:
    """Standard output, standard error, status."""
    done = subprocess.run(
        [*command, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=300, check=False
    )
    return done.stdout, done.stderr, done.returncode


def answer(command: Sequence[str], *arguments: str | Path, stdin: str = "") -> str:
    """Standard output of a run that must succeed."""
    output, errors, status = run(command, *arguments, stdin=stdin)
    assert status == 0, f"{output}{errors}"
    assert not errors
    return output


@pytest.mark.parametrize("journal", ["delete", "wal", "truncate", "memory"])
def test_hundred_thousand_rows(sqlite: Pair, journal: str, tmp_path: Path) -> None:
    """Inserts and queries in a file answer alike, and each build finds the other's file whole."""
    answers = {}
    for kind, command in sqlite.both().items():
        script = f"PRAGMA journal_mode = {journal};{INSERTS}{QUERIES}"
        answers[kind] = answer(command, tmp_path / f"{kind}.db", stdin=script)
    assert answers["wasm"].splitlines() == answers["native"].splitlines()
    check = "PRAGMA integrity_check; SELECT count(*), sum(id * value) FROM item;"
    for kind, other in (("native", "wasm"), ("wasm", "native")):
        checked = answer(sqlite.both()[kind], tmp_path / f"{other}.db", check)
        assert checked.startswith("ok\n")
        assert checked == answer(sqlite.both()[other], tmp_path / f"{other}.db", check)
    assert (tmp_path / "wasm.db").stat().st_size == (tmp_path / "native.db").stat().st_size


def test_in_memory(sqlite: Pair) -> None:
    """The same without a file."""
    native, wasm = (answer(command, ":memory:", stdin=INSERTS + QUERIES) for command in (sqlite.native, sqlite.wasm))
    assert wasm == native


@pytest.mark.parametrize("feature", FEATURES)
def test_features(sqlite: Pair, feature: str) -> None:
    """Answers, messages and the status are the native ones."""
    native, wasm = (run(command, stdin=FEATURES[feature]) for command in (sqlite.native, sqlite.wasm))
    assert wasm == native


def test_dump_and_read(sqlite: Pair, tmp_path: Path) -> None:
    """.dump of one build is .read by the other, to the same dump; .backup, .import and VACUUM INTO as well."""
    answer(sqlite.native, tmp_path / "origin.db", INSERTS)
    for kind, other in (("wasm", "native"), ("native", "wasm")):
        command, second = sqlite.both()[kind], sqlite.both()[other]
        dump, copy = tmp_path / f"{kind}.sql", tmp_path / f"{kind}.db"
        dump.write_text(answer(command, tmp_path / "origin.db", ".dump"))
        answer(second, copy, f".read {dump}")
        assert answer(command, copy, ".dump") == dump.read_text()
        answer(command, copy, f".backup {tmp_path / f'{kind}-backup.db'}")
        answer(command, copy, f"VACUUM INTO '{tmp_path / f'{kind}-vacuum.db'}'")
        answer(command, copy, ".mode csv", f".once {tmp_path / f'{kind}.csv'}", "SELECT * FROM item")
        answer(second, copy, "DELETE FROM item", ".mode csv", f".import {tmp_path / f'{kind}.csv'} item")
        for path in (copy, tmp_path / f"{kind}-backup.db", tmp_path / f"{kind}-vacuum.db"):
            assert answer(sqlite.native, path, "PRAGMA integrity_check; SELECT count(*) FROM item") == "ok\n100000\n"


def test_mapped_file(sqlite: Pair, tmp_path: Path) -> None:
    """With mmap_size SQLite reads through a mapping of the file."""
    answer(sqlite.native, tmp_path / "mapped.db", INSERTS)
    script = "PRAGMA mmap_size = 268435456;" + QUERIES + "PRAGMA integrity_check;"
    (tmp_path / "second.db").write_bytes((tmp_path / "mapped.db").read_bytes())
    native = answer(sqlite.native, tmp_path / "second.db", stdin=script)
    assert answer(sqlite.wasm, tmp_path / "mapped.db", stdin=script) == native


def test_shell_commands(sqlite: Pair, tmp_path: Path) -> None:
    """.shell and a pipe as output start children; a wrong option and a file that is no database are errors."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "text").write_text("this is not a database, whatever its name says\n" * 100)
    cases: list[list[str | Path]] = [
        [":memory:", ".shell echo from a child"],
        [":memory:", ".output |tr a-z A-Z", "SELECT 'piped'"],
        [":memory:", f"ATTACH '{folder / 'new.db'}' AS new", "CREATE TABLE new.t(a)", ".databases"],
        [folder / "text", "SELECT * FROM sqlite_master"],
        [folder / "no" / "folder.db", "CREATE TABLE t(a)"],
        ["-readonly", folder / "new.db", "CREATE TABLE u(a)"],
        ["-nosuchoption"],
        ["-version"],
    ]
    for case in cases:
        native = run(sqlite.native, *case)
        if case[0] == ":memory:":
            (folder / "new.db").unlink(missing_ok=True)
        wasm = run(sqlite.wasm, *case)
        wasm = (wasm[0], wasm[1].replace(sqlite.wasm[-1], sqlite.native[-1]), wasm[2])
        assert wasm == native, case
