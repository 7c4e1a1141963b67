"""What a program of WASI learns of its process, and how it ends: clocks, random bytes, signals, threads' turns."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun, command_path
from wasi.table.preview1_types import CLOCKID, SIGNAL

MakeModule = Callable[..., Path]

# Raises the signal, and ends with the answer, or 99 less it.
RAISE = """(module
  (import "wasi_snapshot_preview1" "proc_raise" (func $raise (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (call $raise (i32.const {number})))))"""
IGNORED = {"NONE", "CHLD", "CONT", "URG", "WINCH", "PIPE"}
STOPS = {"STOP", "TSTP", "TTIN", "TTOU"}
INVAL = 28
A_DAY = 86400 * 10**9


@pytest.mark.parametrize("name", [name for name in SIGNAL.cases if name not in IGNORED | STOPS])
def test_a_raised_signal_ends_the_process(module: MakeModule, wali_run: WaliRun, name: str) -> None:
    """By the signal of that name, whatever its number is in WASI."""
    done = wali_run(module(RAISE.format(number=SIGNAL.cases.index(name))))
    assert -done.returncode == getattr(signal, f"SIG{name}")


@pytest.mark.parametrize("name", sorted(IGNORED))
def test_a_raised_signal_that_is_ignored(module: MakeModule, wali_run: WaliRun, name: str) -> None:
    assert wali_run(module(RAISE.format(number=SIGNAL.cases.index(name)))).returncode == 0


def test_a_number_that_is_no_signal(module: MakeModule, wali_run: WaliRun) -> None:
    for number in (len(SIGNAL.cases), 64, 0xFFFFFFFF):
        assert wali_run(module(RAISE.format(number=number))).returncode == INVAL


def test_a_signal_that_stops(module: MakeModule) -> None:
    """The process goes on where it was."""
    path = module(RAISE.format(number=SIGNAL.cases.index("STOP")))
    with subprocess.Popen([*command_path("wali-run"), path]) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert os.WSTOPSIG(status) == signal.SIGSTOP
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0


TELL = """(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_res_get" (func $resolution (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2048)
  (func $check (param i32) (if (local.get 0) (then unreachable)))
  (func $write (param $at i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $length))
    (call $check (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start") {body}))"""


def test_clocks(module: MakeModule, wali_run: WaliRun) -> None:
    """Nanoseconds of all four, and what each can tell apart; time goes on."""
    body = "".join(
        f"(call $check (call $time (i32.const {clock}) (i64.const 1) (i32.const {64 + 16 * clock})))"
        f"(call $check (call $resolution (i32.const {clock}) (i32.const {72 + 16 * clock})))"
        for clock in range(len(CLOCKID.cases))
    )
    before = time.monotonic_ns()
    done = wali_run(module(TELL.format(body=body + "(call $write (i32.const 64) (i32.const 64))")), text=False)
    after = time.monotonic_ns()
    told = struct.unpack("<8Q", done.stdout)
    assert abs(told[0] - time.time_ns()) < A_DAY  # whoever sets the clock meanwhile
    assert before <= told[2] <= after
    assert told[4] > 0
    assert told[6] > 0
    assert [resolution for resolution in told[1::2] if not 0 < resolution < 10**9] == []


def test_random_bytes(module: MakeModule, wali_run: WaliRun) -> None:
    """As many as are asked for, also if the kernel gives fewer at once: the first and the last thousand of 100 MiB."""
    size = 100 << 20
    body = f"""(call $check (call $random (i32.const 1024) (i32.const {size})))
      (call $write (i32.const 1024) (i32.const 1000)) (call $write (i32.const {1024 + size - 1000}) (i32.const 1000))"""
    done = wali_run(module(TELL.format(body=body)), text=False)
    assert len(done.stdout) == 2000
    assert all(any(done.stdout[at : at + 20]) for at in range(0, 2000, 20))
    assert done.stdout != wali_run(module(TELL.format(body=body)), text=False).stdout


def test_none_are_none(module: MakeModule, wali_run: WaliRun) -> None:
    """No byte, no address; and a turn that nobody takes."""
    body = "(call $check (call $random (i32.const -1) (i32.const 0))) (call $check (call $yield))"
    assert wali_run(module(TELL.format(body=body))).returncode == 0


# Sets sizes and times of standard input, output and error. Ends with the number of calls that succeeded.
TAKES_MORE = """(module
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_times" (func $times (param i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global $done (mut i32) (i32.const 0))
  (func $count (param $error i32)
    (global.set $done (i32.add (global.get $done) (i32.eqz (local.get $error)))))
  (func $on (param $fd i32)
    (call $count (call $size (local.get $fd) (i64.const 0)))
    (call $count (call $times (local.get $fd) (i64.const 0) (i64.const 0) (i32.const 5))))
  (func (export "_start")
    (call $on (i32.const 0)) (call $on (i32.const 1)) (call $on (i32.const 2))
    (call $exit (global.get $done))))"""


def test_files_as_standard_streams_keep_size_and_times(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """What was in a log before the guest began is not the guest's."""
    log = tmp_path / "log"
    log.write_text("what others wrote\n")
    os.utime(log, ns=(10**18, 10**18))
    with open(log, "r+b") as stdin, open(log, "ab") as stdout:
        done = wali_run(module(TAKES_MORE), capture_output=False, stdin=stdin, stdout=stdout, stderr=stdout)
    assert done.returncode == 0
    assert log.read_text() == "what others wrote\n"
    assert log.stat().st_mtime_ns == 10**18


# Reads into no room and writes nothing, by one vector; then writes the message that it reads.
EMPTY_FIRST = """(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $move (param $bytes i32) (param $expected i32)
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (local.get $bytes))
    (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)) (then unreachable))
    (if (i32.ne (i32.load (i32.const 16)) (local.get $expected)) (then unreachable))
    (i32.store (i32.const 4) (local.get $expected))
    (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)) (then unreachable))
    (if (i32.ne (i32.load (i32.const 16)) (local.get $expected)) (then unreachable)))
  (func (export "_start") (call $move (i32.const 0) (i32.const 0)) (call $move (i32.const 50) (i32.const 3))))"""


def test_an_empty_vector_is_no_message(module: MakeModule, wali_run: WaliRun) -> None:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with near, far:
        far.setblocking(False)
        far.send(b"one")
        done = wali_run(module(EMPTY_FIRST), capture_output=False, stdin=near, stdout=near)
        assert done.returncode == 0
        assert far.recv(100) == b"one"
        with pytest.raises(BlockingIOError):
            far.recv(100)
