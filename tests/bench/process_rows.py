"""Rows about processes, threads and signals."""

from __future__ import annotations

from tests.programs import build, ports

from .measure import Row
from .probes import printed
from .programs import program

PROCESSES, THREADS, SIGNALS = "Processes", "Threads", "Signals"


def rows() -> list[Row]:
    """All of them; builds what they need. Raises build.BuildError and what build.pair raises."""
    return [*_process_rows(), *_thread_rows(program("threads")), *_signal_rows(program("signals"))]


def _process_rows() -> list[Row]:
    processes, trivial, sqlite = program("processes"), program("trivial"), build.pair(ports.SQLITE, "sqlite3")

    def row(title: str, name: str, aim: float | None, unit: str = "ns", executed: build.Pair | None = None) -> Row:
        # The module itself is executed, as the kernel would: the runtime finds out what it is.
        wasm, native = ([executed.wasm[-1]], [executed.native[-1]]) if executed else ([], [])
        version = ["-version"] if executed is sqlite else []
        absolute = executed is sqlite
        scale = 1e-6 if unit == "ms" else 1.0
        return Row(
            PROCESSES,
            title,
            unit,
            printed([*processes.wasm, name, *wasm, *version], scale=scale),
            printed([*processes.native, name, *native, *version], scale=scale),
            aim,
            absolute=absolute,
        )

    return [
        row("fork + exit + wait", "fork", None),
        row("the same, processor time", "fork-cpu", 1.5),
        row("fork + exec + wait", "exec", None, executed=trivial),
        row("the same, processor time", "exec-cpu", None, executed=trivial),
        row("exec in place, 1.6 MB module", "exec-in-place", 3, "ms", sqlite),
        row("pipe ping-pong, 2 processes", "ping-pong", None),
        row("1,000 children at once", "crowd", None, "ms"),
    ]


def _thread_rows(threads: build.Pair) -> list[Row]:
    def row(title: str, name: str, aim: float | None = None, unit: str = "ns", note: str = "") -> Row:
        scale = 1e-6 if unit == "ms" else 1.0
        wasm, native = (printed([*command, name], scale=scale) for command in (threads.wasm, threads.native))
        return Row(THREADS, title, unit, wasm, native, aim, note=note)

    return [
        row("thread create + join", "create", 3),
        row("the same, on one processor", "create-here", 3),
        row("mutex, uncontended", "alone", note="musl's against glibc's"),
        row("mutex, 2 threads contend", "contend", note="musl's against glibc's"),
        row("1,000 threads at once", "crowd", unit="ms"),
    ]


def _signal_rows(signals: build.Pair) -> list[Row]:
    def row(title: str, name: str, unit: str, aim: float | None, note: str) -> Row:
        scale = 1e-3 if unit == "us" else 1.0
        wasm, native = (printed([*command, name], scale=scale) for command in (signals.wasm, signals.native))
        return Row(SIGNALS, title, unit, wasm, native, aim, absolute=unit == "us", note=note)

    return [
        row("raise + handler", "self", "ns", None, "to itself"),
        row("kill to handler, computing", "busy", "us", 100, "median of 301, from another process"),
        row("kill to handler, in read", "blocked", "us", 100, "median of 301, from another process"),
    ]
