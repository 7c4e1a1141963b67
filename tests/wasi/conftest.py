"""What the tests of WASI share: the programs of c-tests/wasi/, built, and the command that runs them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support import tools
from tests.support.c_programs import TOOLCHAIN, Program, Tree, selected
from tests.support.tools import ROOT

SOURCES = ROOT / "c-tests" / "wasi"
ALL = [Program(path) for path in sorted(SOURCES.glob("*/*.c"))]
SERVED = [program for program in ALL if program.source.parent.name == "served"]
"""Programs that a test of their own talks to."""
_OF_THREADS = [program for program in ALL if program.source.parent.name == "parallel"]
TALKING = [program for program in _OF_THREADS if program.directive("TALKS")]
"""Programs of several threads that a test of their own talks to."""
PARALLEL = [program for program in _OF_THREADS if program not in TALKING]
"""Programs of several threads, which are run many times."""
TARGET = "wasm32-wasip1"
OTHER = os.environ.get("WALI_WASI_ENGINE") == "other"
"""For writing tests: what another implementation of WASI than ours says of them. It has no draft any more."""
PROGRAMS = [
    program
    for program in ALL
    if program not in SERVED and program not in _OF_THREADS and not (OTHER and program.source.parent.name == "draft")
]


def engine() -> list[str]:
    """The command that runs modules."""
    if OTHER:
        return [sys.executable, str(ROOT / "tests/wasi/other_engine.py"), *os.environ.get("WALI_WASI_LIES", "").split()]
    return [tools.wali_run()]


@pytest.fixture(scope="session")
def native(request: pytest.FixtureRequest) -> Tree:
    """The native build of the selected programs."""
    return Tree("wasi-native", SOURCES, [], [p.target for p in selected(request, PROGRAMS) if not p.wasm_only])


@pytest.fixture(scope="session")
def wasm(request: pytest.FixtureRequest) -> Tree:
    """The build for WASI of the selected programs, and of those that tests talk to."""
    settings = ["--toolchain", str(TOOLCHAIN), f"-DWALI_TARGET={TARGET}", f"-DOTHER_ENGINE={'ON' if OTHER else 'OFF'}"]
    targets = [program.target for program in [*selected(request, [*PROGRAMS, *PARALLEL]), *SERVED, *TALKING]]
    return Tree("wasi-other" if OTHER else "wasi", SOURCES, settings, targets)


class Served:
    """Commands of the programs of c-tests/wasi/served/."""

    def __init__(self, wasm: Tree, folder: Path) -> None:
        self.wasm = wasm
        self.folder = folder

    def command(self, name: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """The command line that runs the program `name`."""
        return [*engine(), *options, str(self.wasm.program(f"served-{name}", ".wasm")), *arguments]


@pytest.fixture
def served(wasm: Tree, tmp_path: Path) -> Served:
    return Served(wasm, tmp_path)
