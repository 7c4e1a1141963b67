"""Profiles: counts of functions, values, files and their names, and what the compiler makes of them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers
from tests.support.profile_helpers import calls, merged, need_readers, read
from wali.sdk import wasmobj

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sdk_helpers import Compiler, Done

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAM = """#include <profile/instr_prof_interface.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int __llvm_profile_write_file(void);
static __attribute__((noinline)) int one(int n) { return n + 1; }
static __attribute__((noinline)) int two(int n) { return n + 2; }
static __attribute__((noinline)) int three(int n) { return n + 3; }
static int (*volatile table[])(int) = {one, two, three, one};
static void *work(void *none) {
    for (int i = 0; i < 40000; i++) table[i % 4](i);
    return none;
}
static void times(int n, int (*f)(int)) { for (int i = 0; i < n; i++) f(i); }
int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    times(7, one);
    if (!strcmp(what, "threads")) {
        pthread_t threads[4];
        for (int i = 0; i < 4; i++) pthread_create(threads + i, 0, work, 0);
        for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
    }
    if (!strcmp(what, "fork")) {
        const pid_t child = fork();
        if (child == 0) {
            times(5, two);
            exit(0);
        }
        waitpid(child, 0, 0);
        times(3, three);
    }
    if (!strcmp(what, "execute")) {
        const pid_t child = fork();
        if (child == 0) {
            execl(argv[0], argv[0], (char *)0);
            _exit(9);
        }
        waitpid(child, 0, 0);
    }
    if (!strcmp(what, "signal")) {
        raise(SIGUSR1);
        puts("not reached");
    }
    if (!strcmp(what, "reset")) {
        __llvm_profile_reset_counters();
        times(2, two);
        __llvm_profile_dump();
        times(100, three);
    }
    if (!strcmp(what, "name")) {
        __llvm_profile_set_filename("some/folder/own.profraw");
        __llvm_profile_write_file();
        _exit(0);
    }
    return 0;
}
"""
CLANGS, IRS = "-fprofile-instr-generate", "-fprofile-generate"


@pytest.fixture
def program(cc: Compiler, cache_dir: Path) -> Path:  # noqa: ARG001
    """Counted by clang; an executable module, so that it can execute itself."""
    need_readers()
    return cc.build(PROGRAM, "-O1", CLANGS, "-fprofile-update=atomic", output="prog")


def start(program: Path, *words: str, name: str | None = None, **environment: str) -> Done:
    """Runs it in its folder; `name` is for LLVM_PROFILE_FILE."""
    settings = {**os.environ, **environment, **({} if name is None else {"LLVM_PROFILE_FILE": name})}
    command = [str(program), *words]
    return subprocess.run(
        command, cwd=program.parent, capture_output=True, text=True, timeout=120, env=settings, check=False
    )


def counts(program: Path, pattern: str = "*.profraw") -> dict[str, int]:
    return calls(merged(program.parent.glob(pattern), program.parent / "all.profdata"))


def test_counts_of_functions(program: Path) -> None:
    done = start(program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    expected = {"__main_argc_argv": 1, "times": 1, "one": 7, "two": 0, "three": 0, "work": 0}
    assert counts(program, "default.profraw") == expected


def test_threads_lose_nothing_with_atomic_counters(program: Path) -> None:
    assert start(program, "threads").returncode == 0
    found = counts(program)
    assert (found["work"], found["one"], found["two"], found["three"]) == (4, 7 + 80000, 40000, 40000)


def test_what_is_counted_before_a_fork_counts_once(program: Path) -> None:
    """In two files by %p, and in one that both append to."""
    for name, files in (("%p.profraw", 2), ("both.profraw", 1)):
        assert start(program, "fork", name=name).returncode == 0
        assert len(list(program.parent.glob("*.profraw"))) == files
        found = counts(program)
        assert (found["one"], found["two"], found["three"]) == (7, 5, 3)
        for path in program.parent.glob("*.profraw"):
            path.unlink()


def test_a_program_that_is_executed_appends(program: Path) -> None:
    """And another start begins anew."""
    for _ in range(2):
        assert start(program, "execute").returncode == 0
        assert counts(program, "default.profraw")["one"] == 7 + 7


def test_one_file_for_all(program: Path) -> None:
    """By %m: processes at the same time, too, add to it."""
    processes = [
        subprocess.Popen([program], cwd=program.parent, env={**os.environ, "LLVM_PROFILE_FILE": "pool-%m.profraw"})
        for _ in range(8)
    ]
    assert [process.wait(120) for process in processes] == [0] * 8
    assert len(list(program.parent.glob("*.profraw"))) == 1
    assert counts(program)["one"] == 8 * 7
    for _ in range(6):
        start(program, name="two-%2m.profraw")
    assert 1 <= len(list(program.parent.glob("two-*_[01].profraw"))) <= 2
    assert counts(program, "two-*")["one"] == 6 * 7


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 30, b"cut"])
def test_what_is_no_such_file_is_left_alone(program: Path, damage: bytes) -> None:
    start(program, name="pool-%m.profraw")
    (path,) = program.parent.glob("*.profraw")
    good = path.read_bytes()
    path.write_bytes(good[:-16] if damage == b"cut" else damage)
    before = path.read_bytes()
    done = start(program, name="pool-%m.profraw")
    assert done.returncode == 0
    if damage == b"":  # as it was made by mktemp, or by a process that has not written yet
        assert path.read_bytes() == good
    else:
        assert path.read_bytes() == before
        assert f"{path.name}: not of this program, or damaged" in done.stderr


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("a-%h.profraw", f"a-{socket.gethostname()}.profraw"),
        ("%tb.profraw", "temporary/b.profraw"),
        ("x/y/c.profraw", "x/y/c.profraw"),
        ("d%q-%%.profraw", "d-.profraw"),
        ("e%10x.profraw", "e.profraw"),
    ],
)
def test_names(program: Path, pattern: str, name: str) -> None:
    assert start(program, name=pattern, TMPDIR=str(program.parent / "temporary")).stderr == ""
    assert calls(merged([program.parent / name], program.parent / "all.profdata"))["one"] == 7


def test_a_name_that_cannot_be_made(program: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
    done = subprocess.run(
        [program],
        cwd=program.parent,
        env={**environment, "LLVM_PROFILE_FILE": "%t/a.profraw"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert "%t/a.profraw: no such name can be made; it is default.profraw" in done.stderr
    assert counts(program, "default.profraw")["one"] == 7


def test_a_file_that_cannot_be_written(program: Path) -> None:
    """Is told; the program's own status stays."""
    done = start(program, name="/proc/none.profraw")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r'LLVM Profile Error: Failed to write file "/proc/none.profraw": .*\n', done.stderr)


def test_signals_by_the_name(program: Path) -> None:
    done = start(program, "signal", name=f"s%{signal.SIGUSR1.value}x.profraw")
    assert (done.returncode, done.stdout) == (0, "")
    assert counts(program, "s.profraw")["one"] == 7
    assert start(program, "signal", name="none.profraw").returncode == -signal.SIGUSR1
    assert not (program.parent / "none.profraw").exists()


def test_a_program_resets_and_writes(program: Path) -> None:
    assert start(program, "reset").returncode == 0
    found = counts(program)
    assert (found["one"], found["two"], found["three"]) == (0, 2, 0)


def test_a_program_names_the_file(program: Path) -> None:
    assert start(program, "name", name="other.profraw").returncode == 0
    assert counts(program, "some/folder/own.profraw")["one"] == 7


def test_without_profiles_the_interface_does_nothing(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    text = PROGRAM.replace("int __llvm_profile_write_file(void);", "#define __llvm_profile_write_file()")
    path = cc.build(text, "-O1", output="prog")
    assert start(path, "reset").returncode == 0
    assert not list(path.parent.glob("*.profraw"))


@pytest.mark.parametrize(
    ("option", "made"),
    [
        (f"{CLANGS}=named-%p.profraw", "named-*.profraw"),
        (IRS, "default_*_0.profraw"),
        (f"{IRS}=in", "in/default_*_0.profraw"),
    ],
)
def test_names_by_the_compiler(cc: Compiler, cache_dir: Path, option: str, made: str) -> None:  # noqa: ARG001
    need_readers()
    path = cc.build(PROGRAM, "-O1", option, output="prog")
    assert start(path).returncode == 0
    assert [*path.parent.rglob("*.profraw")] == [*path.parent.glob(made)]
    told = read("wali-profdata", "show", *path.parent.glob(made))
    assert re.search(r"^Total functions: [56]$", told, re.M)  # what was put into its callers before is not counted


OWN = """#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
int __llvm_profile_runtime;  // by which nothing is written unasked
uint64_t __llvm_profile_get_size_for_buffer(void);
int __llvm_profile_write_buffer(char *);
static __attribute__((noinline)) int f(int n) { return n + 1; }
int main(void) {
    int sum = 0;
    for (int i = 0; i < 9; i++) sum += f(sum);
    uint64_t size = __llvm_profile_get_size_for_buffer();
    char *bytes = malloc(size);
    if (__llvm_profile_write_buffer(bytes)) return 1;
    fwrite(bytes, 1, size, stdout);
}
"""


def test_a_program_writes_by_itself(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    need_readers()
    path = cc.build(OWN, "-O1", CLANGS, output="prog")
    profile = path.with_name("own.profraw")
    profile.write_bytes(subprocess.run([path], capture_output=True, timeout=120, check=True).stdout)
    assert calls(profile)["f"] == 9
    assert not path.with_name("default.profraw").exists()


VALUES = """#include <stdlib.h>
#include <string.h>
#define F(n) static int f##n(int k) { return k * n; }
#define TEN(G, n) G(n##0) G(n##1) G(n##2) G(n##3) G(n##4) G(n##5) G(n##6) G(n##7) G(n##8) G(n##9)
TEN(F, 1) TEN(F, 2) TEN(F, 3) TEN(F, 4)
#define NAME(n) f##n,
static int (*table[])(int) = {TEN(NAME, 1) TEN(NAME, 2) TEN(NAME, 3) TEN(NAME, 4)};
__attribute__((noinline)) static int hot(int i) { return table[i](i); }
__attribute__((noinline)) static int spread(int i) { return table[i](i); }
char to[2000], from[2000];
__attribute__((noinline)) static void copy(int n) { memcpy(to, from, n); }
int main(int argc, char **argv) {
    int sum = argc;
    for (int i = 0; i < 1000; i++) sum += hot(i % 10 ? 7 : i % 3);
    for (int round = 0; round < 5; round++)
        for (int i = 0; i < 40; i++) sum += spread(i);
    for (int i = 0; i < 60; i++) copy(i % 6 == 0 ? 3 : i % 6 == 1 ? 100 : i % 6 == 2 ? 128 : 1000);
    return sum == 0;
}
"""


def test_values(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    """Of what is called by pointer the names, of copies the sizes, in ranges; over runs that add up."""
    need_readers()
    path = cc.build(VALUES, "-O1", IRS, output="prog")
    for _ in range(2):
        assert start(path, name="%m.profraw", LLVM_VP_MAX_NUM_VALS_PER_SITE="255").returncode == 0
    (profile,) = path.parent.glob("*.profraw")
    text = read("wali-profdata", "show", "--all-functions", "--ic-targets", "--memop-sizes", profile)
    parts = dict(re.findall(r"^  (?:prog\.c;)?(\w+):\n(.*?)(?=^  \S|^\S)", text, re.M | re.S))
    targets = dict(re.findall(r"^\t\[ +0, prog\.c;(\w+), +(\d+) \]", parts["hot"], re.M))
    assert targets == {"f17": "1800", "f10": "68", "f11": "66", "f12": "66"}
    assert len(re.findall(r"^\t\[ +0, prog\.c;f\d\d, +10 \]", parts["spread"], re.M)) == 40
    sizes = dict(re.findall(r"^\t\[ +0, +(\d+), +(\d+) \]", parts["copy"], re.M))
    assert sizes == {"65": "20", "128": "20", "513": "60"}  # small ones are calls, by <string.h>


def test_the_usual_number_of_values(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    """24 of a site; one that is much more frequent stays."""
    need_readers()
    path = cc.build(VALUES, "-O1", IRS, output="prog")
    assert start(path, name="v.profraw").returncode == 0
    text = read("wali-profdata", "show", "--all-functions", "--ic-targets", path.with_name("v.profraw"))
    spread = text.partition("prog.c;spread:")[2].partition("\n  prog.c;")[0]
    assert len(re.findall(r"^\t\[ +0, prog\.c;f\d\d, ", spread, re.M)) <= 24
    assert "prog.c;f17,        900" in text


def test_a_profile_changes_the_code(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    """The hot function of those that are called by pointer is called by name, and put in."""
    need_readers()
    path = cc.build(VALUES, "-O2", IRS, output="prog")
    assert start(path, name="%m.profraw").returncode == 0
    profile = merged(path.parent.glob("*.profraw"), path.parent / "prog.profdata")
    plain = cc.build(VALUES, "-O2", output="plain.wasm")
    done = cc.run("prog.c", "-O2", f"-fprofile-use={profile}", "-Rpass=pgo-icall-prom", "-o", "used.wasm")
    assert done.returncode == 0, done.stderr
    assert re.search(r"Promote indirect call to f17 with count 900 out of 1000", done.stderr), done.stderr
    assert (path.parent / "used.wasm").read_bytes() != plain.read_bytes()
    assert start_module(path.parent / "used.wasm") == start_module(plain) == 0


def start_module(path: Path) -> int:
    from tests.support.helpers import command_path

    return subprocess.run([*command_path("wali-run"), path], timeout=120, check=False).returncode


def test_a_profile_of_a_profile(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    """Counted once more behind inlining (-fcs-profile-generate), and both used."""
    need_readers()
    path = cc.build(VALUES, "-O2", IRS, output="prog")
    start(path, name="first.profraw")
    first = merged([path.with_name("first.profraw")], path.with_name("first.profdata"))
    again = cc.build(VALUES, "-O2", f"-fprofile-use={first}", "-fcs-profile-generate", output="again")
    assert start(again, name="second.profraw").returncode == 0
    both = path.with_name("both.profdata")
    read("wali-profdata", "merge", "-o", both, first, path.with_name("second.profraw"))
    assert "context-sensitive" in read("wali-profdata", "show", both).lower() or read(
        "wali-profdata", "show", "--showcs", both
    ).count("Total functions")
    assert start_module(cc.build(VALUES, "-O2", f"-fprofile-use={both}", "-Werror", output="last.wasm")) == 0


def test_a_profile_of_another_source_is_told(cc: Compiler, program: Path) -> None:
    start(program)
    profile = merged(program.parent.glob("*.profraw"), program.with_name("old.profdata"))
    changed = cc.write(PROGRAM.replace("return n + 1;", "return n > 5 ? n + 1 : n;"))
    done = cc.run(changed.name, "-O1", f"-fprofile-use={profile}", "-c")
    assert done.returncode == 0
    assert "[-Wprofile-instr-out-of-date]" in done.stderr


def test_optimising_when_linking(cc: Compiler, cache_dir: Path) -> None:  # noqa: ARG001
    need_readers()
    path = cc.build(VALUES, "-O2", "-flto", IRS, output="prog")
    assert start(path, name="l.profraw").returncode == 0
    profile = merged([path.with_name("l.profraw")], path.with_name("l.profdata"))
    assert start_module(cc.build(VALUES, "-O2", "-flto", f"-fprofile-use={profile}", output="used.wasm")) == 0


def test_names_of_the_runtimes_are_reserved(sysroot: Path) -> None:
    """A program may have any other, and is linked with the runtime in one module."""
    archives = {
        "rt/lib/wasm32-unknown-linux-muslwali/libclang_rt.profile.a": r"__|llvm_gc",
        "lib/wasm32-linux-muslwali/libubsan.a": r"__",
    }
    for archive, begin in archives.items():
        found = [
            symbol.name
            for _, module in wasmobj.members((sysroot / archive).read_bytes())
            for symbol in wasmobj.symbols(module)
            if symbol.letter in "TDWV"
        ]
        assert len(found) > 20
        public = {"llvm_writeout_files", "llvm_reset_counters"}
        assert [name for name in found if not re.match(begin, name) and name not in public] == []


@pytest.mark.parametrize("option", [CLANGS, IRS, f"{IRS}=folder", "-fcs-profile-generate", "-fcoverage-mapping"])
def test_for_wasi_there_are_none(cc: Compiler, option: str) -> None:
    done = cc.run("--target=wasm32-wasip1", option, cc.write("int main(void) { return 0; }").name)
    assert done.returncode == 1
    assert f"{option}: for wasm32-wasip1 there is no runtime" in done.stderr


@pytest.mark.parametrize("option", ["-fprofile-continuous", "-ftemporal-profile", "-fmemory-profile"])
def test_other_kinds_are_refused(cc: Compiler, option: str) -> None:
    done = cc.run(option, cc.write("int main(void) { return 0; }").name)
    assert done.returncode == 1
    assert f"{option}: there is no runtime for it" in done.stderr
