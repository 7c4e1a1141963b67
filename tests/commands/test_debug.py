"""Debuggers and profilers on a guest, as docs/DEBUGGING.md has them: gdb by --debug, perf, strace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.helpers import WaliRun
    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAM = """#include <pthread.h>
#include <stdio.h>
#include <string.h>
struct pair { int a; const char *name; };
static volatile int sink;
__attribute__((noinline)) int middle(int n, const char *text, struct pair *p) {
    int length = (int)strlen(text);
    int twice = 2 * n;
    sink = twice + length + p->a;
    return sink;
}
static void *in_thread(void *p) {
    return (void *)middle(20, "thread", p);
}
int main(int argc, char **argv) {
    struct pair p = {7, "seven"};
    pthread_t thread;
    int r = middle(argc, argv[0], &p);
    pthread_create(&thread, 0, in_thread, &p);
    pthread_join(thread, 0);
    printf("%d\\n", r);
    return 0;
}
"""
COMMANDS = """set breakpoint pending on
set pagination off
set confirm off
break middle
run
echo [frames]\\n
backtrace
echo [arguments]\\n
info args
next
next
echo [locals]\\n
info locals
echo [pointer]\\n
print __vmctx->set()
print *p
x/s &*text
echo [caller]\\n
up
info locals
down
echo [finish]\\n
finish
echo [thread]\\n
continue
backtrace 2
delete
echo [end]\\n
continue
"""


@pytest.fixture
def program(cc: Compiler) -> Path:
    return cc.build(PROGRAM, "-g", "-O0")


def test_gdb_shows_the_guest(program: Path, cache_dir: Path) -> None:  # noqa: ARG001
    """Breakpoints by name, lines, arguments, variables, what pointers lead to, results; in a thread, too."""
    gdb = shutil.which("gdb")
    if gdb is None:
        pytest.skip("no gdb")
    script = program.with_name("commands")
    script.write_text(COMMANDS)
    done = subprocess.run(
        [gdb, "-q", "-nx", "-batch", "-x", script, "--args", *command_path("wali-run"), "--debug", program],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
        env={k: v for k, v in os.environ.items() if k != "DEBUGINFOD_URLS"},
    )
    if "ptrace: Operation not permitted" in done.stderr:
        pytest.skip("gdb may not trace here")
    parts = dict(zip(*[iter(re.split(r"^\[(\w+)\]\n", done.stdout, flags=re.M)[1:])] * 2, strict=True))
    assert re.search(r"^#0  middle \(n=1, text=.*, p=.*\) at prog\.c:7\n#1 .* in __main_argc_argv .* at prog\.c:18$",
                     parts["frames"], re.M), done.stdout + done.stderr  # fmt: skip
    assert "n = 1\n" in parts["arguments"]
    assert f"length = {len(str(program))}\n" in parts["locals"]
    if "write extended state" in done.stderr:  # nor in a native program
        pytest.skip("gdb cannot call functions on this processor")
    assert "{a = 7, name =" in parts["pointer"]
    assert f'"{program}"' in parts["pointer"]
    assert re.search(r"^p = \{a = 7, ", parts["caller"], re.M)
    assert f"Value returned is $3 = {2 + len(str(program)) + 7}" in parts["finish"]
    assert "middle (n=20," in parts["thread"]
    assert "in_thread" in parts["thread"]
    assert "exited normally" in parts["end"]


def test_without_a_debugger_it_runs_as_usual(program: Path, wali_run: WaliRun, cache_dir: Path) -> None:
    """From a cache of its own, in which the second start finds it."""
    usual = wali_run(program)
    assert [wali_run("--debug", program).stdout for _ in range(2)] == [usual.stdout] * 2
    assert len(list(cache_dir.glob("*/objects/*.debug1.cwasm"))) == 1
    assert wali_run("--debug", "--no-cache", program).stdout == usual.stdout


def test_compiled_code_is_refused(program: Path, wali_run: WaliRun, wali: WaliRun) -> None:
    code = program.with_suffix(".cwasm")
    assert wali("compile", program, "-o", code).returncode == 0
    for words in ((code,), ("--code", code, program)):
        done = wali_run("--debug", *words)
        assert (done.returncode, "--debug compiles the program for gdb" in done.stderr) == (2, True)


def test_perf_names_functions_of_the_cache(cc: Compiler, wali_run: WaliRun) -> None:
    perf = shutil.which("perf")
    if perf is None:
        pytest.skip("no perf")
    text = """__attribute__((noinline)) unsigned spin(unsigned n) {
    unsigned s = n;
    for (unsigned i = 0; i < n; i++) s = s * 31 + (i ^ s >> 3);
    return s;
}
int main(int argc, char **argv) { (void)argv; return spin(100000000u * argc) == 7; }
"""
    path = cc.build(text, "-O1")
    assert wali_run(path).returncode == 0
    data = path.with_name("perf.data")
    command = [perf, "record", "-q", "-g", "-o", data, *command_path("wali-run"), path]
    if subprocess.run(command, capture_output=True, check=False, timeout=120).returncode != 0:
        pytest.skip("perf may not record here")
    report = subprocess.run(
        [perf, "report", "-i", data, "--stdio", "--no-children", "-g", "none"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert re.search(r"^ *[5-9]\d\.\d+%.*\.cwasm +\[\.\] wasm\[0\]::function\[\d+\]::spin$", report.stdout, re.M), (
        report.stdout
    )
