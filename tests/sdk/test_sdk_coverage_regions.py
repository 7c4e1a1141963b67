"""-fcoverage-mapping: which regions have run, by LLVM's own reader, beside gcc's counts of lines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.sdk.test_sdk_coverage import PROGRAM
from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.profile_helpers import merged, need_readers, read
from wali.sdk import profile_tools

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

MAPPED = ("-O0", "-fprofile-instr-generate", "-fcoverage-mapping")
ALONE = PROGRAM.replace("void again(char **argv);", "static void again(char **argv) { (void)argv; }")
CLASSES = """#include <iostream>
#include <stdexcept>
template <typename T> T twice(T value) {
    if (value < T())
        throw std::runtime_error("less");
    return value + value;
}
int main() {
    int caught = 0;
    for (int i = -2; i < 3; i++) {
        try {
            twice(i);
            twice(double(i));
        } catch (const std::runtime_error &) {
            caught++;
        }
    }
    std::cout << caught << std::endl;
}
"""


def run(program: Path, *words: str) -> None:
    subprocess.run(
        [program, *words] if program.suffix != ".wasm" else [*command_path("wali-run"), program, *words],
        cwd=program.parent,
        capture_output=True,
        timeout=120,
        check=True,
    )


def profiled(program: Path) -> Path:
    return merged(program.parent.glob("*.profraw"), program.parent / "all.profdata")


def lines(program: Path, source: Path) -> dict[int, int]:
    """How often each line has run, as lcov is told."""
    words = (f"-instr-profile={profiled(program)}", "-format=lcov", source)
    told = read("wali-cov", "export", program, *words)
    return {int(line): int(count) for line, count in re.findall(r"^DA:(\d+),(\d+)", told, re.M)}


@pytest.fixture
def program(cc: Compiler, cache_dir: Path) -> Path:  # noqa: ARG001
    need_readers()
    return cc.build(ALONE, *MAPPED, output="prog")


def test_lines_are_those_of_gcov(cc: Compiler, program: Path) -> None:
    """Of lines that hold a statement; gcov leaves others out."""
    compiler, gcov = shutil.which("gcc"), shutil.which("gcov")
    if compiler is None or gcov is None:
        pytest.skip("no gcc with gcov")
    native = cc.folder / "native"
    native.mkdir()
    shutil.copy(cc.folder / "prog.c", native)
    subprocess.run([compiler, "-O0", "--coverage", "prog.c", "-o", "prog"], cwd=native, check=True)
    run(program, "x", "y")
    run(native / "prog", "x", "y")
    (data,) = native.glob("*.gcda")
    said = subprocess.run([gcov, "-t", data.name], cwd=native, capture_output=True, text=True, check=True).stdout
    theirs = {int(line): count for count, line in re.findall(r"^ *([\d#]+)\*?: *(\d+):", said, re.M)}
    ours = lines(program, cc.folder / "prog.c")
    both = {line for line in theirs if line in ours and not ALONE.splitlines()[line - 1].strip().startswith("for")}
    assert len(both) >= 12
    assert {line: str(ours[line]) for line in both} == {line: theirs[line].replace("#####", "0") for line in both}


def test_lines_are_those_of_native_clang(cc: Compiler, program: Path) -> None:
    """Where there is one of the version, and its runtime."""
    compiler = shutil.which(f"clang-{profile_tools.MAJOR}")
    if compiler is None:
        pytest.skip("no clang of the version")
    native = cc.folder / "native"
    native.mkdir()
    shutil.copy(cc.folder / "prog.c", native)
    done = subprocess.run([compiler, *MAPPED, "prog.c", "-o", "prog"], cwd=native, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("its clang has no runtime for profiles")
    run(program, "x")
    run(native / "prog", "x")
    assert lines(program, cc.folder / "prog.c") == lines(native / "prog", native / "prog.c")


def test_a_report_of_a_plain_module(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    need_readers()
    program = cc.build(ALONE, *MAPPED)
    run(program)
    told = json.loads(read("wali-cov", "export", "-summary-only", program, f"-instr-profile={profiled(program)}"))
    totals = told["data"][0]["totals"]
    assert (totals["functions"]["count"], totals["functions"]["covered"]) == (4, 2)
    assert totals["lines"]["count"] > totals["lines"]["covered"] > 10


def test_templates_and_exceptions(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    """Each instance apart, and their sum."""
    need_readers()
    program = cc.build(CLASSES, *MAPPED, output="prog", name="prog.cc")
    run(program)
    found = lines(program, cc.folder / "prog.cc")
    assert (found[4], found[5], found[6], found[15]) == (8, 2, 6, 2)
    shown = read("wali-cov", "show", program, f"-instr-profile={profiled(program)}", "-use-color=false")
    assert "twice<int>" in shown.replace("_Z5twiceIiET_S0_", "twice<int>")


def test_conditions(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    """-fcoverage-mcdc: whether each part of a condition has decided; bits, which runs join."""
    need_readers()
    text = """#include <stdlib.h>
int main(int argc, char **argv) {
    int a = atoi(argv[1]), b = atoi(argv[2]);
    if (a && b)
        return 0;
    return argc > 9;
}
"""
    program = cc.build(text, *MAPPED, "-fcoverage-mcdc", output="prog")
    told = []
    for words in (("1", "1"), ("0", "1"), ("1", "0")):
        subprocess.run(
            [program, *words],
            cwd=program.parent,
            env={**os.environ, "LLVM_PROFILE_FILE": "%m.profraw"},
            timeout=120,
            check=True,
        )
        words = ("export", "-summary-only", program, f"-instr-profile={profiled(program)}")
        told.append(json.loads(read("wali-cov", *words))["data"][0]["totals"]["mcdc"]["covered"])
    assert told == [0, 1, 2]


def test_strip_leaves_what_coverage_needs(program: Path) -> None:
    run(program)
    before = lines(program, program.with_name("prog.c"))
    subprocess.run([*command_path("wali-strip"), program], check=True, timeout=60)
    assert lines(program, program.with_name("prog.c")) == before


@pytest.mark.parametrize("way", [("-r",), ("-shared", "-fPIC")])
def test_objects_that_the_linker_has_made(cc: Compiler, cache_dir: Path, way: tuple[str, ...]) -> None:  # noqa: ARG001
    """Keep the records of their functions: those of two files in one, and a shared library, which the program gets."""
    need_readers()
    cc.write("int half(int n) {\n    return n / 2;\n}\n", "half.c")
    cc.write("int third(int n) {\n    return n / 3;\n}\n", "third.c")
    cc.write("int half(int), third(int);\nint main(void) {\n    return half(0) + third(1);\n}\n")
    made = "libboth.so" if "-shared" in way else "both.o"
    for words in (
        ("-c", "half.c", "third.c", *way[1:]),
        (*way, "half.o", "third.o", "-o", made),
        ("prog.c", made, "-o", "prog"),
    ):
        done = cc.run(*MAPPED, *words)
        assert done.returncode == 0, done.stderr
    run(cc.folder / "prog")
    for name in ("half.c", "third.c", "prog.c"):
        assert lines(cc.folder / "prog", cc.folder / name)[2] == 1
