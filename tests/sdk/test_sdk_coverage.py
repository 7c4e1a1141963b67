"""--coverage: the counts of gcc's own, read by llvm-cov, which knows clang's form of the notes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.profile_helpers import need_readers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.helpers import WaliRun
    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAM = """#include <stdio.h>
void again(char **argv);
static int half(int n) {
    if (n % 2)
        return -1;
    return n / 2;
}
static int never(void) {
    return 3;
}
int main(int argc, char **argv) {
    int sum = 0;
    for (int i = 0; i < 10 * argc; i++)
        sum += half(i);
    if (argc > 3)
        sum += never();
    if (argc > 1)
        again(argv);
    printf("%d\\n", sum);
    return 0;
}
"""
# Apart: in a file that calls fork, clang counts too little behind an `if`, natively too.
AGAIN = """#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
void again(char **argv) {
    pid_t child = fork();
    if (child == 0) {
        execl(argv[0], argv[0], (char *)0);
        exit(9);
    }
    waitpid(child, 0, 0);
}
"""
LOOP = 14  # the line of the loop's body


def counts(tool: list[str], data: Path) -> dict[int, str]:
    """How often each line has run, by gcov's text."""
    text = subprocess.run([*tool, "-t", data.name], cwd=data.parent, capture_output=True, text=True, check=True).stdout
    return {int(line): count for count, line in re.findall(r"^ *([\d#]+)\*?: *(\d+):", text, re.M)}


def reader() -> list[str]:
    need_readers()
    return [*command_path("wali-cov"), "gcov"]


@pytest.fixture
def program(cc: Compiler) -> Path:
    """An executable module, so that it can execute itself."""
    cc.write(PROGRAM)
    cc.write(AGAIN, "again.c")
    for words in (("-O0", "--coverage", "-c", "prog.c", "again.c"), ("--coverage", "prog.o", "again.o", "-o", "prog")):
        done = cc.run(*words)
        assert done.returncode == 0, done.stderr
    return cc.folder / "prog"


def test_counts_are_those_of_gcc(cc: Compiler, program: Path, cache_dir: Path) -> None:  # noqa: ARG001
    """Over two runs, a fork and an execve, which add to one file."""
    compiler, gcov = shutil.which("gcc"), shutil.which("gcov")
    if compiler is None or gcov is None:
        pytest.skip("no gcc with gcov")
    native = cc.folder / "native"
    native.mkdir()
    for name in ("prog.c", "again.c"):
        shutil.copy(cc.folder / name, native)
    subprocess.run([compiler, "-O0", "--coverage", "-c", "prog.c", "again.c"], cwd=native, check=True)
    subprocess.run([compiler, "--coverage", "prog.o", "again.o", "-o", "prog"], cwd=native, check=True)
    for folder in (native, cc.folder):
        for words in ((), ("x",)):
            subprocess.run([folder / "prog", *words], check=True, capture_output=True, timeout=60)
    ours, theirs = counts(reader(), cc.folder / "prog.gcda"), counts([gcov], native / "prog.gcda")
    assert ours[LOOP] == str(10 + 20 + 10)
    assert ours[9] == "#####"
    lines = ours.keys() & theirs.keys()  # but for those that hold a brace alone
    assert len(lines) >= 14
    assert {line: ours[line] for line in lines} == {line: theirs[line] for line in lines}


def test_folders_by_the_environment(program: Path, wali_run: WaliRun, monkeypatch: pytest.MonkeyPatch) -> None:
    place = program.with_name("elsewhere")
    monkeypatch.setenv("GCOV_PREFIX", str(place))
    monkeypatch.setenv("GCOV_PREFIX_STRIP", str(len(program.parts) - 2))
    assert wali_run(program).returncode == 0
    assert sorted(path.name for path in place.iterdir()) == ["again.gcda", "prog.gcda"]
    assert not program.with_suffix(".gcda").exists()


def test_a_folder_that_cannot_be_written(program: Path, wali_run: WaliRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told; the program's own status stays."""
    monkeypatch.setenv("GCOV_PREFIX", "/proc")
    done = wali_run(program)
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert all(re.fullmatch(r"profiling: /proc/.*/(prog|again)\.gcda: cannot open: .*", line) for line in lines)


def test_files_of_another_build_are_replaced(program: Path, wali_run: WaliRun) -> None:
    """So is what is no such file."""
    data = program.with_suffix(".gcda")
    for before in (b"", b"nonsense" * 20):
        data.write_bytes(before)
        assert wali_run(program).returncode == 0
        assert counts(reader(), data)[LOOP] == "10"


def test_a_program_may_write_before_it_ends(cc: Compiler, wali_run: WaliRun) -> None:
    text = """#include <unistd.h>
void __gcov_dump(void);
int main(void) {
    __gcov_dump();
    _exit(0);
}
"""
    path = cc.build(text, "-O0", "--coverage")
    assert wali_run(path).returncode == 0
    assert [name for name in os.listdir(cc.folder) if name.endswith(".gcda")] == ["prog.wasm-prog.gcda"]


def test_for_wasi_there_is_none(cc: Compiler) -> None:
    done = cc.run("--target=wasm32-wasip1", "--coverage", cc.write("int main(void) { return 0; }").name)
    assert done.returncode == 1
    assert "--coverage: for wasm32-wasip1 there is no runtime" in done.stderr
