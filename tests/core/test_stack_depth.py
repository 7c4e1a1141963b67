"""A loop whose calls cross a limit of depth pays for that in its first rounds only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.sdk_helpers import Compiler
from tests.support.tools import ROOT

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

pytestmark = pytest.mark.usefixtures("sysroot")

# At each of many depths a loop, whose calls go so many functions deeper.  Those keep nothing in memory, or something.
GUEST = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static volatile unsigned one = 1;
static uintptr_t lowest = UINTPTR_MAX;

__attribute__((noinline)) static unsigned leaf(unsigned n)
{
    volatile char here = 0;
    lowest = (uintptr_t)&here < lowest ? (uintptr_t)&here : lowest;
    return n * one;
}

#define LEVEL(name, next) \\
    __attribute__((noinline)) static unsigned name(unsigned n) { LOCAL return next(n + one) + one; }
LEVEL(third, leaf)
LEVEL(second, third)
LEVEL(first, second)

__attribute__((noinline)) static unsigned down(unsigned depth)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 500; i++) {
        sum += first(i);
    }
    return depth == 0 ? sum : (down(depth - one) * one) ^ sum;
}

int main(int argc, char **argv)
{
    volatile char here = 0;
    const unsigned sum = down(atoi(argv[argc - 1]));
    printf("%u %d\\n", sum, (uintptr_t)&here - lowest > 100000);
    return 0;
}
"""


def counter(folder: Path) -> Path:
    program = folder / "count_traps"
    subprocess.run(["cc", "-Wall", "-Werror", "-o", program, ROOT / "tests/native/count_traps.c"], check=True)
    return program


@pytest.mark.parametrize("local", ["", "volatile unsigned local[4]; local[n & 3] = n;"], ids=["bare", "framed"])
def test_loops_at_any_depth(cc: Compiler, tmp_path: Path, local: str) -> None:
    """160,000 levels are some 8 MiB of native stack, with a limit in each 512 KiB of it."""
    module = cc.build(GUEST, "-O1", f"-DLOCAL={local}")
    command = [str(counter(tmp_path)), *command_path("wali-run"), str(module), "160000"]
    subprocess.run(command[1:], check=True, capture_output=True, timeout=120)  # compiled
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.fullmatch(r"(\d+) traps\n", done.stderr)
    assert done.stdout.split()[1] == "1"
    assert found, done.stderr
    assert 6 < int(found[1]) < 1500
