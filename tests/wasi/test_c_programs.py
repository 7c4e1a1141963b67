"""Every program of c-tests/wasi/: those of libc natively and for WASI, those of raw imports for WASI alone.

Each runs in a folder of its own that it is given as ".". WALI_WASI_ENGINE=other takes another implementation of WASI
than ours: what it says of a test, when one is written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.c_programs import NATIVE_ONLY, Program, Tree, missing, run, run_native
from tests.support.tools import ROOT
from tests.wasi.conftest import ALL, PROGRAMS, SOURCES, engine
from tests.wasi.walls import Walls

WITHOUT_OPENAT2 = [sys.executable, str(ROOT / "tests/support/refuse_calls.py"), "ENOSYS", "437"]
"""Runs a command on a kernel that seems to be older than 5.6."""
WALKS = [program for program in PROGRAMS if program.source.parent.name in ("directories", "hostile", "paths")] + [
    program
    for program in PROGRAMS
    if program.source.stem in ("path_calls", "path_open", "stat", "open_flags")
    or program.target in ("draft-paths", "draft-folders", "draft-permissions")
]
"""Programs about paths: resolving them has a second way, for kernels and filters without openat2."""


def folders(program: Program) -> list[str]:
    """What the program is given, as --dir has it: DIRS, by default the current one."""
    usual = "box::." if program.source.parent.name == "hostile" else "."
    return (program.directive("DIRS") or usual).split()


def options(program: Program) -> list[str]:
    """The engine's options for the folders and variables that the program gets."""
    sidecar = program.sidecar(".env")
    variables = sidecar.read_text().splitlines() if sidecar else []
    network = ["-Sinherit-network"] if program.directive("NETWORK") else []
    return [*(f"--dir={folder}" for folder in folders(program)), *(f"--env={line}" for line in variables), *network]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.target)
def test_program(program: Program, native: Tree, wasm: Tree, tmp_path: Path) -> None:
    """The program finds all as it should be, and says the same as natively."""
    check(program, native, wasm, tmp_path)


@pytest.mark.parametrize("program", WALKS, ids=lambda program: program.target)
def test_program_without_openat2(program: Program, native: Tree, wasm: Tree, tmp_path: Path) -> None:
    """The same where the kernel does not resolve paths below a folder by itself."""
    check(program, native, wasm, tmp_path, WITHOUT_OPENAT2)


def check(program: Program, native: Tree, wasm: Tree, tmp_path: Path, around: list[str] | None = None) -> None:
    if need := missing(program, tmp_path):
        pytest.skip(f"this machine lacks: {need}")
    before = None if program.wasm_only else run_native(program, native, tmp_path / "native")
    if NATIVE_ONLY:
        return
    folder = tmp_path / "wasm"
    walls = Walls(folder) if program.source.parent.name == "hostile" else None
    for given in folders(program):
        (folder / given.partition("::")[0]).mkdir(parents=True, exist_ok=True)
    command = [*(around or []), *engine(), *options(program), str(wasm.program(program.target, ".wasm"))]
    outcome = run(command, program, folder, 60)
    assert outcome.status == (program.directive("EXPECT") or "status: 0"), f"for WASI: {outcome}"
    if before:
        assert outcome.stdout.splitlines() == before.stdout.splitlines(), f"for WASI: {outcome}"
    if walls:
        walls.hold()


def test_every_function_of_preview1_is_called_by_a_program() -> None:
    """By name, in a program of raw imports: there the codes are looked at, too."""
    declared = set(re.findall(r"^(?:DECLARE\(|IMPORT\()(\w+)[,)]", (SOURCES / "imports.h").read_text(), re.M))
    called = {name for p in ALL for name in re.findall(r"\bp1_(\w+)", p.source.read_text())}
    assert len(declared) == 48  # with the two of adapters
    assert declared == called
