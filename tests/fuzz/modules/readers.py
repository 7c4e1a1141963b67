"""All that reads a module in Python, and the engine's compiler, in a process of its own that may die."""

from __future__ import annotations

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from tests.support.helpers import is_valid
from wali import ffi, fixcalls
from wali.compiled import volatile_loads
from wali.errors import WaliError
from wali.module import inspection, loader

SECONDS = 20
"""The longest that one module may take."""
MEMORY = 3 << 30
"""Bytes that a reader may have, the engine's own included."""


def _compile(data: bytes) -> None:
    wasm = loader.load(data).wasm
    kept, _ = volatile_loads.kept(wasm)
    if kept != wasm and is_valid(wasm) and not is_valid(kept):
        raise AssertionError("with its volatile loads kept it is no valid module any more")
    fd = os.memfd_create("code", os.MFD_CLOEXEC)
    try:
        ffi.engine_compile(kept, fd, True)
    finally:
        os.close(fd)


def _compile_fixed(data: bytes) -> None:
    fixed, _ = fixcalls.fix(data)
    if fixed != data:
        _compile(fixed)


READERS: dict[str, Callable[[bytes], object]] = {
    "load": loader.load,
    "inspect": inspection.inspect,
    "fix calls": fixcalls.fix,
    "compile": _compile,
    "compile fixed": _compile_fixed,
}


def _too_long(_signo: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"it takes longer than {SECONDS} seconds")


def read_all(modules: list[bytes]) -> list[tuple[int, str]]:
    """(index, what went wrong) of the modules that do not end in success or in an error of our own."""
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(modules):
        at, wrong = _read_from(modules, at)
        if wrong:
            found.append((at, wrong))
        at += 1
    return found


def _read_from(modules: list[bytes], first: int) -> tuple[int, str]:
    """The first module from there on that goes wrong, and how; or the last one and nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_reader(modules, first, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    at = max((int(line.split(" ")[0]) for line in lines if line[:1].isdigit()), default=first)
    text = "\n".join(line for line in lines if not line[:1].isdigit())
    stage = next((line for line in reversed(lines) if line[:1].isdigit()), "")
    if os.WIFSIGNALED(status):
        return at, f"signal {os.WTERMSIG(status)} in {stage}"
    return at, text


def _be_reader(modules: list[bytes], first: int, out: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, _too_long)
    ffi.engine_open()
    for at in range(first, len(modules)):
        for name, read in READERS.items():
            os.write(out, f"{at} {name}\n".encode())
            signal.alarm(SECONDS)
            try:
                with suppress(WaliError):
                    read(modules[at])
            except BaseException:
                lines = traceback.format_exception(*sys.exc_info())
                os.write(out, "".join(f"  {name}: {line}\n" for part in lines for line in part.splitlines()).encode())
                os._exit(0)
            finally:
                signal.alarm(0)
    os._exit(0)


def keep(folder: Path, name: str, module: bytes) -> Path:
    """Writes a module down."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.wasm"
    path.write_bytes(module)
    return path
