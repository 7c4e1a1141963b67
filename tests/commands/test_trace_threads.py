"""--trace of a Linux program with several threads: each line has the thread's id, and none runs into another."""

from __future__ import annotations

import re

from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from tests.support.traces import whole_lines

SOURCE = """
#include <pthread.h>
#include <unistd.h>

static void *write_dots(void *unused)
{
    for (int i = 0; i < 200; i++) {
        write(1, ".", 1);
    }
    return unused;
}

int main(void)
{
    pthread_t threads[2];
    write(1, "!", 1);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, write_dots, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    write(1, "?", 1);
    return 0;
}
"""
LINE = re.compile(r"write\(1, \"[.!?]\", 1\) = 1")


def test_lines_of_threads(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    done = wali_run("--trace-options=-e trace=write -a1 -qq", cc.build(SOURCE, "-O2"))
    assert (done.returncode, sorted(done.stdout)) == (0, sorted("!?" + 400 * "."))
    lines = whole_lines(done.stderr)
    assert [line for line in lines if not LINE.fullmatch(line[1])] == []
    assert len(lines) == 402
    assert lines[0] == ("", 'write(1, "!", 1) = 1')
    dots = [pid for pid, line in lines if '"."' in line]
    assert (len(dots), len(set(dots) - {""})) == (400, 2)
