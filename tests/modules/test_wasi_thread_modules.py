"""Modules that start threads by wasi-threads and lack what that takes: one line when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.components import ENTRY, adapted, run_of
from tests.support.helpers import WaliRun, assemble
from tests.support.wasi_threads import program

MakeModule = Callable[..., Path]

GOOD = program("", "")
HEAD = '(export "wasi_thread_start") (param $tid i32) (param $argument i32)'
NOT_SHARED = '(memory (export "memory") 1 2)'
REFUSED = {
    "memory of its own": (program("", "", memory=NOT_SHARED), "wasi.thread-spawn, and its memory is not shared"),
    "no memory": (
        """(module (import "wasi" "thread-spawn" (func (param i32) (result i32))) (func (export "_start"))
        (func (export "wasi_thread_start") (param i32 i32)))""",
        "its memory is not shared",
    ),
    "nothing to begin with": (
        GOOD.replace("wasi_thread_start", "wasi_thread_begin"),
        "exports no function wasi_thread_start, which threads begin with",
    ),
    "a global of that name": (
        GOOD.replace(HEAD, "(param $tid i32) (param $argument i32)").replace(
            "(func $thread", '(global (export "wasi_thread_start") i32 (i32.const 0)) (func $thread'
        ),
        "exports no function wasi_thread_start",
    ),
    "one parameter": (
        GOOD.replace(HEAD, '(export "wasi_thread_start") (param $tid i32)'),
        "its wasi_thread_start has the type (i32) -> nothing, where threads have (i32, i32) -> nothing",
    ),
    "a result": (
        program("(i32.const 0)", "").replace(HEAD, f"{HEAD} (result i32)"),
        "its wasi_thread_start has the type (i32, i32) -> i32",
    ),
    "an import": (
        GOOD.replace(HEAD, "(param $tid i32) (param $argument i32)").replace(
            "(func $thread", '(export "wasi_thread_start" (func $exit)) (func $thread'
        ),
        "its wasi_thread_start is an import, not a function of its own",
    ),
    "another type of the import": (
        '(module (import "wasi" "thread-spawn" (func (param i32 i32) (result i32))) (func (export "_start")))',
        "its import wasi.thread-spawn has the type (i32, i32) -> i32, where WASI has (i32) -> i32",
    ),
    "another name": (
        '(module (import "wasi" "thread-join" (func (param i32))) (func (export "_start")))',
        "nothing provides its import wasi.thread-join",
    ),
    "functions of preview2": (
        GOOD.replace("(module", '(module (import "wasi:random/random@0.2.0" "get-random-u64" (func (result i64)))', 1),
        "wasi.thread-spawn and functions of preview2, which has no threads",
    ),
    "functions of the draft, by its short names": (
        GOOD.replace("(module", '(module (import "streams" "drop-input-stream" (func (param i32)))', 1),
        "wasi.thread-spawn and functions of preview2, which has no threads",
    ),
    "system calls": (
        GOOD.replace("(module", '(module (import "wali" "SYS_getpid" (func (result i64)))', 1),
        "it imports functions of both WALI and WASI",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(module: MakeModule, wali: WaliRun, wali_run: WaliRun, name: str) -> None:
    """By wali-run, and by `wali inspect`, which tells the rest of the module, too."""
    text, why = REFUSED[name]
    path = module(text)
    run, inspected = wali_run(path), wali("inspect", path)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (126, "", 1), run.stderr
    assert why in run.stderr
    assert why in inspected.stdout
    assert "cannot run" in inspected.stdout


def test_a_module_that_starts_none_may_export_anything(module: MakeModule, wali_run: WaliRun) -> None:
    text = '(module (func (export "_start")) (func (export "wasi_thread_start") (param f64)))'
    assert wali_run(module(text)).returncode == 0


def test_a_second_import_of_the_function(module: MakeModule, wali_run: WaliRun) -> None:
    """As wit-component names it."""
    more = '(module (import "wasi" "thread-spawn [v2]" (func $again (param i32) (result i32)))'
    good = program("(call $exit (i32.const 9))", "(drop (call $again (i32.const 0))) (loop (br 0))")
    assert wali_run(module(good.replace("(module", more, 1))).returncode == 9
    path = module(GOOD.replace("(module", more, 1).replace("wasi_thread_start", "other"), "bad.wasm")
    assert "exports no function wasi_thread_start" in wali_run(path).stderr


KIND = "(param i32) (result i32)"
PROGRAM = f"""(import "wasi" "thread-spawn" (func $spawn {KIND})) (memory (export "memory") 1 2 shared)
  (func (export "wasi_thread_start") (param i32 i32)) (func (export "_start"))
  (func (export "{ENTRY}") (result i32) (call $spawn (i32.const 0)))"""
BY_INSTANCE = f"""(component
  (import "wasi" (instance $wasi (export "thread-spawn" (func (param "start-arg" u32) (result s32)))))
  (core module $main {PROGRAM})
  (core func $spawn (canon lower (func $wasi "thread-spawn")))
  (core instance $given (export "thread-spawn" (func $spawn)))
  (core instance $mains (instantiate $main (with "wasi" (instance $given))))
  {run_of(f'$mains "{ENTRY}"')})"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (adapted(PROGRAM, {"thread-spawn": KIND}, served="wasi"), "imports the memory env.memory by a type"),
        (BY_INSTANCE, "nothing provides wasi, which it imports"),
    ],
    ids=["of an adapter", "of an instance"],
)
def test_a_component_has_no_threads(wali_run: WaliRun, tmp_path: Path, text: str, why: str) -> None:
    """Whatever serves the import: an adapter, which is given a memory that is shared, or an imported instance."""
    path = tmp_path / "component.wasm"
    path.write_bytes(assemble(text))
    done = wali_run(path)
    assert (done.returncode, done.stderr.count("\n")) == (126, 1), done.stderr
    assert why in done.stderr


def test_what_an_adapter_has_by_that_name_starts_no_threads(wali_run: WaliRun, tmp_path: Path) -> None:
    """It is a function like any other of the component's."""
    program = PROGRAM.replace(" shared", "").replace(
        '(func (export "_start"))',
        '(func (export "_start") (if (i32.ne (call $spawn (i32.const 0)) (i32.const 52)) (then unreachable)))',
    )
    path = tmp_path / "component.wasm"
    path.write_bytes(assemble(adapted(program, {"thread-spawn": KIND}, served="wasi")))
    assert wali_run(path).returncode == 0
