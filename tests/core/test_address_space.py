"""RLIMIT_AS and RLIMIT_DATA from outside: `ulimit -v` before a guest, what it hands on, and what a core file has.

What a guest sees of limits that it sets itself: c-tests/identity/rlimit_as.c and rlimit_data.c.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.limits import for_good
from tests.support.sdk_helpers import Compiler
from tests.support.tools import ROOT

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

MIB = 1 << 20
GIB = 1 << 30
UNLIMITED = resource.RLIM_INFINITY

# Says what its limits are and what fits; then, by its arguments, executes another program.
GUEST = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
static void *thread(void *argument)
{
    jmp_buf back;
    return setjmp(back) == 0 ? (longjmp(back, 1), NULL) : argument;
}
static int fits(size_t mib)
{
    void *p = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return errno == ENOMEM ? 0 : -1;
    memset(p, 1, 1 << 20);
    munmap(p, mib << 20);
    return 1;
}
int main(int argc, char **argv)
{
    struct rlimit as, data;
    pthread_attr_t small;
    pthread_t id;
    void *got = NULL;
    int status = -1;
    getrlimit(RLIMIT_AS, &as);
    getrlimit(RLIMIT_DATA, &data);
    printf("as %lld %lld, data %lld %lld\n", (long long)as.rlim_cur, (long long)as.rlim_max,
           (long long)data.rlim_cur, (long long)data.rlim_max);
    for (int i = 1; i < argc && atoi(argv[i]) > 0; i++) printf("%s MiB: %d\n", argv[i], fits((size_t)atoi(argv[i])));
    fflush(stdout);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    if (pthread_create(&id, &small, thread, &got) || pthread_join(id, &got) || got != &got) return 1;
    pid_t child = fork();
    if (child == 0) return thread(&got) == &got ? 0 : 1;
    if (waitpid(child, &status, 0) != child || status != 0) return 2;
    for (int i = 1; i < argc; i++) if (atoi(argv[i]) == 0) { execv(argv[i], argv + i); return 3; }
    return 0;
}
"""
# Waits for a line, twice.
PATIENT = r"""
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
int main(void)
{
    struct rlimit now;
    for (int i = 0; i < 2; i++) {
        void *p = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p != MAP_FAILED) munmap(p, 64 << 20);
        getrlimit(RLIMIT_AS, &now);
        printf("%lld %s\n", (long long)now.rlim_cur, p == MAP_FAILED ? "too much" : "fits");
        fflush(stdout);
        getchar();
    }
    return 0;
}
"""
# As many threads as can be had.
CROWD = r"""
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static void *thread(void *argument)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return argument;
}
int main(void)
{
    static pthread_t ids[2000];
    int made = 0, failed = 0;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    pthread_mutex_lock(&gate);
    while (made < 2000 && (failed = pthread_create(&ids[made], &small, thread, NULL)) == 0) made++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < made; i++) pthread_join(ids[i], NULL);
    return made > 0 && failed == EAGAIN ? 0 : 1;
}
"""
# A core file of the whole guest: jumps and threads take addresses of the host's.
DUMPED = r"""
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
static void *thread(void *argument)
{
    jmp_buf back;
    if (setjmp(back) == 0) longjmp(back, 1);
    for (;;) if (argument == NULL) abort();
}
int main(void)
{
    pthread_t id;
    return pthread_create(&id, NULL, thread, NULL) || pthread_join(id, NULL);
}
"""
# Leaves a SIGSYS pending over execve that says, as the kernel does, that it is a call's (SYS_USER_DISPATCH).
FORGED = r"""
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    siginfo_t info = {.si_signo = SIGSYS, .si_code = 2};
    const struct timespec none = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    if (argc > 1) {
        printf("%d, ", sigtimedwait(&set, &info, &none) == SIGSYS);
        printf("%d\n", info.si_code);
        return 0;
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (syscall(SYS_rt_sigqueueinfo, getpid(), SIGSYS, &info) != 0) return 1;
    execl("/proc/self/exe", argv[0], "again", NULL);
    return 2;
}
"""
PROGRAMS = ("mmap", "mmap_file", "mmap_fixed", "mmap_fork", "mmap_threads", "mprotect", "mremap", "mremap_dontunmap")
PROGRAMS += ("mremap_file", "munmap", "madvise", "mincore", "range_edges", "remap_file_pages", "shm")


def start(module: Path, *arguments: object, limits: Callable[[], None]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command_path("wali-run"), str(module), *map(str, arguments)],
        preexec_fn=limits,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=module.parent,
    )


@pytest.fixture
def guest(cc: Compiler) -> Path:
    """The guest, with its code in the cache."""
    module = cc.build(GUEST, "-pthread")
    assert start(module, limits=for_good()).returncode == 0
    return module


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_soft_limit_is_the_guests_and_is_handed_on(guest: Path) -> None:
    """To the next wasm program, and to a native one."""
    chain = (100, 300, guest, 150, 250, "/bin/sh", "-c", "ulimit -Sv; ulimit -Sd")
    limits = for_good(AS=(200 * MIB, resource.getrlimit(resource.RLIMIT_AS)[1]), DATA=(160 * MIB, 400 * MIB))
    lines = said(start(guest, *chain, limits=limits))
    hard = -1 if resource.getrlimit(resource.RLIMIT_AS)[1] == UNLIMITED else resource.getrlimit(resource.RLIMIT_AS)[1]
    first = f"as {200 * MIB} {hard}, data {160 * MIB} {400 * MIB}"
    assert lines[:3] == [first, "100 MiB: 1", "300 MiB: 0"]
    assert lines[3:6] == [first, "150 MiB: 1", "250 MiB: 0"]
    assert lines[6:] == [str(200 << 10), str(160 << 10)]


@pytest.mark.parametrize("mib", [128, 512, 1200, 7000, 9000])
def test_a_hard_limit_leaves_what_fits(guest: Path, mib: int) -> None:
    """The reservation of 6 GiB is not mapped then."""
    lines = said(start(guest, 8, 1500, guest, 8, limits=for_good(AS=mib * MIB)))
    first = f"as {mib * MIB} {mib * MIB}, data -1 -1"
    assert lines == [first, "8 MiB: 1", f"1500 MiB: {int(mib > 1500)}", first, "8 MiB: 1"]


def test_a_limit_that_is_too_low_is_said(guest: Path) -> None:
    """In one line, whatever is missing first."""
    for mib in (24, 32, 40, 48):
        done = start(guest, limits=for_good(AS=mib * MIB))
        assert done.returncode != 0
        assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_memory_that_is_not_reserved_is_as_any_other(cc: Compiler, name: str) -> None:
    """The c-tests of the calls on memory, under a limit below the reservation."""
    source = ROOT / "c-tests" / "memory" / f"{name}.c"
    done = cc.run("-O1", "-pthread", f"-I{ROOT / 'c-tests'}", source, "-o", "prog.wasm")
    assert done.returncode == 0, done.stderr
    done = start(cc.folder / "prog.wasm", limits=for_good(AS=1 * GIB))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_signal_that_looks_like_a_call_stays_pending(cc: Compiler) -> None:
    """The runtime takes such signals while the engine makes its memory."""
    assert said(start(cc.build(FORGED), limits=for_good(AS=1 * GIB))) == ["1, 2"]


def test_another_process_may_lower_the_limit(cc: Compiler) -> None:
    """It becomes the guest's."""
    module = cc.build(PATIENT)
    with subprocess.Popen(
        [*command_path("wali-run"), str(module)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().endswith("fits\n")
        hard = resource.prlimit(process.pid, resource.RLIMIT_AS)[1]
        resource.prlimit(process.pid, resource.RLIMIT_AS, (32 * MIB, hard))
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == f"{32 * MIB} too much\n"
        process.communicate("\n", timeout=60)


@pytest.mark.parametrize("most", [7 * GIB, 400 * MIB])
def test_threads_run_out_of_addresses(cc: Compiler, most: int) -> None:
    """EAGAIN, wherever the end falls: libraries end the process if they cannot allocate."""
    module = cc.build(CROWD, "-pthread")
    for i in range(25):
        done = start(module, limits=for_good(AS=most + i * 700 * 1024))
        assert (done.returncode, done.stderr) == (0, ""), i


def test_a_core_file_has_the_size_of_the_guest(cc: Compiler, tmp_path: Path) -> None:
    """Not of guards and reservations."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith("|") or "/" in pattern or resource.getrlimit(resource.RLIMIT_CORE)[1] != UNLIMITED:
        pytest.skip("core files do not come here")
    folder = tmp_path / "core"
    folder.mkdir()
    module = cc.build(DUMPED, "-pthread")
    done = subprocess.run(
        [*command_path("wali-run"), str(module)],
        preexec_fn=for_good(CORE=UNLIMITED),
        capture_output=True,
        cwd=folder,
        timeout=60,
        check=False,
    )
    assert done.returncode == -6
    (core,) = folder.iterdir()
    assert os.stat(core).st_size < 160 * MIB
