"""Modules made by hand to mislead the runtime: refused, or ended like any program that went wrong."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun, assemble
from tests.support.tools import ROOT
from wali import fixcalls
from wali.errors import WaliError
from wali.module import inspection, loader

Module = Callable[..., Path]

SIGNAL_TO_ENTRY_5 = """
  (i32.store (i32.const 16) (i32.const 5))
  (drop (call $sigaction (i32.const 10) (i32.const 16) (i32.const 0) (i32.const 8)))
  (drop (call $kill (i32.wrap_i64 (call $getpid)) (i32.const 10)))"""
THREAD_OF_ENTRY_5 = """
  (drop (call $exit (i32.sub (i32.const 0) (call $spawn (i32.const 5) (i32.const 0)))))"""
EINVAL = 22


def program(body: str, imports: str = "", more: str = "") -> str:
    """A module that has the calls which take an index into table 0, and no table."""
    return f"""(module {imports}
  (import "wali" "SYS_rt_sigaction" (func $sigaction (param i32 i32 i32 i32) (result i64)))
  (import "wali" "SYS_kill" (func $kill (param i32 i32) (result i64)))
  (import "wali" "SYS_getpid" (func $getpid (result i64)))
  (import "wali" "SYS_exit_group" (func $exit (param i32) (result i64)))
  (import "wali" "__wasm_thread_spawn" (func $spawn (param i32 i32) (result i32)))
  (memory (export "memory") 1 2)
  (global $sp (export "__stack_pointer") (mut i32) (i32.const 60000))
  {more}
  (func (export "_start") {body}))"""


@pytest.mark.parametrize(
    "start",
    [
        '(func (export "_start") (param i64 i64 i64 i64))',
        f'(func (export "_start") (result {"i64 " * 64}) {"(i64.const -1)" * 64})',
        '(import "wali" "SYS_read" (func (param i32 i32 i32) (result i64))) (export "_start" (func 0))',
        '(import "wali" "setjmp" (func (param i32) (result i32))) (export "_start" (func 0))',
        '(import "wali" "__proc_exit" (func (param i32))) (export "_start" (func 0))',
        '(import "wali" "nobody_knows_this" (func)) (export "_start" (func 0))',
    ],
    ids=["parameters", "results", "read", "setjmp", "exit", "unknown"],
)
def test_start_of_another_type(module: Module, wali_run: WaliRun, start: str) -> None:
    """It would read its parameters from the host's stack, and write its results there."""
    where = '(memory (export "memory") 1 2)'
    text = f"(module {start} {where})" if start.startswith("(import") else f"(module {where} {start})"
    done = wali_run(str(module(text)))
    assert done.returncode == -signal.SIGABRT
    assert "_start is not a function of its own" in done.stderr


REFERENCES = {
    "exnref": (
        "(tag $tag (param i64)) (table 10 (ref null exn))",
        "(block $caught (result exnref) (try_table (catch_all_ref $caught) "
        "(throw $tag (i64.const 0x4141414141410000))) (unreachable))",
    ),
    "i31ref": ("(table 10 (ref null i31))", "(ref.i31 (i32.const 0x1234567))"),
    "externref": ("(table 10 externref)", "(extern.convert_any (ref.i31 (i32.const 0x1234567)))"),
}


@pytest.mark.parametrize("kind", REFERENCES)
def test_table_of_something_else(module: Module, wali_run: WaliRun, kind: str) -> None:
    """Handlers and threads are found in table 0, whose elements need not be functions."""
    table, value = REFERENCES[kind]
    store = f"(table.set (i32.const 5) {value})"
    done = wali_run(str(module(program(store + SIGNAL_TO_ENTRY_5, more=table))))
    assert done.returncode == -signal.SIGSEGV
    assert "a signal handler is not a function of its type" in done.stderr
    done = wali_run(str(module(program(store + THREAD_OF_ENTRY_5, more=table))))
    assert (done.returncode, done.stderr) == (EINVAL, "")


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("setjmp", "(param i32) (result i32)"),
        ("sigsetjmp", "(param i32 i32) (result i32)"),
        ("longjmp", "(param i32 i32)"),
        ("__cl_copy_argv", "(param i32 i32) (result i32)"),
        ("SYS_sched_yield", "(result i64)"),
        ("nobody_knows_this", "(param i32 i32)"),
    ],
)
def test_import_as_handler_or_thread(module: Module, wali_run: WaliRun, name: str, types: str) -> None:
    """Those that look for their caller's frame must not be called by the host."""
    table = "(table 10 funcref) (elem (i32.const 5) func $entry)"
    imported = f'(import "wali" "{name}" (func $entry {types}))'
    done = wali_run(str(module(program(SIGNAL_TO_ENTRY_5, imported, table))))
    assert done.returncode == -signal.SIGSEGV
    assert "a signal handler is not a function of its type" in done.stderr
    done = wali_run(str(module(program(THREAD_OF_ENTRY_5, imported, table))))
    assert (done.returncode, done.stderr) == (EINVAL, "")


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("setjmp", "(param i32)"),
        ("setjmp", "(param i32) (result i64)"),
        ("__sigsetjmp", "(param i32 i32)"),
        ("longjmp", "(param i32 i32) (result i32)"),
    ],
)
def test_jumps_have_one_type(module: Module, wali_run: WaliRun, name: str, types: str) -> None:
    """What finds the calling frame is one for each type of import."""
    done = wali_run(str(module(program("", f'(import "wali" "{name}" (func {types}))'))))
    assert done.returncode == 126
    assert f"import wali.{name} has a type that no call has" in done.stderr


def test_setjmp_by_tail_calls(module: Module, wali_run: WaliRun) -> None:
    """The function that called setjmp has no frame any more: its caller is the one to return to."""
    text = program(
        """(local $r i32)
        (local.set $r (call $outer (i32.const 16)))
        (if (i32.lt_u (global.get $n) (i32.const 5))
          (then
            (global.set $n (i32.add (global.get $n) (i32.const 1)))
            (call $longjmp (i32.const 16) (i32.const 7))))
        (drop (call $exit (local.get $r)))""",
        '(import "wali" "setjmp" (func $setjmp (param i32) (result i32)))'
        '(import "wali" "longjmp" (func $longjmp (param i32 i32)))',
        "(global $n (mut i32) (i32.const 0))"
        "(func $inner (param i32) (result i32) (return_call $setjmp (local.get 0)))"
        "(func $outer (param i32) (result i32) (return_call $inner (local.get 0)))",
    )
    done = wali_run(str(module(text)))
    assert (done.returncode, done.stderr) == (7, "")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The bytes with some damage, mostly near the beginning, where the lengths and counts are."""
    out = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 3, 8])):
        at = dice.randrange(min(len(out), 600) if dice.random() < 0.7 else len(out))
        kind = dice.randrange(5)
        if kind == 0:
            out[at] = dice.randrange(256)
        elif kind == 1:
            out[at : at + 1] = bytes([0xFF, 0xFF, 0xFF, 0xFF, dice.choice([0x0F, 0x7F, 0xFF])])
        elif kind == 2:
            del out[at : at + dice.choice([1, 2, 5])]
        elif kind == 3:
            out[at:at] = dice.randbytes(dice.choice([1, 4, 9]))
        else:
            source = dice.randrange(len(out))
            out[at : at + 16] = out[source : source + 16]
    return bytes(out)


def test_damaged_modules_are_told_not_traced() -> None:
    """Whatever is wrong with a module, what reads it raises nothing but its own error."""
    dice = random.Random(50)
    originals = [
        assemble(program(SIGNAL_TO_ENTRY_5, more="(table 10 funcref) (elem (i32.const 5) func $kill)")),
        (ROOT / "wali/demo/demo.wasm").read_bytes(),
    ]
    for _ in range(1500):
        data = mutated(dice.choice(originals), dice)
        for read in (loader.load, inspection.inspect, fixcalls.fix):
            try:
                read(data)
            except WaliError:
                continue


def test_names_do_not_reach_the_terminal_as_commands(module: Module, wali_run: WaliRun, wali: WaliRun) -> None:
    text = r"""(module
      (import "e\1b[2Jx" "y" (func (param i32)))
      (import "wali" "SYS_\1b]0;title\07" (func))
      (memory (export "memory") 1 2)
      (func (export "_start")) (func (export "\1b[31mred")))"""
    path = str(module(text))
    for done in (wali_run(path), wali("inspect", path)):
        assert done.returncode != 0
        assert "\\x1b[2Jx" in done.stdout + done.stderr
        assert not set("\033\a") & set(done.stdout + done.stderr)
    trap = r'(module (memory (export "memory") 1 2) (func $"a\1b[2Jz" (export "_start") unreachable))'
    done = wali_run(str(module(trap)))
    assert done.returncode == -signal.SIGILL
    assert "a?[2Jz" in done.stderr
