"""Signals between guests and native processes: what a parent sees, what stops and what goes on, what execve keeps."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.sdk_helpers import Compiler
from tests.support.tools import ROOT

sysroot = sdk_helpers.sysroot  # a fixture

FATAL = [
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGILL,
    signal.SIGTRAP,
    signal.SIGABRT,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGKILL,
    signal.SIGUSR1,
    signal.SIGSEGV,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGTERM,
    signal.SIGXCPU,
    signal.SIGXFSZ,
    signal.SIGSYS,
    40,
    64,
]

PROGRAM = r"""
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t seen;

static void handler(int signo)
{
    seen = signo;
}

static int read_line(char *line, int size)
{
    return read(0, line, size) > 0;
}

int main(int argc, char **argv)
{
    char line[8];
    volatile uint64_t spins = 0;
    const char *mode = argc > 1 ? argv[1] : "";
    int number = argc > 2 ? atoi(argv[2]) : 0;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(mode, "spin")) {
        printf("ready\n");
        for (;;)
            spins++;
    } else if (!strcmp(mode, "wait")) {
        printf("ready\n");
        read_line(line, sizeof line);
        printf("went on\n");
    } else if (!strcmp(mode, "raise")) {
        raise(number);
        printf("went on\n");
    } else if (!strcmp(mode, "handle")) {
        signal(number, handler);
        printf("ready\n");
        while (!seen)
            spins++;
        printf("got %d\n", seen);
    } else if (!strcmp(mode, "ignored")) {
        struct sigaction old;
        sigset_t set;
        sigaction(number, NULL, &old);
        sigprocmask(SIG_BLOCK, NULL, &set);
        printf("%s %s\n", old.sa_handler == SIG_IGN ? "ignored" : old.sa_handler == SIG_DFL ? "default" : "handled",
               sigismember(&set, number) ? "blocked" : "open");
    } else if (!strcmp(mode, "exec")) { /* ignores, blocks the next, handles the one after */
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, number + 2);
        signal(number, SIG_IGN);
        signal(number + 2, handler);
        sigprocmask(SIG_BLOCK, &set, NULL);
        execvp(argv[3], argv + 3);
    } else if (!strcmp(mode, "file")) {
        struct rlimit limit = {100, 100};
        setrlimit(RLIMIT_FSIZE, &limit);
        if (number)
            signal(SIGXFSZ, handler);
        FILE *file = fopen(argv[3], "w");
        char bytes[200] = {0};
        fprintf(stderr, "%d\n", (int)write(fileno(file), bytes, 200));
        fprintf(stderr, "%d\n", (int)write(fileno(file), bytes, 200));
        fprintf(stderr, "%s %d\n", strerror(errno), seen);
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, sysroot: Path) -> Path:  # noqa: ARG001
    """The program above, compiled; and once run, so that it starts from the cache."""
    path = Compiler(tmp_path_factory.mktemp("signals")).build(PROGRAM, "-O2", output="program")
    subprocess.run([*command_path("wali-run"), str(path)], check=True, timeout=60)
    return path


@pytest.mark.parametrize("name", ["deep", "threads"])
def test_jumps_as_exceptions(tmp_path: Path, sysroot: Path, name: str) -> None:  # noqa: ARG001
    """The programs of c-tests/setjmp, compiled with the other way to jump."""
    options = ("-O2", "-mwali-sjlj=wasm", f"-I{ROOT / 'c-tests'}")
    path = Compiler(tmp_path).build((ROOT / "c-tests" / "setjmp" / f"{name}.c").read_text(), *options)
    done = subprocess.run(
        [*command_path("wali-run"), str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(program: Path) -> Iterator[Start]:
    """Starts it with arguments, its standard streams piped; ends what is left."""
    started: list[subprocess.Popen[str]] = []

    def run(*words: object) -> subprocess.Popen[str]:
        argv = [*command_path("wali-run"), str(program), *map(str, words)]
        # A process group of its own, which has us as its parent: SIGTSTP does not stop an orphaned one (setpgid(2)).
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=program.parent,
            preexec_fn=os.setpgrp,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@contextmanager
def _no_core() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.parametrize("how", ["spin", "wait"])
@pytest.mark.parametrize("signo", FATAL)
def test_each_signal_ends_the_program_by_itself(start: Start, how: str, signo: int) -> None:
    """From outside, in a loop and in a call: the parent sees the signal."""
    with _no_core():
        process = start(how)
        assert _line(process) == "ready"
        process.send_signal(signo)
        assert process.wait(10) == -signo


@pytest.mark.parametrize("signo", FATAL)
def test_raise_ends_the_program(start: Start, signo: int) -> None:
    with _no_core():
        process = start("raise", signo)
        out, _ = process.communicate(timeout=10)
    assert (out, process.returncode) == ("", -signo)


@pytest.mark.parametrize("signo", [signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT])
def test_what_is_ignored_by_default(start: Start, signo: int) -> None:
    process = start("wait")
    assert _line(process) == "ready"
    process.send_signal(signo)
    time.sleep(0.02)
    out, _ = process.communicate("x", timeout=10)
    assert (out, process.returncode) == ("went on\n", 0)


@pytest.mark.parametrize("how", ["spin", "wait"])
@pytest.mark.parametrize("signo", [signal.SIGSTOP, signal.SIGTSTP])
def test_stop_and_continue(start: Start, how: str, signo: int) -> None:
    process = start(how)
    assert _line(process) == "ready"
    for _ in range(3):
        process.send_signal(signo)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert os.WSTOPSIG(status) == signo
        process.send_signal(signal.SIGCONT)
        _, status = os.waitpid(process.pid, os.WCONTINUED)
        assert os.WIFCONTINUED(status)
    if how == "wait":
        out, _ = process.communicate("x", timeout=10)
        assert (out, process.returncode) == ("went on\n", 0)
    else:
        process.terminate()
        assert process.wait(10) == -signal.SIGTERM


@pytest.mark.parametrize("signo", [s for s in FATAL if s != signal.SIGKILL])
def test_each_signal_can_be_handled(start: Start, signo: int) -> None:
    """In a loop without a call, those of faults and the runtime's own timer's number too."""
    process = start("handle", signo)
    assert _line(process) == "ready"
    process.send_signal(signo)
    out, _ = process.communicate(timeout=10)
    assert (out, process.returncode) == (f"got {int(signo)}\n", 0)


def test_what_the_parent_left_ignored_or_blocked_stays(program: Path) -> None:
    def set_up() -> None:
        for signo in (signal.SIGUSR1, signal.SIGSEGV):
            signal.signal(signo, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2, signal.SIGBUS})

    def ask(signo: int) -> str:
        argv = [*command_path("wali-run"), str(program), "ignored", str(int(signo))]
        return subprocess.run(argv, capture_output=True, text=True, preexec_fn=set_up, timeout=60, check=True).stdout

    assert ask(signal.SIGUSR1) == "ignored open\n"
    assert ask(signal.SIGUSR2) == "default blocked\n"
    assert ask(signal.SIGSEGV) == "ignored open\n"
    assert ask(signal.SIGBUS) == "default blocked\n"
    assert ask(signal.SIGFPE) == "default open\n"
    assert ask(signal.SIGPIPE) == "default open\n"
    assert ask(signal.SIGXFSZ) == "default open\n"
    assert ask(signal.SIGINT) == "default open\n"


@pytest.mark.parametrize(("signo", "expected"), [(40, "ignored open"), (41, "default open"), (42, "default blocked")])
def test_execve_keeps_what_is_ignored_and_blocked(start: Start, program: Path, signo: int, expected: str) -> None:
    """... and resets what is handled, into a wasm program."""
    process = start("exec", 40, program, "ignored", signo)
    out, error = process.communicate(timeout=60)
    assert (out, error) == (expected + "\n", "")


def test_execve_into_a_native_program_hands_on_no_handler_of_the_runtimes(start: Start) -> None:
    process = start("exec", 40, "/bin/cat", "/proc/self/status")
    out, _ = process.communicate(timeout=60)
    found = dict(line.split(":\t") for line in out.splitlines() if line.startswith("Sig"))
    assert int(found["SigCgt"], 16) == 0
    assert int(found["SigIgn"], 16) & 1 << 39
    assert int(found["SigBlk"], 16) == 1 << 41


def test_a_file_too_large(start: Start, tmp_path: Path) -> None:
    with _no_core():
        process = start("file", 0, tmp_path / "file")
        _, error = process.communicate(timeout=10)
    assert (error, process.returncode) == ("100\n", -signal.SIGXFSZ)
    process = start("file", 1, tmp_path / "file")
    _, error = process.communicate(timeout=10)
    assert error.splitlines() == ["100", "-1", f"File too large {int(signal.SIGXFSZ)}"]


def test_processor_time_runs_out(program: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (1, 3))

    argv = [*command_path("wali-run"), str(program), "spin"]
    done = subprocess.run(argv, capture_output=True, text=True, preexec_fn=limit, timeout=60, check=False)
    assert done.returncode == -signal.SIGXCPU


def test_a_closed_pipe(start: Start) -> None:
    process = start("wait")
    assert process.stdout
    assert process.stdin
    assert _line(process) == "ready"
    process.stdout.close()
    process.stdin.write("x")
    process.stdin.close()
    assert process.wait(10) == -signal.SIGPIPE
