"""Programs that are not as usual, and run: a main without _start, no memory, stdio that nobody flushes.

And those that end for a reason that no C program has: one line of our own says it, and one backtrace.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, WaliRun, assemble
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from wali.errors import WaliFormatError
from wali.module import binary, loader

Module = Callable[..., Path]
MEMORY = '(memory (export "memory") 2 16)'
WRITE = '(import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))'
EXIT = '(import "wali" "__proc_exit" (func $exit (param i32)))'


# --- main without _start ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["main", "__main_argc_argv"])
@pytest.mark.parametrize(
    ("types", "body", "status"),
    [
        ("(result i32)", "(i32.const 7)", 7),
        ("(result i32)", "(i32.const 263)", 7),
        ("", "", 0),
        ("(param $argc i32) (param $argv i32) (result i32)", "(local.get $argc)", 3),
        ("(param $argc i32) (param $argv i32)", "", 0),
    ],
)
def test_a_main_without_start(module: Module, wali_run: WaliRun, name: str, types: str, body: str, status: int) -> None:
    path = module(f'(module {MEMORY} (func (export "{name}") {types} {body}))')
    for words in ([], [], ["--no-cache"], ["--fix-calls"]):
        done = wali_run(*words, path, "one", "two")
        assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


# Prints its arguments, each with its NUL; the last pointer must be null.
ARGUMENTS = f"""(module {WRITE} {MEMORY}
  (func $length (param $text i32) (result i32) (local $end i32)
    (local.set $end (local.get $text))
    (loop $next
      (local.set $end (i32.add (local.get $end) (i32.const 1)))
      (br_if $next (i32.load8_u (i32.sub (local.get $end) (i32.const 1)))))
    (i32.sub (local.get $end) (local.get $text)))
  (func (export "main") (param $argc i32) (param $argv i32) (result i32) (local $text i32)
    (loop $next
      (local.set $text (i32.load (local.get $argv)))
      (drop (call $write (i32.const 1) (local.get $text) (call $length (local.get $text))))
      (local.set $argv (i32.add (local.get $argv) (i32.const 4)))
      (br_if $next (local.tee $argc (i32.sub (local.get $argc) (i32.const 1)))))
    (i32.load (local.get $argv))))"""


def test_main_gets_its_arguments(module: Module, wali_run: WaliRun) -> None:
    long = "x" * 100_000
    done = wali_run("--argv0=name", module(ARGUMENTS), "one", "", long)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\0") == ["name", "one", "", long, ""]


def test_main_without_room_for_arguments(module: Module, wali_run: WaliRun) -> None:
    """It is told that there are none: who ignores them runs."""
    text = '(module (memory 1 1) (func (export "main") (param i32 i32) (result i32) (local.get 0)))'
    assert wali_run(module(text), "x").returncode == 0


@pytest.mark.parametrize("name", ["_initialize", "__wasm_call_ctors"])
def test_what_runs_before_main(module: Module, wali_run: WaliRun, name: str) -> None:
    text = f"""(module {MEMORY} (global $n (mut i32) (i32.const 1))
      (func (export "{name}") (global.set $n (i32.const 9)))
      (func (export "main") (result i32) (global.get $n)))"""
    assert wali_run(module(text)).returncode == 9


def test_start_precedes_main(module: Module, wali_run: WaliRun) -> None:
    text = f"""(module {EXIT} {MEMORY} (func (export "main") (result i32) (i32.const 1))
      (func (export "_start") (call $exit (i32.const 2))))"""
    assert wali_run(module(text)).returncode == 2


def test_main_ends_as_it_likes(module: Module, wali_run: WaliRun) -> None:
    """By exit, by a trap with its backtrace, by a signal."""
    text = f'(module {EXIT} {MEMORY} (func (export "main") (result i32) (call $exit (i32.const 5)) (i32.const 1)))'
    assert wali_run(module(text)).returncode == 5
    done = wali_run(module(f'(module {MEMORY} (func $main (export "main") (result i32) unreachable))'))
    assert done.returncode == -4
    assert done.stderr.splitlines()[1].endswith(" main")


REFUSED = {
    '(func (export "main") (param i32))': "its main has the type (i32) -> nothing, where programs have (i32, i32) ->",
    '(func (export "main") (result i64) (i64.const 0))': "its main has the type () -> i64",
    '(func (export "main") (param i32 i64) (result i32) (i32.const 0))': "its main has the type (i32, i64) -> i32",
    '(func (export "_start") (param i32))': "its _start has the type (i32) -> nothing, where programs have () -> nothing",
    '(func (export "_start") (result i32) (i32.const 0))': "its _start has the type () -> i32",
    '(global (export "main") i32 (i32.const 0))': "not a program: it exports no function _start or main",
    '(export "main" (func $f))': "its main is an import, not a function of its own",
    '(export "_start" (func $f))': "its _start is an import, not a function of its own",
}


@pytest.mark.parametrize("parts", REFUSED)
def test_an_entry_point_that_is_none(module: Module, wali_run: WaliRun, wali: WaliRun, parts: str) -> None:
    path = module(f'(module (import "wali" "SYS_fork" (func $f (result i32))) {MEMORY} {parts})')
    done = wali_run(path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
    assert REFUSED[parts] in done.stderr
    assert f"cannot run: {REFUSED[parts]}" in wali("inspect", path).stdout


AUXILIARY_TYPES = {
    '"setjmp" (func (param i64) (result i32))': False,
    '"setjmp" (func (param i32) (result i64))': False,
    '"longjmp" (func (param i32 i32) (result i32))': False,
    '"__proc_exit" (func (param i64))': False,
    '"__proc_exit" (func)': False,
    '"__cl_get_argc" (func)': False,
    '"__cl_get_argc" (func (result i32))': True,
    '"__cl_get_argc" (func (result i64))': True,
    '"__proc_exit" (func (param i32) (result i32))': True,
    '"longjmp" (func (param i32 i32))': True,
}


@pytest.mark.parametrize("declared", AUXILIARY_TYPES)
def test_imports_that_are_no_calls_have_one_type(
    module: Module, wali_run: WaliRun, wali: WaliRun, declared: str
) -> None:
    """What inspect says, and what the core does, are the same."""
    path = module(f'(module (import "wali" {declared}) {MEMORY} (func (export "_start")))')
    runs = AUXILIARY_TYPES[declared]
    assert wali("inspect", path).returncode == (0 if runs else 1)
    done = wali_run(path)
    assert (done.returncode, done.stdout) == (0 if runs else 126, "")
    if not runs:
        name = declared.split('"')[1]
        assert f"its import wali.{name} has the wrong type (" in done.stderr


# --- no memory --------------------------------------------------------------------------------------------------------


def test_a_module_without_memory(module: Module, wali_run: WaliRun, wali: WaliRun) -> None:
    """It runs; no address is good."""
    text = f"""(module {WRITE} {EXIT}
      (import "wali" "SYS_getpid" (func $pid (result i64)))
      (import "wali" "SYS_mmap" (func $map (param i32 i32 i32 i32 i32 i64) (result i64)))
      (func (export "_start")
        (if (i64.le_s (call $pid) (i64.const 0)) (then (call $exit (i32.const 1))))
        (if (i64.ne (call $write (i32.const 1) (i32.const 0) (i32.const 1)) (i64.const -14))
          (then (call $exit (i32.const 2))))
        (if (i64.ne (i64.const -12) (call $map
              (i32.const 0) (i32.const 4096) (i32.const 3) (i32.const 34) (i32.const -1) (i64.const 0)))
          (then (call $exit (i32.const 3))))
        (call $exit (i32.const 4))))"""
    path = module(text)
    for words in ([], [], ["--max-memory=64M"]):
        done = wali_run(*words, path)
        assert (done.returncode, done.stdout, done.stderr) == (4, "", "")
    report = wali("inspect", path).stdout
    assert "can run\n" in report
    assert "memory       none\n" in report
    assert wali_run(module('(module (func (export "main") (result i32) (i32.const 3)))')).returncode == 3


# --- stdio that nobody flushes ----------------------------------------------------------------------------------------

# As the toolchain makes them that defined the binary interface: _start asks __deinit if main returns 0, and leaves.
# `$held` is what a stream holds; __stdio_exit, known by its name alone, writes it.
UNFLUSHED = """(module
  (import "wali" "__init" (func $init (result i32)))
  (import "wali" "__deinit" (func $deinit (result i32)))
  {imports}
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 2 shared)
  (global $held (mut i32) (i32.const 0))
  (data $text "held\\n")
  (func {name}{types}
    {more}
    (drop (call $write (i32.const 1) (i32.const 8) (global.get $held)))
    (global.set $held (i32.const 0)){result})
  (func $main (result i32)
    (memory.init $text (i32.const 8) (i32.const 0) (i32.const 5))
    (global.set $held (i32.const 5))
    (i32.const {status}))
  (func (export "_start") (local $status i32)
    (drop (call $init))
    {start}
    (local.set $status (call $main))
    (if (i32.eqz (local.get $status)) (then
      (drop (call $deinit))
      {again}))
    (call $exit (local.get $status))))"""


def unflushed(**parts: str) -> str:
    usual = {"name": "$__stdio_exit", "status": "0"}
    others = dict.fromkeys(("imports", "types", "more", "result", "start", "again"), "")
    return UNFLUSHED.format(**{**others, **usual, **parts})


def test_deinit_writes_what_stdio_holds(module: Module, wali_run: WaliRun) -> None:
    for words in ([], [], ["--fix-calls"], ["--trace=/dev/null"]):
        done = wali_run(*words, module(unflushed()))
        assert (done.returncode, done.stdout, done.stderr) == (0, "held\n", "")


@pytest.mark.parametrize(
    "parts",
    [
        {"status": "3"},  # then libc does not ask
        {"name": "$other"},
        {"name": ""},
        {"types": " (result i32)", "result": "(i32.const 0)"},  # no such function of stdio's
        # The SDK's libc, which tells where its strings are, writes by itself, and a second time would wait for ever.
        {
            "imports": '(import "wali" "SYS_prctl" (func $prctl (param i32 i64 i64 i64 i64) (result i64)))',
            "start": "(drop (call $prctl (i32.const 0x57414c49) (i64.const 2) (i64.const 0) (i64.const 0) (i64.const 0)))",
        },
    ],
)
def test_what_is_left_alone(module: Module, wali_run: WaliRun, parts: dict[str, str]) -> None:
    done = wali_run(module(unflushed(**parts)))
    assert (done.returncode, done.stdout, done.stderr) == (int(parts.get("status", "0")), "", "")


def test_it_is_written_once(module: Module, wali_run: WaliRun) -> None:
    again = "(global.set $held (i32.const 5)) (drop (call $deinit))"
    assert wali_run(module(unflushed(again=again))).stdout == "held\n"


def test_what_happens_meanwhile(module: Module, wali_run: WaliRun) -> None:
    """The function may end the process, or fail: its trap has a backtrace."""
    assert wali_run(module(unflushed(more="(call $exit (i32.const 9))"))).returncode == 9
    done = wali_run(module(unflushed(more="unreachable")))
    assert (done.returncode, done.stdout) == (-4, "")
    assert done.stderr.splitlines()[1].endswith(" __stdio_exit")


PRINTS = '#include <stdio.h>\nint main(void) { printf("once\\n"); return 0; }\n'


def test_the_sdks_programs_write_once(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    path = cc.build(PRINTS, "-g")
    assert b"wali:stdio_exit" in loader.load(path.read_bytes()).wasm
    done = wali_run(path, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n", "")


# --- ends of other languages ------------------------------------------------------------------------------------------

ENDS = {
    "(tag $t) (func $inner (throw $t))": (-6, "an exception that nothing catches (SIGABRT)"),
    "(tag $t (param i32)) (func $inner (throw $t (i32.const 1)))": (-6, "an exception that nothing catches (SIGABRT)"),
    "(func $inner (throw_ref (ref.null exn)))": (-11, "use of a null reference (SIGSEGV)"),
    "(type $s (struct (field i32))) (func $inner (drop (struct.get $s 0 (ref.null $s))))": (
        -11,
        "use of a null reference (SIGSEGV)",
    ),
    "(type $a (array i8)) (func $inner (drop (array.get_u $a (array.new_default $a (i32.const 4)) (i32.const 9))))": (
        -11,
        "array access out of bounds (SIGSEGV)",
    ),
    "(type $a (array i8)) (func $inner (drop (array.new_default $a (i32.const -1))))": (
        -6,
        "an object that is too large (SIGABRT)",
    ),
    "(type $a (array i8)) (type $s (struct)) (func $inner"
    " (drop (ref.cast (ref $s) (array.new_default $a (i32.const 4)))))": (
        -6,
        "cast of a reference to another type (SIGABRT)",
    ),
}


@pytest.mark.parametrize("parts", ENDS)
def test_one_reason_and_one_backtrace(module: Module, wali_run: WaliRun, parts: str) -> None:
    path = module(f'(module {parts} {MEMORY} (func $outer (export "_start") (call $inner)))')
    status, reason = ENDS[parts]
    for _ in range(2):
        done = wali_run(path)
        first, inner, outer = done.stderr.splitlines()
        assert (done.returncode, done.stdout, first) == (status, "", f"wali: {path}: {reason}")
        assert (inner.split()[-1], outer.split()[-1]) == ("inner", "outer")


SET_UP = {
    '(data (i32.const 131070) "abc") (func (export "_start"))': "the module's data do not fit into its memory (SIGSEGV)",
    '(table 1 funcref) (elem (i32.const 1) $f) (func $f (export "_start"))': (
        "the module's functions do not fit into its table (SIGSEGV)"
    ),
    '(tag $t) (func $f (throw $t)) (start $f) (func (export "_start"))': "an exception that nothing catches (SIGABRT)",
    '(func $f unreachable) (start $f) (func (export "_start"))': "unreachable code (SIGILL)",
}


@pytest.mark.parametrize("parts", SET_UP)
def test_a_module_that_cannot_be_set_up(module: Module, wali_run: WaliRun, parts: str) -> None:
    path = module(f"(module {MEMORY} {parts})")
    done = wali_run(path)
    assert (done.returncode < 0, done.stdout) == (True, "")
    assert done.stderr.splitlines()[0] == f"wali: {path}: {SET_UP[parts]}"
    assert "Caused by" not in done.stderr


# --- numbers that lie -------------------------------------------------------------------------------------------------

SMALL = """(module (type (func)) (import "wali" "SYS_getpid" (func (result i64))) (tag $t) (memory (export "memory") 1 2)
  (table 3 funcref) (global (mut i32) (i32.const 5)) (func $f (local i32 i64)) (elem (i32.const 0) $f)
  (data (i32.const 0) "abc") (func $named (export "_start") (call $f)))"""
NUMBERS = (b"\xff\xff\xff\xff\x0f", b"\xff\xff\xff\xff\x7f", b"\x80\x80\x80\x80\x08", b"\xff" * 11, b"\xff" * 200)


def test_huge_numbers_are_one_line() -> None:
    """In place of each byte, and before it: sizes, counts, indices, names."""
    from wali.fixcalls import fix
    from wali.module import inspection

    data = assemble(SMALL)
    for place in range(8, len(data)):
        for number in NUMBERS:
            for rest in (place, place + 1):
                for read in (inspection.inspect, loader.load, fix):
                    said = ""
                    try:
                        read(data[:place] + number + data[rest:])
                    except WaliFormatError as error:
                        said = str(error)
                    assert "\n" not in said
                    assert len(said) < 400


def test_long_names_and_types_are_cut(module: Module, wali_run: WaliRun) -> None:
    for imported in (
        f'"{"x" * 50_000}" "f" (func)',
        f'"wali" "{"x" * 50_000}" (func (param f32))',
        f'"wali" "SYS_read" (func {"(param i32)" * 900})',
    ):
        done = wali_run(module(f'(module (import {imported}) {MEMORY} (func (export "_start")))'))
        assert (done.returncode, done.stderr.count("\n")) == (126, 1)
        assert len(done.stderr) < 600


@pytest.mark.parametrize("field", [3, 4, 5])
@pytest.mark.parametrize("value", ["9" * 30, "9" * 5000, f"-{'9' * 30}", "-1", "x"])
def test_a_compiled_file_that_lies(
    module: Module, wali: WaliRun, wali_run: WaliRun, tmp_path: Path, field: int, value: str
) -> None:
    """Its length, checksum and distance."""
    path = tmp_path / "prog.cwasm"
    assert wali("compile", module(MINIMAL), "-o", path).returncode == 0
    head, newline, rest = path.read_bytes().partition(b"\n")
    words = head.split(b" ")
    words[field] = value.encode()
    path.write_bytes((b" ".join(words) + newline + rest)[: 1 << 20])
    done = wali_run(path)
    if (field, value) != (5, "-1"):  # of that, only backtraces would be wrong
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
        assert "compile it again" in done.stderr


def test_names_by_type() -> None:
    def functions(*pairs: tuple[str, int]) -> list[binary.Import]:
        return [binary.Import("wali", name, binary.K_FUNCTION, kind) for name, kind in pairs]

    assert loader.names_by_type(functions(("a", 0), ("b", 1), ("a", 0))) == {}
    found = loader.names_by_type(functions(("a", 0), ("a", 1), ("a:2", 0), ("a", 1), ("a", 2), ("a", 0)))
    assert found == {1: "a:3", 3: "a:3", 4: "a:4"}
