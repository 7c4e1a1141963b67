"""--fix-calls: C programs whose calls go through pointers of another type do what they do natively; and the commands."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.modules.test_fix_calls_rewriting import PROGRAM, REFUSED
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from wali import ffi
from wali.fixcalls import dwarf
from wali.module import loader, name_section

MakeModule = Callable[..., Path]
HEAD = "#include <stdio.h>\n#include <stdlib.h>\n#define CALL(type, f) ((type)*(void *volatile[]){(void *)(f)})\n"
# Each prints the same natively and with --fix-calls, and traps without. Missing arguments are never looked at.
PROGRAMS = {
    "surplus arguments": """
        int one(int a) { return a + 1; }
        int main(void) { printf("%d\\n", CALL(int (*)(int, char *, double), one)(41, "x", 2.5)); }""",
    "missing arguments": """
        int two(int a, int unused) { (void)unused; return a; }
        int main(void) { printf("%d\\n", CALL(int (*)(int), two)(42)); }""",
    "a result that nobody takes": """
        int noisy(int a) { return printf("%d\\n", a); }
        int main(void) { CALL(void (*)(int), noisy)(7); }""",
    "a result that nobody gives": """
        void silent(int a) { printf("%d\\n", a); }
        int main(void) { CALL(int (*)(int), silent)(8); }""",
    "int for long": """
        long sum(long a, long b) { return a + b; }
        int main(void) { printf("%d %ld\\n", CALL(int (*)(int, int), sum)(40, 2), CALL(long (*)(int, long), sum)(1, 1L << 40)); }""",
    "long for int": """
        int low(int a) { return a * 2; }
        int main(void) { printf("%d\\n", CALL(int (*)(long), low)((7L << 32) - 21)); }""",
    "numbers of both kinds in another order": """
        double scale(double x, int n) { return x * n; }
        int main(void) { printf("%g\\n", CALL(double (*)(int, double), scale)(3, 2.5)); }""",
    "more numbers than registers": """
        long last(int a, int b, int c, int d, int e, int f, long g, double x, long h) { return a + f + g * 10 + h * 100 + (long)x; }
        int main(void) {
          printf("%ld\\n", CALL(long (*)(double, int, int, int, int, int, int, long, long, long), last)(
              1000.0, 1, 2, 3, 4, 5, 6, 7, 8, 9)); }""",
    "a comparison that wants more": """
        static int up(const int *a, const int *b, int depth) { (void)depth; return *a - *b; }
        static long down(const int *a, const int *b) { return *b - *a; }
        int main(void) {
          int v[] = {3, 1, 2};
          qsort(v, 3, sizeof *v, CALL(int (*)(const void *, const void *), up));
          printf("%d %d %d\\n", v[0], v[1], v[2]);
          qsort(v, 3, sizeof *v, CALL(int (*)(const void *, const void *), down));
          printf("%d %d %d\\n", v[0], v[1], v[2]); }""",
    "K&R": """
        int add(a, b) int a, b; { return a + b; }
        int (*table[])() = {add, abs};
        int main(void) { printf("%d %d\\n", table[0](1, 2, 3), table[1](-5, "surplus")); }""",
    "a handler at exit": """
        int bye(void) { return puts("bye"); }
        int main(void) { atexit(CALL(void (*)(void), bye)); return 0; }""",
    "structures with surplus and missing arguments": """
        struct big { int v[8]; };
        struct big make(int a) { return (struct big){{a, a + 1}}; }
        int second(struct big b, int n, int unused) { (void)unused; return b.v[1] * n; }
        int main(void) {
          struct big b = CALL(struct big (*)(int, char *, long), make)(20, "x", 1);
          printf("%d %d\\n", b.v[0], CALL(int (*)(struct big, int), second)(b, 2)); }""",
    "libc's variadic functions as others": """
        static char text[99];
        int main(void) {
          CALL(int (*)(), sprintf)(text, "%d %s %ld %g %c %d", 1, "two", 3L, 4.5, '5', 6);
          CALL(int (*)(), printf)("%s.\\n", text);
          CALL(int (*)(), printf)("%d\\n", 0);
          CALL(int (*)(const char *, int), printf)("%x\\n", 255);
          CALL(void (*)(const char *, int, long), printf)("%d %ld\\n", 7, 8L);
          CALL(int (*)(const char *), printf)("nothing more\\n");
          int a = 0, b = 0;
          CALL(int (*)(), sscanf)("12 34", "%d %d", &a, &b);
          printf("%d\\n", a + b); }""",
    "libc's variadic functions as what they are": """
        #include <stdarg.h>
        int one(int a) { return a; }
        int say(const char *format, ...) {
          va_list list; va_start(list, format); int n = vprintf(format, list); va_end(list); return n; }
        int (*volatile talk[])(const char *, ...) = {printf, say};
        int main(void) {
          for (int i = 0; i < 2; i++) { talk[i]("%d %s %g\\n", i, "x", 0.5); talk[i]("nothing\\n"); }
          CALL(void (*)(const char *, ...), printf)("%d %ld\\n", 5, 6L);
          CALL(void (*)(long, const char *, ...), dprintf)(1, "", 5);
          fflush(stdout);
          CALL(void (*)(long, const char *, ...), dprintf)(1, "%d %d\\n", 5, 6);
          return CALL(int (*)(int, int), one)(3, 4); }""",
    "recursion through the pointer": """
        int (*volatile next)();
        int count(int n, long unused) { (void)unused; return n ? 1 + next(n - 1) : 0; }
        int main(void) { next = (int (*)())count; printf("%d\\n", next(1000)); }""",
}
OPTIONS = ("-std=gnu99", "-w", "-O0")


def native(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What the program does when it is native."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no native C compiler")
    source = folder / "native.c"
    source.write_text(text)
    subprocess.run([compiler, *OPTIONS, str(source), "-o", str(folder / "native")], check=True)
    return subprocess.run([str(folder / "native")], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_wrong_pointer_traps_and_can_be_let_pass(cc: Compiler, wali_run: WaliRun, name: str) -> None:  # noqa: F811
    text = HEAD + PROGRAMS[name]
    path = cc.build(text, *OPTIONS)
    wanted = native(cc.folder, text)
    plain = wali_run(path)
    assert plain.returncode == -11
    assert "--fix-calls" in plain.stderr
    for _ in range(2):  # compiled, then from the cache
        done = wali_run("--fix-calls", path)
        assert (done.returncode & 255, done.stdout, done.stderr) == (wanted.returncode & 255, wanted.stdout, "")


def random_program(seed: int) -> str:
    """Forty functions of random types, each called by a random type that gives it all that it looks at."""
    dice = random.Random(seed)
    functions, calls = [], []
    for number in range(40):
        given = [dice.choice(["int", "long", "double"]) for _ in range(dice.randint(1, 12))]
        kept = [kind for kind in given if kind != "double"], [kind for kind in given if kind == "double"]
        # No more than there are registers of a kind, so that leaving the last ones out moves no other.
        integers, doubles = (kinds[: dice.randint(0, min(len(kinds), 6))] for kinds in kept)
        wanted = integers + doubles
        dice.shuffle(wanted)
        wanted = [kind if kind == "double" else dice.choice(["int", "long"]) for kind in wanted]
        parameters = ", ".join(f"{kind} p{i}" for i, kind in enumerate(wanted)) or "void"
        total = " + ".join(f"{i + 1} * (long)p{i}" for i in range(len(wanted))) or "0"
        functions.append(f"long f{number}({parameters}) {{ return {total}; }}")
        values = ", ".join(f"{dice.randint(0, 1 << 20)}" for _ in given)
        calls.append(f'printf("%ld\\n", CALL(long (*)({", ".join(given)}), f{number})({values}));')
    return HEAD + "\n".join(functions) + "\nint main(void) {" + "\n".join(calls) + "return 0; }"


@pytest.mark.parametrize("seed", range(3))
def test_random_types_agree_with_the_native_run(cc: Compiler, wali_run: WaliRun, seed: int) -> None:  # noqa: F811
    text = random_program(seed)
    done = wali_run("--fix-calls", cc.build(text, *OPTIONS))
    assert (done.returncode, done.stdout) == (0, native(cc.folder, text).stdout)


def test_stubs_of_the_linker_call_what_they_stand_for(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    """A direct call by another type: clang makes it a trap, if the callee is in the same file or not."""
    cc.write("long twice(int n) { return 2 * n; }", "other.c")
    text = HEAD + "int half(long n) { return n / 2; }\nint twice();\nlong (*wrong)(int) = (long (*)(int))half;\n"
    text += 'int main(void) { printf("%ld %d\\n", ((long (*)(int))half)(42), twice(21)); return 0; }'
    keep = ("-Wl,--export=half", "-Wl,--export=twice")  # a linker drops functions that nobody calls rightly
    done = cc.run(cc.write(text).name, "other.c", *OPTIONS, "-O1", *keep, "-o", "prog.wasm")
    assert done.returncode == 0, done.stderr
    path = cc.folder / "prog.wasm"
    assert wali_run(path).returncode < 0
    assert wali_run("--fix-calls", path).stdout == "21 42\n"


def test_stubs_of_libcs_variadic_functions_pack_what_they_get(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    """One declaration without a prototype, in a file for each number of arguments: else clang takes the first's type."""
    head = "int dprintf();\n"
    cc.write(head + 'int two(void) { return dprintf(1, "%s %ld %g %d\\n", "two", 1L << 40, 2.5, 3); }', "two.c")
    cc.write(head + 'int none(void) { return dprintf(1, "none\\n"); }', "none.c")
    text = '#include <stdio.h>\nint two(void), none(void);\nint main(void) { return dprintf(1, "") + two() + none(); }'
    done = cc.run(cc.write(text).name, "two.c", "none.c", *OPTIONS, "-o", "prog.wasm")
    assert done.returncode == 0, done.stderr
    path = cc.folder / "prog.wasm"
    assert wali_run(path).returncode == -4
    done = wali_run("--fix-calls", path)
    assert (done.stdout, done.returncode) == ("two 1099511627776 2.5 3\nnone\n", 29)


@pytest.mark.parametrize("own", ["int dprintf(int fd, char *s, int n)", "int dprintf(int fd, char *s)"])
def test_a_function_of_the_programs_own_is_no_variadic_one(cc: Compiler, wali_run: WaliRun, own: str) -> None:  # noqa: F811
    """It bears the name of one of libc's, once with its type, too."""
    text = f"{HEAD.replace('stdio', 'stddef')}static {own} {{ return s[0] - fd; }}\n"
    text += 'int main(void) { return CALL(int (*)(int, char *, int, int), dprintf)(60, "d", 5, 6); }'
    assert wali_run("--fix-calls", cc.build(text, *OPTIONS, "-fno-builtin")).returncode == 40


VARIADIC = """
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
struct pair { long a, b; };
long sum(int n, ...) {
  va_list list; long total = 0;
  va_start(list, n); while (n-- > 0) total += va_arg(list, long); va_end(list);
  return total; }
struct pair both(const char *name, ...) {
  va_list list; struct pair found = {strlen(name), 0};
  va_start(list, name); found.b = va_arg(list, int) + (int)va_arg(list, double); va_end(list);
  return found; }
int none(const char *name, ...) { return name[0]; }
int error(char *text, int n) { return text[0] + n; }
"""
CALLERS = """
#include <stdio.h>
#define CALL(type, f) ((type)*(void *volatile[]){(void *)(f)})
struct pair { long a, b; };
long sum(int, ...);
struct pair both(const char *, ...);
int none(const char *, ...);
int direct(void);
int main(void) {
  long (*f)() = CALL(long (*)(), sum);
  printf("%ld %ld %ld\\n", f(3, 1L, 2L, 3L << 40), f(1, 5L), f(0));
  printf("%ld\\n", sum(2, 7L, 8L));
  printf("%ld\\n", CALL(long (*)(int, ...), sum)(2, 1L, 2L));
  struct pair p = CALL(struct pair (*)(), both)("abc", 4, 2.5);
  printf("%ld %ld %d\\n", p.a, p.b, CALL(int (*)(), none)("x", 1, 2.0, 3L));
  printf("%d\\n", direct());
  return 0; }
"""
DIRECT = 'long sum(); int error(); int direct(void) { return sum(2, 30L, 10L) + error("A", 1, 2) - 64; }\n'


@pytest.mark.parametrize("debug", ["-gdwarf-4", "-gdwarf-5"])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_debugging_information_tells_variadic_functions(
    cc: Compiler,  # noqa: F811
    wali_run: WaliRun,
    debug: str,
    level: str,
) -> None:
    """The program's own: through pointers, directly by a stub, with a result by address; and what is none."""
    files = {"variadic.c": VARIADIC, "callers.c": CALLERS, "direct.c": DIRECT}
    for name, text in files.items():
        cc.write(text, name)
    done = cc.run(*files, "-std=gnu99", "-w", debug, level, "-Wl,--export=error", "-o", "prog.wasm")
    assert done.returncode == 0, done.stderr
    path = cc.folder / "prog.wasm"
    assert wali_run(path).returncode < 0
    done = wali_run("--fix-calls", path)
    assert (done.stdout.splitlines(), done.stderr) == (["3298534883331 5 0", "15", "3", "3 6 120", "42"], "")


def test_damaged_debugging_information_is_a_hint_at_most(cc: Compiler) -> None:  # noqa: F811
    path = cc.build(VARIADIC + 'int main(void) { return sum(0) + none("") + both("").a; }', "-g", "-w")
    data = path.read_bytes()
    layout = loader.parse(data)
    readers = [
        r
        for name in (".debug_info", ".debug_abbrev")
        for r in name_section.custom_sections(data, layout.sections, name)
    ]
    told = dwarf.variadic(data, layout)
    assert sorted(told.values())[-3:] == [True] * 3
    dice = random.Random(1)
    changed = 0
    for _ in range(3000):
        damaged = bytearray(data)
        for _ in range(dice.randint(1, 3)):
            reader = dice.choice(readers)
            damaged[dice.randrange(reader.pos, reader.end)] = dice.randrange(256)
        changed += dwarf.variadic(bytes(damaged), layout) != told
    assert changed > 100


def test_handlers_make_calls_of_their_own_between(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    """A signal may come between a call and the adapter that asks which call it is."""
    text = """
        #include <signal.h>
        #include <sys/time.h>
        static int one(int a) { return a + 1; }
        static int two(int a) { return a + 2; }
        static int three(int a) { return a + 3; }
        typedef int (*wide)(int, long);
        static wide volatile f[] = {(wide)one, (wide)two, (wide)three};
        static volatile int handled;
        static void handler(int s) { (void)s; if (f[2](handled, 0) == handled + 3) handled++; }
        int main(void) {
          struct itimerval often = {{0, 100}, {0, 100}};
          signal(SIGALRM, handler);
          setitimer(ITIMER_REAL, &often, NULL);
          for (int i = 0; handled < 3000; i++) if (f[i & 1](i, 0) != i + 1 + (i & 1)) return 1;
          return 0; }"""
    assert wali_run("--fix-calls", cc.build(HEAD + text, *OPTIONS, "-O2")).returncode == 0


def test_threads_have_calls_of_their_own(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    text = """
        #include <pthread.h>
        static int one(int a) { return a + 1; }
        static int two(int a) { return a + 2; }
        typedef int (*wide)(int, long);
        static wide volatile f[] = {(wide)one, (wide)two};
        static void *run(int *which) {
          for (int i = 0; i < 1000000; i++) if (f[*which](i, 0) != i + 1 + *which) return which;
          return CALL(int (*)(), snprintf)(0, 0, "%d%s", *which, "xx") == 3 ? 0 : which; }
        int main(void) {
          static int which[] = {0, 1, 0, 1};
          pthread_t threads[4];
          void *wrong;
          int count = 0;
          for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, (void *(*)(void *))run, &which[i]);
          for (int i = 0; i < 4; i++) { pthread_join(threads[i], &wrong); count += wrong != NULL; }
          return count; }"""
    assert wali_run("--fix-calls", cc.build(HEAD + text, *OPTIONS, "-O2")).returncode == 0


def test_programs_that_it_executes_inherit_it(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    text = HEAD + "#include <unistd.h>\nint one(int a) { return a + 1; }\nint main(int argc, char **argv) {\n"
    text += 'if (argc == 2) execl(argv[1], argv[1], "x", "y", (char *)0);\n'
    text += "return CALL(int (*)(int, int), one)(argc, 5); }"
    path = cc.build(text, *OPTIONS)
    assert wali_run(path, path).returncode == -11
    assert wali_run("--fix-calls", path, path).returncode == 4


# --- the commands -----------------------------------------------------------------------------------------------------


def test_both_forms_have_their_own_place_in_the_cache(wali: WaliRun, module: MakeModule, cache_dir: Path) -> None:
    ffi.engine_open()
    path = module(PROGRAM)

    def found() -> tuple[bool, bool]:
        variants = ("", ffi.fix_calls_variant())
        return tuple(ffi.cache_lookup(str(cache_dir), str(path), variant) is not None for variant in variants)  # type: ignore[return-value]

    assert found() == (False, False)
    assert "compiled into" in wali("compile", "--fix-calls", path).stdout
    assert found() == (False, True)
    assert "already compiled" in wali("compile", "--fix-calls", path).stdout
    assert "compiled into" in wali("compile", path).stdout
    assert found() == (True, True)
    assert len({entry.name for entry in (cache_dir).glob("*/objects/*")}) == 2


def test_compiled_files(wali: WaliRun, wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    wrong = PROGRAM.replace(
        '(func (export "_start"))', '(func (export "_start") (drop (call 4 (i32.const 1) (i32.const 1))))'
    )
    path, output = module(wrong), tmp_path / "prog.cwasm"
    assert wali_run(path).returncode == -11
    assert wali("compile", "--fix-calls", path, "-o", output).returncode == 0
    assert wali_run(output).returncode == 0
    done = wali_run("--fix-calls", output)
    assert done.returncode == 2
    assert "compiled already" in done.stderr


def test_the_error_names_the_module(wali_run: WaliRun, module: MakeModule) -> None:
    addition, words = REFUSED["a table that changes"]
    path = module(PROGRAM[:-1] + addition + ")")
    done = wali_run("--fix-calls", path)
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert done.stderr.startswith(f"wali-run: {path}: ")
    assert words in done.stderr
