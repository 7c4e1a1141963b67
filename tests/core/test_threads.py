"""Threads from outside: what a guest's end says, what runs short, and that nothing of a thread stays behind."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.limits import for_good
from tests.support.sdk_helpers import Compiler

sysroot = sdk_helpers.sysroot  # a fixture

pytestmark = pytest.mark.usefixtures("sysroot")

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PRELUDE = """
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
"""

OVERFLOW = """
static int deeper(volatile int *outer, int n)
{
    volatile int frame[64];
    frame[0] = *outer + n;
    return n == 0 ? 0 : deeper(frame, n - 1) + frame[0];
}
static void *thread(void *argument) { volatile int first = 0; return (void *)deeper(&first, 1 << 28); }
"""

FAULT = "static void *thread(void *where) { *(volatile int *)-16 = 1; return where; }"

HANDLER_FAULT = """
static volatile unsigned sink;
static void handler(int signo) { *(volatile int *)-16 = signo; }
__attribute__((noinline)) static unsigned deep(volatile unsigned *outer, int n)
{
    volatile unsigned frame[200];
    frame[3] = *outer;
    if (n > 0) return deep(frame, n - 1) + frame[3];
    getppid();
    alarm(1);
    while (frame[3] != 99) sink++;
    return 0;
}
static void *thread(void *argument)
{
    volatile unsigned first = 0;
    signal(SIGALRM, handler);
    puts("ready"), fflush(stdout);
    return (void *)deep(&first, 30);
}
"""

MAIN = """
int main(void)
{
    pthread_t id;
    pthread_create(&id, NULL, thread, NULL);
    return pthread_join(id, NULL);
}
"""

# As many as it gets, at once; then all end, and one more starts.
MANY = """
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static void *thread(void *argument)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return argument;
}
int main(int argc, char **argv)
{
    int most = atoi(argv[argc - 1]), made = 0, failed = 0;
    pthread_t *ids = calloc(most, sizeof *ids), last;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    pthread_mutex_lock(&gate);
    while (made < most && (failed = pthread_create(&ids[made], &attributes, thread, NULL)) == 0) made++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < made; i++) pthread_join(ids[i], NULL);
    printf("%d %s\\n", made, failed == EAGAIN ? "EAGAIN" : failed ? strerror(failed) : "all");
    return pthread_create(&last, &attributes, thread, NULL) || pthread_join(last, NULL);
}
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Builds a program and runs it."""

    def run(text: str, *arguments: str, **how: object) -> subprocess.CompletedProcess[str]:
        module = Compiler(tmp_path).build(PRELUDE + text, "-O1", "-g")
        argv = [command_path("wali-run")[0], str(module), *arguments]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, **how)  # type: ignore[call-overload,no-any-return]

    return run


@pytest.mark.parametrize(
    ("text", "message", "function"),
    [
        (OVERFLOW, "(SIGSEGV)", "deeper"),
        (FAULT, "bad memory access (SIGSEGV)", "thread"),
        (HANDLER_FAULT, "bad memory access (SIGSEGV)", "handler"),
    ],
    ids=["overflow", "fault", "handler-fault"],
)
def test_a_fault_in_a_thread_ends_all_and_says_where(run: Run, text: str, message: str, function: str) -> None:
    done = run(text + MAIN)
    assert done.returncode == -11, done.stderr
    assert message in done.stderr.splitlines()[0]
    assert function in done.stderr.splitlines()[1]


def test_address_space_runs_out(run: Run) -> None:
    """pthread_create says EAGAIN, and the process goes on."""
    done = run(MANY, "3000", preexec_fn=for_good(AS=9 << 30))
    assert (done.returncode, done.stderr) == (0, "")
    made, why = done.stdout.split()
    assert why == "EAGAIN"
    assert 0 < int(made) < 3000


def test_two_thousand_at_once(run: Run) -> None:
    done = run(MANY, "2000")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2000 all\n", "")


def test_cancellation_has_the_runtimes_help(run: Run) -> None:
    """prctl answers libc's question, so that calls which are no cancellation points are begun again."""
    done = run("int main(void) { return prctl(0x57414c49, 0) != 0 || prctl(0x57414c49, 9) != -1 || errno != EINVAL; }")
    assert done.returncode == 0
