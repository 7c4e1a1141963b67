"""-mwali-module: dlopen and dlsym answer from modules that were linked in, as they would from loaded ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler
from wali.sdk import module_table, shared_objects, symbol_table, version_script, wasmobj
from wali.sdk.version_script import Script

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

# All have the same names, natively too: each module's are its own, the program's `shared` is everybody's.
MODULE = r"""#include <stdio.h>
extern int shared; int calls(void); int table_of(int);
const char name[] = "NAME";
int number = NUMBER;
static int begun;
__attribute__((visibility("hidden"))) int hidden(void) { return number; }
__attribute__((constructor)) static void first(void) { begun = ++shared; }
__attribute__((constructor(101))) static void earlier(void) { shared += 10; }
__attribute__((destructor)) static void last(void) { printf("%s ends\n", name); }
int value(int add) { return hidden() * 100 + add + calls(); }
double half(double of) { return of / 2 + table_of(0); }
int begun_at(void) { return begun; }
_Thread_local int own = NUMBER;
"""
LIBRARY = "static int count; int calls(void) { return ++count; } int table_of(int at) { return at + 1000; }\n"
APP = r"""#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
int shared; int table_of(int at) { return at; }
int main(int argc, char **argv) {
    printf("not yet: %d %d\n", shared, dlopen("lib/one.so", RTLD_NOW | RTLD_NOLOAD) != NULL);
    for (int i = 1; i < argc; i++) {
        void *module = dlopen(argv[i], RTLD_NOW);
        if (!module) { puts(strstr(dlerror(), argv[i]) ? "not there" : "no name"); continue; }
        int (*value)(int) = (int (*)(int))dlsym(module, "value");
        int (*begun_at)(void) = (int (*)(void))dlsym(module, "begun_at");
        double (*half)(double) = (double (*)(double))dlsym(module, "half");
        int *number = dlsym(module, "number");
        printf("%s %d %d %g", (char *)dlsym(module, "name"), begun_at(), *number, half(3));
        printf(" %d", value(i));
        *number += 5;
        printf(" %d %d\n", value(0), shared);
        printf("%d %d", dlsym(module, "hidden") == NULL && strstr(dlerror(), "hidden"), !dlsym(RTLD_DEFAULT, "value"));
        printf(" %d", dlopen(argv[i], RTLD_NOW | RTLD_NOLOAD) == module);
        printf(" %d\n", dlclose(module));
    }
    void *module = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    printf("%d\n", dlsym(RTLD_DEFAULT, "value") == dlsym(module, "value"));
    printf("%d\n", dlsym(dlopen(NULL, RTLD_NOW), "value") == dlsym(module, "value"));
    return 0;
}
"""
SAID = """not yet: 0 0
one 11 1 1.5 102 602 11
1 1 1 0
two 22 2 1.5 205 704 22
1 1 1 0
not there
one 11 6 1.5 609 1106 22
1 1 1 0
1
1
one ends
two ends
"""


def natively(folder: Path) -> str:
    """What the native build says, with the same names; the modules' paths are given as they are there."""
    run = ["sh", "-eu", "-c"]
    script = """cc -fPIC -shared library.c -o lib/liblibrary.so
cc -fPIC -shared one.c -o lib/one.so -Llib -llibrary -Wl,-rpath,$PWD/lib
cc -fPIC -shared two.c -o lib/two.so -Llib -llibrary -Wl,-rpath,$PWD/lib
cc -D_GNU_SOURCE -rdynamic app.c -o app && ./app lib/one.so lib/two.so lib/three.so "$PWD/lib/one.so" """
    done = subprocess.run([*run, script], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def write(cc: Compiler) -> None:
    for number, name in ((1, "one"), (2, "two")):
        cc.write(MODULE.replace("NAME", name).replace("NUMBER", str(number)), f"{name}.c")
    cc.write(LIBRARY, "library.c")
    cc.write(APP, "app.c")
    (cc.folder / "lib").mkdir()


@pytest.fixture
def modules(cc: Compiler) -> Path:
    """one.so and two.so in lib, which need liblibrary.so there."""
    write(cc)
    for words in (["library.c", "-o", "lib/liblibrary.so"], *([f"{n}.c", "-o", f"lib/{n}.so"] for n in ("one", "two"))):
        needs = ["-Llib", "-llibrary"] if words[0] != "library.c" else []
        done = cc.run("-O1", "-fPIC", "-shared", *words, *needs)
        assert (done.returncode, done.stderr) == (0, "")
    return cc.folder / "lib"


BOTH = ("-mwali-module=lib/one.so", "-mwali-module=lib/two.so,two.so")


def test_expectation_is_what_native_programs_say(tmp_path: Path) -> None:
    folder = Compiler(tmp_path)
    write(folder)
    assert sorted(natively(tmp_path).splitlines()) == sorted(SAID.splitlines())  # destructors may go another way round


@pytest.mark.parametrize("words", [[], ["-O2", "-mwali-fix-calls", "-s"], ["-mwali-baseline"], ["-flto"]], ids=" ".join)
@pytest.mark.usefixtures("modules")
def test_modules_are_opened(cc: Compiler, wali_run: WaliRun, words: list[str]) -> None:
    done = cc.run("-D_GNU_SOURCE", "app.c", *words, *BOTH, "-o", "app.wasm")
    assert (done.returncode, done.stderr) == (0, "")
    said = wali_run(cc.folder / "app.wasm", "lib/one.so", "/x/lib/two.so", "lib/three.so", "one.so")
    assert said.returncode == 0, said.stderr
    assert sorted(said.stdout.splitlines()) == sorted(SAID.splitlines())
    assert said.stdout.splitlines()[:-2] == SAID.splitlines()[:-2]


@pytest.mark.usefixtures("modules")
def test_names_are_ends_of_paths(cc: Compiler, wali_run: WaliRun) -> None:
    """So that modules of one name in several folders are told apart; the longest name counts."""
    cc.write(
        r"""#include <dlfcn.h>
#include <stdio.h>
int shared; int calls(void) { return 0; } int table_of(int at) { return at; }
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        void *module = dlopen(argv[i], RTLD_NOW);
        puts(module ? dlsym(module, "name") : "none");
    }
    return 0;
}""",
        "which.c",
    )
    named = ("-mwali-module=lib/one.so,x.so", "-mwali-module=lib/two.so,b/x.so")
    assert cc.run("which.c", *named, "-o", "which.wasm").returncode == 0
    done = wali_run(cc.folder / "which.wasm", "x.so", "/a/x.so", "/a/b/x.so", "b/x.so", "/ab/x.so", "ax.so", "one.so")
    assert done.stdout.splitlines()[:7] == ["one", "one", "two", "two", "one", "none", "none"]
    done = cc.run("which.c", *BOTH, "-mwali-module=lib/two.so,one.so", "-o", "which.wasm")
    assert done.returncode != 0
    assert "two modules are one.so" in done.stderr


@pytest.mark.usefixtures("modules")
def test_threads_and_fork_while_a_module_is_opened(cc: Compiler, wali_run: WaliRun) -> None:
    """Constructors run once, and who opens a module meanwhile waits for them; one may open others."""
    cc.write(
        r"""#include <dlfcn.h>
#include <unistd.h>
int ready; extern int shared; void *other;
__attribute__((constructor)) static void begin(void) {
    other = dlopen("one.so", RTLD_NOW); usleep(100000); shared++; ready = 1;
}
int is_ready(void) { return ready && other; }""",
        "slow.c",
    )
    assert cc.run("-fPIC", "-shared", "slow.c", "-o", "lib/slow.so").returncode == 0
    program = cc.build(
        r"""#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int shared;
static void *open_it(void *out) {
    int (*is_ready)(void) = (int (*)(void))dlsym(dlopen("slow.so", RTLD_NOW), "is_ready");
    *(int *)out = is_ready();
    return NULL;
}
int main(void) {
    pthread_t threads[4]; int ready[4], sum = 0, status;
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, open_it, &ready[i]);
    usleep(30000);
    pid_t child = fork();
    if (!child) _exit(dlopen("two.so", RTLD_NOW) ? 7 : 8);
    waitpid(child, &status, 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL), sum += ready[i];
    printf("%d %d %d\n", sum, shared, WEXITSTATUS(status));
    return 0;
}""",
        *BOTH,
        "-mwali-module=lib/slow.so",
    )
    assert wali_run(program).stdout.splitlines()[0] == "4 12 7"


def test_cxx_modules(cc: Compiler, wali_run: WaliRun) -> None:
    """Exceptions pass, inline functions and types are one, though each has the names of a shared header."""
    cc.write(
        """#include <stdexcept>
inline int &counter() { static int count; return count; }
struct Failed : std::runtime_error { using runtime_error::runtime_error; };
""",
        "common.h",
    )
    cc.write(
        """#include "common.h"
static struct Begin { Begin() { counter() += 100; } } begin;
extern "C" int run(int n) { if (n < 0) throw Failed("below"); return counter() += n; }
int helper(int) { return 1; }
""",
        "plugin.cc",
    )
    cc.write(
        r"""#include "common.h"
#include <cstdio>
#include <dlfcn.h>
int helper(int) { return 2; }
int main() {
    std::printf("%d\n", counter());
    void *module = dlopen("./plugin.so", RTLD_NOW);
    auto run = (int (*)(int))dlsym(module, "run");
    auto help = (int (*)(int))dlsym(module, "_Z6helperi");
    std::printf("%d %d %d\n", run(5), counter(), help(0) * 10 + helper(0));
    try { run(-1); } catch (const Failed &failed) { std::printf("%s\n", failed.what()); }
}""",
        "app.cc",
    )
    assert cc.run("-fPIC", "-shared", "plugin.cc", "-o", "plugin.so", name="c++").returncode == 0
    done = cc.run("app.cc", "-mwali-module=plugin.so", "-o", "app.wasm", name="c++")
    assert (done.returncode, done.stderr) == (0, "")
    assert wali_run(cc.folder / "app.wasm").stdout == "0\n105 105 12\nbelow\n"


def test_an_archive_is_one_module(cc: Compiler, wali_run: WaliRun) -> None:
    """All of it, though nobody calls it, and by the name behind the comma."""
    cc.write("int two(void); int one(void) { return two() / 10; }", "one.c")
    cc.write("int two(void) { return 20; } int three(void) { return 3; }", "two.c")
    assert cc.run("-fPIC", "-c", "one.c", "two.c").returncode == 0
    assert cc.run("rcs", "libplugin.a", "one.o", "two.o", name="ar").returncode == 0
    program = cc.build(
        r"""#include <dlfcn.h>
int main(void) {
    void *module = dlopen("/usr/lib/plugin.so", RTLD_NOW);
    return ((int (*)(void))dlsym(module, "one"))() * 10 + ((int (*)(void))dlsym(module, "three"))();
}""",
        "-mwali-module=libplugin.a,plugin.so",
    )
    assert wali_run(program).returncode == 23


@pytest.mark.usefixtures("modules")
def test_what_is_refused(cc: Compiler, modules: Path) -> None:
    cc.write('#include <dlfcn.h>\nint main(void) { return !dlopen("one.so", RTLD_NOW); }', "main.c")
    cc.write("not an object", "text.so")
    for words, message in (
        (["-mwali-module=none.so"], "none.so: No such file"),
        (["-mwali-module=text.so"], "text.so: not what wali-cc -shared makes"),
        (["--target=wasm32-wasip1", "-mwali-module=lib/one.so"], "has no dlopen"),
        (["-mwali-modules"], "no such option"),
        (["-mwali-module=lib/one.so"], "undefined symbol: shared"),
    ):
        done = cc.run("main.c", *words, "-o", "main.wasm")
        assert done.returncode != 0
        assert message in done.stderr
    good = (modules / "one.so").read_bytes()
    for size in (8, len(good) // 2, len(good) - 1):
        (modules / "one.so").write_bytes(good[:size])
        done = cc.run("main.c", "-mwali-module=lib/one.so", "-o", "main.wasm")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr


def test_version_scripts_make_names_local(cc: Compiler, wali_run: WaliRun) -> None:
    """Two libraries have a function of one name, which only the script of each keeps from the program."""
    for number, name in enumerate(("one", "two"), 1):
        cc.write(f"int helper(void) {{ return {number}; }} int {name}(void) {{ return helper(); }}", f"{name}.c")
        cc.write(f"VERS_1 {{ global: {name}; local: *; }};", f"{name}.map")
        script = f"-Wl,--version-script={name}.map" if number == 1 else f"-Wl,--version-script,{name}.map"
        done = cc.run("-fPIC", "-shared", f"{name}.c", script, "-o", f"lib{name}.so")
        assert (done.returncode, done.stderr) == (0, "")
    cc.write("int one(void), two(void); int main(void) { return one() * 10 + two(); }", "app.c")
    assert cc.run("app.c", "libone.so", "libtwo.so", "-o", "app.wasm").returncode == 0
    assert wali_run(cc.folder / "app.wasm").returncode == 12
    cc.write("VERS_1 { global: one;", "bad.map")
    for name, why in (("bad.map", "bracket is missing"), ("none.map", "No such file")):
        done = cc.run("-fPIC", "-shared", "one.c", f"-Wl,--version-script={name}", "-o", "libbad.so")
        assert done.returncode != 0
        assert why in done.stderr


def test_the_words_of_version_scripts() -> None:
    script = Script("""
/* { */ V1 { # }
  global: open; read*; extern "C" { close; }; extern "C++" { ns::f*; "g(int)"; };
  local : rea?; hidden; *;
};
V2 { global: later; } V1;
""")
    assert not any(script.is_local(name) for name in ("open", "read", "reading", "close", "later", "_ZN2ns1fEv"))
    assert all(script.is_local(name) for name in ("hidden", "other", "reap", "opened"))
    assert not Script("{ local: a*; };").is_local("b")
    assert not Script("{ global: *; local: b; };").is_local("a")
    assert Script("{ global: *; local: b; };").is_local("b")
    assert version_script.given(["-o", "x", "--version-script", "a", "-version-script=b"]) == "b"
    assert version_script.given(["-o", "version-script"]) == ""
    for bad in ("}", "{ global: a;", '{ extern "C" { a; '):
        with pytest.raises(ValueError, match="bracket"):
            Script(bad)


def test_tables_are_read_and_written(cc: Compiler) -> None:
    """An object whose table is written as it was read is the same to every tool."""
    write(cc)
    assert cc.run("-c", "-fPIC", "-g", "-ffunction-sections", "one.c").returncode == 0
    before = (cc.folder / "one.o").read_bytes()
    same = symbol_table.changed(before, lambda _, entry: entry)
    assert symbol_table.read(same) == symbol_table.read(before)
    assert wasmobj.symbols(same) == wasmobj.symbols(before)
    assert [(part.id, part.name) for part in wasmobj.sections(same)] == [
        (part.id, part.name) for part in wasmobj.sections(before)
    ]
    assert len(symbol_table.read(before).constructors) >= 3
    assert symbol_table.read(symbol_table.changed(before, lambda _, entry: entry, False)).constructors == ()
    for place in range(8, len(before), 5):
        damaged = before[:place] + bytes([before[place] ^ 0xFF]) + before[place + 1 :]
        for work in (symbol_table.read, symbol_table.types, shared_objects._with_own_names):
            try:
                work(damaged)
            except wasmobj.FormatError:
                continue


def test_assembly_of_no_symbols(cc: Compiler, wali_run: WaliRun) -> None:
    """A module may have nothing to be found by, and names may hold what assembly does not take."""
    assert "symbols0" not in module_table.assembly([module_table.Module('a"b\\.so', b"", (), ())])
    cc.write("static int none;", "empty.c")
    assert cc.run("-shared", "-fPIC", "empty.c", "-o", "empty.so").returncode == 0
    cc.write('int f(void) __asm__("od d-name"); int f(void) { return 5; }', "odd.c")
    assert cc.run("-shared", "-fPIC", "odd.c", "-o", "odd.so").returncode == 0
    program = cc.build(
        r"""#include <dlfcn.h>
int main(void) {
    void *odd = dlopen("odd.so", RTLD_NOW), *empty = dlopen("/a \"b\".so", RTLD_NOW);
    return empty && !dlsym(empty, "x") ? ((int (*)(void))dlsym(odd, "od d-name"))() : 1;
}""",
        '-mwali-module=empty.so,a "b".so',
        "-mwali-module=odd.so",
    )
    assert wali_run(program).returncode == 5
