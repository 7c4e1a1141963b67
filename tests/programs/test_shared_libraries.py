"""A C program and a shared library, on one memory, as `wasm-tools component link` makes a component of them.

Tests are skipped where no wasm-tools is in PATH (1.200 or newer; its makers' releases, `cargo install wasm-tools`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import tools
from tests.support.helpers import WaliRun
from tests.support.tools import ROOT

SOURCES = ROOT / "tests" / "programs" / "shared_library"
CLANG = [
    "--target=wasm32",
    "-O1",
    "-fPIC",
    "-fvisibility=default",
    "-ffreestanding",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-c",
]
LINK = ["-shared", "--experimental-pic", "--unresolved-symbols=import-dynamic"]
SECONDS = 120


def wasm_tools() -> str:
    found = shutil.which("wasm-tools", path=tools.path_first())
    if found is None:
        pytest.skip("no wasm-tools in PATH")
    return found


def do(*words: str | Path) -> None:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"


def shared(name: str, folder: Path) -> Path:
    """A shared library of that source."""
    zig = [sys.executable, "-m", "ziglang"]
    do(*zig, "clang", *CLANG, SOURCES / f"{name}.c", "-o", folder / f"{name}.o")
    do(*zig, "wasm-ld", *LINK, folder / f"{name}.o", "-o", folder / f"lib{name}.so")
    return folder / f"lib{name}.so"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("ziglang", reason="no C compiler for wasm: the extra sdk is not installed")
    made, folder = wasm_tools(), tmp_path_factory.mktemp("shared")
    greet, prog = shared("greet", folder), shared("prog", folder)
    do(made, "component", "embed", SOURCES / "world.wit", prog, "-o", folder / "libprog.so")
    do(made, "component", "link", folder / "libprog.so", greet, "-o", folder / "prog.wasm")
    return folder / "prog.wasm"


@pytest.mark.parametrize("words", [[], ["one", "two words"], ["a", "b", "c"]])
def test_it_says_what_it_says_in_wasmtime(wali_run: WaliRun, program: Path, words: list[str]) -> None:
    other = subprocess.run(
        [sys.executable, ROOT / "tests" / "wasi" / "other_engine.py", program, *words],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert other.stdout.splitlines() == ["greetings", *words, "42", "changed"]
    for _ in range(2):  # compiled, and from the cache
        done = wali_run(program, *words)
        assert (done.returncode, done.stdout, done.stderr) == (other.returncode, other.stdout, "")
        assert done.returncode == (1 if len(words) > 2 else 0)


def test_its_libraries_are_told(wali: WaliRun, program: Path) -> None:
    report = json.loads(wali("inspect", "--json", program).stdout)
    assert report["problem"] == ""
    assert [part["name"] for part in report["component"]["modules"]][1:3] == ["libgreet.so", "libprog.so"]
    assert [p["role"] for p in report["component"]["modules"] if p["name"] == "libprog.so"] == ["program"]


def test_it_runs_within_memory_that_is_limited(wali_run: WaliRun, program: Path) -> None:
    done = wali_run("--max-memory", "2M", program)
    assert done.returncode == 0
    done = wali_run("--trace-options=-a1 -qq", program)
    assert "get-stdout() = " in done.stderr
