"""A guest that becomes another program: what of the command line, the trace and the counters comes along.

What guests themselves see of processes is tested by c-tests/processes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.traces import whole_lines
from tests.support.helpers import WaliRun, command_path
from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

# "exec PROGRAM WORD...": becomes it. "spawn ...": a child becomes it. "show": this process. "closefrom": loses all.
SOURCE = r"""
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char *word = argc > 1 ? argv[1] : "";
    if (!strcmp(word, "exec")) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        return 1;
    }
    if (!strcmp(word, "clear")) {
        execve(argv[2], argv + 2, (char *[]){NULL});
        return 1;
    }
    if (!strcmp(word, "spawn")) {
        int status, pid = fork();
        if (pid == 0) execvp(argv[2], argv + 2);
        waitpid(pid, &status, 0);
        return WEXITSTATUS(status);
    }
    if (!strcmp(word, "closefrom")) {
        for (int fd = 3; fd < 1100; fd++) close(fd);
        syscall(SYS_close_range, 3, ~0U, 0);
        for (int fd = 400; fd < 1100; fd++) dup2(1, fd);
    }
    if (!strcmp(word, "memory")) {
        return mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
    }
    if (!strcmp(word, "variable")) {
        word = getenv("GREETING");
    }
    printf("%s %s\n", argv[0], word);
    return 7;
}
"""


@pytest.fixture
def program(cc: Compiler) -> Path:
    """The program above, compiled and executable."""
    path = cc.build(SOURCE)
    path.chmod(0o755)
    return path


def test_options_come_along(wali_run: WaliRun, program: Path) -> None:
    """The limit of memory is the next program's too, but not the name that the first was given."""
    assert wali_run(program, "memory").returncode == 0
    assert wali_run("--max-memory=32M", program, "memory").returncode == 1
    assert wali_run("--max-memory=32M", program, "exec", program, "spawn", program, "memory").returncode == 1
    done = wali_run("--argv0", "other", program, "exec", program, "show")
    assert done.stdout == f"{program} show\n"


def test_trace_comes_along(wali_run: WaliRun, program: Path, tmp_path: Path) -> None:
    """One file holds the lines of all processes, and each says whose it is."""
    file = tmp_path / "trace"
    words = (f"--trace={file}", "--trace-options=-a1")
    assert wali_run(*words, program, "spawn", program, "exec", program, "show").returncode == 7
    lines = whole_lines(file.read_text())
    first = lines[0][0]
    (pid,) = {pid for pid, _ in lines} - {first}
    assert (first, f"fork() = {pid}") in lines
    assert (pid, "exit_group(7) = ?") in lines
    assert (pid, "+++ exited with 7 +++") in lines
    assert lines[-2:] == [(first, "exit_group(7) = ?"), (first, "+++ exited with 7 +++")]
    executed = [line for _, line in lines if line.startswith("execve(")]
    assert len(executed) == 2
    assert all(re.fullmatch(r"execve\(.*, 0x[0-9a-f]+ /\* \d+ vars? \*/\) = 0", line) for line in executed)


def test_failed_exec_is_traced(wali_run: WaliRun, program: Path) -> None:
    done = wali_run("--trace", program, "exec", "/missing")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("execve(")]
    assert line.endswith(") = -1 ENOENT (No such file or directory)")


def test_native_programs_do_not_get_our_descriptors(wali_run: WaliRun, program: Path, tmp_path: Path) -> None:
    """Trace and counters are closed when anything but a guest is executed."""
    for option in (f"--trace={tmp_path / 'trace'}", "--stats", "--max-memory=64M"):
        done = wali_run(option, program, "exec", "/bin/sh", "-c", "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done")
        assert sorted(int(word) for word in done.stdout.split()) == [0, 1, 2, 3]  # 3 is what lists them


def test_closing_everything_spares_the_trace(wali_run: WaliRun, program: Path, tmp_path: Path) -> None:
    """Descriptors of ours are none that a guest has, whatever it closes or replaces."""
    file = tmp_path / "trace"
    done = wali_run(f"--trace={file}", "--trace-options=-a1 -qq", program, "closefrom")
    assert done.stdout == f"{program} closefrom\n"
    lines = [line for _, line in whole_lines(file.read_text())]
    assert lines[-1] == "exit_group(7) = ?"
    assert "close_range(3, 4294967295, 0) = 0" in lines


def test_a_limit_on_files_that_leaves_none(program: Path) -> None:
    """The program starts and has its environment; what needs a file says so."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        argv = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command_path("wali-run"), *map(str, words)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60, env={**os.environ, "GREETING": "hello"})

    subprocess.run([*command_path("wali-run"), program], stdout=subprocess.DEVNULL, timeout=60)  # compiled by now
    done = run(program, "variable")
    assert (done.stdout, done.stderr, done.returncode) == (f"{program} hello\n", "", 7)
    done = run("--stats", program)
    assert done.returncode == 126
    assert "no file for the counters: File too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_stats_count_all_processes(wali_run: WaliRun, program: Path) -> None:
    """The numbers are those of the guest, its children and what they became."""
    done = wali_run("--stats", program, "spawn", program, "exec", program, "show")
    rows = {words[0]: words[1:] for line in done.stderr.splitlines() if len(words := line.split()) == 5}
    assert rows["execve"][0] == "2"
    assert rows["exit_group"][0] == "2"
    assert done.returncode == 7


def test_started_by_python(program: Path) -> None:
    """By `wali run`, which Python reads first."""
    words = [str(Path(sys.executable).with_name("wali")), "run", str(program), "exec", str(program), "show"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == (f"{program} show\n", 7)


def test_empty_environment(wali_run: WaliRun, cache_dir: Path, program: Path) -> None:
    """The cache is found without HOME."""
    assert wali_run(program, "clear", program, "show").returncode == 7
    assert len(list(cache_dir.glob("*/index/*"))) == 1


def test_first_run_by_exec(wali_run: WaliRun, program: Path, tmp_path: Path) -> None:
    """A program that was never compiled is, when a guest executes it."""
    other = tmp_path / "other.wasm"
    other.write_bytes(program.read_bytes() + b"\0\4\3new")  # a custom section
    other.chmod(0o755)
    for _ in range(2):
        assert wali_run(program, "exec", other, "show").stdout == f"{other} show\n"


def test_process_list_shows_the_guest(program: Path) -> None:
    """As ps(1) reads it: the guest's arguments and name."""
    code = "import os, sys; os.write(1, open(f'/proc/{os.getppid()}/cmdline', 'rb').read().replace(b'\\0', b'|'))"
    words = [str(Path(sys.executable).parent / "wali-run"), str(program), "spawn", sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("|")[:3] == [str(program), "spawn", sys.executable]


def test_a_script_for_a_guest(wali_run: WaliRun, program: Path, tmp_path: Path) -> None:
    """An executable module, and a script for it, started by a guest."""
    if " " in str(tmp_path):
        pytest.skip("a line #! cannot name what has a space in its path")
    runner = Path(sys.executable).parent / "wali-run"
    module = tmp_path / "tool"
    module.write_bytes(f"#!{runner}\n".encode() + program.read_bytes())
    module.chmod(0o755)
    script = tmp_path / "script"
    script.write_text(f"#!{module} a-word\n")
    script.chmod(0o755)
    assert wali_run(program, "exec", module, "show").stdout == f"{module} show\n"
    assert wali_run(program, "exec", script, "x").stdout == f"{module} a-word\n"


# The pages that a child touched and had to be given, on average; then the mappings that it was copied with.
FORKS = r"""
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    enum { ROUNDS = 50 };
    struct rusage before, after;
    char line[4096];
    for (int i = 0; i < 2 * ROUNDS; i++) {
        if (i == ROUNDS) getrusage(RUSAGE_CHILDREN, &before);
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child) return 1;
    }
    getrusage(RUSAGE_CHILDREN, &after);
    printf("%ld\n", (after.ru_minflt - before.ru_minflt) / ROUNDS);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps)) fputs(line, stdout);
    return 0;
}
"""


def test_a_fork_copies_little(wali_run: WaliRun, cc: Compiler) -> None:
    """A child touches no more pages than a native one; the engine's constants are not copied to it, and of the
    engine's empty libraries it gets a mapping each.
    """
    guest = cc.build(FORKS, "-O2")
    native = cc.folder / "native"
    subprocess.run(["cc", "-O2", cc.folder / "prog.c", "-o", native], check=True)
    natively = subprocess.run([native], capture_output=True, text=True, check=True).stdout
    wali_run(guest)  # Python compiles it, and is the process
    done = wali_run(guest)
    assert int(done.stdout.split()[0]) <= int(natively.split()[0])
    assert len(re.findall(r"^\S+ r--p .* /memfd:wali-constants", done.stdout, re.MULTILINE)) == 1
    libc = [int(number) for number in (os.confstr("CS_GNU_LIBC_VERSION") or "").split()[-1].split(".")[:2]]
    if libc >= [2, 34]:
        for library in ("libdl.so.2", "libpthread.so.0"):
            places = re.findall(rf"\S+/{re.escape(library)}$", done.stdout, re.MULTILINE)
            assert [Path(place).parent.name for place in places] == ["stand_ins"]
