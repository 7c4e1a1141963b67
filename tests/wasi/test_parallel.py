"""Every program of c-tests/wasi/parallel/: several threads, each program many times.

WALI_PARALLEL_ROUNDS is how often: 5 if it is not set. On one processor other orders of events come about than on all.
"""

from __future__ import annotations

import os
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import wasi_threads
from tests.support.c_programs import Program, Tree, run
from tests.support.helpers import assemble
from tests.wasi.conftest import OTHER, PARALLEL, Served, engine
from tests.wasi.test_outside import check, free_port, running, wait_until_ready
from tests.wasi.walls import Walls

ROUNDS = int(os.environ.get("WALI_PARALLEL_ROUNDS") or 5)
ONE = str(min(os.sched_getaffinity(0)))
FEW_FILES = ["prlimit", "--nofile=128"]
"""What a race leaves open is missing soon."""
PLACES = {"free": FEW_FILES, "one-processor": [*FEW_FILES, "taskset", "-c", ONE]}
LIMIT = 120.0
"""Seconds after which a program hangs."""


@pytest.mark.skipif(OTHER, reason="the other engine has no threads for WASI")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("program", PARALLEL, ids=lambda program: program.target)
def test_threads(program: Program, place: str, wasm: Tree, tmp_path: Path) -> None:
    """Each round ends as the program says, and what lies outside of the program's folder stays as it is."""
    path = wasm.program(program.target, ".wasm")
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        walls = Walls(folder)
        outcome = run([*PLACES[place], *engine(), "--dir=box::.", str(path)], program, folder, LIMIT)
        assert outcome.status == (program.directive("EXPECT") or "status: 0"), f"round {number}: {outcome}"
        assert outcome.stdout == ""
        walls.hold()


def converse(port: int, number: int) -> None:
    """A connection whose bytes come back."""
    with socket.create_connection(("127.0.0.1", port), LIMIT) as connection:
        for turn in range(5):
            said = f"{number} {turn};".encode()
            connection.sendall(said)
            heard = b""
            while len(heard) < len(said):
                heard += connection.recv(64)
            assert heard == said


@pytest.mark.skipif(OTHER, reason="the other engine has no threads for WASI")
def test_threads_of_one_listening_socket(wasm: Tree) -> None:
    """Six accept at the same time, and eight clients connect."""
    path = wasm.program("parallel-accept", ".wasm")
    for _ in range(ROUNDS):
        port = free_port()
        with running([*engine(), f"--tcplisten=127.0.0.1:{port}", str(path)]) as server:
            wait_until_ready(server)
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda number, port=port: converse(port, number), range(64)))
            check(server)


def test_closing_what_another_thread_reads(served: Served) -> None:
    """The number is free at once, and the read goes on with the file that it began with."""
    text = wasi_threads.program(
        """(i32.store (i32.const 100) (i32.const 200)) (i32.store (i32.const 104) (i32.const 8))
        (i32.atomic.store (i32.const 32) (i32.const 1))
        (if (call $fd_read (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 300)) (then (unreachable)))
        (call $exit (i32.load8_u (i32.const 200)))""",
        f"""{wasi_threads.START_ONE} (loop (br_if 0 (i32.eqz (i32.atomic.load (i32.const 32)))))
        (call $sleep (i64.const 50000000))
        (if (call $fd_close (i32.const 0)) (then (unreachable)))
        (i32.store (i32.const 108) (i32.const 200)) (i32.store (i32.const 112) (i32.const 1))
        (if (i32.ne (call $fd_read (i32.const 0) (i32.const 108) (i32.const 1) (i32.const 304)) (i32.const 8))
          (then (unreachable)))
        (i32.store (i32.const 116) (i32.const 400)) (i32.store (i32.const 120) (i32.const 6))
        (i64.store (i32.const 400) (i64.const 0x0a7964616572))
        (if (call $fd_write (i32.const 1) (i32.const 116) (i32.const 1) (i32.const 308)) (then (unreachable)))
        (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1)))""",
    ).replace(
        "(module",
        '(module (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))',
        1,
    )
    path = served.folder / "prog.wasm"
    path.write_bytes(assemble(text))
    with running([*engine(), str(path)], stdin=subprocess.PIPE) as started:
        wait_until_ready(started)
        assert started.stdin
        started.stdin.write("x")
        started.stdin.close()
        assert started.wait(LIMIT) == ord("x")
