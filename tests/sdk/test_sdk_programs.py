"""Programs made with the SDK, run: what libc and the start-up code promise."""

from __future__ import annotations

import subprocess

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import HELLO, Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures


RUNS: dict[str, tuple[str, str]] = {
    "stdio is flushed at exit": (
        '#include <stdio.h>\nint main(void) { printf("no newline"); return 0; }',
        "no newline",
    ),
    "exit handlers and constructors": (
        '#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void c(void) { puts("ctor"); }\n'
        '__attribute__((destructor)) static void d(void) { puts("dtor"); }\nstatic void e(void) { puts("atexit"); }\n'
        'int main(void) { atexit(e); puts("main"); exit(0); }',
        "ctor\nmain\natexit\ndtor\n",
    ),
    "rounding to a long": (
        "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(int c, char **v)\n"
        '{ (void)v; double x = c * 4294967296.75; printf("%ld %ld %ld %ld %ld %ld\\n", '
        "lround(x), lrint(x), lroundf(x), lrintf(x), lroundl(x), lrintl(x)); return 0; }",
        "4294967297 4294967297 4294967296 4294967296 4294967297 4294967297\n",
    ),
    "environment": (
        "#include <stdio.h>\n#include <stdlib.h>\n"
        'int main(void) { puts(getenv("SDK_TEST")); puts(getenv("SDK_NONE") ? "?" : "none"); return 0; }',
        "a=b c\nnone\n",
    ),
    "auxiliary vector": (
        "#include <stdio.h>\n#include <sys/auxv.h>\n#include <string.h>\n#include <unistd.h>\nint main(int c, char **v)\n"
        '{ (void)c; printf("%ld %d %d %d\\n", sysconf(_SC_PAGESIZE), getauxval(AT_PAGESZ) == 4096, '
        "!strcmp((char *)getauxval(AT_EXECFN), v[0]), getauxval(AT_RANDOM) != 0); return 0; }",
        "4096 1 1 1\n",
    ),
    "sizes in printf and scanf": (
        "#include <stdio.h>\n#include <stddef.h>\nint main(void) { size_t z[2] = {1, 7}; long l; ptrdiff_t t; long long j;\n"
        'sscanf("4000000000 -5 123456789012 9", "%zu %td %ld %jd", z, &t, &l, &j);\n'
        'printf("%zu %zu %td %ld %jd %p %Lg\\n", z[0], z[1], t, l, j, (void *)16, 1.5L); return 0; }',
        "4000000000 7 -5 123456789012 9 0x10 1.5\n",
    ),
    "widened variable arguments": (
        "#define _GNU_SOURCE\n#include <stdio.h>\n#include <fcntl.h>\n#include <unistd.h>\n#include <sys/prctl.h>\n"
        '#include <sys/syscall.h>\n#include <string.h>\nint main(void) { char name[17] = {0}; prctl(PR_SET_NAME, "sdk");\n'
        "volatile int nr = SYS_getpid; int copy = fcntl(1, F_DUPFD, 20); prctl(PR_GET_NAME, name);\n"
        'printf("%s %d %d %d\\n", name, syscall(nr) == getpid(), syscall(SYS_write, 1, "w\\n", 2) == 2, copy >= 20 && '
        "fcntl(copy, F_GETFD) == 0); return 0; }",
        "w\nsdk 1 1 1\n",
    ),
    "sorting where a work array once overflowed": (
        "#include <stdio.h>\n#include <stdlib.h>\nstatic int cmp(const void *a, const void *b)\n"
        "{ int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y); }\nint v[200000];\n"
        "int main(void) { for (int i = 0; i < 200000; i++) v[i] = (int)(i * 2654435761u >> 8);\n"
        "qsort(v, 200000, sizeof *v, cmp); for (int i = 1; i < 200000; i++) if (v[i - 1] > v[i]) return 1;\n"
        'puts("sorted"); return 0; }',
        "sorted\n",
    ),
    "invalid EUC-KR": (
        '#include <stdio.h>\n#include <errno.h>\n#include <iconv.h>\nint main(void) { char in[] = "\\xc8\\x41", out[16];\n'
        'char *i = in, *o = out; size_t n = 2, m = 16; iconv_t c = iconv_open("UTF-8", "EUC-KR");\n'
        'printf("%d %d %zu\\n", iconv(c, &i, &n, &o, &m) == (size_t)-1, errno == EILSEQ, m); return 0; }',
        "1 1 16\n",
    ),
    "copies of every size": (
        "#include <stdio.h>\n#include <string.h>\nstatic unsigned char a[3000], b[3000];\nint main(void) { unsigned s = 1;\n"
        "for (int t = 0; t < 4000; t++) { s = s * 1103515245 + 12345; unsigned n = s >> 22, o = s >> 13 & 511, p = s >> 5 & 255;\n"
        "for (int i = 0; i < 3000; i++) a[i] = b[i] = (unsigned char)(i * 7 + t);\n"
        "memmove(a + o, a + p, n); if (o < p) for (unsigned i = 0; i < n; i++) b[o + i] = b[p + i];\n"
        "else for (unsigned i = n; i--;) b[o + i] = b[p + i];\nif (memcmp(a, b, 3000)) return 1; }\n"
        'puts("equal"); return 0; }',
        "equal\n",
    ),
    "strings at every offset": (
        "#define _GNU_SOURCE\n#include <stdio.h>\n#include <string.h>\nstatic char b[96], c[96];\nint main(void) {\n"
        "for (int o = 0; o < 9; o++) for (int n = 0; n < 40; n++) for (int at = 0; at <= n; at++) {\n"
        "memset(b, 'x', 96); memset(c, 'x', 96); b[o + n] = 0; b[o + at] = b[o + at] ? 'y' : 0; char *hit = at < n ? b + o + at : 0;\n"
        "if ((int)strlen(b + o) != n || strchr(b + o, 'y') != hit || memchr(b + o, 'y', (size_t)n) != hit) return 1;\n"
        "if (strchrnul(b + o, 'y') != b + o + at || memcmp(b + o, c + 3, (size_t)n) != (at < n ? 1 : 0)) return 2; }\n"
        'puts("found"); return 0; }',
        "found\n",
    ),
    "thread-locals and threads": (
        "#include <pthread.h>\n#include <stdio.h>\n#include <errno.h>\n_Thread_local int t = 5; _Alignas(64) _Thread_local char al;\n"
        "static void *f(void *p) { errno = *(int *)p; t += errno; return (void *)(t + ((int)&al & 63)); }\n"
        "int main(void) { pthread_t id[8]; int n[8], sum = 0; for (int i = 0; i < 8; i++) { n[i] = i;\n"
        "pthread_create(id + i, 0, f, n + i); }\nfor (int i = 0; i < 8; i++) { void *r; pthread_join(id[i], &r); sum += (int)r; }\n"
        'printf("%d %d\\n", sum, t); return 0; }',
        "68 5\n",
    ),
    "setjmp": (
        "#include <setjmp.h>\n#include <stdio.h>\nstatic jmp_buf b; static void deep(int n) { if (n) deep(n - 1); longjmp(b, 7); }\n"
        'int main(void) { volatile int v = 1; int r = setjmp(b); if (!r) { v = 2; deep(10); } printf("%d %d\\n", r, v); return 0; }',
        "7 2\n",
    ),
}


@pytest.mark.parametrize("options", ["-O0", "-O2", "-O2 -mwali-baseline"])
@pytest.mark.parametrize("name", RUNS)
def test_programs_run(cc: Compiler, wali_run: WaliRun, name: str, options: str) -> None:
    text, output = RUNS[name]
    path = cc.build(text, "-Wall", "-Werror", *options.split())
    done = wali_run("--env", "SDK_TEST=a=b c", path)
    assert (done.stdout, done.returncode) == (output, 0), done.stderr


def test_setjmp_by_exceptions_runs(cc: Compiler, wali_run: WaliRun) -> None:
    text, output = RUNS["setjmp"]
    assert wali_run(cc.build(text, "-O2", "-mwali-sjlj=wasm")).stdout == output


def test_null_pointer_faults(cc: Compiler, wali_run: WaliRun) -> None:
    text = "int main(int c, char **v) { (void)v; volatile int *p = (int *)(c - 1); return *p; }"
    assert wali_run(cc.build(text)).returncode in (-11, 139)


WHERE_THE_STACK_IS = """#include <stdint.h>
#include <stdio.h>
volatile int data = 1;
int main(void)
{
    volatile int local = 2, *volatile null = 0;
    puts((uintptr_t)&local < (uintptr_t)&data ? "below" : "above");
    return *null * 0;
}
"""


@pytest.mark.parametrize("options", ["", "-O2 -Wl,--max-memory=67108864"])
def test_data_may_come_before_the_stack(cc: Compiler, wali_run: WaliRun, options: str) -> None:
    """Then page 0 is memory as any other."""
    done = wali_run(cc.build(WHERE_THE_STACK_IS, *options.split(), "-Wl,--no-stack-first"))
    assert (done.stdout, done.returncode) == ("above\n", 0), done.stderr
    done = wali_run(cc.build(WHERE_THE_STACK_IS, *options.split()))
    assert done.returncode in (-11, 139)


def test_executable_modules_run_as_programs(cc: Compiler) -> None:
    path = cc.build(HELLO, output="prog")
    assert subprocess.run([str(path)], capture_output=True, text=True, check=True, timeout=60).stdout == "hello\n"
