"""Modules made by hand to mislead the runtime: refused, or ended like any program that went wrong."""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun, assemble
from tests.support.tools import ROOT
from wali import ffi, fixcalls
from wali.compiled import cwasm_file
from wali.errors import WaliError
from wali.module import inspection, interfaces, loader

Module = Callable[..., Path]

SIGNAL_TO_ENTRY_5 = """
  (i32.store (i32.const 16) (i32.const 5))
  (drop (call $sigaction (i32.const 10) (i32.const 16) (i32.const 0) (i32.const 8)))
  (drop (call $kill (i32.wrap_i64 (call $getpid)) (i32.const 10)))"""
THREAD_OF_ENTRY_5 = """
  (drop (call $exit (i32.sub (i32.const 0) (call $spawn (i32.const 5) (i32.const 0)))))"""
EINVAL = 22


Unchecked = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def unchecked(module: Module, wali_run: WaliRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Unchecked:
    """Runs a module whose types the loader has not looked at: the core alone keeps it from running."""

    def run(text: str) -> subprocess.CompletedProcess[str]:
        ffi.engine_open()
        with monkeypatch.context() as patch:
            patch.setattr(loader, "_check_entry_point", lambda _: None)
            patch.setattr(interfaces, "fits_auxiliary", lambda *_: True)
            cwasm_file.write_compiled(str(module(text)), str(tmp_path / "prog.cwasm"))
        return wali_run(tmp_path / "prog.cwasm")

    return run


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
def test_start_of_another_type(module: Module, wali_run: WaliRun, unchecked: Unchecked, start: str) -> None:
    """It would read its parameters from the host's stack, and write its results there."""
    where = '(memory (export "memory") 1 2)'
    text = f"(module {start} {where})" if start.startswith("(import") else f"(module {where} {start})"
    assert wali_run(module(text)).returncode == 126
    for name in ("_start", "main"):
        done = unchecked(text.replace("_start", name))
        assert done.returncode == -signal.SIGABRT
        assert f"{name} is not a function of its own" in done.stderr


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


@pytest.mark.parametrize("types", ["(param v128)", "(param i32 v128)", "(param i32) (result v128)", "(param f32)"])
def test_values_that_are_no_integers(
    module: Module, wali_run: WaliRun, unchecked: Unchecked, monkeypatch: pytest.MonkeyPatch, types: str
) -> None:
    """Nothing asks the engine for a number of such a type, which has none for vectors."""
    function = f"(table 10 funcref) (elem (i32.const 5) func $entry) (func $entry {types} (unreachable))"
    done = wali_run(str(module(program(SIGNAL_TO_ENTRY_5, more=function))))
    assert done.returncode == -signal.SIGSEGV
    assert "a signal handler is not a function of its type" in done.stderr
    done = wali_run(str(module(program(THREAD_OF_ENTRY_5, more=function))))
    assert (done.returncode, done.stderr) == (EINVAL, "")
    imported = program("", f'(import "wali" "SYS_read" (func {types}))')
    done = wali_run(str(module(imported)))
    assert (done.returncode, "has a type that no call has" in done.stderr) == (126, True)
    monkeypatch.setattr(interfaces, "wrong_type", lambda *_: "")
    done = unchecked(imported)
    assert done.returncode == 126
    assert "its import wali.SYS_read has a type that it has nowhere" in done.stderr


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
def test_jumps_have_one_type(module: Module, wali_run: WaliRun, unchecked: Unchecked, name: str, types: str) -> None:
    """What finds the calling frame is one for each type of import."""
    text = program("", f'(import "wali" "{name}" (func {types}))')
    done = wali_run(module(text))
    assert (done.returncode, f"import wali.{name} has the wrong type" in done.stderr) == (126, True)
    done = unchecked(text)
    assert (done.returncode, f"import wali.{name} has a type that it has nowhere" in done.stderr) == (126, True)


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
    assert "a\\x1b[2Jz" in done.stderr


OBJECTS = {
    "structs": ("(type $s (struct (field i64 i64 i64 i64)))", "(drop (struct.new_default $s))"),
    "exceptions": ("(tag $t)", "(block $caught (try_table (catch $t $caught) (throw $t)))"),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_garbage_is_collected_deep_in_a_recursion(module: Module, wali_run: WaliRun, kind: str) -> None:
    """Where the runtime would have given functions other return addresses, which the collector does not know."""
    more, body = OBJECTS[kind]
    text = f"""(module
  (import "wali" "SYS_prctl" (func $prctl (param i32 i64 i64 i64 i64) (result i64)))
  (memory (export "memory") 2 2)
  (global $sp (export "__stack_pointer") (mut i32) (i32.const 65536))
  {more}
  (func $much (param $left i32)
    (loop $again
      {body}
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
  (func $deep (param $left i32) (result i32)
    (if (i32.eqz (local.get $left)) (then (call $much (i32.const 200000)) (return (i32.const 0))))
    (i32.add (call $deep (i32.sub (local.get $left) (i32.const 1))) (i32.const 1)))
  (func (export "_start")
    (drop (call $prctl (i32.const 0x57414c49) (i64.const 3) (i64.const 1024) (i64.const 65536) (i64.const 0)))
    (drop (call $deep (i32.const 300000)))))"""
    done = wali_run(str(module(text)))
    assert (done.returncode, done.stderr) == (0, "")


def test_longjmp_to_a_function_that_has_other_callers_now(module: Module, wali_run: WaliRun) -> None:
    """It lies where it did, and returns to where it did; but its caller's caller would get back the registers that
    another function had there."""

    def caller(name: str, jumps: int) -> str:
        return f"""(func ${name} (param i64 i64 i64 i64 i64) (result i64)
    (call $middle (i32.const {jumps}))
    (if (i64.gt_u (local.get 0) (i64.const 9)) (then (drop (call $exit (i32.const {jumps * 99})))))
    (i64.store (i32.const 2056) (local.get 1))
    (i64.xor (i64.xor (local.get 0) (local.get 1)) (i64.xor (i64.xor (local.get 2) (local.get 3)) (local.get 4))))"""

    text = f"""(module
  (import "wali" "setjmp" (func $setjmp (param i32) (result i32)))
  (import "wali" "longjmp" (func $longjmp (param i32 i32)))
  (import "wali" "SYS_exit_group" (func $exit (param i32) (result i64)))
  (memory (export "memory") 2 2)
  (global $sp (export "__stack_pointer") (mut i32) (i32.const 65536))
  (func $inner (param i32)
    (if (local.get 0) (then (call $longjmp (i32.const 1024) (i32.const 1)) (unreachable)))
    (drop (call $setjmp (i32.const 1024))))
  (func $middle (param i32) (call $inner (local.get 0)))
  {caller("sets", 0)}
  {caller("jumps", 1)}
  (func (export "_start")
    (drop (call $sets (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5)))
    (drop (call $jumps (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5)))))"""
    done = wali_run(str(module(text)))
    assert done.returncode == -signal.SIGABRT
    assert "the function that called setjmp has returned" in done.stderr


UNCAUGHT = {
    "none": ("", True),
    "of another type": ('(func (export "__wali_uncaught") (param i64) (call $say))', True),
    "with a result": ('(func (export "__wali_uncaught") (param i32) (result i32) (call $say) (i32.const 1))', True),
    "no function": ('(global (export "__wali_uncaught") i32 (i32.const 1))', True),
    "an import": ('(export "__wali_uncaught" (func $exit))', True),
    "returns": ('(func (export "__wali_uncaught") (param i32) (call $say))', True),
    "throws again": ('(func (export "__wali_uncaught") (param i32) (call $say) (throw $tag (i32.const 9)))', True),
    "tells, and traps": ('(func (export "__wali_uncaught") (param i32) (call $tell) (call $say) (unreachable))', False),
}


@pytest.mark.parametrize("kind", UNCAUGHT)
@pytest.mark.parametrize("tag", ["i32", "i64", "externref", "i32 i32", ""])
def test_exceptions_that_nothing_catches(module: Module, wali_run: WaliRun, kind: str, tag: str) -> None:
    """What a module exports to be told of them is called if it is a function for that, and ends the program anyway."""
    function, is_said = UNCAUGHT[kind]
    values = " ".join("(ref.null extern)" if one == "externref" else f"({one}.const 7)" for one in tag.split())
    if "throws" in kind:
        function = function.replace("(i32.const 9)", values)
    done = wali_run(
        module(f"""(module
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_exit_group" (func $exit (param i32) (result i64)))
  (import "wali" "SYS_prctl" (func $prctl (param i32 i64 i64 i64 i64) (result i64)))
  (memory (export "memory") 2 2)
  (global $sp (export "__stack_pointer") (mut i32) (i32.const 65536))
  (tag $tag (param {tag}))
  (data (i32.const 16) "told")
  (func $say (drop (call $write (i32.const 1) (i32.const 16) (i32.const 4))))
  (func $tell (drop (call $prctl (i32.const 0x57414c49) (i64.const 5) (i64.const 0) (i64.const 0) (i64.const 0))))
  {function}
  (func $deep (throw $tag {values}))
  (func (export "_start") (call $tell) (call $deep)))""")
    )
    is_called = tag == "i32" and kind in ("returns", "throws again", "tells, and traps")
    assert done.stdout == ("told" if is_called else "")
    if is_called and not is_said:
        assert done.returncode == -signal.SIGILL
        assert "unreachable code" in done.stderr
        assert "deep" in done.stderr
        return
    assert done.returncode == -signal.SIGABRT
    assert done.stderr.count("an exception that nothing catches (SIGABRT)") == 1
