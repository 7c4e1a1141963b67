"""The Python API: wali.run, wali.command, wali.Program, what they raise, and the examples in the documentation."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import wali
from tests.commands.test_cli import ECHO, ENVIRONMENT, SUICIDE, times
from tests.modules.test_fix_calls_rewriting import PROGRAM
from tests.support.helpers import EXIT_BY_ARGUMENT, MINIMAL, python_command
from tests.support.tools import ROOT
from tests.support.wasi_modules import LIBRARY, program
from wali import api, ffi

MakeModule = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("cache_dir")

# Copies stdin to stdout.
CAT = """(module
  (import "wali" "SYS_read" (func $read (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1)
  (func (export "_start") (local $n i32)
    (loop $more
      (local.set $n (i32.wrap_i64 (call $read (i32.const 0) (i32.const 64) (i32.const 4096))))
      (if (i32.gt_s (local.get $n) (i32.const 0)) (then
        (drop (call $write (i32.const 1) (i32.const 64) (local.get $n)))
        (br $more))))
    (call $exit (i32.const 0))))"""
FOREVER = '(module (memory (export "memory") 1 1) (func (export "_start") (loop $again (br $again))))'
WRONG_CALL = PROGRAM.replace(
    '(func (export "_start"))', '(func (export "_start") (drop (call 4 (i32.const 1) (i32.const 1))))'
)


def test_what_is_public_is_documented_and_typed() -> None:
    for name in wali.__all__:
        thing = getattr(wali, name)
        assert inspect.getdoc(thing), name
        members = (
            [thing] if inspect.isfunction(thing) else [f for _, f in inspect.getmembers(thing, inspect.isfunction)]
        )
        for function in members:
            if function.__module__ == "wali.api" and not function.__name__.startswith("_"):
                assert function.__doc__, function
                assert "return" in function.__annotations__, function
    assert re.match(r"\d+\.", str(wali.__version__))


# --- running ----------------------------------------------------------------------------------------------------------


def test_output_input_and_status(module: MakeModule) -> None:
    done = wali.run([module(ECHO), "a b", "--help", ""], capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == ["a b", "--help", ""]
    assert wali.run([module(CAT)], input=b"\0x", stdout=subprocess.PIPE).stdout == b"\0x"
    assert wali.run([module(EXIT_BY_ARGUMENT), "seven.."]).returncode == 7
    assert wali.run([module(SUICIDE), *times(signal.SIGTERM)]).returncode == -signal.SIGTERM
    with pytest.raises(subprocess.CalledProcessError):
        wali.run([module(EXIT_BY_ARGUMENT), "x"], check=True)


def test_the_environment_is_what_was_given(module: MakeModule) -> None:
    """Whatever it would mean to Python; and the cache is the same one."""
    path = module(ENVIRONMENT)
    program = wali.Program(path)
    for env in ({}, {"A": "1", "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "HOME": "/nowhere"}):
        entries = sorted(f"{key}={value}" for key, value in env.items())
        for done in (
            wali.run([path], env=env, capture_output=True, text=True),
            wali.run([path], env=env, capture_output=True, text=True, cache_dir=path.parent / "empty"),
            program.run(env=env, capture_output=True, text=True),
        ):
            assert (sorted(done.stdout.split()), done.stderr) == (entries, "")


def test_paths_are_the_callers(module: MakeModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(module(ECHO).parent)
    other = tmp_path / "other"
    other.mkdir()
    done = wali.run(["prog.wasm", "x"], cwd=other, trace="calls.txt", capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("prog.wasm\nx\n", 0)
    assert "write(1" in (tmp_path / "calls.txt").read_text()
    program = wali.Program("prog.wasm")
    assert program.run(cwd=other, capture_output=True, text=True).stdout == "prog.wasm\n"
    words = program.command("y", argv0="name", stack_size=1 << 20)
    assert subprocess.run(words, cwd=other, capture_output=True, text=True, check=True).stdout == "name\ny\n"


def test_a_timeout_ends_the_guest(module: MakeModule, tmp_path: Path) -> None:
    program = wali.Program(module(FOREVER))
    for stats in (None, tmp_path / "stats"):
        with pytest.raises(subprocess.TimeoutExpired):
            program.run(timeout=1, capture_output=True, stats=stats)
    for _ in range(100):  # the watcher of --stats has gone first
        if not any(
            str(program.path) in word for p in psutil.process_iter(["cmdline"]) for word in p.info["cmdline"] or []
        ):
            return
        time.sleep(0.05)
    pytest.fail("the guest goes on")


def test_limits(module: MakeModule) -> None:
    path = module(MINIMAL.replace("1 2", "40 100"))
    assert wali.run([path]).returncode == 0
    done = wali.run([path], max_memory=1 << 20, capture_output=True, text=True)
    assert (done.returncode, "more than --max-memory" in done.stderr) == (126, True)
    for name in ("max_memory", "stack_size"):
        with pytest.raises(wali.WaliUsageError, match=f"{name}=-1"):
            wali.run([path], **{name: -1})


def test_stats(module: MakeModule, tmp_path: Path) -> None:
    file = tmp_path / "stats.json"
    done = wali.run([module(ECHO), "x"], stats=file, capture_output=True, text=True)
    assert (done.stdout.splitlines()[1:], done.stderr) == (["x"], "")
    found = json.loads(file.read_text())
    assert (found["exit_status"], found["signal"]) == (0, None)
    assert [(call["name"], call["count"], call["errors"]) for call in found["calls"]] == [("write", 2, 0)]
    assert found["peak_memory"] > 1 << 20
    assert 0 <= found["calls"][0]["seconds"] <= found["wall"]
    assert wali.run([module(SUICIDE), *times(signal.SIGTERM)], stats=file).returncode == -signal.SIGTERM
    assert (json.loads(file.read_text())["exit_status"], json.loads(file.read_text())["signal"]) == (None, 15)
    done = wali.run([module(ECHO)], stats=tmp_path / "no" / "file", capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "No such file" in done.stderr


def test_fix_calls(module: MakeModule, cache_dir: Path) -> None:
    path = module(WRONG_CALL)
    assert wali.run([path], stderr=subprocess.DEVNULL).returncode == -signal.SIGSEGV
    assert wali.run([path], fix_calls=True).returncode == 0
    assert len(list(cache_dir.glob("*/objects/*"))) == 2
    program = wali.Program(path, fix_calls=True)
    assert program.run().returncode == 0
    assert "fix_calls=True" in repr(program)
    assert wali.Program(path).run(stderr=subprocess.DEVNULL).returncode == -signal.SIGSEGV
    assert len(list(cache_dir.glob("*/objects/*"))) == 2


# --- Program ----------------------------------------------------------------------------------------------------------


def test_a_program_is_compiled_at_once_and_keeps_nothing_open(module: MakeModule, cache_dir: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for fix_calls in (True, False):
        path = module(PROGRAM)
        program = wali.Program(path, fix_calls=fix_calls)
        ffi.engine_open()
        found = ffi.cache_lookup(str(cache_dir), str(path), ffi.fix_calls_variant() if fix_calls else "")
        assert found is not None
        os.close(found[0])
        assert program.run().returncode == 0
        wali.Program(path, fix_calls=fix_calls)
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # the engine's library


def test_a_program_made_in_a_thread(module: MakeModule) -> None:
    """Children of the other threads keep their status meanwhile."""
    path = module(ECHO)
    found: list[object] = []

    def work() -> None:
        found.append(wali.Program(path).run("x", capture_output=True, text=True).stdout.endswith("\nx\n"))

    thread = threading.Thread(target=work)
    thread.start()
    status = 0
    while thread.is_alive():
        status |= subprocess.run([sys.executable, "-S", "-c", "raise SystemExit(3)"], check=False).returncode ^ 3
    assert (found, status) == ([True], 0)


def test_what_a_program_raises(module: MakeModule, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("hello")
    with pytest.raises(wali.WaliFormatError, match="not a wasm module") as format_error:
        wali.Program(text)
    assert (format_error.value.status, format_error.value.offset) == (126, 0)
    with pytest.raises(wali.WaliError, match="No such file") as missing:
        wali.Program(tmp_path / "none.wasm")
    assert missing.value.status == 127
    invalid = module('(module (memory (export "memory") 1 1) (func (export "_start")))')
    # i32.add on an empty stack, in place of nothing: well-formed, but not valid.
    data = invalid.read_bytes().replace(b"\x0a\x04\x01\x02\x00\x0b", b"\x0a\x05\x01\x03\x00\x6a\x0b")
    invalid.write_bytes(data)
    with pytest.raises(wali.WaliEngineError, match=r"^not valid wasm: type mismatch"):
        wali.Program(invalid)
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o755)
    with pytest.raises(wali.WaliError, match="cannot keep it"):
        wali.Program(module(ECHO), cache_dir=cache)


def test_a_compiled_file(module: MakeModule, tmp_path: Path) -> None:
    output = tmp_path / "prog.cwasm"
    words = [*api._python("main"), "compile", str(module(ECHO)), "-o", str(output)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    assert wali.Program(output).run("x", capture_output=True, text=True).stdout == f"{output}\nx\n"
    with pytest.raises(wali.WaliUsageError, match="compiled already"):
        wali.Program(output, fix_calls=True)
    output.chmod(0o666)
    with pytest.raises(wali.WaliFormatError, match="others can write"):
        wali.Program(output)


def test_without_the_native_command(module: MakeModule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    words = wali.command(module(ECHO), "x")
    assert words[0] == sys.executable
    env = {"PYTHONHOME": "/nowhere"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=env, cwd="/")
    assert done.stdout.endswith("prog.wasm\nx\n")


# --- documentation ----------------------------------------------------------------------------------------------------


# Reads notes.txt in its only folder; the argument must end so.
TOOL = program("""
    (call $check (call $args_sizes (i32.const 16) (i32.const 20)))
    (call $check (call $args (i32.const 1024) (i32.const 65536)))
    (call $check (call $open (i32.const 3) (i32.const 1)
      (i32.add (i32.const 65526) (i32.load (i32.const 20))) (i32.const 9)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 24)))
    (i32.store (i32.const 0) (i32.const 131072))
    (i32.store (i32.const 4) (i32.const 4096))
    (call $check (call $read (i32.load (i32.const 24)) (i32.const 0) (i32.const 1) (i32.const 28)))
    (call $write (i32.const 131072) (i32.load (i32.const 28)))""")


def test_the_examples_run(module: MakeModule, tmp_path: Path) -> None:
    """Those of docs/PYTHON.md as one program, in a folder with the files that they name."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "PYTHON.md").read_text(), re.DOTALL)
    assert len(blocks) == 7
    module(ECHO, "hello.wasm")
    module(CAT, "cat.wasm")
    module(TOOL, "tool.wasm")
    module(LIBRARY, "library.wasm")
    (tmp_path / "notes.txt").write_text("hello")
    script = tmp_path / "examples.py"
    script.write_text("\n".join(blocks))
    words = python_command(f"exec(compile(open({str(script)!r}).read(), 'examples', 'exec'))")
    settings = {**os.environ, "PYTHONUNBUFFERED": "1"}  # what Python and the guests print stays in order
    done = subprocess.run(words, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["hello.wasm", "world"]
    assert lines[3].startswith("not a wasm module; build it with wali-cc")
    assert any(line.startswith("guest: ") and "read(0" in line for line in lines)
    assert any(re.search(r"(\{'write': 1, 'read': 2\}|\{'read': 2, 'write': 1\})$", line) for line in lines)
    assert lines[-1] == "data"


def test_the_readmes_line_runs(module: MakeModule, monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = re.findall(r"`(wali\.run\(.*?\))`", (ROOT / "README.md").read_text())
    monkeypatch.chdir(module(ECHO, "hello.wasm").parent)
    assert eval(line, {"wali": wali}).stdout == b"hello.wasm\n"


def test_sources_without_the_core_say_so(tmp_path: Path) -> None:
    """As in a checkout, whose folder hides the installed package."""
    shutil.copytree(ROOT / "wali", tmp_path / "wali", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", "import wali; wali.run(['x'])"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ImportError: " in done.stderr
    assert f"{tmp_path}/wali holds the sources of wali" in done.stderr
