"""Modules that are not of our SDK's making: the shapes that other WALI toolchains give them.

What is written out here follows the binary interface alone: a shared memory that the module defines, a start
function that fills it once, start-up imports, system calls of other widths and arities, names that the kernel
does not have, imports that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun

Module = Callable[..., Path]

FRAME = """
(module
  {imports}
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2 32768 shared)
  (table 4 funcref)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (global $__tls_base (mut i32) (i32.const 0))
  (data $text "hello\\n")
  (func $fill
    (if (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 1020) (i32.const 0) (i32.const 1)))
      (then (memory.init $text (i32.const 1024) (i32.const 0) (i32.const 6)))))
  (start $fill)
  {functions}
  (func (export "_start") {body})
  {more})
"""


def foreign(imports: str, body: str, functions: str = "", more: str = "") -> str:
    """The text of a module whose _start has that body; $exit and the text at 1024 are there."""
    return FRAME.format(imports=imports, body=body, functions=functions, more=more)


@pytest.mark.parametrize("prefix", ["SYS_", "__syscall_SYS_"])
@pytest.mark.parametrize(
    ("types", "call"),
    [
        ("(param i32 i32 i32) (result i64)", "(i32.const 1) (i32.const 1024) (i32.const 6)"),
        ("(param i32 i32 i64) (result i64)", "(i32.const 1) (i32.const 1024) (i64.const 6)"),
        ("(param i64 i64 i64) (result i64)", "(i64.const 1) (i64.const 1024) (i64.const 6)"),
        (
            "(param i32 i32 i32 i32 i32 i32) (result i64)",
            "(i32.const 1) (i32.const 1024) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9)",
        ),
    ],
)
def test_write_of_any_type(module: Module, wali_run: WaliRun, prefix: str, types: str, call: str) -> None:
    """Each import is bound by the type that the module declares."""
    text = foreign(
        f'(import "wali" "{prefix}write" (func $write {types}))',
        f"(call $exit (i32.wrap_i64 (call $write {call})))",
    )
    done = wali_run(str(module(text)))
    assert (done.stdout, done.returncode, done.stderr) == ("hello\n", 6, "")


def test_a_result_of_32_bits_or_none(module: Module, wali_run: WaliRun) -> None:
    """SYS_exit appears with and without a result."""
    text = foreign(
        '(import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i32)))'
        '(import "wali" "SYS_exit_group" (func $leave (param i32)))',
        "(call $leave (i32.add (i32.const 30) (call $write (i32.const 1) (i32.const 1024) (i32.const 6))))",
    )
    done = wali_run(str(module(text)))
    assert (done.stdout, done.returncode) == ("hello\n", 36)


@pytest.mark.parametrize("types", ["(param i32 i32 i32)", "(param i32 i64 i32)"])
def test_poll_as_both_libcs_declare_it(module: Module, wali_run: WaliRun, types: str) -> None:
    """nfds is 64 bits wide in C's header and 32 in Rust's; the timeout of -1 keeps its sign, 0 returns at once."""
    wide = "i64" if "i64" in types else "i32"
    text = foreign(
        f'(import "wali" "SYS_poll" (func $poll {types} (result i64)))',
        f"(call $exit (i32.wrap_i64 (call $poll (i32.const 0) ({wide}.const 0) (i32.const 0))))",
    )
    assert wali_run(str(module(text))).returncode == 0


def test_narrow_arguments_widen_by_their_meaning(module: Module, wali_run: WaliRun) -> None:
    """lseek's offset is signed: an i32 of -2 stays -2, whatever is declared. memfd: 6 bytes, end - 2 = 4."""
    text = foreign(
        '(import "wali" "SYS_memfd_create" (func $memfd (param i32 i32) (result i64)))'
        '(import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))'
        '(import "wali" "SYS_lseek" (func $lseek (param i32 i32 i32) (result i64)))',
        "(local $fd i32)"
        "(local.set $fd (i32.wrap_i64 (call $memfd (i32.const 1024) (i32.const 0))))"
        "(drop (call $write (local.get $fd) (i32.const 1024) (i32.const 6)))"
        "(call $exit (i32.wrap_i64 (call $lseek (local.get $fd) (i32.const -2) (i32.const 2))))",
    )
    assert wali_run(str(module(text))).returncode == 4


@pytest.mark.parametrize(
    ("name", "types", "arguments"),
    [
        ("SYS_never_heard_of", "(param i32 i64) (result i64)", "(i32.const 1) (i64.const 2)"),
        ("SYS_never_heard_of", "(result i64)", ""),
        ("something_else", "(param i32) (result i64)", "(i32.const 1)"),
        ("SYS_io_uring_setup", "(param i32 i32) (result i64)", "(i32.const 1) (i32.const 0)"),
    ],
)
def test_unknown_calls_answer_enosys(module: Module, wali_run: WaliRun, name: str, types: str, arguments: str) -> None:
    """libc falls back on an older call when the answer is -38."""
    text = foreign(
        f'(import "wali" "{name}" (func $call {types}))',
        f"(call $exit (i32.sub (i32.const 0) (i32.wrap_i64 (call $call {arguments}))))",
    )
    done = wali_run(str(module(text)))
    assert (done.returncode, done.stderr) == (38, "")


def test_environment_comes_as_a_file_to_map(module: Module, wali_run: WaliRun) -> None:
    """The guest opens the file that it is told, and maps it; so much is what libcs do at start-up."""
    text = foreign(
        '(import "wali" "__get_init_envfile" (func $file (param i32 i32) (result i32)))'
        '(import "wali" "SYS_open" (func $open (param i32 i32 i32) (result i64)))'
        '(import "wali" "SYS_lseek" (func $lseek (param i32 i64 i32) (result i64)))'
        '(import "wali" "SYS_mmap" (func $mmap (param i32 i32 i32 i32 i32 i64) (result i64)))'
        '(import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))',
        "(local $fd i32) (local $size i32)"
        "(if (i32.eqz (call $file (i32.const 4096) (i32.const 1000))) (then (call $exit (i32.const 99))))"
        "(local.set $fd (i32.wrap_i64 (call $open (i32.const 4096) (i32.const 0) (i32.const 0))))"
        "(local.set $size (i32.wrap_i64 (call $lseek (local.get $fd) (i64.const 0) (i32.const 2))))"
        "(drop (call $write (i32.const 1)"
        " (i32.wrap_i64 (call $mmap (i32.const 0) (local.get $size) (i32.const 1) (i32.const 2)"
        " (local.get $fd) (i64.const 0)))"
        " (local.get $size)))"
        "(call $exit (i32.const 0))",
    )
    done = wali_run("--clear-env", "--env", "A=1", "--env", "B=two words", str(module(text)))
    assert done.stdout == "A=1\nB=two words\n"
    assert wali_run("--clear-env", str(module(text))).returncode == 99


def test_arguments_come_one_by_one(module: Module, wali_run: WaliRun) -> None:
    """__cl_get_argc, __cl_get_argv_len, __cl_copy_argv."""
    text = foreign(
        '(import "wali" "__cl_get_argc" (func $argc (result i32)))'
        '(import "wali" "__cl_get_argv_len" (func $length (param i32) (result i32)))'
        '(import "wali" "__cl_copy_argv" (func $copy (param i32 i32) (result i32)))'
        '(import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))',
        "(drop (call $copy (i32.const 4096) (i32.const 2)))"
        "(drop (call $write (i32.const 1) (i32.const 4096) (call $length (i32.const 2))))"
        "(call $exit (call $argc))",
    )
    done = wali_run(str(module(text)), "first", "second word")
    assert (done.stdout, done.returncode) == ("second word", 3)


def test_a_handler_by_table_index(module: Module, wali_run: WaliRun) -> None:
    """k_sigaction is 24 packed bytes, the handler an index into table 0; index 1 is a function, not SIG_IGN."""
    text = foreign(
        '(import "wali" "SYS_rt_sigaction" (func $sigaction (param i32 i32 i32 i32) (result i64)))'
        '(import "wali" "SYS_getpid" (func $getpid (result i64)))'
        '(import "wali" "SYS_kill" (func $kill (param i32 i32) (result i64)))'
        '(import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))',
        "(i32.store (i32.const 4096) (i32.const 1))"
        "(drop (call $sigaction (i32.const 10) (i32.const 4096) (i32.const 0) (i32.const 8)))"
        "(drop (call $kill (i32.wrap_i64 (call $getpid)) (i32.const 10)))"
        "(call $exit (i32.load (i32.const 8192)))",
        functions="(func $handler (param $signo i32)"
        " (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 6)))"
        " (i32.store (i32.const 8192) (local.get $signo)))",
        more="(elem (i32.const 1) $handler)",
    )
    done = wali_run(str(module(text)))
    assert (done.stdout, done.returncode, done.stderr) == ("hello\n", 10, "")


def test_a_thread_by_table_index(module: Module, wali_run: WaliRun) -> None:
    """fn(tid, arg) runs in an instance of its own; the id is what gettid says there, and the word is cleared."""
    text = foreign(
        '(import "wali" "__wasm_thread_spawn" (func $spawn (param i32 i32) (result i32)))'
        '(import "wali" "SYS_gettid" (func $gettid (result i64)))'
        '(import "wali" "SYS_set_tid_address" (func $word (param i32) (result i64)))'
        '(import "wali" "SYS_futex" (func $futex (param i32 i32 i32 i32 i32 i32) (result i64)))',
        "(local $tid i32)"
        "(i32.atomic.store (i32.const 8192) (i32.const 1))"
        "(local.set $tid (call $spawn (i32.const 2) (i32.const 77)))"
        "(loop $wait"
        " (drop (call $futex (i32.const 8192) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))"
        " (br_if $wait (i32.atomic.load (i32.const 8192))))"
        "(if (i32.ne (local.get $tid) (i32.load (i32.const 8200))) (then (call $exit (i32.const 98))))"
        "(call $exit (i32.load (i32.const 8196)))",
        functions="(func $run (param $tid i32) (param $argument i32)"
        " (drop (call $word (i32.const 8192)))"
        " (if (i32.eq (local.get $tid) (i32.wrap_i64 (call $gettid)))"
        "  (then (i32.store (i32.const 8200) (local.get $tid))))"
        " (i32.store (i32.const 8196) (local.get $argument)))",
        more="(elem (i32.const 2) $run)",
    )
    assert wali_run(str(module(text))).returncode == 77


def test_imports_of_other_interfaces_are_listed_at_once(module: Module, wali_run: WaliRun) -> None:
    """Everything that is missing is in the one line."""
    text = foreign(
        '(import "wasi_snapshot_preview2" "fd_write" (func (param i32 i32 i32 i32) (result i32)))'
        '(import "env" "helper" (func))',
        "(call $exit (i32.const 0))",
    )
    done = wali_run(str(module(text)))
    assert done.returncode == 126
    assert "wasi_snapshot_preview2.fd_write" in done.stderr
    assert "env.helper" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_name_imported_twice(module: Module, wali_run: WaliRun) -> None:
    """Calls and other imports: both are the same function."""
    imports = """
      (import "wali" "SYS_getpid" (func $pid (result i64)))
      (import "wali" "SYS_getpid" (func $again (result i64)))
      (import "wali" "__proc_exit" (func $leave (param i32)))"""
    assert wali_run(module(foreign(imports, "(call $leave (i64.ne (call $pid) (call $again)))"))).returncode == 0


@pytest.mark.parametrize("fix_calls", [[], ["--fix-calls"]])
@pytest.mark.parametrize("place", ["", '(import "env" "memory" (memory 2 32768 shared))'])
def test_a_name_imported_by_several_types(
    module: Module, wali_run: WaliRun, tmp_path: Path, fix_calls: list[str], place: str
) -> None:
    """Each use is bound by its own: arguments are widened as its own type says. Both forms of a call's name, too."""
    imports = """
      (import "wali" "SYS_lseek" (func $wide (param i32 i64 i32) (result i64)))
      (import "wali" "SYS_lseek" (func $narrow (param i32 i32 i32) (result i32)))
      (import "wali" "SYS_lseek" (func $none (param i32 i64 i32)))
      (import "wali" "SYS_lseek" (func $again (param i32 i64 i32) (result i64)))
      (import "wali" "__syscall_SYS_lseek" (func $other (param i64 i64 i64) (result i64)))
      (import "wali" "SYS_lseek:2" (func $strange (result i64)))
      """
    body = """
      (if (i64.ne (call $wide (i32.const 0) (i64.const 5000000000) (i32.const 0)) (i64.const 5000000000))
        (then (call $exit (i32.const 1))))
      (if (i32.ne (call $narrow (i32.const 0) (i32.const -1000000000) (i32.const 1)) (i32.const -294967296))
        (then (call $exit (i32.const 2))))
      (call $none (i32.const 0) (i64.const 7) (i32.const 0))
      (if (i64.ne (call $again (i32.const 0) (i64.const 0) (i32.const 1)) (i64.const 7))
        (then (call $exit (i32.const 3))))
      (if (i64.ne (call $other (i64.const 0) (i64.const 1) (i64.const 1)) (i64.const 8))
        (then (call $exit (i32.const 4))))
      (call $exit (i32.const 0))"""
    text = foreign(imports + place, body)
    text = text.replace('(memory (export "memory") 2 32768 shared)', "") if place else text
    (tmp_path / "file").write_text("")
    for words in ([], ["--trace=/dev/null"]):
        with open(tmp_path / "file", "rb") as file:
            done = wali_run(*fix_calls, *words, module(text), stdin=file)
        assert (done.returncode, done.stderr) == (0, "")
