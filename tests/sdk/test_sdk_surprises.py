"""What C programs take for granted, compiled at every level: the programs of c-tests/libc, and what only wasm has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, imported_names
from tests.support.tools import ROOT
from wali import fixcalls
from wali.sdk import main_adapter

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAMS = sorted((ROOT / "c-tests/libc").glob("*.c"))
LEVELS = ["-O0", "-O1", "-O2 -ffast-math", "-O2 -mwali-baseline"]  # -O2 itself: tests/test_c_tests.py


@pytest.fixture(scope="session")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each program writes natively."""
    said = {}
    folder = tmp_path_factory.mktemp("native")
    for source in PROGRAMS:
        path = folder / source.stem
        command = ["gcc", "-O2", "-w", f"-I{ROOT / 'c-tests'}", str(source), "-o", str(path), "-lm", "-lrt", "-pthread"]
        subprocess.run(command, check=True, timeout=120)
        place = folder / f"{source.stem}.d"
        place.mkdir()
        done = subprocess.run([str(path)], cwd=place, capture_output=True, text=True, timeout=60, check=True)
        said[source.stem] = done.stdout
    return said


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda path: path.stem)
def test_every_level_says_what_a_native_program_says(
    cc: Compiler, wali_run: WaliRun, native: dict[str, str], source: Path
) -> None:
    for number, level in enumerate(LEVELS):
        place = cc.folder / str(number)
        place.mkdir()
        options = ["-Wall", "-Wextra", f"-I{ROOT / 'c-tests'}", *level.split()]
        done = cc.run(source, *options, "-o", place / "prog.wasm")
        assert (done.returncode, done.stderr) == (0, ""), level
        run = wali_run(place / "prog.wasm", cwd=place)
        assert (run.stdout, run.returncode) == (native[source.stem], 0), (level, run.stderr)


# syscall() and prctl()

FOLDED = """#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
int main() { struct timespec t = {0, 1}; return (int)syscall(SYS_nanosleep, &t, 0) + (syscall(SYS_gettid) < 0); }
"""


@pytest.mark.parametrize("name", ["prog.c", "prog.cc"])
def test_a_constant_number_is_one_import(cc: Compiler, name: str) -> None:
    names = imported_names(cc.build(FOLDED, "-O1", "-fno-exceptions", name=name))
    assert {"SYS_nanosleep", "SYS_gettid"} <= names
    assert len(names) < 30


CXX = """#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
struct box {
    long (*syscall)(int);
    int prctl(int x) { return x + 1; }
    static long twice(int x) { return x * 2; }
};
namespace own {
extern "C" long syscall(long, ...);
static long write_one(int fd) { return syscall(SYS_write, fd, "a", (size_t)1); }
}
enum stream { IN, OUT };
int main()
{
    box b = {box::twice};
    char name[16] = "";
    int right = b.syscall(3) == 6 && b.prctl(4) == 5;
    right &= prctl(PR_SET_NAME, "cplus") == 0 && prctl(PR_GET_NAME, name) == 0 && !strcmp(name, "cplus");
    right &= syscall(SYS_getpid) == getpid() && (syscall)(SYS_lseek, 5000, 0, SEEK_SET) == -1;
    long (*pointer)(long, ...) = syscall;
    long (*other)(long, ...) = &::syscall;
    right &= pointer(SYS_getpid) == getpid() && other(SYS_getpid) == getpid();
    right &= own::write_one(OUT) == 1 && ::syscall(SYS_write, OUT, "b\\n", 2) == 2;
    right &= syscall(SYS_futex, &right, 1, 1, NULL, NULL, 0) == 0;
    printf("%d\\n", right);
    return 0;
}
"""


@pytest.mark.parametrize("standard", ["c++98", "c++20"])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_calls_from_cxx(cc: Compiler, wali_run: WaliRun, standard: str, level: str) -> None:
    options = ["-Wall", "-Wextra", "-Werror", "-fno-exceptions", "-fno-rtti", f"-std={standard}", level]
    done = wali_run(cc.build(CXX, *options, name="prog.cc"))
    assert (done.stdout, done.returncode) == ("ab\n1\n", 0), done.stderr


ASSEMBLY = """	.functype syscall (i64, i32) -> (i64)
	.functype prctl (i32, i32) -> (i32)
	.globl __main_void
	.type __main_void,@function
__main_void:
	.functype __main_void () -> (i32)
	i64.const 39 # getpid, without arguments
	i32.const 0
	call syscall
	i64.eqz
	i32.const 3 # PR_GET_DUMPABLE
	i32.const 0
	call prctl
	i32.const 1
	i32.ne
	i32.or
	end_function
"""


def test_calls_from_assembler(cc: Compiler, wali_run: WaliRun) -> None:
    assert wali_run(cc.build(ASSEMBLY, name="prog.s")).returncode == 0


# main

OTHER_MAINS = {
    "nothing, nothing": ("void main(void) { }", 0),
    "nothing of two": ("#include <stdlib.h>\nvoid main(int c, char **v) { exit(v[c] ? 1 : c); }", 3),
    "nothing of three": ("#include <stdlib.h>\nvoid main(int c, char **v, char **e) { exit(v[c] || !e ? 1 : c); }", 3),
    "one": ("int main(int c) { return c; }", 3),
    "a long": ("long main(int c, char **v) { return v[c] ? 1 : c + (1L << 40); }", 3),
    "old": ("main(c, v) char **v; { return v[c] ? 1 : c; }", 3),
}
MAIN_OF_TWO = """	.globl	main
	.type	main,@function
main:
	.functype main (i32, i32) -> (i32)
	local.get 0
	end_function
"""


@pytest.mark.parametrize("form", OTHER_MAINS)
def test_other_forms_of_main(cc: Compiler, wali_run: WaliRun, form: str) -> None:
    text, status = OTHER_MAINS[form]
    assert wali_run(cc.build(text, "-w"), "a", "b").returncode == status


def test_a_main_that_clang_did_not_rename(cc: Compiler, wali_run: WaliRun) -> None:
    path = cc.build(MAIN_OF_TWO, name="prog.s")
    assert wali_run(path, "a", "b").returncode == 3
    assert wali_run("--fix-calls", path, "a", "b").returncode == 3


def test_a_main_in_an_archive(cc: Compiler, wali_run: WaliRun) -> None:
    cc.run("-w", "-c", cc.write("void main(int c, char **v) { (void)c; (void)v; }", "in.c"), "-o", "in.o")
    assert cc.run("rcs", "in.a", "in.o", name="ar").returncode == 0
    done = cc.run(cc.write("int x;"), "in.a", "-o", "prog.wasm")
    assert (done.returncode, done.stderr) == (0, "")
    assert wali_run(cc.folder / "prog.wasm").returncode == 0


def test_fix_calls_takes_no_caller_of_main_for_main() -> None:
    """The linker has dropped the main that nobody called rightly, and libc's function goes by its name."""
    assert fixcalls._stub_target("signature_mismatch:main") == ""
    assert fixcalls._stub_target("signature_mismatch:other") == "other"


# Old C, and what configure asks

PROBES = {
    "main without a type": "#include <signal.h>\n#include <stdlib.h>\nmain() { sigset_t s; sigfillset(&s); exit(0); }",
    "functions without declarations": 'int main() { exit(strlen("ab") - 2); }',
    "pointers of other types": "char *f(char **p) { return *p; } int main() { char c, *p = &c; return f(&c) == p; }",
    "a number for a pointer": "int main() { char *p = 5; return p == 0; }",
}


@pytest.mark.parametrize("name", PROBES)
def test_old_c_compiles_with_warnings(cc: Compiler, name: str) -> None:
    done = cc.run(cc.write(PROBES[name]))
    assert done.returncode == 0, done.stderr
    assert "warning:" in done.stderr
    for strict in ("-Werror", "-pedantic-errors"):
        assert cc.run(cc.write(PROBES[name]), strict).returncode != 0


def test_old_c_runs(cc: Compiler, wali_run: WaliRun) -> None:
    assert wali_run(cc.build(PROBES["main without a type"])).returncode == 0
    assert wali_run(cc.build(PROBES["functions without declarations"])).returncode == 0


# Headers

HEADERS = """#include <sys/cdefs.h>
#include <execinfo.h>
#include <error.h>
#include <sys/queue.h>
__BEGIN_DECLS
int eaccess(const char *, int);
int euidaccess(const char *, int);
int f(int) __THROW __attribute_pure__;
__END_DECLS
int main() { return eaccess("/", 0) + euidaccess("/", 0) + (backtrace(0, 0) != 0); }
"""


@pytest.mark.parametrize("name", ["prog.c", "prog.cc"])
def test_headers_that_linux_programs_expect(cc: Compiler, wali_run: WaliRun, name: str) -> None:
    path = cc.build(HEADERS, "-Wall", "-Wextra", "-Werror", "-fno-exceptions", name=name)
    assert wali_run(path).returncode == 0


WARNED = """#include <stdarg.h>
int f(int n, ...);
int f(int n, ...) { va_list a; int r; va_start(a, n); r = va_arg(a, int); va_end(a); return r; }
"""


@pytest.mark.parametrize("standard", ["c89", "c11", "c23"])
def test_lists_begin_without_a_warning(cc: Compiler, standard: str) -> None:
    options = ["-Weverything", "-Wno-poison-system-directories", f"-std={standard}", "-c"]
    assert cc.run(cc.write(WARNED), *options).stderr == ""


# Frames

CRASH = """#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void handler(int signo)
{
    void *frames[64];
    (void)signo;
    backtrace_symbols_fd(frames, backtrace(frames, 64), 1);
    _exit(3);
}
static volatile int sum;
__attribute__((noinline)) static void inner(int way, char *volatile null)
{
    if (way == 1) *(volatile char *)null = 1;
    if (way == 2) abort();
    if (way == 3) memset(null, 1, 100000); /* in the engine */
    if (way == 4) raise(SIGUSR1);
    sum++;
}
__attribute__((noinline)) static void middle(int way) { inner(way, 0); sum++; }
int main(int argc, char **argv)
{
    const int signals[] = {SIGSEGV, SIGABRT, SIGUSR1};
    for (int i = 0; i < 3; i++) signal(signals[i], handler);
    middle(argc > 1 ? atoi(argv[1]) : 0);
    return 0;
}
"""


def test_handlers_see_the_frames_below(cc: Compiler, wali_run: WaliRun) -> None:
    path = cc.build(CRASH, "-O1")
    for way in "1234":
        done = wali_run(path, way)
        assert done.returncode == 3
        lines = done.stdout.splitlines()
        names = [line.partition("(")[2].partition("+")[0] for line in lines]
        assert names[0] == "handler"
        assert names.index("inner") + 1 == names.index("middle") < names.index("_start") == len(names) - 1
        assert all(line.startswith(str(path)) or "prog.wasm(" in line for line in lines)


def test_stripped_programs_have_addresses(cc: Compiler, wali_run: WaliRun) -> None:
    path = cc.build(CRASH, "-O1", "-s")
    done = wali_run(path, "1")
    assert done.returncode == 3
    assert "prog.wasm() [0x" in done.stdout


HOSTILE_BACKTRACE = """#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#define FRAMES(to, most, skip) (errno = 0, prctl(0x57414c49, 4L, (long)(to), (long)(most), (long)(skip)))
static unsigned frames[8];
int main(void)
{
    int all = FRAMES(frames, 8, 0);
    printf("%d %d %d\\n", all > 2, FRAMES(frames, 1, 0), FRAMES(frames, 8, 1000000));
    printf("%d %d\\n", FRAMES(0, 8, 0), errno == EFAULT);
    printf("%d %d\\n", FRAMES(0xffffffff, 8, 0), errno == EFAULT);
    printf("%d %d\\n", FRAMES(0xfffffffd, 8, 0), errno == EFAULT);
    printf("%d %d\\n", FRAMES(1L << 32, 8, 0), errno == EINVAL);
    printf("%d %d\\n", FRAMES(frames, 1L << 32, 0), errno == EINVAL);
    printf("%d %d\\n", FRAMES(frames, 8, -1L), errno == EINVAL);
    printf("%d\\n", FRAMES(frames, 0, 0));
    return 0;
}
"""


def test_frames_are_written_to_guest_memory_alone(cc: Compiler, wali_run: WaliRun) -> None:
    done = wali_run(cc.build(HOSTILE_BACKTRACE))
    refused = "-1 1\n" * 6
    assert (done.stdout, done.returncode) == (f"1 1 0\n{refused}0\n", 0), done.stderr


# Threads' stacks

STACK = """#include <pthread.h>
#include <stdio.h>
int main(void)
{
    pthread_attr_t attr;
    size_t size;
    pthread_attr_init(&attr);
    pthread_attr_getstacksize(&attr, &size);
    printf("%zu\\n", size >> 10);
    return 0;
}
"""


def test_threads_stacks_follow_the_limit(cc: Compiler) -> None:
    path = cc.build(STACK, output="prog")
    for limit, size in (("8192", 8192), ("2048", 2048), ("32768", 32768), ("unlimited", 8192)):
        command = f"ulimit -s {limit} 2>/dev/null || exit 9; exec {path}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 9:  # the machine's hard limit
            assert done.stdout == f"{size}\n"


def test_damaged_inputs_are_the_linkers_to_refuse(cc: Compiler) -> None:
    """The search for main reads whatever the command line names."""
    cc.run("-w", "-c", cc.write("void main(void) { }"), "-o", "good.o")
    good = (cc.folder / "good.o").read_bytes()
    for size in (9, len(good) // 2, len(good) - 1):
        assert main_adapter.type_of_main(good[:size]) in (None, ("__main_void", ((), ())))
    for number, content in enumerate((b"x" * 59 + b"\4main", b"\4main" * 40)):
        archive = cc.folder / f"{number}.a"
        archive.write_bytes(b"!<arch>\n" + content)
        assert main_adapter.archived([str(archive)], [], "") == []
    (cc.folder / "bad.o").write_bytes(good[: len(good) // 2])
    done = cc.run("bad.o", "-o", "prog.wasm")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
