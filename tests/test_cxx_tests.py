"""Every program of c-tests/cxx/, run natively and as wasm, each at several optimisations: output and status are equal.

As with the programs in C the native run comes first and must succeed. A machine without a C++ compiler of its own runs
the wasm half alone, which then must succeed: the programs check most by themselves.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support import tools
from tests.support.c_programs import TOOLCHAIN, Program, Tree, run, run_native, selected
from tests.support.tools import ROOT
from wali.sdk import install

SOURCES = ROOT / "c-tests" / "cxx"
PROGRAMS = [Program(path) for path in sorted(SOURCES.glob("*.cc"))]
OPTIMISATIONS = {"O0": "-O0", "O2": "-O2", "lto": "-O2 -flto"}


@pytest.fixture(scope="session")
def native(request: pytest.FixtureRequest) -> Tree | None:
    """The native build of the selected programs; None without a compiler."""
    if not any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        return None
    return Tree("cxx-native", SOURCES, [], [program.target for program in selected(request, PROGRAMS)])


@pytest.fixture(scope="session", params=OPTIMISATIONS)
def wasm(request: pytest.FixtureRequest) -> Tree:
    """The wasm build of the selected programs."""
    install.ensure(quiet=True, with_cxx=True)
    settings = ["--toolchain", str(TOOLCHAIN), f"-DCXX_TESTS_OPTIONS={OPTIMISATIONS[request.param]}"]
    return Tree(f"cxx-{request.param}", SOURCES, settings, [program.target for program in selected(request, PROGRAMS)])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.target)
def test_program(program: Program, native: Tree | None, wasm: Tree, tmp_path: Path) -> None:
    """The program behaves as wasm as it does natively."""
    before = run_native(program, native, tmp_path / "native") if native else None
    outcome = run([tools.wali_run(), str(wasm.program(program.target, ".wasm"))], program, tmp_path / "wasm", 60)
    if before is None:
        assert outcome.status == "status: 0", f"as wasm: {outcome}"
        return
    assert (outcome.stdout + outcome.status).splitlines() == (before.stdout + before.status).splitlines(), (
        f"as wasm: {outcome}"
    )
