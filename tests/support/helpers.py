"""What tests share: module texts, assembling, and how to start the commands."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# The smallest program: no imports, ends with status 0.
MINIMAL = '(module (memory (export "memory") 1 2) (func (export "_start")))'
# Ends with the status of its first argument's length.
EXIT_BY_ARGUMENT = """(module
  (import "wali" "__cl_get_argc" (func $argc (result i32)))
  (import "wali" "__cl_get_argv_len" (func $len (param i32) (result i32)))
  (import "wali" "__proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 2)
  (func (export "_start")
    (if (i32.gt_u (call $argc) (i32.const 1)) (then (call $exit (call $len (i32.const 1)))))
    (call $exit (i32.const 0))))"""
# Says that it runs, and waits for a signal.
WAITS = """(module
  (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
  (import "wali" "SYS_pause" (func $pause (result i64)))
  (memory (export "memory") 1 2)
  (data (i32.const 16) "!")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1)))
    (drop (call $pause))))"""

Assemble = Callable[[str], bytes]
WaliRun = Callable[..., "subprocess.CompletedProcess[str]"]


def assemble(text: str) -> bytes:
    """The binary of a module in text form."""
    import wasmtime

    return bytes(wasmtime.wat2wasm(text))


def is_valid(wasm: bytes) -> bool:
    """Whether the engine takes a module, which is as the loader leaves it; it is open."""
    from wali import ffi
    from wali.errors import WaliError

    try:
        ffi.engine_validate(wasm)
    except WaliError:
        return False
    return True


def python_command(code: str) -> list[str]:
    """Runs Python code in a new process that sees the same packages as this one, whatever folder it is in."""
    return [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"]


def command_path(name: str) -> list[str]:
    """The installed command beside this Python, else the checkout's way to start it. For wali-run WALI_RUN says another."""
    if name == "wali-run" and (other := os.environ.get("WALI_RUN")):
        return [other]
    installed = Path(sys.executable).parent / name
    if installed.exists():
        return [str(installed)]
    function = "run_main" if name == "wali-run" else "main"
    return python_command(f"from wali.cli import {function} as start; sys.exit(start(sys.argv[1:]))")


def launcher_alone(folder: Path) -> str:
    """A copy of wali-run, in a new folder, that finds the installed packages, and no script `wali` to ask Python by."""
    installed = Path(command_path("wali-run")[0])
    if installed.name != "wali-run":
        pytest.skip("wali-run is not installed")
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").symlink_to(Path(sys.prefix, "lib"))
    return shutil.copy(installed, folder / "bin")


def open_terminal() -> tuple[int, int]:
    """Both ends of a new pseudoterminal: leader, follower."""
    try:
        return pty.openpty()
    except OSError:
        pytest.skip("no pseudoterminals here")


def run_command(name: str, *words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs one of the commands; options are those of subprocess.run, with text and captured output by default."""
    settings: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 120, "check": False, **options}
    arguments = [os.fspath(word) if isinstance(word, Path) else str(word) for word in words]
    return subprocess.run([*command_path(name), *arguments], **settings)
