"""Threads of WASI programs: how they begin, what ends the process, what a thread costs, and what watches them."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import wali
from tests.support.traces import whole_lines
from tests.support.helpers import WaliRun, command_path
from tests.support.wasi_threads import START_ONE, program

MakeModule = Callable[..., Path]

AGAIN = 6
MIB = 1 << 20
# What a thread does that never ends by itself. Standard input is a pipe in which nothing comes.
BUSY = {
    "waits": "(drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))) (unreachable)",
    "runs": "(loop (br 0))",
    "polls": """(i64.store (i32.const 124) (i64.const 100000000000))
      (drop (call $poll (i32.const 100) (i32.const 200) (i32.const 1) (i32.const 300))) (unreachable)""",
    "reads": """(i32.store (i32.const 100) (i32.const 200)) (i32.store (i32.const 104) (i32.const 1))
      (drop (call $fd_read (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 300))) (unreachable)""",
    "yields": "(loop (drop (call $yield)) (br 0))",
    "starts": "(loop (drop (call $spawn (i32.const 1))) (br 0))",
}
SLEEP = "(call $sleep (i64.const 50000000))"
# How a thread ends the process, and the status.
ENDS = {
    "exits": ("(call $exit (i32.const 99))", 99),
    "exits with 0": ("(call $exit (i32.const 0))", 0),
    "traps": ("(unreachable)", -signal.SIGILL),
    "divides": ("(drop (i32.div_u (i32.const 1) (i32.load (i32.const 8))))", -signal.SIGFPE),
    "faults": ("(drop (i32.load (i32.const -4)))", -signal.SIGSEGV),
    "recurses": ("(call $recurse)", -signal.SIGSEGV),
}
RECURSE = "(func $recurse (call $recurse) (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1))))"


def with_silent_input(path: Path, *options: str, limit: float = 60) -> subprocess.CompletedProcess[str]:
    """Runs a module whose standard input says nothing and does not end."""
    words = [*command_path("wali-run"), *options, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            stdout, stderr = process.stdout.read().decode(), process.stderr.read().decode()
            return subprocess.CompletedProcess(words, process.wait(limit), stdout, stderr)
        finally:
            process.kill()


@pytest.mark.parametrize("busy", BUSY)
@pytest.mark.parametrize("end", ENDS)
def test_any_thread_ends_all(module: MakeModule, end: str, busy: str) -> None:
    """By a call or a trap, of the first thread or of another, whatever the rest does."""
    ends, status = ENDS[end]
    other = program(f"(if (local.get $argument) (then (return))) {SLEEP} {ends}", START_ONE + BUSY[busy], RECURSE)
    first = program(f"(if (local.get $argument) (then (return))) {BUSY[busy]}", START_ONE + SLEEP + ends, RECURSE)
    for text in (other, first):
        done = with_silent_input(module(text))
        assert done.returncode == status, done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize("busy", BUSY)
def test_the_first_thread_returns(module: MakeModule, busy: str) -> None:
    """And the process has ended well."""
    done = with_silent_input(
        module(program(f"(if (local.get $argument) (then (return))) {BUSY[busy]}", START_ONE + SLEEP))
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_thread_is_told_its_id_and_argument(module: MakeModule, wali_run: WaliRun) -> None:
    """The id that the caller gets, and the argument as it is."""
    text = program(
        "(i32.store (i32.const 20) (local.get $tid)) (i32.store (i32.const 24) (local.get $argument)) (call $end)",
        """(local.set $i (call $started (i32.const 0xfffffff5))) (call $await (i32.const 1))
        (if (i32.ne (local.get $i) (i32.load (i32.const 20))) (then (unreachable)))
        (if (i32.ne (i32.const -11) (i32.load (i32.const 24))) (then (unreachable)))
        (call $exit (i32.const 22))""",
    )
    assert wali_run(module(text)).returncode == 22


def test_ids_are_different(module: MakeModule, wali_run: WaliRun) -> None:
    """Of threads that live at the same time."""
    text = program(
        "(call $await (i32.const 1))",
        """(loop $next
          (i32.store (i32.add (i32.const 1024) (i32.mul (local.get $i) (i32.const 4))) (call $started (i32.const 0)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $i) (i32.const 64))))
        (drop (call $fd_write (i32.const 1) (i32.const 800) (i32.const 1) (i32.const 808)))
        (call $end)""",
        '(data $vector "\\00\\04\\00\\00\\00\\01\\00\\00") (start $init)'
        "(func $init (memory.init $vector (i32.const 800) (i32.const 0) (i32.const 8)))",
    )
    done = wali_run(module(text), text=False)
    ids = {int.from_bytes(done.stdout[at : at + 4], "little") for at in range(0, 256, 4)}
    assert len(done.stdout) == 256
    assert len(ids) == 64


def test_each_thread_has_an_instance_of_its_own(module: MakeModule, wali_run: WaliRun) -> None:
    """Globals and tables are new, dropped segments are there again, and the start function runs in each."""
    text = program(
        """(if (global.get $mine) (then (unreachable)))
        (global.set $mine (i32.const 1))
        (call_indirect (i32.const 0))
        (table.set (i32.const 0) (ref.null func))
        (memory.init $once (i32.const 64) (i32.const 0) (i32.const 4))
        (data.drop $once)
        (call $end)""",
        """(loop $next
          (drop (call $started (i32.const 0)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $i) (i32.const 20))))
        (call $await (i32.const 20))
        (call_indirect (i32.const 0))
        (call $exit (i32.load (i32.const 32)))""",
        """(global $mine (mut i32) (i32.const 0)) (data $once "data")
        (table 1 funcref) (elem (i32.const 0) $nothing) (func $nothing) (start $init)
        (func $init (drop (i32.atomic.rmw.add (i32.const 32) (i32.const 1))))""",
    )
    assert wali_run(module(text)).returncode == 21


def test_a_start_function_may_wait_for_another_thread(module: MakeModule, wali_run: WaliRun) -> None:
    """It runs in the new thread: who has started that goes on, and starts the one that is waited for."""
    text = program(
        "(call $end)",
        """(drop (call $started (i32.const 0)))
        (loop (br_if 0 (i32.lt_u (i32.atomic.load (i32.const 32)) (i32.const 2))))
        (drop (call $started (i32.const 0)))
        (call $await (i32.const 2)) (call $exit (i32.const 33))""",
        """(start $init) (func $init (local $number i32)
          (local.set $number (i32.atomic.rmw.add (i32.const 32) (i32.const 1)))
          (if (i32.eq (local.get $number) (i32.const 1))
            (then (drop (memory.atomic.wait32 (i32.const 36) (i32.const 0) (i64.const -1)))))
          (if (i32.eq (local.get $number) (i32.const 2))
            (then
              (i32.atomic.store (i32.const 36) (i32.const 1))
              (drop (memory.atomic.notify (i32.const 36) (i32.const -1))))))""",
    )
    assert wali_run(module(text)).returncode == 33


def test_a_start_function_may_start_threads_and_end_the_process(module: MakeModule, wali_run: WaliRun) -> None:
    text = program(
        "(call $end)",
        "(call $await (i32.const 100))",
        """(start $init) (func $init
          (if (i32.eq (i32.atomic.rmw.add (i32.const 32) (i32.const 1)) (i32.const 20))
            (then (call $exit (i32.const 44))))
          (drop (call $spawn (i32.const 0))))""",
    )
    assert wali_run(module(text)).returncode == 44


def test_threads_that_a_start_function_begins_at_once(module: MakeModule, wali_run: WaliRun) -> None:
    """The host looks for each one's stack pointer before it has seen any, in all at the same time."""
    text = program(
        """(if (i32.ne (global.get $__stack_pointer) (i32.const 4000)) (then (call $exit (i32.const 99))))
        (global.set $__stack_pointer (local.get $tid)) (call $yield) (drop)
        (if (i32.ne (global.get $__stack_pointer) (local.get $tid)) (then (call $exit (i32.const 98))))
        (call $end)""",
        "(call $exit (i32.div_u (global.get $__stack_pointer) (i32.const 100)))",
        """(global $__stack_pointer (mut i32) (i32.const 4000))
        (start $init) (func $init (local $i i32)
          (if (i32.eqz (i32.atomic.rmw.add (i32.const 32) (i32.const 1))) (then
            (loop $more
              (drop (call $started (i32.const 0)))
              (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 40))))
            (call $await (i32.const 40)))))""",
    )
    assert wali_run(module(text)).returncode == 40


def test_a_trap_names_what_its_thread_was_in(module: MakeModule, wali_run: WaliRun) -> None:
    """In the function that it begins with, and in the start function of its instance."""
    begun = wali_run(module(program("(unreachable)", START_ONE + BUSY["waits"])))
    assert begun.returncode == -signal.SIGILL
    assert re.search(r"unreachable code \(SIGILL\)\n +0: +0x[0-9a-f]+ thread\n$", begun.stderr), begun.stderr
    init = """(start $init) (func $init
      (if (i32.atomic.rmw.add (i32.const 32) (i32.const 1)) (then (unreachable))))"""
    set_up = wali_run(module(program("", START_ONE + BUSY["waits"], init)))
    assert set_up.returncode == -signal.SIGILL
    assert re.search(r" 0: +0x[0-9a-f]+ init\n", set_up.stderr), set_up.stderr
    deep = init.replace("(unreachable)", "(call $recurse)")
    overflowed = wali_run(module(program("", START_ONE + BUSY["waits"], RECURSE + deep)))
    assert overflowed.returncode == -signal.SIGSEGV
    assert "the native stack overflowed" in overflowed.stderr


def test_several_threads_trap_at_once(module: MakeModule, wali_run: WaliRun) -> None:
    """The process ends by one of these traps."""
    text = program(
        """(drop (i32.atomic.rmw.add (i32.const 32) (i32.const 1)))
        (loop (br_if 0 (i32.lt_u (i32.atomic.load (i32.const 32)) (i32.const 8))))
        (unreachable)""",
        """(loop $next
          (drop (call $started (i32.const 0)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $i) (i32.const 8))))"""
        + BUSY["waits"],
    )
    path = module(text)
    for _ in range(20):
        assert wali_run(path).returncode == -signal.SIGILL


def test_a_trap_while_the_first_thread_returns(module: MakeModule, wali_run: WaliRun) -> None:
    """One of the two counts: the trap, with its line, or the return, without any."""
    text = program(
        "(i32.atomic.store (i32.const 32) (i32.const 1)) (unreachable)",
        START_ONE + "(loop (br_if 0 (i32.eqz (i32.atomic.load (i32.const 32)))))",
    )
    path = module(text)
    ends = {(done.returncode, done.stderr.count("unreachable code")) for done in (wali_run(path) for _ in range(100))}
    assert ends <= {(-signal.SIGILL, 1), (0, 0)}


def test_active_segments_are_written_by_each_instance(module: MakeModule, wali_run: WaliRun) -> None:
    """As the proposal has it: a thread's instance is made like any other. Compilers make passive ones."""
    text = program(
        "(call $end)",
        """(i32.store (i32.const 512) (i32.const 7)) (drop (call $started (i32.const 0))) (call $await (i32.const 1))
        (call $exit (i32.load8_u (i32.const 512)))""",
        '(data (i32.const 512) "\\2a")',
    )
    assert wali_run(module(text)).returncode == 42


def test_with_fixed_calls(module: MakeModule, wali_run: WaliRun) -> None:
    """A module that is rewritten first."""
    text = program(
        "(call_indirect (param i32) (i32.const 1) (i32.const 0)) (call $end)",
        START_ONE + "(call $await (i32.const 1)) (call $exit (i32.load (i32.const 40)))",
        "(table 1 funcref) (elem (i32.const 0) $set) (func $set (i32.store (i32.const 40) (i32.const 5)))",
    )
    path = module(text)
    assert wali_run(path).returncode == -signal.SIGSEGV
    assert wali_run("--fix-calls", path).returncode == 5


MANY = """(loop $next
  (drop (call $started (i32.const 0)))
  (local.set $i (i32.add (local.get $i) (i32.const 1)))
  (call $await (local.get $i))
  (br_if $next (i32.lt_u (local.get $i) (i32.const {count}))))"""


def test_threads_leave_nothing(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """20000 threads, one after the other, take as much memory as 500."""
    peaks = []
    for count in (500, 20000):
        stats = tmp_path / "stats"
        done = wali_run(f"--stats={stats}", module(program("(call $end)", MANY.format(count=count))))
        assert (done.returncode, done.stderr) == (0, "")
        report = json.loads(stats.read_text())
        peaks.append(report["peak_memory"])
        assert [call["count"] for call in report["calls"] if call["name"] == "thread-spawn"] == [count]
    assert peaks[1] - peaks[0] < 8 * MIB


def test_no_more_threads_than_there_is_room_for(module: MakeModule, wali_run: WaliRun) -> None:
    """AGAIN, negative, which ends nothing. When threads have ended, there is room again."""
    text = program(
        "(call $sleep_until_told) (call $end)",
        f"""(loop $next
          (if (i32.gt_s (call $spawn (i32.const 0)) (i32.const 0))
            (then (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next))))
        (if (i32.ne (call $spawn (i32.const 0)) (i32.const -{AGAIN})) (then (unreachable)))
        (i32.atomic.store (i32.const 36) (i32.const 1))
        (drop (memory.atomic.notify (i32.const 36) (i32.const -1)))
        (call $await (local.get $i))
        (if (i32.lt_u (local.get $i) (i32.const 3)) (then (unreachable)))
        (loop $try
          (br_if $try (i32.le_s (call $spawn (i32.const 0)) (i32.const 0))))
        (call $await (i32.add (local.get $i) (i32.const 1)))
        (call $exit (i32.const 55))""",
        """(func $sleep_until_told
          (drop (memory.atomic.wait32 (i32.const 36) (i32.const 0) (i64.const -1))))""",
    )
    limits = partial(resource.setrlimit, resource.RLIMIT_AS, (700 * MIB, 700 * MIB))
    done = wali_run(module(text), preexec_fn=limits)
    assert (done.returncode, done.stderr) == (55, "")


def test_memory_that_is_shared_and_no_threads(module: MakeModule, wali_run: WaliRun) -> None:
    """A module need not start any, nor import anything, nor have a page."""
    alone = '(module (memory (export "memory") (import "foo" "bar") 0 0 shared) (func (export "_start")))'
    assert wali_run(module(alone)).returncode == 0
    text = """(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1 2 shared)
      (func (export "_start") (call $exit (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))"""
    assert wali_run(module(text)).returncode == 0


@pytest.mark.parametrize("interface", ["wasi_snapshot_preview1", "wasi_unstable"])
@pytest.mark.parametrize(
    "memory",
    [
        '(import "env" "memory" (memory 2 16 shared))',
        '(memory (export "memory") 2 16 shared)',
        '(import "any" "name" (memory 2 65536 shared)) (export "memory" (memory 0))',
    ],
)
def test_whose_memory_it_is(module: MakeModule, wali_run: WaliRun, interface: str, memory: str) -> None:
    """Imported by any name, or the module's own: there is one. Both interfaces of WASI have threads."""
    text = program(
        "(i32.store (i32.const 40) (local.get $argument)) (call $end)",
        "(drop (call $started (i32.const 66))) (call $await (i32.const 1)) (call $exit (i32.load (i32.const 40)))",
        interface=interface,
        memory=memory,
    )
    assert wali_run(module(text)).returncode == 66


def test_a_library_whose_function_starts_threads(module: MakeModule, wali_run: WaliRun) -> None:
    text = program("(i32.store (i32.const 40) (local.get $argument)) (call $end)", "").replace(
        '(export "_start") (local $i i32)',
        """(export "double") (param i32) (result i32)
        (drop (call $started (i32.mul (local.get 0) (i32.const 2))))
        (call $await (i32.const 1)) (i32.load (i32.const 40))""",
    )
    done = wali_run("--invoke", "double", module(text), "21")
    assert (done.returncode, done.stdout) == (0, "42\n")


def test_max_memory_holds_in_threads(module: MakeModule, wali_run: WaliRun) -> None:
    """Whichever thread grows the memory; and a module that begins with more does not start."""
    text = program(
        "(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (call $end)",
        START_ONE * 4 + "(call $await (i32.const 4)) (call $exit (memory.size))",
    )
    path = module(text)
    assert wali_run(path).returncode == 16
    assert wali_run("--max-memory", "640K", path).returncode == 10
    refused = wali_run("--max-memory", "64K", path)
    assert (refused.returncode, refused.stderr.count("\n")) == (126, 1)
    assert "more than --max-memory" in refused.stderr


def test_the_trace_of_several_threads(module: MakeModule, wali_run: WaliRun) -> None:
    """A line that another thread interrupts is ended, and resumed by the thread's id."""
    line = """(i32.store (i32.add (local.get $argument) (i32.const 0)) (i32.const 900))
      (i32.store (i32.add (local.get $argument) (i32.const 4)) (i32.const 1))"""
    text = program(
        f"""{line} (loop $next
          (drop (call $fd_write (i32.const 1) (local.get $argument) (i32.const 1)
            (i32.add (local.get $argument) (i32.const 8))))
          (drop (i32.atomic.rmw.add (i32.add (local.get $argument) (i32.const 16)) (i32.const 1)))
          (br_if $next (i32.lt_u (i32.load (i32.add (local.get $argument) (i32.const 16))) (i32.const 200))))
        (call $end)""",
        """(i32.store (i32.const 900) (i32.const 46))
        (drop (call $started (i32.const 1024))) (drop (call $started (i32.const 2048)))
        (call $await (i32.const 2))""",
    )
    done = wali_run("--trace-options=-a1 -qq", module(text))
    assert (done.returncode, done.stdout) == (0, "." * 400)
    lines = whole_lines(done.stderr)
    ids = [found[1] for _, line in lines if (found := re.fullmatch(r"thread-spawn\((?:1024|2048)\) = (\d+)", line))]
    assert len(ids) == 2
    written = [(pid, line) for pid, line in lines if "fd_write" in line]
    assert len(written) == 400
    assert {pid for pid, _ in written if pid} <= set(ids)
    assert {line for _, line in written} == {'fd_write(1, [{buf=".", buf_len=1}], [1]) = 0'}
    assert len(lines) == 402


def test_what_is_told_of_a_thread_that_cannot_be_had(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    text = program(
        BUSY["waits"],
        "(loop (br_if 0 (i32.gt_s (call $spawn (i32.const 0)) (i32.const 0)))) (call $exit (i32.const 7))",
    )
    limits = partial(resource.setrlimit, resource.RLIMIT_AS, (700 * MIB, 700 * MIB))
    stats = tmp_path / "stats"
    done = wali_run("--trace-options=-a1 -qq", f"--stats={stats}", module(text), preexec_fn=limits)
    assert done.returncode == 7
    assert f"thread-spawn(0) = -{AGAIN} AGAIN\n" in done.stderr
    assert [call["errors"] for call in json.loads(stats.read_text())["calls"] if call["name"] == "thread-spawn"] == [1]


def test_inspect_and_ps(module: MakeModule, wali: WaliRun) -> None:
    """The one tells what the import is, the other how many threads there are."""
    said = """(data $vector "\\40\\03\\00\\00\\01\\00\\00\\00!")
      (func $say (memory.init $vector (i32.const 820) (i32.const 0) (i32.const 8))
        (memory.init $vector (i32.const 832) (i32.const 8) (i32.const 1))
        (drop (call $fd_write (i32.const 1) (i32.const 820) (i32.const 1) (i32.const 840))))"""
    path = module(program(BUSY["waits"], START_ONE * 3 + "(call $say)" + BUSY["waits"], said))
    inspected = wali("inspect", path).stdout
    assert "can run" in inspected
    assert re.search(r"memory +128\.0 KiB to 1\.0 MiB, shared", inspected)
    assert re.search(r"wasi\.thread-spawn +wasi +\(i32\) -> i32", inspected)
    with subprocess.Popen([*command_path("wali-run"), path], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.read(1) == b"!"
            guests = json.loads(wali("ps", "--json").stdout)
            assert [guest["threads"] for guest in guests if guest["pid"] == process.pid] == [4]
        finally:
            process.kill()


def test_from_python(module: MakeModule) -> None:
    """As any program; also what a thread's trap is."""
    path = module(program("(call $exit (i32.const 77))", START_ONE + BUSY["waits"]))
    assert wali.run([str(path)]).returncode == 77
    trapped = wali.run([str(module(program("(unreachable)", START_ONE + BUSY["waits"])))], capture_output=True)
    assert trapped.returncode == -signal.SIGILL


@pytest.mark.usefixtures("cache_dir")
def test_compiled_before(module: MakeModule, wali: WaliRun, wali_run: WaliRun, tmp_path: Path) -> None:
    """From the cache, and from a file of compiled code."""
    path = module(program("(call $end)", START_ONE + "(call $await (i32.const 1)) (call $exit (i32.const 12))"))
    assert [wali_run(path).returncode for _ in range(3)] == [12, 12, 12]
    compiled = tmp_path / "prog.cwasm"
    assert wali("compile", path, "-o", compiled).returncode == 0
    assert wali_run(compiled).returncode == 12
