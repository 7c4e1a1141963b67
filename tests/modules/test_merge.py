"""Components of several modules on one memory become one module, which does what wasmtime's component runner does.

Each component here checks itself: its run answers "ok" if all was as it should be.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
import wasmtime

from tests.support import components as made
from tests.support.components import ENTRY, RUN, adapted, alone, linked, returns, run_of
from tests.support.helpers import WaliRun, assemble
from tests.wasi.other_engine import run_component
from wali.errors import WaliFormatError
from wali.module import binary, loader, merge, name_section

P1 = "wasi_snapshot_preview1"
KINDS = {"fd_write": "(param i32 i32 i32 i32) (result i32)", "proc_exit": "(param i32)"}


def run(condition: str) -> str:
    """The function that runs the program: "ok" if that is 1."""
    return f'(func (export "{ENTRY}") (result i32) (i32.eqz {condition}))'


def every(*conditions: str) -> str:
    """1 if all are."""
    text = "(i32.const 1)"
    for condition in conditions:
        text = f"(i32.and {text} {condition})"
    return text


def same(value: str, number: int | str) -> str:
    return f"(i32.eq {value} (i32.const {number}))"


MEMORY = '(memory (export "memory") 1 2)'
USES = '(import "m0" "memory" (memory 1 2))'
RUNS = {
    "functions": linked(
        f'{MEMORY} (func (export "seven") (result i32) (i32.const 7))'
        '(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))',
        '(import "m0" "add" (func $add (param i32 i32) (result i32))) (import "m0" "seven" (func $seven (result i32)))'
        '(func $own (param i32) (result i32) (call $add (call $seven) (local.get 0)))'
        '(func (export "tail") (param i32) (result i32) (return_call $own (local.get 0))) (export "again" (func $seven))',
        '(type (func (param i64) (result f32))) (import "m1" "tail" (func $tail (param i32) (result i32)))'
        '(import "m1" "again" (func $again (result i32)))'
        + run(every(same("(call $tail (i32.const 5))", 12), same("(call $again)", 7))),
    ),
    "memory and data": linked(
        f'{MEMORY} (data (i32.const 16) "first")',
        f'{USES} (global $base i32 (i32.const 32)) (data $kept "kept") (data (offset (i32.add (global.get $base) (i32.const 1))) "second")'
        '(func (export "fill") (memory.init $kept (i32.const 64) (i32.const 0) (i32.const 4)) (data.drop $kept))',
        f'{USES} (import "m1" "fill" (func $fill)) (data $other "other") (data (i32.const 18) "x") '
        '(func $bytes (param i32) (result i32) (call $fill)'
        ' (memory.init $other (i32.const 80) (i32.const 1) (i32.const 2)) (memory.copy (i32.const 90) (i32.const 64) (i32.const 4))'
        ' (i32.load (local.get 0)))'
        + run(every(same("(call $bytes (i32.const 16))", 0x73786966), same("(i32.load (i32.const 33))", 0x6F636573),
                    same("(i32.load (i32.const 64))", 0x7470656B), same("(i32.load16_u (i32.const 80))", 0x6874),
                    same("(memory.size)", 1))),
    ),
    "tables": linked(
        f'{MEMORY} (table (export "table") 8 funcref) (table $small 2 funcref) (type $t (func (result i32)))'
        '(func $one (type $t) (i32.const 1)) (elem (i32.const 1) $one)'
        '(func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))',
        '(import "m0" "table" (table $table 8 funcref)) (type (func)) (type $t (func (result i32)))'
        '(import "m0" "call" (func $call (param i32) (result i32))) (table $mine 3 funcref)'
        '(func $two (type $t) (i32.const 2)) (func $three (type $t) (i32.const 3)) (elem $passive func $three $two)'
        '(elem (table $table) (offset (i32.const 2)) func $two) (elem declare func $three)'
        '(func (export "set") (table.init $table $passive (i32.const 3) (i32.const 0) (i32.const 2)) (elem.drop $passive)'
        ' (table.copy $mine $table (i32.const 0) (i32.const 1) (i32.const 3)) (table.set $table (i32.const 6) (ref.func $three)))'
        '(func (export "mine") (param i32) (result i32) (call_indirect $mine (type $t) (local.get 0)))'
        '(func (export "all") (result i32) (i32.add (call $call (i32.const 3)) (i32.mul (i32.const 10) (call $call (i32.const 4)))))',
        '(import "m1" "set" (func $set)) (import "m1" "mine" (func $mine (param i32) (result i32)))'
        '(import "m1" "all" (func $all (result i32))) (import "m0" "call" (func $call (param i32) (result i32)))'
        '(func $begin (result i32) (call $set) (i32.const 1))'
        + run(every("(call $begin)", same("(call $call (i32.const 1))", 1), same("(call $call (i32.const 2))", 2),
                    same("(call $all)", 23), same("(call $mine (i32.const 0))", 1), same("(call $mine (i32.const 1))", 2),
                    same("(call $call (i32.const 6))", 3))),
    ),
    "globals and constants": linked(
        f'{MEMORY} (global (export "base") i32 (i32.const 100)) (global (export "wide") i64 (i64.const -5))'
        '(global (export "real") f64 (f64.const 1.5)) (global (export "count") (mut i32) (i32.const 3))'
        '(func $f (result i32) (i32.const 9)) (elem declare func $f) (global (export "f") funcref (ref.func $f))'
        '(global (export "v") v128 (v128.const i32x4 1 2 3 4))',
        f'{USES} (import "m0" "base" (global $base i32)) (import "m0" "wide" (global $wide i64))'
        '(import "m0" "real" (global $real f64)) (import "m0" "count" (global $count (mut i32)))'
        '(import "m0" "f" (global $f funcref)) (import "m0" "v" (global $v v128)) (type $t (func (result i32)))'
        '(global $sum i32 (i32.sub (i32.mul (global.get $base) (i32.const -3)) (i32.const 1)))'
        '(global $far i64 (i64.add (global.get $wide) (i64.const 0x7fffffffffffffff))) (global $same f64 (global.get $real))'
        '(global $none (mut externref) (ref.null extern)) (global $vector v128 (global.get $v))'
        '(table $t 2 funcref) (elem (table $t) (offset (i32.sub (global.get $base) (i32.const 99))) funcref (item global.get $f))'
        '(data (global.get $base) "there")'
        + run(every(same("(global.get $sum)", -301), "(i64.eq (global.get $far) (i64.const 0x7ffffffffffffffa))",
                    "(f64.eq (global.get $same) (f64.const 1.5))", "(ref.is_null (global.get $none))",
                    same("(call_indirect $t (type $t) (i32.const 1))", 9), same("(i32.load8_u (i32.const 100))", 0x74),
                    same("(i32x4.extract_lane 2 (global.get $vector))", 3),
                    "(block (result i32) (global.set $count (i32.const 4)) (i32.eq (global.get $count) (i32.const 4)))")),
    ),
    "a table that begins with a function": linked(
        f'{MEMORY} (func (export "f") (result i32) (i32.const 5))',
        '(import "m0" "f" (func $f (result i32))) (table 2 funcref (ref.func $f))'
        + run(same("(call_indirect (result i32) (i32.const 1))", 5)),
    ),
    "blocks of types": linked(
        f'{MEMORY} (func (export "f"))',
        '(type (func)) (type (func (param i32))) (import "m0" "f" (func $f)) (type $two (func (param i32 i32) (result i32 i32)))'
        '(func $swap (param i32 i32) (result i32 i32) (local $spare i32) (local.get 0) (local.get 1)'
        ' (block $b (type $two) (local.set $spare) (call $f) (local.get $spare) (br_table $b $b (i32.const 0))))'
        + run("(i32.sub (call $difference) (i32.const 2))")
        + "(func $difference (result i32) (call $swap (i32.const 8) (i32.const 5)) (i32.sub))",
    ),
    "exceptions": linked(
        f'{MEMORY} (tag $t (export "tag") (param i32)) (func (export "throw") (param i32) (throw $t (local.get 0)))',
        '(import "m0" "tag" (tag $t (param i32))) (import "m0" "throw" (func $throw (param i32))) (tag $own (param f64))'
        '(func $caught (result i32) (block $h (result i32) (try_table (catch $t $h) (call $throw (i32.const 42))) (i32.const 0)))'
        '(func $all (result i32) (block $h (try_table (catch_all $h) (call $throw (i32.const 1))) (return (i32.const 0))) (i32.const 1))'
        + run(every(same("(call $caught)", 42), "(call $all)")),
    ),
    "a module twice": f"""(component
      (core module $memory (memory (export "memory") 1 2) (func (export "one") (result i32) (i32.const 1)) (func (export "two") (result i32) (i32.const 2)))
      (core instance $m (instantiate $memory))
      (core module $counter (import "m" "memory" (memory 1 2)) (import "m" "step" (func $step (result i32)))
        (global $at (mut i32) (i32.const 0))
        (func (export "count") (result i32) (global.set $at (i32.add (global.get $at) (call $step))) (global.get $at)))
      (core instance $ones (export "memory" (memory $m "memory")) (export "step" (func $m "one")))
      (core instance $twos (export "memory" (memory $m "memory")) (export "step" (func $m "two")))
      (core instance $a (instantiate $counter (with "m" (instance $ones)))) (core instance $b (instantiate $counter (with "m" (instance $twos))))
      (core module $main (import "a" "count" (func $a (result i32))) (import "b" "count" (func $b (result i32)))
        {run(every(same("(call $a)", 1), same("(call $b)", 2), same("(call $a)", 2), same("(call $b)", 4)))})
      (core instance $main (instantiate $main (with "a" (instance $a)) (with "b" (instance $b))))
      {run_of(f'$main "{ENTRY}"')})""",
    "starts and segments in their order": linked(
        f'{MEMORY} (table (export "t") 2 funcref) (data (i32.const 0) "a") (func (export "copy") (i32.store8 (i32.const 1) (i32.load8_u (i32.const 0))))',
        '(import "m0" "copy" (func $copy)) (start $copy)',
        f'{USES} (import "m0" "t" (table $t 2 funcref)) (data (i32.const 0) "b") (data (i32.const 2) "cd") (elem (i32.const 1) $f) (func $f)'
        '(start $g) (func $g (i32.store8 (i32.const 4) (i32.load8_u (i32.const 3))) (i32.store8 (i32.const 2) (i32.const 0x7a))'
        ' (i32.store8 (i32.const 5) (i32.add (ref.is_null (table.get $t (i32.const 1))) (i32.const 0x30))))',
        f'{USES} (data (i32.const 2) "e") (start $h) (func $h (i32.store8 (i32.const 6) (i32.load8_u (i32.const 2))))',
        f"{USES} " + run(every(same("(i32.load (i32.const 0))", 0x64656162), same("(i32.load (i32.const 3))", 0x65306464))),
    ),
    "no memory": linked('(func (export "f") (result i32) (i32.const 1))', '(import "m0" "f" (func $f (result i32)))' + run("(call $f)")),
    "a memory of another module": linked(MEMORY, USES + run("(i32.const 1)")),
    "a program that others are made after": alone(
        returns(0), more="""(core module $side (import "env" "memory" (memory 1)) (data (i32.const 0) "x"))
          (core instance $env (export "memory" (memory $mains "memory")))
          (core instance (instantiate $side (with "env" (instance $env))))""",
    ),
    "a shim that does more": f"""(component
      (core module $shim (table (export "$imports") 1 1 funcref) (func (export "0") (result i32) (nop) (call_indirect (result i32) (i32.const 0))))
      (core instance $shims (instantiate $shim))
      (core module $main (import "s" "0" (func $f (result i32))) (memory 1) (func (export "one") (result i32) (i32.const 1)) {run("(call $f)")})
      (core instance $main (instantiate $main (with "s" (instance $shims))))
      (core module $fix (import "" "$imports" (table 1 1 funcref)) (import "" "0" (func (result i32))) (elem (i32.const 0) func 0))
      (alias core export $shims "$imports" (core table $t))
      (core instance $given (export "$imports" (table $t)) (export "0" (func $main "one")))
      (core instance (instantiate $fix (with "" (instance $given)))) {run_of(f'$main "{ENTRY}"')})""",
    "functions with the same text": linked(
        MEMORY, *['(func $f (export "f") (result i32) (i32.const 1))' + run("(call $f)")] * 3,
    ),
}  # fmt: skip


CHANGE_TABLES = ("tables", "starts and segments in their order")
"""Those that --fix-calls refuses: what stands in their tables changes as they run."""


@pytest.fixture(scope="module")
def store() -> wasmtime.Store:
    config = wasmtime.Config()
    for feature in ("wasm_exceptions", "wasm_tail_call", "wasm_threads"):
        setattr(config, feature, True)
    return wasmtime.Store(wasmtime.Engine(config))


def place(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "prog.wasm"
    path.write_bytes(made.made(text))
    return path


@pytest.mark.parametrize("name", RUNS)
def test_it_runs_as_wasmtime_runs_it(wali_run: WaliRun, store: wasmtime.Store, tmp_path: Path, name: str) -> None:
    path = place(tmp_path, RUNS[name])
    assert run_component(store, path.read_bytes()) == 0, "the test itself is wrong"
    for words in ([], [], ["--fix-calls"]) if name not in CHANGE_TABLES else ([], []):
        done = wali_run(*words, path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_status(wali_run: WaliRun, tmp_path: Path) -> None:
    path = place(tmp_path, linked(MEMORY, USES + run("(i32.const 0)")))
    assert wali_run(path).returncode == 1


def test_a_component_of_one_module_is_not_written_anew() -> None:
    data = made.made(alone(returns(0)))
    assert loader.one_module(data) is data


# --- what the host gives ----------------------------------------------------------------------------------------------

HELLO = f"""
  (import "{P1}" "fd_write" (func $write {KINDS["fd_write"]})) (import "{P1}" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (data (i32.const 8) "\\10\\00\\00\\00\\06\\00\\00\\00hello\\n")
  (func $_start (export "_start")
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0))) (call $exit (i32.const 7)))"""


def host_imports(data: bytes, with_adapter: bool = False) -> list[tuple[str, str]]:
    module = merge.read(data, with_adapter)
    return [(e.module, e.name) for e in loader.parse(module).imports]


def test_a_start_before_start(wali_run: WaliRun, tmp_path: Path) -> None:
    """A function that the fixup calls, before a program of preview1."""
    more = '(func (export "begin") (i32.store8 (i32.const 16) (i32.const 0x6a)))'
    fixup = made.fixup(list(KINDS.values()))
    begins = made.fixup(list(KINDS.values()), more='(import "main" "begin" (func)) (start 2)')
    text = adapted(HELLO + more, KINDS).replace(fixup, begins)
    text = text.replace(
        '(with "shim" (instance $shims))', '(with "shim" (instance $shims)) (with "main" (instance $mains))'
    )
    done = wali_run(place(tmp_path, text))
    assert (done.returncode, done.stdout, done.stderr) == (7, "jello\n", "")


def test_an_adapter_is_left_out_or_taken(wali_run: WaliRun, tmp_path: Path) -> None:
    """The adapter here answers 52 to all, and writes nothing."""
    data = made.made(adapted(HELLO, KINDS))
    assert host_imports(data) == [(P1, "fd_write"), (P1, "proc_exit")]
    assert host_imports(data, with_adapter=True) == []
    (tmp_path / "taken.wasm").write_bytes(merge.read(data, with_adapter=True))
    done = wali_run(tmp_path / "taken.wasm")
    assert (done.returncode, done.stdout) == (0, "")


def test_of_an_adapter_that_serves_more_only_preview1_is_left_out(wali_run: WaliRun, tmp_path: Path) -> None:
    program = HELLO.replace(
        "(memory", f'(import "{P1}" "reset_adapter_state" (func $reset (result i32))) (memory', 1
    ).replace("(call $exit (i32.const 7))", "(call $exit (call $reset))")
    kinds = {**KINDS, "reset_adapter_state": "(result i32)"}
    data = made.made(adapted(program, kinds))
    assert host_imports(data) == [(P1, "fd_write"), (P1, "proc_exit")]
    (tmp_path / "prog.wasm").write_bytes(data)
    done = wali_run(tmp_path / "prog.wasm")
    assert (done.returncode, done.stdout) == (52, "hello\n")


def test_numbers_that_an_adapter_keeps_are_kept_here(wali_run: WaliRun, tmp_path: Path) -> None:
    """They are of the same table as files, so the functions are left out with the rest of the adapter."""
    kinds = {
        **KINDS,
        "adapter_open_badfd": "(param i32) (result i32)",
        "adapter_close_badfd": "(param i32) (result i32)",
    }
    names = [name for name in kinds if name.startswith("adapter_")]
    imports = "".join(f'(import "{P1}" "{name}" (func ${name} {kinds[name]}))' for name in names)
    program = HELLO.replace("(memory", f"{imports} (memory", 1).replace(
        "(call $exit (i32.const 7))",
        """(if (call $adapter_open_badfd (i32.const 100)) (then unreachable))
        (if (call $adapter_close_badfd (i32.load (i32.const 100))) (then unreachable))
        (call $exit (i32.add (i32.const 40) (i32.load (i32.const 100))))""",
    )
    data = made.made(adapted(program, kinds))
    assert sorted(host_imports(data)) == sorted((P1, name) for name in kinds)
    (tmp_path / "prog.wasm").write_bytes(data)
    done = wali_run(tmp_path / "prog.wasm")
    assert (done.returncode, done.stdout) == (43, "hello\n")


def test_a_library_that_makes_calls_of_preview1(wali_run: WaliRun, tmp_path: Path) -> None:
    """The program imports memory and function; both it and the library are served by an adapter, which is left out."""
    memory = '(memory (export "memory") 1) (data (i32.const 8) "\\10\\00\\00\\00\\06\\00\\00\\00hello\\n")'
    text = f"""(component
      (core module $env {memory}) (core instance $env (instantiate $env))
      {made.shim(list(KINDS.values()))} (core instance $shims (instantiate $shim))
      (core instance $served (export "fd_write" (func $shims "0")) (export "proc_exit" (func $shims "1")))
      (core module $lib (import "{P1}" "fd_write" (func $write {KINDS["fd_write"]}))
        (func (export "say") (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))
      (core instance $lib (instantiate $lib (with "{P1}" (instance $served))))
      (core module $main (import "env" "memory" (memory 1)) (import "lib" "say" (func $say))
        (import "{P1}" "proc_exit" (func $exit (param i32)))
        (func (export "_start") (call $say) (call $exit (i32.const 9))))
      (core instance $main (instantiate $main (with "env" (instance $env)) (with "lib" (instance $lib)) (with "{P1}" (instance $served))))
      (core module $adapter (import "env" "memory" (memory 0)) (import "__main_module__" "_start" (func $start))
        (func (export "fd_write") {KINDS["fd_write"]} (unreachable)) (func (export "proc_exit") (param i32) (unreachable))
        (func (export "{ENTRY}") (result i32) (call $start) (i32.const 0)))
      (core instance $starts (export "_start" (func $main "_start")))
      (core instance $adapter (instantiate $adapter (with "env" (instance $env)) (with "__main_module__" (instance $starts))))
      {made.fixup(list(KINDS.values()))}
      (core instance $actual (export "0" (func $adapter "fd_write")) (export "1" (func $adapter "proc_exit")))
      (core instance (instantiate $fixup (with "shim" (instance $shims)) (with "actual" (instance $actual))))
      {run_of(f'$adapter "{ENTRY}"')})"""
    done = wali_run("--trace-options=-a1 -qq", place(tmp_path, text))
    assert (done.returncode, done.stdout) == (9, "hello\n")
    assert "fd_write(1, [{buf=" in done.stderr


ARGUMENTS = """(import "wasi:cli/environment@0.2.3" (instance $environment (export "get-arguments" (func (result (list string))))))"""


def test_memory_comes_by_the_function_that_the_import_says(wali_run: WaliRun, tmp_path: Path) -> None:
    """Two modules get lists, each by a function of its own; the list of one argument has 8 bytes, and its text 9."""
    text = f"""(component {ARGUMENTS}
      (core module $env (memory (export "memory") 1)
        (global $high (mut i32) (i32.const 4096)) (global $low (mut i32) (i32.const 1024))
        (func $bump (param i32 i32) (result i32) (i32.and (i32.add (local.get 0) (i32.const 15)) (i32.const -16)))
        (func (export "high") (param i32 i32 i32 i32) (result i32) (global.get $high)
          (global.set $high (call $bump (i32.add (global.get $high) (local.get 3)) (i32.const 0))))
        (func (export "low") (param i32 i32 i32 i32) (result i32) (global.get $low)
          (global.set $low (call $bump (i32.add (global.get $low) (local.get 3)) (i32.const 0)))))
      (core instance $env (instantiate $env))
      (core func $by_high (canon lower (func $environment "get-arguments") (memory (core memory $env "memory")) (realloc (core func $env "high"))))
      (core func $by_low (canon lower (func $environment "get-arguments") (memory (core memory $env "memory")) (realloc (core func $env "low"))))
      (core instance $highs (export "get-arguments" (func $by_high))) (core instance $lows (export "get-arguments" (func $by_low)))
      (core module $lib (import "host" "get-arguments" (func $get (param i32))) (export "get" (func $get))
        (func (export "ask") (param i32) (call $get (local.get 0))))
      (core instance $lib (instantiate $lib (with "host" (instance $lows))))
      (core module $main (import "env" "memory" (memory 1)) (import "host" "get-arguments" (func $get (param i32)))
        (import "lib" "ask" (func $ask (param i32))) (import "lib" "get" (func $lower (param i32)))
        (func $called (result i32) (call $get (i32.const 0)) (call $ask (i32.const 16)) (call $get (i32.const 32)) (call $lower (i32.const 48)) (i32.const 1))
        {run(every("(call $called)", "(i32.ge_u (i32.load (i32.const 0)) (i32.const 4096))",
                   "(i32.lt_u (i32.load (i32.const 16)) (i32.const 4096))", "(i32.ge_u (i32.load (i32.const 16)) (i32.const 1024))",
                   "(i32.gt_u (i32.load (i32.const 32)) (i32.load (i32.const 0)))", "(i32.lt_u (i32.load (i32.const 48)) (i32.const 4096))",
                   "(i32.gt_u (i32.load (i32.const 48)) (i32.load (i32.const 16)))", same("(i32.load (i32.const 20))", 1)))})
      (core instance $main (instantiate $main (with "env" (instance $env)) (with "host" (instance $highs)) (with "lib" (instance $lib))))
      {run_of(f'$main "{ENTRY}"')})"""  # fmt: skip
    done = wali_run(place(tmp_path, text))
    assert (done.returncode, done.stderr) == (0, "")


def by_many_functions(types: list[str]) -> str:
    """A component that imports functions by these core types, and gets memory by another function for each."""
    numbers = range(len(types))
    reallocs = " ".join(
        f'(func (export "r{n}") (param i32 i32 i32 i32) (result i32) (i32.const {1024 * n}))' for n in numbers
    )
    lowered = " ".join(
        f'(core func $f{n} (canon lower (func $environment "get-arguments") (memory (core memory $env "memory"))'
        f' (realloc (core func $env "r{n}"))))'
        for n in numbers
    )
    bundle = " ".join(f'(export "f{n}" (func $f{n}))' for n in numbers)
    imports = " ".join(f'(import "host" "f{n}" (func (param {kind})))' for n, kind in enumerate(types))
    return f"""(component {ARGUMENTS} (core module $env (memory (export "memory") 1) {reallocs})
      (core instance $env (instantiate $env)) {lowered} (core instance $host {bundle})
      (core module $main (import "env" "memory" (memory 1)) {imports} {run("(i32.const 1)")})
      (core instance $main (instantiate $main (with "env" (instance $env)) (with "host" (instance $host))))
      {run_of(f'$main "{ENTRY}"')})"""


def test_memory_comes_by_many_functions(wali_run: WaliRun, tmp_path: Path) -> None:
    data = assemble(by_many_functions(["i32"] * 6_000))
    begin = time.process_time()
    assert len(merge.read(data)) < 2 * len(data)
    assert time.process_time() - begin < 5  # half a second, and not one more for each thousand
    (tmp_path / "component.wasm").write_bytes(data)
    assert wali_run(tmp_path / "component.wasm").returncode == 0


def test_imports_with_more_parameters_than_functions_have() -> None:
    """Nothing is written for each of them: there may be many imports of one large type."""
    wide = " ".join(["i64"] * 900)
    data = assemble(by_many_functions(["i32"] + [wide] * 500))
    assert len(merge.read(data)) < 2 * len(data)
    with pytest.raises(WaliFormatError, match="has the type"):
        loader.load(data)


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_backtrace_tells_functions_by_their_names(wali_run: WaliRun, tmp_path: Path) -> None:
    """One that several modules have is told with its module's, as one without a name is by its number."""
    text = linked(
        f'{MEMORY} (func $boom (unreachable)) (func $middle (export "f") (call $boom))',
        '(import "m0" "f" (func $f)) (func $boom (export "g") (call $f))',
        f'(import "m1" "g" (func $g)) (func (export "{ENTRY}") (result i32) (call $g) (i32.const 0))',
    )
    done = wali_run(place(tmp_path, text))
    assert done.returncode == -signal.SIGILL
    names = [line.split(maxsplit=2)[2] for line in done.stderr.splitlines()[1:]]
    assert names == ["m0:boom", "middle", "m1:boom", "m2:0"]


def test_a_long_name_of_a_module_is_cut() -> None:
    """It is told with each function that has no name, of which there may be many."""
    long, many = "$" + "m" * 30_000, "(func) " * 3_000
    text = linked(f"{MEMORY} {many}", run("(i32.const 1)")).replace("$m0", long)
    assert len(merge.read(made.made(text))) < 600_000


def test_what_people_are_told(wali: WaliRun, tmp_path: Path) -> None:
    done = wali("inspect", place(tmp_path, linked(f"{MEMORY} (func)", USES + run("(i32.const 1)"))))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].endswith("can run")
    modules = next(line for line in lines if line.startswith("modules"))
    assert "module m0 " in modules
    assert ", program m1 " in modules
    assert f"exports      {merge.RUN} (function), memory (memory)" in lines


def test_the_stack_pointer_is_known() -> None:
    data = made.made(
        linked(
            f'{MEMORY} (global i32 (i32.const 1)) (global (export "__stack_pointer") (mut i32) (i32.const 5))',
            '(import "m0" "__stack_pointer" (global (mut i32)))' + run("(i32.const 1)"),
        )
    )
    module = merge.read(data)
    layout = loader.parse(module)
    assert layout.stack_pointer == 1
    assert name_section.numbers(module, layout.sections, name_section.OF_GLOBALS) == {"__stack_pointer": 1}


def test_what_the_engine_refuses_is_one_line(wali_run: WaliRun, tmp_path: Path) -> None:
    text = linked(f"{MEMORY} (func $wrong (result i32) (i64.const 0))", USES + run("(i32.const 1)"))
    done = wali_run(place(tmp_path, text))
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert "not valid wasm: type mismatch" in done.stderr
    assert "in function wrong" in done.stderr
    assert "at byte" not in done.stderr


# --- what is written ----------------------------------------------------------------------------------------------------


def test_the_merged_module_is_valid_by_itself(store: wasmtime.Store) -> None:
    for text in RUNS.values():
        wasmtime.Module.validate(store.engine, merge.read(made.made(text)))


def test_sizes_of_what_is_written(store: wasmtime.Store) -> None:
    """Numbers that take more bytes than before: 300 functions come before those of the second module."""
    many = " ".join(f'(func (export "f{n}") (result i32) (i32.const {n}))' for n in range(300))
    calls = "(call $f)" + " ".join("(i32.add (call $g))" for _ in range(200))
    text = linked(
        f"{MEMORY} {many}",
        '(import "m0" "f299" (func $f (result i32))) (func $g (result i32) (i32.const 1))' + run(same(calls, 499)),
    )
    data = made.made(text)
    assert run_component(store, data) == 0
    module = merge.read(data)
    instance = wasmtime.Instance(store, wasmtime.Module(store.engine, module), [])
    entry = instance.exports(store)[merge.RUN]
    assert isinstance(entry, wasmtime.Func)
    assert entry(store) == 0
    assert binary.is_component(assemble(text), 0)
    assert RUN in text
