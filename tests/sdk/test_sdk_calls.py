"""Calls by another type than a function has: told when a program is linked, and mended by what the module asks for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, sections_of
from tests.support.tools import ROOT
from wali import ffi
from wali.module import loader, wish
from wali.sdk import callbacks, linker

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures
ASKS = "-mwali-fix-calls"
# What it prints natively, and with --fix-calls.
WRONG = r"""#include <stdio.h>
#include <stdarg.h>
#include <unistd.h>
#include <stdlib.h>
static int one(int a) { return a + 1; }
void tell(const char *form, ...) { va_list l; va_start(l, form); vprintf(form, l); va_end(l); fflush(stdout); }
int main(int argc, char **argv) {
  int (*volatile two)(int, long) = (int (*)(int, long))one;
  void (*volatile plain)(const char *, const char *, long) = (void (*)(const char *, const char *, long))tell;
  plain("%s %ld\n", argv[argc - 1], 1L << 40);
  if (argc > 2) execl(argv[1], argv[1], argv[2], (char *)0);
  return two(40, 7) - 41;
}
"""
SAID = "x 1099511627776\n"


def test_the_module_says_it_itself(cc: Compiler, wali_run: WaliRun, wali: WaliRun, tmp_path: Path) -> None:
    plain, asking = cc.build(WRONG, "-w"), cc.build(WRONG, "-w", "-g", ASKS, output="asks.wasm")
    assert wali_run(plain, "x").returncode == -11
    for _ in range(2):  # by Python, and by the launcher alone
        done = wali_run(asking, "x")
        assert (done.stdout, done.returncode) == (SAID, 0), done.stderr
    assert wali_run("--fix-calls", asking, "x").stdout == SAID
    told = wali("inspect", asking).stdout
    assert "\nasks for     --fix-calls" in told
    assert "asks for" not in wali("inspect", plain).stdout
    output = tmp_path / "prog.cwasm"
    assert wali("compile", asking, "-o", output).returncode == 0
    assert wali_run(output, "x").stdout == SAID


def test_what_it_executes_is_asked_for_itself(cc: Compiler, wali_run: WaliRun) -> None:
    plain, asking = cc.build(WRONG, "-w"), cc.build(WRONG, "-w", "-g", ASKS, output="asks.wasm")
    done = wali_run(asking, asking, "x")
    assert (done.stdout, done.returncode) == (SAID * 2, 0), done.stderr
    assert wali_run(asking, plain, "x").returncode == -11
    assert wali_run("--fix-calls", asking, plain, "x").returncode != 0  # its own function is not known to be variadic


@pytest.mark.parametrize("how", ["-s", "-Wl,--strip-debug", "strip", "strip twice", "strip -g"])
def test_a_stripped_program_asks_too(cc: Compiler, wali_run: WaliRun, how: str) -> None:
    """Names stay, and of debugging information what it has told about variadic functions."""
    path = cc.build(WRONG, "-w", "-g", ASKS, *([how] if how.startswith("-") else []), output="prog")
    for _ in range(2 if how.endswith("twice") else int(how.startswith("strip"))):
        assert cc.run(*how.split()[1:2] if "-g" in how else [], path, name="strip").returncode == 0
    assert not any(part.name.startswith(".debug") for part in sections_of(path))
    done = wali_run(path, "x")
    assert (done.stdout, done.returncode) == (SAID, 0), done.stderr
    data = path.read_bytes()
    assert wish.told(loader.parse(data), data)


def test_code_of_an_older_form_is_not_taken(cc: Compiler, wali_run: WaliRun, cache_dir: Path) -> None:
    """The index does not know the form: the object's name does."""
    ffi.engine_open()
    path = cc.build(WRONG, "-w", "-g", ASKS)
    assert wali_run(path, "x").returncode == 0
    found = ffi.cache_lookup(str(cache_dir), str(path), "")
    assert found is not None
    index = next(cache_dir.glob(f"*/index/{ffi.cache_key(str(path))}"))
    name = index.read_text().split()[1]
    assert f"{ffi.fix_calls_variant()}." in name
    older = name.replace(ffi.fix_calls_variant(), ".fixcalls1")
    shutil.copy2(index.parent.parent / "objects" / name, index.parent.parent / "objects" / older)
    index.write_text(index.read_text().replace(name, older))
    assert ffi.cache_lookup(str(cache_dir), str(path), "") is None
    assert wali_run(path, "x").returncode == 0


def test_a_module_that_only_names_the_section_is_left_as_it_is(cc: Compiler, wali_run: WaliRun) -> None:
    text = WRONG.replace("int main", 'char mark[] = "\\016wali.fix-calls"; int main').replace(
        "return two", "mark[1]++; return two"
    )
    path = cc.build(text, "-w")
    assert wish.may_be(path.read_bytes())
    assert wali_run(path, "x").returncode == -11


def test_what_cannot_be_mended_is_told_when_it_is_linked(cc: Compiler) -> None:
    text = '__asm__(".globl change\\nchange:\\n.functype change () -> ()\\n.tabletype t, funcref\\n'
    text += 'i32.const 1\\nref.null_func\\ntable.set __indirect_function_table\\nend_function\\n");\n'
    text += "void change(void); int main(void) { change(); return 0; }"
    done = cc.run(
        cc.write(text.replace(".tabletype t, funcref\\n", ".tabletype __indirect_function_table, funcref\\n")),
        ASKS,
        "-mreference-types",
    )
    assert done.returncode != 0
    assert "-mwali-fix-calls" in done.stderr
    assert not (cc.folder / "a.out").exists()


def test_functions_that_are_called_wrongly_alone_are_kept(cc: Compiler, wali_run: WaliRun) -> None:
    """The linker makes a stub of the call, and drops the function that nobody else calls."""
    cc.write("int f(int, long); int main(void) { return f(3, 4L); }", "a.c")
    cc.write("int f(int a) { return a; }", "b.c")
    for strip in ("-g", "-s"):
        assert cc.run("a.c", "b.c", ASKS, strip, "-o", "prog.wasm").returncode == 0
        assert wali_run(cc.folder / "prog.wasm").returncode == 3


def test_a_program_of_wasi_asks_too(cc: Compiler, wali_run: WaliRun) -> None:
    text = "int one(int a) { return a; } int main(void) { int (*volatile p)(int, int) = (int (*)(int, int))one; return p(5, 6); }"
    for options, status in (((), -11), ((ASKS,), 5)):
        assert wali_run(cc.build(text, "-w", "--target=wasm32-wasip1", *options)).returncode == status


# What is told when a program is linked

HANDED = r"""#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <threads.h>
typedef void *(*start)(void *);
void silent(void *p) { (void)p; }
void nothing(void) { }
int number(void) { return 1; }
int one(const void *a) { return a == 0; }
void *right(void *p) { return p; }
int compare(const int *a, const int *b) { return *a - *b; }
int create(pthread_t *thread, void (*function)(void *), void *argument) {
  union { void (*in)(void *); start out; } both;
  pthread_attr_t attributes;
  both.in = function;
  if (pthread_attr_init(&attributes)) return 1;
  return argument ? pthread_create(thread, &attributes, both.out, argument) : 2;
}
"""
# What stands in main, and what is told: function, to whom it is passed.
GIVEN = {
    "a thread without result": ("pthread_create(&t, 0, (start)silent, 0);", ("silent", "pthread_create")),
    "a thread without argument": ("pthread_create(&t, 0, (start)nothing, 0);", ("nothing", "pthread_create")),
    "by a function of the program's own": ("create(&t, silent, 0);", ("silent", "create")),
    "by a local": ("start f = (start)nothing; pthread_create(&t, 0, f, 0);", ("nothing", "pthread_create")),
    "of C11": ("thrd_t u; thrd_create(&u, (thrd_start_t)nothing, 0);", ("nothing", "thrd_create")),
    "a destructor": (
        "pthread_key_t k; pthread_key_create(&k, (void (*)(void *))nothing);",
        ("nothing", "pthread_key_create"),
    ),
    "once": ("static pthread_once_t o; pthread_once(&o, (void (*)(void))number);", ("number", "pthread_once")),
    "a comparison": ("qsort(v, 3, 4, (int (*)(const void *, const void *))one);", ("one", "qsort")),
    "a handler": ("signal(SIGTERM, (void (*)(int))nothing);", ("nothing", "signal")),
    "right ones": (
        "pthread_create(&t, 0, right, 0); qsort(v, 3, 4, (int (*)(const void *, const void *))compare); atexit(nothing);"
        "signal(SIGTERM, SIG_IGN); signal(SIGINT, SIG_DFL);",
        None,
    ),
    "one of two": ("pthread_create(&t, 0, v[0] ? (start)silent : right, 0);", None),
    "one from memory": (
        "static start table[] = {right, (start)silent}; pthread_create(&t, 0, table[v[0] & 1], 0);",
        None,
    ),
}


LEVELS = [(what, level) for what in GIVEN for level in ("-O0", "-O2")]
LEVELS += [(what, level) for what in ("a thread without result", "right ones") for level in ("-O2 -flto", "-O1 -s")]


@pytest.mark.parametrize(("what", "level"), LEVELS)
def test_functions_of_another_type_are_told(cc: Compiler, what: str, level: str) -> None:
    body, told = GIVEN[what]
    text = f"{HANDED}volatile int v[3];int main(void) {{ pthread_t t; (void)t; {body.replace('qsort(v', 'qsort((void *)v')} return 0; }}"
    done = cc.run(cc.write(text), "-w", "-fno-inline", *level.split(), "-o", "prog.wasm")
    lines = done.stderr.splitlines()
    assert done.returncode == 0
    if told is None:
        assert lines == []
        return
    assert len(lines) == 2, done.stderr
    assert re.match(rf"wali-ld: warning: {told[0]} (\(.*\) )?has the type \(", lines[0])  # the file, but for -flto
    leads = ", which leads to pthread_create" if told[1] == "create" else ""
    assert lines[0].endswith(f": passed to {told[1]}{leads}, in main")
    assert ASKS in lines[1]
    if what == "a thread without result":
        assert cc.run(cc.write(text), "-w", ASKS, *level.split()).stderr == ""


def test_the_warning_names_the_file(cc: Compiler) -> None:
    cc.write("void work(void) { }", "work.c")
    text = "#include <pthread.h>\ntypedef void *(*start)(void *); void work(void);\n"
    cc.write(text + "int main(void) { pthread_t t; return pthread_create(&t, 0, (start)work, 0); }", "main.c")
    assert cc.run("-c", "-w", "work.c", "main.c").returncode == 0
    assert cc.run("rcs", "libwork.a", "work.o", name="ar").returncode == 0
    for file, shown in (("work.o", "work.o"), ("libwork.a", "libwork.a(work.o)")):
        done = cc.run("main.o", file, "-o", "prog.wasm")
        assert f"warning: work ({shown}) has the type () -> nothing and will be called as (i32) -> i32" in done.stderr
        assert ", void *f(void *): passed to pthread_create, in main\n" in done.stderr


def test_who_calls_nothing_of_the_kind_is_not_looked_at() -> None:
    assert {row.name for row in callbacks.ROWS} == linker.HANDED


def test_many_of_a_kind_are_counted(cc: Compiler) -> None:
    calls = "".join(f"void w{i}(void) {{ }}\nvoid g{i}(void) {{ qsort(v, 3, 4, (compare)w{i}); }}\n" for i in range(15))
    text = (
        f"#include <stdlib.h>\ntypedef int (*compare)(const void *, const void *); int v[3];\n{calls}int main(void) {{ "
    )
    done = cc.run(cc.write(text + "".join(f"g{i}();" for i in range(15)) + " return 0; }"), "-w")
    assert done.stderr.count("passed to qsort") == 10
    assert "and 5 more of this kind" in done.stderr


def test_the_linkers_own_warning_says_what_to_do(cc: Compiler) -> None:
    cc.write("int f(int, long); int main(void) { return f(3, 4L); }", "a.c")
    cc.write("int f(int a) { return a; }", "b.c")
    assert cc.run("-c", "a.c", "b.c").returncode == 0
    assert cc.run("rcs", "b.a", "b.o", name="ar").returncode == 0
    for files in (["a.o", "b.o"], ["a.o", "b.a"], ["b.a", "a.o"]):
        done = cc.run(*files, "-o", "prog.wasm")
        assert done.returncode == 0
        assert "function signature mismatch: f\n" in done.stderr
        assert "note: a call of f by another type" in done.stderr
        assert ASKS in done.stderr


def test_what_cannot_be_read_is_not_told(cc: Compiler) -> None:
    text = HANDED + "int main(void) { pthread_t t; return pthread_create(&t, 0, (start)silent, 0); }"
    good = cc.build(text, "-w").read_bytes()
    assert len(callbacks.find(good)) == 1
    for size in range(0, len(good), 97):
        callbacks.find(good[:size])
    for place in range(8, len(good), 211):
        callbacks.find(good[:place] + bytes([good[place] ^ 0x5A]) + good[place + 1 :])


# main, with -flto

MAINS = {
    "nothing": ("void main(void) { }", 0),
    "one": ("int main(int c) { return c; }", 3),
    "a long": ("long main(int c, char **v) { return v[c] ? 1 : c + (1L << 40); }", 3),
    "three": ("#include <stdlib.h>\nvoid main(int c, char **v, char **e) { exit(v[c] || !e ? 1 : c); }", 3),
}


@pytest.mark.parametrize("form", MAINS)
def test_mains_of_other_types_with_lto(cc: Compiler, wali_run: WaliRun, form: str) -> None:
    text, status = MAINS[form]
    for options in (["-flto"], ["-flto", "-O2", "-Wl,--fatal-warnings"]):
        done = cc.run(cc.write(text), "-w", *options, "-o", "prog.wasm")
        assert (done.returncode, done.stderr) == (0, "")
        assert wali_run(cc.folder / "prog.wasm", "a", "b").returncode == status


def test_programs_that_are_right_get_no_warning(cc: Compiler) -> None:
    sources = [path for path in sorted((ROOT / "c-tests/threads").glob("*.c")) if "pthread_create" in path.read_text()]
    assert len(sources) > 10
    for source in sources[:12]:
        done = cc.run(source, "-w", f"-I{ROOT / 'c-tests'}", "-o", "prog.wasm")
        assert (done.returncode, done.stderr) == (0, ""), source
