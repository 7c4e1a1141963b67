"""--trace of a Linux program with several threads: whole lines, with the thread's id."""

from __future__ import annotations

import re

from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401

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
LINE = re.compile(r"(\[tid \d+\] )?\w+\(.*\) = .+")


def test_lines_of_threads(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    done = wali_run("--trace", cc.build(SOURCE, "-O2"))
    assert (done.returncode, sorted(done.stdout)) == (0, sorted("!?" + 400 * "."))
    lines = done.stderr.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert [line for line in lines if '"!"' in line or '"?"' in line] == [
        'write(1, "!", 1) = 1',
        'write(1, "?", 1) = 1',
    ]
    dots = [line for line in lines if 'write(1, ".", 1) = 1' in line]
    assert len(dots) == 400
    assert len({line.partition("]")[0] for line in dots}) == 2
    assert all(line.startswith("[tid ") for line in dots)
