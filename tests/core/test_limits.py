"""--max-memory and --stack-size: what a guest notices of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401

Module = Callable[..., Path]

# Takes memory by the way that argument 1 names, a MiB at a time, writes to it, and says how many it got and why no more.
HOARDER = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#define MIB ((size_t)1 << 20)
static char *take(int way)
{
    char *p = way == 'a' ? malloc(MIB)
                        : mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}
int main(int argc, char **argv)
{
    int got = 0, most = atoi(argv[2]), way = argv[1][1];
    char *p = NULL;
    errno = 0;
    while (got < most && (p = take(way)) != NULL) {
        memset(p, 1, MIB);
        got++;
    }
    printf("%d %s\n", got, got == most ? "enough" : errno == ENOMEM ? "ENOMEM" : errno == 0 ? "0" : "?");
    free(malloc(10)); /* and lives on */
    return argc - 3;
}
"""
# Calls itself as often as argument 1 says, on the native stack alone; a thread does if there is an argument 2.
DIVER = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) static unsigned dive(unsigned n)
{
    return n == 0 ? 0 : dive(n - 1) * 3 + n;
}
static void *run(void *depth)
{
    printf("%u\n", dive(*(unsigned *)depth));
    return NULL;
}
int main(int argc, char **argv)
{
    unsigned depth = (unsigned)atoi(argv[1]);
    pthread_t thread;
    if (argc == 2) {
        run(&depth);
    } else if (pthread_create(&thread, NULL, run, &depth) != 0) {
        return 77;
    } else {
        pthread_join(thread, NULL);
    }
    return 0;
}
"""


@pytest.fixture
def hoarder(cc: Compiler) -> Path:  # noqa: F811
    return cc.build(HOARDER, "-O1")


@pytest.fixture
def diver(cc: Compiler) -> Path:  # noqa: F811
    return cc.build(DIVER, "-O1", "-pthread")


@pytest.mark.parametrize("way", ["malloc", "mmap"])
def test_memory_ends_at_the_limit_with_enomem(wali_run: WaliRun, hoarder: Path, way: str) -> None:
    for limit in (24, 64):
        done = wali_run("--max-memory", f"{limit}M", hoarder, way, 200)
        assert (done.returncode, done.stderr) == (0, "")
        got, why = done.stdout.split()
        assert why == "ENOMEM"
        # The program itself, with its shadow stack of 8 MiB, has a share too.
        assert limit - 16 <= int(got) < limit


@pytest.mark.parametrize("way", ["malloc", "mmap"])
def test_without_a_limit_there_is_more(wali_run: WaliRun, hoarder: Path, way: str) -> None:
    assert wali_run(hoarder, way, 200).stdout == "200 enough\n"
    assert wali_run("--max-memory=1G", hoarder, way, 200).stdout == "200 enough\n"


GROWER = """(module
  (import "wali" "SYS_exit_group" (func $exit (param i32) (result i64)))
  (memory (export "memory") 1 1000)
  (table 10 funcref)
  (func (export "_start") (drop (call $exit (i32.eq ({}) (i32.const -1))))))"""


@pytest.mark.parametrize(
    "instruction", ["memory.grow (i32.const 500)", "table.grow (ref.null func) (i32.const 500000)"]
)
def test_instructions_that_grow_meet_the_limit(wali_run: WaliRun, module: Module, instruction: str) -> None:
    path = module(GROWER.format(instruction))
    assert [wali_run(*options, path).returncode for options in ([], ["--max-memory=1M"])] == [0, 1]


def test_what_the_module_declares_stays_the_limit(wali_run: WaliRun, cc: Compiler) -> None:  # noqa: F811
    path = cc.build(HOARDER, "-O1", "-Wl,--max-memory=33554432")
    got, why = wali_run("--max-memory", "1G", path, "mmap", 200).stdout.split()
    assert why == "ENOMEM"
    assert int(got) < 32


def test_a_module_that_needs_more_to_start_is_told(wali_run: WaliRun, hoarder: Path) -> None:
    done = wali_run("--max-memory", "1M", hoarder, "mmap", 1)
    assert done.returncode == 126
    assert "more than --max-memory" in done.stderr
    assert done.stderr.count("\n") == 1


def depth_reached(wali_run: WaliRun, diver: Path, size: str, low: int, high: int) -> int:
    """How deep it comes with a stack of `size`, to 5 percent: between low, which must work, and high, which must not."""
    while high - low > low / 20:
        middle = (low + high) // 2
        done = wali_run("--stack-size", size, diver, middle)
        assert done.returncode in (0, -11), done.stderr
        low, high = (middle, high) if done.returncode == 0 else (low, middle)
    return low


def test_a_larger_stack_goes_deeper_in_proportion(wali_run: WaliRun, diver: Path) -> None:
    small = depth_reached(wali_run, diver, "1M", 1000, 1 << 18)
    large = depth_reached(wali_run, diver, "8M", 1000, 1 << 21)
    assert 6 < large / small < 10


def test_a_stack_that_is_too_small_is_told(wali_run: WaliRun, diver: Path) -> None:
    done = wali_run("--stack-size", "1M", diver, 1 << 20)
    assert done.returncode == -11
    assert done.stdout == ""
    assert done.stderr.startswith(
        f"wali: {diver}: the native stack overflowed (--stack-size sets its size) (SIGSEGV)\n"
    )
    assert wali_run("--stack-size", "256M", diver, 1 << 20).returncode == 0


def test_threads_get_that_stack_too(wali_run: WaliRun, diver: Path) -> None:
    if wali_run(diver, 10, "thread").returncode == 77:
        pytest.skip("no threads yet")
    assert wali_run("--stack-size", "1M", diver, 1 << 20, "thread").returncode == -11
    assert wali_run("--stack-size", "256M", diver, 1 << 20, "thread").returncode == 0
