"""wali-cc --target=wasm32-wasip1-threads: modules that start threads by wasi-threads, and their libc."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import HELLO, Compiler
from tests.support.tools import ROOT
from wali.module import loader, threads
from wali.sdk import cli, paths

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures
TARGET = f"--target={paths.WASI_THREADS_TRIPLE}"
PTHREADS = ROOT / "tests" / "native" / "wasi_pthreads.c"
FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
LINES = sorted(f"a line of thread {number}" for number in range(8) for _ in range(200))
ROUNDS = 10
JUMPS = """
#include <pthread.h>
#include <setjmp.h>
static void *jump(void *given) { jmp_buf place; int n = setjmp(place); if (n < 3) longjmp(place, n + 1); return given; }
int main(void) { pthread_t t; int a; void *r; return pthread_create(&t, 0, jump, &a) || pthread_join(t, &r) || r != &a; }
"""
LIBRARY = """
#include <pthread.h>
static void *twice(void *n) { *(int *)n *= 2; return n; }
__attribute__((export_name("twice"))) int export_twice(int n)
{
    pthread_t thread;
    return pthread_create(&thread, 0, twice, &n) || pthread_join(thread, 0) ? -1 : n;
}
"""
EXITS = "#include <pthread.h>\nint main(void) { pthread_exit(0); }\n"
FAULT = """
#include <pthread.h>
#include <stdio.h>
static void *say(void *given) { puts("still here"); fflush(stdout); *(volatile int *)-4 = 1; return given; }
int main(void) { pthread_t t; pthread_create(&t, 0, say, 0); pthread_join(t, 0); return 0; }
"""


def lines_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return sorted(done.stdout.splitlines())


def test_posix_threads_natively(tmp_path: Path) -> None:
    """The program is right about threads."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    program = tmp_path / "native"
    subprocess.run([compiler, *FLAGS, "-pthread", PTHREADS, "-o", program], check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=False, timeout=60)
    assert lines_of(done) == LINES


@pytest.mark.parametrize("options", [[], ["-mwali-baseline"], ["-O0"]])
def test_posix_threads(cc: Compiler, wali_run: WaliRun, options: list[str]) -> None:
    """The same program, many times."""
    path = cc.build(PTHREADS.read_text(), TARGET, *FLAGS, *options)
    for _ in range(ROUNDS):
        assert lines_of(wali_run(path)) == LINES


def test_what_a_module_has(cc: Compiler) -> None:
    """It imports its memory, shared and as large as it may get, and exports it; without threads it starts none."""
    layout = loader.parse(cc.build(PTHREADS.read_text(), TARGET).read_bytes())
    memory = loader.memory_of(layout)
    assert (memory.shared, memory.maximum) == (True, 65536)
    assert {e.name for e in layout.exports} == {"memory", "_start", "wasi_thread_start"}
    assert {e.module for e in layout.imports} == {"env", "wasi", "wasi_snapshot_preview1"}
    assert threads.are_started(layout.imports)
    alone = loader.parse(cc.build(HELLO, TARGET).read_bytes())
    assert loader.memory_of(alone).shared
    assert not threads.are_started(alone.imports)
    limited = loader.parse(cc.build(HELLO, TARGET, "-Wl,--max-memory=67108864").read_bytes())
    assert loader.memory_of(limited).maximum == 1024


def test_names_of_the_target(cc: Compiler) -> None:
    for name in ("wasm32-wasip1-threads", "wasm32-wasi-threads", "wasm32-unknown-wasip1-threads"):
        assert cc.run(f"--target={name}", "-dumpmachine").stdout.strip() == "wasm32-unknown-wasip1-threads"


def test_jumps_in_threads(cc: Compiler, wali_run: WaliRun) -> None:
    assert wali_run(cc.build(JUMPS, TARGET, "-mwali-sjlj=wasm")).returncode == 0


def test_a_library(cc: Compiler, wali_run: WaliRun) -> None:
    path = cc.build(LIBRARY, TARGET, "-mexec-model=reactor")
    assert wali_run("--invoke", "twice", path, "21").stdout == "42\n"


def test_a_fault_in_a_thread(cc: Compiler, wali_run: WaliRun) -> None:
    """Ends the program, with the thread's functions in the backtrace."""
    done = wali_run(cc.build(FAULT, TARGET, "-g"))
    assert done.returncode < 0
    assert done.stdout == "still here\n"
    assert "say" in done.stderr
    assert "wasi_thread_start" in done.stderr


def test_what_is_lacking_gets_a_hint(cc: Compiler) -> None:
    done = cc.run(TARGET, cc.write(EXITS), "-o", "prog.wasm")
    assert done.returncode == 1
    assert done.stderr.endswith("a thread of WASI ends by returning from its function: wasi-threads has no other way\n")


def test_it_is_a_sysroot_of_its_own(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    assert cli.main(["path", TARGET]) == 0
    folder = capsys.readouterr().out.strip()
    assert folder not in (paths.sdk_dir(), paths.sdk_dir(paths.WASI_TRIPLE))
    assert cli.main(["list"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert any(line.startswith(folder) and line.endswith("for WASI with threads") for line in told)
    monkeypatch.setenv("WALI_SDK_DIR", "/opt/wali")
    assert paths.sdk_dir(paths.WASI_THREADS_TRIPLE) == "/opt/wali-wasi-threads"
