"""Every program of c-tests/, run natively and as wasm: output and status must be equal.

The native run comes first and must succeed, so that a test which is wrong about Linux says so. Those for WASI are in
tests/wasi/.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import tools
from tests.support.c_programs import NATIVE_ONLY, TOOLCHAIN, Program, Tree, missing, run, run_native, selected
from tests.support.tools import ROOT

SOURCES = ROOT / "c-tests"
UNTESTED = SOURCES / "untested.txt"
"""Calls that no program can test, each with its reason: `name: reason`."""

KINDS = {"contexts", "cxx", "hostile", "ioctl", "libc", "seccomp", "setjmp", "stories", "terminals", "threads", "wasi"}
"""Folders that hold a kind of programs; all others have the name of a family of the table (README.md says why)."""

PROGRAMS = [Program(path) for path in sorted(SOURCES.glob("*/*.c"))]


@pytest.fixture(scope="session")
def native(request: pytest.FixtureRequest) -> Tree:
    """The native build of the selected programs."""
    return Tree("native", SOURCES, [], [p.target for p in selected(request, PROGRAMS) if not p.wasm_only])


@pytest.fixture(scope="session")
def wasm(request: pytest.FixtureRequest) -> Tree | None:
    """The wasm build of the selected programs."""
    settings = ["--toolchain", str(TOOLCHAIN)]
    return None if NATIVE_ONLY else Tree("wasm", SOURCES, settings, [p.target for p in selected(request, PROGRAMS)])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.target)
def test_program(program: Program, native: Tree, wasm: Tree | None, tmp_path: Path) -> None:
    """The program behaves as wasm as it does natively."""
    if need := missing(program, tmp_path):
        pytest.skip(f"this machine lacks: {need}")
    if program.wasm_only:
        sidecar = program.sidecar(".expected")
        assert sidecar, f"{program.source.with_suffix('.expected')} is missing"
        expected = sidecar.read_text().rstrip("\n")
    else:
        before = run_native(program, native, tmp_path / "native")
        expected = before.stdout + before.status
    if wasm is None:
        return
    module = wasm.program(program.target, ".wasm")
    outcome = run([tools.wali_run(), str(module)], program, tmp_path / "wasm", 60)
    assert (outcome.stdout + outcome.status).splitlines() == expected.splitlines(), f"as wasm: {outcome}"


def test_folders_are_the_families_of_the_table() -> None:
    """Or one of a few kinds; a program that is named after a call (`open`, `open_tmpfile`) lies in the call's family."""
    from syscalls.table import FAMILIES

    families = {family.__name__.rpartition(".")[2]: family.ROWS for family in FAMILIES.values()}
    folders = {path.name for path in SOURCES.iterdir() if path.is_dir()}
    assert sorted(folders - families.keys() - KINDS) == [], "neither a family of syscalls/table/ nor one of the kinds"
    assert sorted(KINDS - folders) == []
    readme = (SOURCES / "README.md").read_text()
    assert [kind for kind in sorted(KINDS) if f"| `{kind}/` |" not in readme] == [], "README.md says what a kind is"

    home = {row.name: family for family, rows in families.items() for row in rows}
    astray = []
    for program in PROGRAMS:
        folder, words = program.source.parent.name, program.source.stem.split("_")
        begins = ("_".join(words[:count]) for count in range(len(words), 0, -1))
        call = next((name for name in begins if name in home), None)
        if folder in families and call and home[call] != folder:
            astray.append(f"{folder}/{program.source.name}: {call} is in {home[call]}")
    assert astray == []


def test_every_implemented_call_has_a_program() -> None:
    """A call that is not a stub is named by the CALLS line of some program, or has a reason why it is not."""
    from wali._generated.calls import CALLS

    tested = {name for p in PROGRAMS for name in p.directive("CALLS").replace(",", " ").split()}
    known = {name for _, name, *_ in CALLS}
    implemented = {name for _, name, _, kind, *_ in CALLS if kind != "stub"}
    excused = {line.split(":")[0] for line in UNTESTED.read_text().splitlines() if line and line[0] != "#"}
    assert sorted(tested - known) == [], "no such call is in the table"
    assert sorted(implemented - tested - excused) == [], f"no program tests them, nor has {UNTESTED.name} a reason"
    assert sorted(excused & tested) == [], f"tested, so {UNTESTED.name} need not list them"
    assert sorted(excused - implemented) == [], f"{UNTESTED.name} lists what is not implemented"
