"""What is measured, and the aims."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.programs import build, ports

from . import cxx_rows, library_rows, process_rows, server_rows, wasi_rows
from .measure import Row
from .probes import cold, elapsed, fed, printed
from .programs import BUILD, program

START, CALLS, COMPUTE, PROGRAMS, MEMORY, JUMPS = (
    "Start-up",
    "One call",
    "Computation",
    "Programs",
    "Memory",
    "setjmp and longjmp",
)

SANDBOXES = ("--sandbox=process", "--sandbox")

# Name in calls.c, title, aim, note.
CALL_ROWS: tuple[tuple[str, str, float | None, str], ...] = (
    ("getppid", "getppid", 1.25, "raw system call on both sides"),
    ("read", "read, 1 byte", 1.25, "/dev/zero"),
    ("libc-read", "read, through libc", None, "a cancellation point in both libraries"),
    ("write", "write, 1 byte", 1.25, "/dev/null"),
    ("writev", "writev, 4 parts", None, "structs converted"),
    ("fstat", "fstat", None, "struct converted"),
    ("clock_gettime", "clock_gettime", 2.5, "natively the vDSO, which is no system call"),
    ("openat-close", "openat + close", None, "/dev/null"),
    ("epoll", "epoll_pwait, 1 ready", None, ""),
    ("mmap", "mmap + touch + munmap", 1.2, "64 KiB, 16 page faults"),
    ("round-trip", "pipe round trip", None, "between two threads"),
)
KERNEL_ROWS: tuple[tuple[str, str, float | None, str], ...] = (
    ("fib", "fib(32), recursive", 1.7, "gcc inlines the recursion several levels deep"),
    ("fib-calls", "fib(32), not inlined", 1.7, "the cost of a call"),
    ("sieve", "sieve of 4 million", 1.3, ""),
    ("matrix", "matrix product, 256", 1.5, "double"),
    ("indirect", "indirect call", None, "checked for its type on the wasm side"),
    ("memcpy-1m", "memcpy of 1 MiB", None, ""),
    ("memcpy-32", "memcpy of 32 bytes", None, ""),
    ("malloc", "malloc + free", None, "up to 1 KiB; musl's allocator against glibc's"),
)
LUA_SCRIPTS = {
    "Lua, fib(32)": (
        2.2,
        "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end "
        "local t = os.clock() fib(32) print((os.clock() - t) * 1e3)",
    ),
    "Lua, tables and strings": (
        None,
        "local t0 = os.clock() local t = {} for i = 1, 300000 do t[i] = tostring(i * 7919 % 1000003) end table.sort(t) "
        "local s = table.concat(t, ',') local n = 0 for w in s:gmatch('%d+') do n = n + #w end "
        "print((os.clock() - t0) * 1e3)",
    ),
    "Lua, 100k errors caught": (
        None,
        "local t = os.clock() for i = 1, 100000 do pcall(error, i) end print((os.clock() - t) * 1e3)",
    ),
}
SQL = """
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, value INTEGER, weight REAL);
CREATE INDEX item_value ON item(value);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  INSERT INTO item SELECT i, 'item-' || i, (i * 7919) % 10007, i / 3.0 FROM n;
COMMIT;
SELECT count(*), sum(value), avg(weight), min(name), max(name) FROM item;
SELECT value, count(*) FROM item GROUP BY value ORDER BY 2 DESC, 1 LIMIT 5;
SELECT count(*) FROM item a JOIN item b ON a.value = b.value AND a.id < b.id;
SELECT count(*) FROM item WHERE name LIKE '%99%';
UPDATE item SET value = value + 1 WHERE id % 10 = 0;
DELETE FROM item WHERE id % 7 = 0;
SELECT sum(length(name)) FROM (SELECT name FROM item ORDER BY weight DESC, name);
"""
NO_DISK = "PRAGMA journal_mode = off; PRAGMA synchronous = off;"  # so that computing is all that is measured


def rows() -> list[Row]:
    """All of them; builds what they need. Raises build.BuildError and what build.pair raises."""
    return [
        *_start_rows(),
        *_call_rows(),
        *wasi_rows.rows(),
        *cxx_rows.rows(),
        *process_rows.rows(),
        *_compute_rows(),
        *library_rows.rows(),
        *_program_rows(),
        *server_rows.rows(),
        *_memory_rows(),
        *_jump_rows(),
    ]


def confined(command: Sequence[str], form: str) -> list[str]:
    """The same command with a sandbox around its guest, which may use /dev as the programs of the bench do."""
    return [command[0], form, *command[1:]]


def _start_rows() -> list[Row]:
    trivial, lua = program("trivial"), build.pair(ports.LUA, "lua")
    native = elapsed(trivial.native, runs=5)
    return [
        Row(START, "trivial, cached", "ms", elapsed(trivial.wasm, runs=3), native, 5, absolute=True),
        *(
            Row(START, f"trivial, {form}", "ms", elapsed(confined(trivial.wasm, form), runs=3), native, charted=False)
            for form in SANDBOXES
        ),
        Row(START, "trivial, empty cache", "ms", cold(trivial.wasm), native, note="compiles first", charted=False),
        Row(
            START,
            "Python alone",
            "ms",
            elapsed([sys.executable, "-c", "pass"], runs=3),
            native,
            note="for comparison",
            charted=False,
        ),
        Row(
            START, "Lua, cached", "ms", elapsed([*lua.wasm, "-e", ""], runs=3), elapsed([*lua.native, "-e", ""], runs=5)
        ),
    ]


def _call_rows() -> list[Row]:
    calls = program("calls")
    return [
        Row(CALLS, title, "ns", printed([*calls.wasm, name]), printed([*calls.native, name]), aim, note=note)
        for name, title, aim, note in CALL_ROWS
    ] + [
        Row(
            CALLS,
            f"{name}, {form}",
            "ns",
            printed([*confined(calls.wasm, form), name]),
            printed([*calls.native, name]),
            note="natively without",
            charted=False,
        )
        for form in SANDBOXES
        for name in ("getppid", "fstat", "openat-close")
    ]


def _compute_rows() -> list[Row]:
    kernels = program("kernels")
    return [
        Row(COMPUTE, title, "ns", printed([*kernels.wasm, name]), printed([*kernels.native, name]), aim, note=note)
        for name, title, aim, note in KERNEL_ROWS
    ]


def _program_rows() -> list[Row]:
    lua, sqlite = build.pair(ports.LUA, "lua"), build.pair(ports.SQLITE, "sqlite3")
    found = [
        Row(PROGRAMS, name, "ms", printed([*lua.wasm, "-e", code]), printed([*lua.native, "-e", code]), aim)
        for name, (aim, code) in LUA_SCRIPTS.items()
    ]
    database = BUILD / "bench.db"
    for name, path, wall, sql, aim in (
        ("SQLite, default settings", str(database), True, SQL, 1.6),
        ("SQLite, no journal, no fsync", str(database), False, NO_DISK + SQL, 1.6),
        ("SQLite, in memory", ":memory:", False, SQL, None),
    ):
        wasm, native = (fed([*command, path], sql, database, wall=wall) for command in (sqlite.wasm, sqlite.native))
        found.append(Row(PROGRAMS, name, "ms", wasm, native, aim, note="100,000 inserts and queries"))
    return found


def _memory_rows() -> list[Row]:
    memory = program("memory")

    def row(name: str, aim: float, unit: str, *arguments: str, note: str = "") -> Row:
        scale = 1 / 1024 if unit == "MiB" else 1.0
        wasm, native = (printed([*command, *arguments], scale=scale) for command in (memory.wasm, memory.native))
        return Row(MEMORY, name, unit, wasm, native, aim, difference=True, note=note)

    return [
        row("trivial, peak", 40, "MiB", "resident", "0", note="more than native; shared code included"),
        row("1 GiB resident, peak", 40, "MiB", "resident", "1024", note="more than native"),
        row("100,000 x map, unmap", 256, "KiB", "churn", "100000", note="growth, more than native"),
    ]


def _jump_rows() -> list[Row]:
    host, exceptions = program("jumps"), program("jumps-exceptions")
    found = []
    for name, title in (("set", "setjmp"), ("jump", "longjmp, same frame"), ("throw", "longjmp, 10 calls up")):
        for kind, pair in (("host", host), ("exceptions", exceptions)):
            wasm, native = printed([*pair.wasm, name]), printed([*pair.native, name])
            found.append(Row(JUMPS, f"{title}: {kind}", "ns", wasm, native, charted=False))
    contexts = program("contexts")
    for name, title in (("swap", "swapcontext, there and back"), ("begin", "context, begun and ended")):
        wasm, native = printed([*contexts.wasm, name]), printed([*contexts.native, name])
        found.append(Row(JUMPS, title, "ns", wasm, native, charted=False))
    return found
