"""Components by the commands: they run, are compiled, inspected and refused as modules are."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support import components as made
from tests.support.components import ENTRY, RUN, adapted, alone, direct, returns
from tests.support.helpers import WaliRun, assemble, command_path

P1 = "wasi_snapshot_preview1"
KINDS = {"fd_write": "(param i32 i32 i32 i32) (result i32)", "proc_exit": "(param i32)"}
# Writes a line, and ends with status 7.
HELLO = f"""
  (import "{P1}" "fd_write" (func $write {KINDS["fd_write"]})) (import "{P1}" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (data (i32.const 8) "\\10\\00\\00\\00\\06\\00\\00\\00hello\\n")
  (func $_start (export "_start")
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0))) (call $exit (i32.const 7)))"""


def place(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "prog.wasm"
    path.write_bytes(data)
    return path


# --- what runs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interface", [RUN, "wasi:cli/run@0.2.0-rc-2023-11-10", "run"])
def test_a_program_of_preview1_in_a_component(wali_run: WaliRun, tmp_path: Path, interface: str) -> None:
    path = place(tmp_path, made.made(adapted(HELLO, KINDS, interface)))
    for words in ([], [], ["--no-cache"], ["--fix-calls"]):
        done = wali_run(*words, path)
        assert (done.returncode, done.stdout, done.stderr) == (7, "hello\n", "")


def test_a_component_through_a_pipe_and_behind_a_line(wali_run: WaliRun, tmp_path: Path) -> None:
    path = place(tmp_path, b"#!/usr/bin/wali-run\n" + made.made(adapted(HELLO, KINDS)))
    assert wali_run(path).returncode == 7
    command = [*command_path("wali-run"), "/dev/stdin"]
    done = subprocess.run(command, input=path.read_bytes(), capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (7, b"hello\n")


def test_compiled_ahead(wali: WaliRun, wali_run: WaliRun, tmp_path: Path) -> None:
    path = place(tmp_path, made.made(adapted(HELLO, KINDS)))
    assert wali("compile", path, "-o", tmp_path / "prog.cwasm").returncode == 0
    assert wali_run(tmp_path / "prog.cwasm").returncode == 7


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize("memory", ['(memory (export "memory") 1 2)', ""])
def test_what_run_answers_is_the_status(wali_run: WaliRun, tmp_path: Path, status: int, memory: str) -> None:
    done = wali_run(place(tmp_path, made.made(alone(returns(status, memory)))))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_what_a_starter_calls_comes_first_and_nothing_else_is_called(wali_run: WaliRun, tmp_path: Path) -> None:
    program = f"""(global $done (mut i32) (i32.const 1)) (func (export "set") (global.set $done (i32.const 0)))
      (func (export "_start") (unreachable)) (func (export "_initialize") (unreachable))
      (func (export "__wasm_call_ctors") (unreachable)) (func (export "main") (unreachable))
      (func (export "{ENTRY}") (result i32) (global.get $done))"""
    assert wali_run(place(tmp_path, made.made(alone(program)))).returncode == 1
    starter = """(core module $starter (import "" "" (func)) (start 0)) (core instance $set (export "" (func $mains "set")))
      (core instance (instantiate $starter (with "" (instance $set))))"""
    assert wali_run(place(tmp_path, made.made(alone(program, more=starter)))).returncode == 0


# --- places in the file -----------------------------------------------------------------------------------------------

CODE = b"\x02\x03\x00\x00\x0b"  # two functions, the first of three bytes: no locals, unreachable, end
BOOM = f"""(memory (export "memory") 1 2) (func $boom (unreachable))
  (func (export "{ENTRY}") (result i32) (call $boom) (i32.const 0))"""


def test_a_backtrace_has_places_of_the_file(wali_run: WaliRun, tmp_path: Path) -> None:
    data = made.made(alone(BOOM))
    done = wali_run(place(tmp_path, data))
    assert done.returncode == -signal.SIGILL
    assert f"0: {data.index(CODE) + 3:#8x} boom" in done.stderr


def test_what_the_engine_refuses_has_its_place(wali_run: WaliRun, tmp_path: Path) -> None:
    bad = CODE.replace(b"\x00\x0b", b"\x1a\x0b")  # drop, of nothing
    data = made.made(alone(BOOM)).replace(CODE, bad)
    for line in (b"", b"#!/usr/bin/wali-run\n"):
        done = wali_run(place(tmp_path, line + data))
        assert (done.returncode, done.stderr.count("\n")) == (126, 1)
        assert "not valid wasm" in done.stderr
        assert f"(at byte {len(line) + data.index(bad) + 3})" in done.stderr


# --- what is told -----------------------------------------------------------------------------------------------------


def test_inspect_tells_what_a_command_is(wali: WaliRun, tmp_path: Path) -> None:
    data = made.made(adapted(HELLO, KINDS))
    path = place(tmp_path, data)
    done = wali("inspect", path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].endswith("can run")
    assert lines[1] == "component    command"
    assert f"offers       {RUN}" in lines
    assert "needs        nothing" in lines
    start = data.index(b"\0asm\1\0\0\0")
    assert any(line.startswith("modules      program ") and f" at byte {start}, adapter " in line for line in lines)
    assert "exports      memory (memory), _start (function)" in lines
    report = json.loads(wali("inspect", "--json", path).stdout)
    assert [(e["module"], e["name"], e["support"]) for e in report["imports"]] == [
        (P1, "fd_write", "wasi"),
        (P1, "proc_exit", "wasi"),
    ]
    component = report["component"]
    assert (component["kind"], component["exports"], component["imports"]) == ("command", [RUN], [])
    assert [part["role"] for part in component["modules"]] == ["program", "adapter", "shim", "fixup"]
    assert component["modules"][0]["start"] == start


def test_inspect_of_a_module_tells_of_no_component(wali: WaliRun, tmp_path: Path) -> None:
    path = place(tmp_path, assemble(f"(module {HELLO})"))
    assert "component" not in wali("inspect", path).stdout
    assert json.loads(wali("inspect", "--json", path).stdout)["component"] is None


LIBRARY = """(component (import "acme:shop/cart@1.0.0" (instance)) (core module $m (func (export "f")))
  (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f"))) (export "f" (func $f)))"""


def test_inspect_tells_what_a_library_is(wali: WaliRun, tmp_path: Path) -> None:
    done = wali("inspect", place(tmp_path, made.made(LIBRARY)))
    assert (done.returncode, done.stderr) == (1, "")
    first, *rest = done.stdout.splitlines()
    assert first.endswith(
        "cannot run: a component that does not run here: a library, not a program: it exports f, and no wasi:cli/run; build it as a command"
    )
    assert rest[:3] == ["component    library", "offers       f", "needs        acme:shop/cart@1.0.0"]
    assert rest[3].startswith("modules      module ")
    assert len(rest) == 4


OWN_RESOURCE = direct(drop="(type $own (resource (rep i32))) (core func $drop (canon resource.drop $own))")


@pytest.mark.parametrize("text", [OWN_RESOURCE, LIBRARY, alone(returns(0), more="(core func (canon task.cancel))")])
def test_each_command_refuses_what_does_not_run(wali: WaliRun, wali_run: WaliRun, tmp_path: Path, text: str) -> None:
    path = place(tmp_path, made.made(text))
    problem = json.loads(wali("inspect", "--json", path).stdout)["problem"]
    assert problem.startswith("a component that does not run here: ")
    done = wali_run(path)
    assert (done.returncode, done.stdout, done.stderr) == (126, "", f"wali-run: {path}: {problem}\n")
    done = wali("compile", path)
    assert (done.returncode, done.stderr) == (126, f"wali: {path}: {problem}\n")


def test_a_damaged_component_is_refused_by_one_line(wali: WaliRun, wali_run: WaliRun, tmp_path: Path) -> None:
    path = place(tmp_path, made.made(adapted(HELLO, KINDS))[:-9])
    for done in (wali_run(path), wali("inspect", path)):
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
        assert "truncated wasm component: the " in done.stderr
