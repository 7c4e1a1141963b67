"""The programs of c-tests/wasi/ behind an adapter that serves preview1 by preview2, as in other engines.

A start leaves such an adapter out (docs/WASI.md). Here it is put together with the program, so that its calls reach our
functions of preview2; and what it says then is what wasmtime says of the same component. The adapter, and what makes
components, come from npm, into the tests' build folder; without npm or its registry the tests are skipped.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.programs.test_components import JCO, command, installed
from tests.support import tools
from tests.support.c_programs import BUILD, Outcome, Program, Tree, missing, run, selected
from tests.support.tools import ROOT
from tests.wasi.conftest import PROGRAMS
from tests.wasi.test_c_programs import Walls, folders, options
from wali.module import merge

VERSION = "1.2.4"
ADAPTER = "wasi_snapshot_preview1"
MAKE = f"""
import {{ componentNew }} from "{JCO}";
import {{ readFileSync, writeFileSync }} from "node:fs";
const [, , path, ...cores] = process.argv;
const adapter = readFileSync(path);
for (const core of cores) {{
  writeFileSync(core.split("/").pop(), await componentNew(readFileSync(core), [["{ADAPTER}", adapter]]));
}}
"""
OF_PREVIEW1 = [program for program in PROGRAMS if program.source.parent.name != "draft"]
OTHER = [sys.executable, str(ROOT / "tests" / "wasi" / "other_engine.py")]
TRAP = "status: 134"
"""How wasmtime ends after one."""
DIFFERENT = {
    "directories-mkdir_rmdir": "wasmtime removes no directory by a name with a slash at its end",
    "raw-advise_allocate_sync": "wasmtime takes advice on a length beyond the largest file",
    "raw-path_open": "wasmtime opens no file for synchronized writes",
    "raw-poll": "a file of wasmtime's is ready only when it has been read",
    "waiting-poll": "a file of wasmtime's is ready only when it has been read",
}
"""Programs of which the two say different things, and why: ours is what a program natively finds."""
EITHER = {"raw-poll", "waiting-poll"}
"""Of these, what wasmtime says depends on how fast it reads."""


@pytest.fixture(scope="session")
def components(request: pytest.FixtureRequest, wasm: Tree) -> Path:
    """A folder with the components of the selected programs, each by its target's name."""
    folder = BUILD / "adapted"
    folder.mkdir(parents=True, exist_ok=True)
    (adapter,) = installed(JCO, VERSION, folder).rglob(f"{ADAPTER}.command.wasm")
    (folder / "make.mjs").write_text(MAKE)
    cores = [wasm.program(program.target, ".wasm") for program in selected(request, OF_PREVIEW1)]
    done = command(["node", "make.mjs", adapter, *cores], folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("program", OF_PREVIEW1, ids=lambda program: program.target)
def test_it_says_what_it_says_in_wasmtime(program: Program, components: Path, tmp_path: Path) -> None:
    if need := missing(program, tmp_path):
        pytest.skip(f"this machine lacks: {need}")
    made = tmp_path / "made" / "prog.wasm"  # so that the program's own name is the same
    made.parent.mkdir()
    shutil.copy(components / f"{program.target}.wasm", made)
    other = ended(OTHER, made, program, tmp_path / "other")
    made.write_bytes(merge.read(made.read_bytes(), with_adapter=True))
    ours = ended([tools.wali_run()], made, program, tmp_path / "ours")
    same = ours.stdout == other.stdout and is_like(ours, other)
    if program.target not in DIFFERENT:
        assert same, f"with the adapter: {ours}\nin wasmtime: {other}"
    elif program.target not in EITHER:
        assert not same, f"{program.target} is no exception any more: {DIFFERENT[program.target]}"


def ended(engine: list[str], made: Path, program: Program, folder: Path) -> Outcome:
    """How the program ends in a folder of its own; what lies outside must stay as it is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    walls = Walls(folder) if program.source.parent.name == "hostile" else None
    for given in folders(program):
        (folder / given.partition("::")[0]).mkdir(parents=True, exist_ok=True)
    outcome = run([*engine, *options(program), str(made)], program, folder, 60)
    if walls:
        walls.hold()
    return outcome


def is_like(ours: Outcome, other: Outcome) -> bool:
    """Whether both end alike; a trap of ours is a signal."""
    return ours.status == other.status or (other.status == TRAP and ours.status.startswith("signal: "))
