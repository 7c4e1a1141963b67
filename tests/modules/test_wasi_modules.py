"""Modules of WASI, from the file to the guest that runs: which are programs, what is refused, by loader and by core."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun, assemble, command_path, launcher_alone
from wali.errors import WaliFormatError
from wali.module import interfaces, loader

MakeModule = Callable[..., Path]

EXIT = '(import "{module}" "proc_exit" (func $exit (param i32)))'
# Ends with the number of its arguments, by whichever interface.
COUNT = """(module
  (import "{module}" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "{module}" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (if (call $sizes (i32.const 0) (i32.const 4)) (then unreachable))
    (call $exit (i32.load (i32.const 0)))))"""
PREVIEW1, UNSTABLE = "wasi_snapshot_preview1", "wasi_unstable"


@pytest.mark.parametrize("name", [PREVIEW1, UNSTABLE])
def test_both_interfaces_run(module: MakeModule, wali_run: WaliRun, name: str) -> None:
    """Address 0 is as good as any."""
    done = wali_run(module(COUNT.format(module=name)), "a", "b c", "")
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "")


@pytest.mark.parametrize("status", [0, 1, 125, 126, 127, 255, 256, 261, 0xFFFFFFFF])
def test_any_exit_code(module: MakeModule, wali_run: WaliRun, status: int) -> None:
    text = f'(module {EXIT.format(module=PREVIEW1)} (func (export "_start") (call $exit (i32.const {status}))))'
    done = wali_run(module(text))
    assert (done.returncode, done.stderr) == (status & 255, "")


def test_a_module_without_memory(module: MakeModule, wali_run: WaliRun) -> None:
    """No address is good there."""
    text = f"""(module {EXIT.format(module=PREVIEW1)}
      (import "{PREVIEW1}" "random_get" (func $random (param i32 i32) (result i32)))
      (func (export "_start") (call $exit (call $random (i32.const 0) (i32.const 8)))))"""
    assert wali_run(module(text)).returncode == 21  # FAULT


def test_a_start_that_returns_has_ended_well(module: MakeModule, wali_run: WaliRun) -> None:
    text = f'(module {EXIT.format(module=PREVIEW1)} (memory 1) (func (export "_start")))'
    assert wali_run(module(text)).returncode == 0


def test_a_function_imported_twice(module: MakeModule, wali_run: WaliRun) -> None:
    """Once more by its name, and by the names that wit-component makes."""
    text = f"""(module
      (import "{PREVIEW1}" "proc_exit" (func (param i32)))
      (import "{PREVIEW1}" "proc_exit" (func (param i32)))
      (import "{PREVIEW1}" "proc_exit [v2]" (func (param i32)))
      (import "{PREVIEW1}" "proc_exit [v13]" (func $exit (param i32)))
      (memory 1) (func (export "_start") (call $exit (i32.const 9))))"""
    assert wali_run(module(text)).returncode == 9


MISSPELT = ("proc_exit [v]", "proc_exit [v2", "proc_exit[v2]", "proc_exit [v2] ", "proc_exit [vx]", " [v2]", "", "proc")


def importing(module: str, name: str, kind: str) -> str:
    return f'(module (import "{module}" "{name}" (func {kind})) (memory 1) (func (export "_start")))'


@pytest.mark.parametrize("name", [*MISSPELT, "fd_dup"])
def test_an_unknown_function_is_refused(module: MakeModule, wali_run: WaliRun, unchecked: WaliRun, name: str) -> None:
    """One line, before the guest begins: an answer by ENOSYS would be read as something else."""
    text = importing(PREVIEW1, name, "(param i32)")
    for done in (wali_run(module(text)), unchecked(text)):
        assert done.returncode == 126
        assert f"{PREVIEW1}.{name}".rstrip() in done.stderr
        assert done.stderr.count("\n") == 1


def test_sock_accept_came_later(module: MakeModule, wali_run: WaliRun) -> None:
    kind = "(param i32 i32 i32) (result i32)"
    assert wali_run(module(importing(UNSTABLE, "sock_accept", kind))).returncode == 126
    assert wali_run(module(importing(PREVIEW1, "sock_accept", kind))).returncode == 0


WRONG_TYPES = (
    "",
    "(param i32)",
    "(param i64 i64) (result i32)",
    "(param i32 i64)",
    "(param i32 i32)",
    "(param i32 i32) (result i64)",
    "(param i32 i32 i32) (result i32)",
    "(param i32 f32) (result i32)",
)


@pytest.mark.parametrize("kind", WRONG_TYPES)
def test_another_type_is_refused(module: MakeModule, wali_run: WaliRun, unchecked: WaliRun, kind: str) -> None:
    text = importing(PREVIEW1, "random_get", kind)
    done = wali_run(module(text))
    assert done.returncode == 126
    assert f"its import {PREVIEW1}.random_get has the type " in done.stderr
    assert "where WASI has (i32, i32) -> i32" in done.stderr
    done = unchecked(text)
    assert done.returncode == 126
    assert f"its import {PREVIEW1}.random_get has a type that it has nowhere" in done.stderr


@pytest.mark.parametrize("module_name", list(interfaces.FUNCTIONS))
def test_every_function_links_by_its_type(module: MakeModule, wali_run: WaliRun, module_name: str) -> None:
    letters = {"i": "i32", "I": "i64"}
    results = {"i": "(result i32)", "I": "(result i64)", "-": ""}
    imported = module_name.replace("@0.2", "@0.2.3")
    imports = "".join(
        f'(import "{imported}" "{name}" (func'
        f" (param {' '.join(letters[letter] for letter in signature)}) {results[result]}))"
        for name, (signature, result, _) in interfaces.FUNCTIONS[module_name].items()
    )
    of_threads = '(func (export "wasi_thread_start") (param i32 i32))'  # which whoever has threads needs
    done = wali_run(module(f'(module {imports} (memory 1 1 shared) (func (export "_start")) {of_threads})'))
    assert (done.returncode, done.stderr) == (0, "")


VERSIONS = ("@0.2.0", "@0.2.12", "@0.2.99", "@0.2")
NO_VERSIONS = ("@0.2.0-rc-2023-11-10", "@0.2.", "@0.2.x", "@0.20.0", "@0.3.0", "@1.0.0", "@0.2.0.1", "@", "@0.2.0 ")


@pytest.mark.parametrize("version", VERSIONS)
def test_releases_of_preview2(module: MakeModule, wali_run: WaliRun, version: str) -> None:
    done = wali_run(module(importing(f"wasi:random/random{version}", "get-random-u64", "(result i64)")))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("version", NO_VERSIONS)
def test_other_versions(module: MakeModule, wali_run: WaliRun, unchecked: WaliRun, version: str) -> None:
    """Refused by the loader, and by the core alone."""
    text = importing(f"wasi:random/random{version}", "get-random-u64", "(result i64)")
    for done in (wali_run(module(text)), unchecked(text)):
        assert (done.returncode, done.stderr.count("\n")) == (126, 1)
        assert f"wasi:random/random{version}".rstrip() in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "wasi:clocks/timezones@0.2.0",
        "wasi:http/types@0.2.0",
        "wasi:io/stream@0.2.0",
    ],
)
def test_interfaces_that_are_not_there(module: MakeModule, wali_run: WaliRun, unchecked: WaliRun, name: str) -> None:
    text = importing(name, "f", "(param i32)")
    for done in (wali_run(module(text)), unchecked(text)):
        assert (done.returncode, done.stderr.count("\n")) == (126, 1)
        assert f"{name}.f" in done.stderr


def test_preview1_has_no_versions(module: MakeModule, wali_run: WaliRun) -> None:
    assert wali_run(module(importing(f"{PREVIEW1}@0.2.0", "sched_yield", "(result i32)"))).returncode == 126


BOTH = f"""(module
  (import "wali" "SYS_getpid" (func (result i64))) (import "{PREVIEW1}" "sched_yield" (func (result i32)))
  (memory 1) (func (export "_start")))"""


def test_both_interfaces_in_one_module(module: MakeModule, wali_run: WaliRun, unchecked: WaliRun) -> None:
    done = wali_run(module(BOTH))
    assert (done.returncode, "functions of both WALI and WASI" in done.stderr) == (126, True)
    done = unchecked(BOTH)
    assert (done.returncode, "functions of both WALI and WASI" in done.stderr) == (126, True)


def test_its_options_are_for_no_other_program(module: MakeModule, wali_run: WaliRun) -> None:
    path = module(importing("wali", "SYS_getpid", "(result i64)"))
    done = wali_run("--dir", "/", path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--dir is for programs of WASI" in done.stderr


def test_inspect(module: MakeModule, wali: WaliRun) -> None:
    path = module(COUNT.format(module=PREVIEW1))
    report = json.loads(wali("inspect", "--json", path).stdout)
    assert report["problem"] == ""
    assert {entry["name"]: (entry["support"], entry["type"]) for entry in report["imports"]} == {
        "args_sizes_get": ("wasi", "(i32, i32) -> i32"),
        "proc_exit": ("wasi", "(i32) -> nothing"),
    }
    assert not report["library"]
    library = module(REACTOR, "library.wasm")
    assert json.loads(wali("inspect", "--json", library).stdout)["library"]
    told = wali("inspect", library)
    assert (told.returncode, told.stdout.splitlines()[0].rpartition(", ")[2]) == (0, "whose functions run by --invoke")
    unknown = json.loads(wali("inspect", "--json", module(importing(PREVIEW1, "fd_dup", ""))).stdout)
    assert unknown["imports"][0]["support"] == "missing"
    assert "fd_dup" in unknown["problem"]


def test_compiled_and_cached(
    module: MakeModule, wali: WaliRun, wali_run: WaliRun, tmp_path: Path, cache_dir: Path
) -> None:
    """By `wali compile -o`, from the cache without Python, and as a script's interpreter line."""
    path = module(COUNT.format(module=PREVIEW1))
    assert wali("compile", "-o", tmp_path / "prog.cwasm", path).returncode == 0
    assert wali_run(tmp_path / "prog.cwasm", "a").returncode == 2
    assert wali_run(path, "a").returncode == 2
    assert any(cache_dir.iterdir())
    alone = launcher_alone(tmp_path / "alone")
    assert subprocess.run([alone, path, "a", "b"], capture_output=True, check=False).returncode == 3
    script = tmp_path / "script"
    script.write_bytes(f"#!{command_path('wali-run')[0]}\n".encode() + path.read_bytes())
    script.chmod(0o755)
    assert subprocess.run([script, "a"], capture_output=True, check=False).returncode == 2


GROW = """(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 {most})
  (func (export "_start")
    (if (i32.eq (memory.grow (i32.const {by})) (i32.const -1)) (then (call $exit (i32.const 99))))
    (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 1))
    (call $exit (memory.size))))"""


@pytest.mark.parametrize(
    ("most", "by", "limit", "status"),
    [
        ("3", 2, "", 3),
        ("3", 3, "", 99),
        ("", 3, "", 4),
        ("", 3, "--max-memory=256K", 4),
        ("", 4, "--max-memory=256K", 99),
        ("3", 2, "--max-memory=128K", 99),
    ],
)
def test_memory_grows_as_far_as_it_may(
    module: MakeModule, wali_run: WaliRun, most: str, by: int, limit: str, status: int
) -> None:
    done = wali_run(*filter(None, [limit]), module(GROW.format(most=most, by=by)))
    assert (done.returncode, done.stderr) == (status, "")


def test_a_memory_that_is_not_shared_keeps_its_instructions(module: MakeModule, wali_run: WaliRun) -> None:
    """Fill, copy and init work; what is written there is there."""
    text = f"""(module {EXIT.format(module=PREVIEW1)}
      (memory 1) (data $text "\\07")
      (func (export "_start")
        (memory.fill (i32.const 100) (i32.const 5) (i32.const 1))
        (memory.copy (i32.const 101) (i32.const 100) (i32.const 1))
        (memory.init $text (i32.const 102) (i32.const 0) (i32.const 1))
        (call $exit (i32.add (i32.load8_u (i32.const 101)) (i32.load8_u (i32.const 102))))))"""
    assert wali_run(module(text)).returncode == 12


REACTOR = f"""(module {EXIT.format(module=PREVIEW1)}
  (global $n (mut i32) (i32.const 0))
  (memory 1)
  (func (export "_initialize") (global.set $n (i32.const 40)))
  (func (export "sum") (param i32 i64 f32 f64) (result i32 i64 f32 f64)
    (i32.add (local.get 0) (global.get $n)) (local.get 1) (local.get 2) (local.get 3))
  (func (export "n") (result i32) (global.get $n))
  (func (export "leave") (param i32) (call $exit (local.get 0)))
  (func (export "trap") unreachable)
  (func (export "text") (param externref))
  (export "not_ours" (func $exit)))"""


def test_a_library_runs_by_invoke(module: MakeModule, wali_run: WaliRun) -> None:
    """After its _initialize; arguments are parameters, and results lines."""
    path = module(REACTOR)
    assert wali_run("--invoke", "n", path).stdout == "40\n"
    done = wali_run("--invoke", "sum", path, "2", "-7", "1.5", "0.1")
    assert (done.stdout, done.stderr, done.returncode) == ("42\n-7\n1.5\n0.1\n", "", 0)
    done = wali_run("--invoke", "sum", path, "0xffffffff", "0x8000000000000000", "inf", "1e300")
    assert done.stdout == "39\n-9223372036854775808\ninf\n1e+300\n"
    done = wali_run("--invoke", "sum", path, "0", "0", "1e3", "-123456789e6")
    assert done.stdout == "40\n0\n1000\n-123456789000000\n"
    done = wali_run("--invoke", "sum", path, "0", "0", "-0", "1e-7")
    assert done.stdout == "40\n0\n-0\n1e-07\n"
    assert wali_run("--invoke", "leave", path, "7").returncode == 7
    assert wali_run("--invoke", "trap", path).returncode < 0


INVOKED_WRONG = {
    "": "not a program: it exports no function _start or main; --invoke",
    "nobody": "--invoke nobody: the module exports no such function",
    "memory": "--invoke memory: the module exports no such function",
    "sum 1": "--invoke sum: takes 4 arguments, not 1",
    "leave 1x": "--invoke leave: argument 1, 1x, is not a number of its type",
    "leave 4294967296": "argument 1, 4294967296, is not",
    "leave -2147483649": "argument 1, -2147483649, is not",
    "text 1": "--invoke text: not a function of its own that takes and gives numbers",
    "not_ours 1": "--invoke not_ours: not a function of its own",
}


@pytest.mark.parametrize("words", INVOKED_WRONG)
def test_what_cannot_be_invoked(module: MakeModule, wali_run: WaliRun, words: str) -> None:
    """One line, and the status of a wrong option."""
    name, *arguments = words.split() or [""]
    done = wali_run(*(["--invoke", name] if name else []), module(REACTOR), *arguments)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2 if name else 126, 1, "")
    assert INVOKED_WRONG[words] in done.stderr


def test_a_module_without_imports_runs_by_invoke(module: MakeModule, wali_run: WaliRun) -> None:
    text = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'
    assert wali_run("--invoke", "add", module(text), "2", "3").stdout == "5\n"


def test_a_reactor_is_one_only_without_a_start() -> None:
    def layout(text: str) -> loader.Layout:
        return loader.parse(assemble(text))

    assert loader.is_reactor(layout(REACTOR))
    assert not loader.is_reactor(layout(COUNT.format(module=PREVIEW1)))
    assert not loader.is_reactor(layout('(module (import "wali" "SYS_getpid" (func)) (func (export "f")))'))
    with pytest.raises(WaliFormatError, match="exports no function"):
        loader.load(assemble(f'(module {EXIT.format(module=PREVIEW1)} (memory (export "memory") 1))'))


EXECUTES = """(module
  (import "wali" "SYS_execve" (func $execve (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_prctl" (func $prctl (param i32 i64 i64 i64 i64) (result i64)))
  (import "wali" "SYS_seccomp" (func $seccomp (param i32 i32 i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 2)
  (data (i32.const 1024) "{path}\\00")
  (data (i32.const 2048) "\\00\\04\\00\\00\\00\\04\\00\\00\\00\\00\\00\\00")
  (data (i32.const 3000) "\\06\\00\\00\\00\\00\\00\\ff\\7f")
  (data (i32.const 3100) "\\01\\00\\00\\00\\b8\\0b\\00\\00")
  (func (export "_start")
    {filter}
    (drop (call $execve (i32.const 1024) (i32.const 2048) (i32.const 2056)))
    (call $exit (i32.const 77))))"""
# One instruction: allow.
FILTER = """(drop (call $prctl (i32.const 38) (i64.const 1) (i64.const 0) (i64.const 0) (i64.const 0)))
    (if (i64.ne (call $seccomp (i32.const 1) (i32.const 0) (i32.const 3100)) (i64.const 0))
      (then (call $exit (i32.const 78))))"""


def test_a_linux_program_executes_one_of_wasi(module: MakeModule, wali_run: WaliRun) -> None:
    """Under filters of seccomp(2), which could not judge it, it does not start."""
    path = module(COUNT.format(module=PREVIEW1), "wasi.wasm")
    path.chmod(0o755)
    assert wali_run(module(EXECUTES.format(path=path, filter=""))).returncode == 2
    done = wali_run(module(EXECUTES.format(path=path, filter=FILTER)))
    assert done.returncode == 126
    assert "seccomp(2)" in done.stderr


def test_environment_is_what_is_given(module: MakeModule, wali_run: WaliRun) -> None:
    """Ends with the number of variables, after having copied them."""
    path = module(
        """(module
      (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory 1)
      (func (export "_start")
        (call $exit (i32.or (call $sizes (i32.const 0) (i32.const 4)) (call $get (i32.const 8) (i32.const 1024))))
        unreachable)
      (func (export "told") (result i32 i32 i32 i32)
        (drop (call $sizes (i32.const 0) (i32.const 4)))
        (drop (call $get (i32.const 8) (i32.const 1024)))
        (i32.load (i32.const 0)) (i32.load (i32.const 4)) (i32.load (i32.const 12)) (i32.load (i32.const 1024))))"""
    )
    assert wali_run(path, env={**os.environ, "SECRET": "1"}).returncode == 0
    assert wali_run("--invoke", "told", path).stdout.split()[:2] == ["0", "0"]
    done = wali_run("--env", "A=1", "--env", "LONG=value", "--invoke", "told", path)
    assert done.stdout.split() == ["2", "15", "1028", str(int.from_bytes(b"A=1\0", "little"))]
