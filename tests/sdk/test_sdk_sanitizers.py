"""-fsanitize=undefined: what is found is told in the words of gcc's runtime, which are clang's."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.helpers import WaliRun
    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAM = """#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int array[4];
struct pair { char first; int second; };
__attribute__((nonnull)) static int takes(int *p) { return p != 0; }
__attribute__((returns_nonnull, noinline)) static int *gives(void *p) { return p; }
__attribute__((noinline)) static int reads(_Bool *b) { return *b; }
__attribute__((noinline)) static long sized(int n) { char v[n]; return sizeof v; }
int main(int count, char **words) {
    (void)words;
    volatile int max = INT_MAX, min = INT_MIN, one = count, zero = count - 1, minus = -count;
    volatile long long most = LLONG_MAX, least = LLONG_MIN;
    volatile __int128 large = (__int128)1 << 126;
    volatile int r;
    volatile long long l;
    volatile __int128 x;
    r = max + one;
    r = min - one;
    r = max * max;
    l = least - most;
    x = large + large;
    r = -min;
    l = -least;
    r = one << 32;
    r = one << minus;
    r = minus << 1;
    r = max << 3;
    l = (long long)one << 70;
    r = array[minus];
    _Bool b;
    memset(&b, 3, 1);
    r = reads(&b);
    r = takes((int *)(size_t)zero);
    gives((void *)(size_t)zero);
    l = sized(minus);
    char *volatile p = malloc(16);
    r = ((struct pair *)(p + 2))->second;
    r = __builtin_ctz(zero);
    r = __builtin_clzll(zero);
    double volatile d = 1e30;
    float volatile f = -3e20f;
    r = (int)d;
    r = (int)f;
    l = (long long)d;
    for (int i = 0; i < 3; i++) r = max - i * minus;
    printf("done\\n");
    return 0;
}
"""
OPTIONS = ("-w", "-O0", "-fsanitize=undefined,float-cast-overflow")
LINE = re.compile(r"^(\S+:\d+):\d+: runtime error: (.*)$", re.M)


def told(stderr: str) -> list[tuple[str, str]]:
    """(file:line, what) of each report, without addresses and how each compiler spells types."""
    found = []
    for place, what in LINE.findall(stderr):
        text = re.sub(r"0x[0-9a-f]+", "ADDRESS", what)
        text = text.replace("long long int", "long long").replace("int [", "int[")
        if "insufficient space" not in text and "store to" not in text and "load of mis" not in text:
            found.append((place, text))  # what one of the compilers alone checks
    return found


@pytest.fixture
def native(cc: Compiler) -> str:
    """What the program says as gcc compiles it."""
    compiler = shutil.which("gcc")
    source = cc.write(PROGRAM)
    command = [compiler or "gcc", *OPTIONS, source.name, "-o", "native"]
    if compiler is None or subprocess.run(command, cwd=cc.folder, capture_output=True, check=False).returncode != 0:
        pytest.skip("no gcc with libubsan")
    return subprocess.run([cc.folder / "native"], capture_output=True, text=True, check=True).stderr


def test_messages_are_the_usual_ones(cc: Compiler, native: str, wali_run: WaliRun) -> None:
    """Each place once, and the program goes on."""
    done = wali_run(cc.build(PROGRAM, *OPTIONS))
    assert (done.returncode, done.stdout) == (0, "done\n")
    assert len(told(native)) >= 20
    assert told(done.stderr) == told(native)


@pytest.fixture
def program(cc: Compiler) -> Path:
    return cc.build(PROGRAM, "-w", "-g", "-fsanitize=undefined")


@pytest.mark.parametrize(
    ("options", "status"),
    [("halt_on_error=1", 1), ("halt_on_error=1:exitcode=7", 7), ("abort_on_error=1,halt_on_error=1", -signal.SIGABRT)],
)
def test_options_end_the_program(
    program: Path, wali_run: WaliRun, monkeypatch: pytest.MonkeyPatch, options: str, status: int
) -> None:
    monkeypatch.setenv("UBSAN_OPTIONS", options)
    done = wali_run(program)
    assert (done.returncode, done.stdout, len(told(done.stderr))) == (status, "", 1)


def test_a_stack_trace(program: Path, wali_run: WaliRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
    _, frame, *_ = wali_run(program).stderr.splitlines()
    assert "(main+0x" in frame


def test_without_recovery_it_ends(cc: Compiler, wali_run: WaliRun) -> None:
    done = wali_run(cc.build(PROGRAM, "-w", "-fsanitize=undefined", "-fno-sanitize-recover=all"))
    assert (done.returncode, done.stdout, len(told(done.stderr))) == (1, "", 1)


def test_what_cannot_go_on_ends(cc: Compiler, wali_run: WaliRun) -> None:
    done = wali_run(
        cc.build("int main(int n, char **w) { (void)w; if (n) __builtin_unreachable(); }", "-fsanitize=undefined")
    )
    assert done.returncode == 1
    assert done.stderr.endswith("runtime error: execution reached an unreachable program point\n")


def test_the_minimal_runtime(cc: Compiler, wali_run: WaliRun) -> None:
    """Kinds and places in the module; 20 of these, as elsewhere."""
    options = ("-w", "-fsanitize=undefined", "-fsanitize-minimal-runtime")
    done = wali_run(cc.build(PROGRAM, *options))
    assert (done.returncode, done.stdout) == (0, "done\n")
    lines = done.stderr.splitlines()
    assert len(lines) == 20
    assert all(re.fullmatch(r"ubsan: [a-z-]+ by 0x[0-9a-f]{8}", line) for line in lines)
    assert lines[0].startswith("ubsan: add-overflow by ")
    done = wali_run(cc.build(PROGRAM, *options, "-fno-sanitize-recover=all"))
    assert (done.returncode, done.stderr.count("\n")) == (-signal.SIGABRT, 1)


def test_threads_tell_whole_lines(cc: Compiler, wali_run: WaliRun) -> None:
    text = """#include <pthread.h>
static volatile int most = 0x7fffffff;
#define SUM(n) static void *sum##n(void *none) { for (int i = 0; i < 100; i++) most + (1 + i % 2); return none; }
SUM(1) SUM(2)
int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], 0, sum1, 0);
    pthread_create(&threads[1], 0, sum2, 0);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
}
"""
    done = wali_run(cc.build(text, "-w", "-fsanitize=undefined"))
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == len(told(done.stderr)) == 2


@pytest.mark.parametrize("name", ["address", "thread", "memory", "undefined,leak"])
def test_others_are_refused(cc: Compiler, name: str) -> None:
    done = cc.run(cc.write(PROGRAM).name, f"-fsanitize={name}")
    assert done.returncode == 1
    assert f"-fsanitize={name.split(',')[-1]}: there is no such sanitizer" in done.stderr


def test_for_wasi_it_traps(cc: Compiler, wali_run: WaliRun) -> None:
    options = ("--target=wasm32-wasip1", "-w", "-fsanitize=undefined")
    done = cc.run(cc.write(PROGRAM).name, *options)
    assert done.returncode == 1
    assert "add -fsanitize-trap=all" in done.stderr
    assert (
        wali_run(
            cc.build("int main(int n, char **w) { (void)w; return 0x7fffffff + n; }", *options, "-fsanitize-trap=all")
        ).returncode
        == -signal.SIGILL
    )
