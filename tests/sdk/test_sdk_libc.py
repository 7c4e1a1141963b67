"""libc's own functions against musl's, which the same program has under other names, and its allocator."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler
from wali.sdk import build, edits, paths, source

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

HERE = Path(__file__).parent / "libc"
KINDS = ["-O2", "-O2 -mwali-baseline"]

STRINGS = [
    "memccpy",
    "memchr",
    "memcmp",
    "memcpy",
    "memmem",
    "memmove",
    "memrchr",
    "memset",
    "stpcpy",
    "stpncpy",
    "strcasecmp",
    "strchr",
    "strchrnul",
    "strcmp",
    "strcpy",
    "strcspn",
    "strlcpy",
    "strlen",
    "strncasecmp",
    "strncmp",
    "strncpy",
    "strnlen",
    "strpbrk",
    "strrchr",
    "strspn",
    "strstr",
    "wcschr",
    "wcscmp",
    "wcslen",
    "wcsncmp",
    "wmemchr",
    "wmemcmp",
]
INNER = {f"__{name}": name for name in ("memrchr", "stpcpy", "stpncpy", "strchrnul")}
INNER |= {f"__{name}": name for name in ("strcasecmp_l", "strncasecmp_l")}
MATHEMATICS = ["sqrt", "floor", "ceil", "trunc", "rint", "nearbyint", "fabs", "round", "fmin", "fmax", "copysign"]
PRINTING = ["snprintf", "vsnprintf", "vfprintf"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, sysroot: Path) -> dict[str, list[str]]:
    """Objects of musl's own functions, each named ref_*: those for strings, and those for numbers."""
    folder = tmp_path_factory.mktemp("musl")
    given = os.environ.get("WALI_MUSL_SOURCE")
    tree = source.unpack(source.obtain(given, Path(paths.data_home()) / "downloads"), folder)
    numbers = [f"math/{name}{kind}.c" for name in MATHEMATICS for kind in ("", "f")]
    numbers += [*(f"stdio/{name}.c" for name in PRINTING), "stdlib/strtod.c"]
    own = [f"string/{name}.c" for name in STRINGS]
    texts = {name: (tree / "src" / name).read_text() for name in [*own, *numbers]}  # before they are changed
    edits.apply(tree)
    source.add_overlay(Path(paths.OVERLAY), tree)
    (tree / "src/internal/version.h").write_text('#define VERSION "0"\n')

    renamed = {name: f"ref_{name}" for name in STRINGS}
    renamed |= {inner: f"ref_{name}" for inner, name in INNER.items()}
    made = {"strings": _compile(tree, sysroot, folder / "strings", {name: texts[name] for name in own}, renamed)}
    names = [f"{name}{kind}" for name in MATHEMATICS for kind in ("", "f")] + PRINTING + ["strtod", "strtof", "strtold"]
    renamed = {name: f"ref_{name}" for name in names}
    made["numbers"] = _compile(tree, sysroot, folder / "numbers", {name: texts[name] for name in numbers}, renamed)
    return made


def _compile(tree: Path, sysroot: Path, folder: Path, texts: dict[str, str], renamed: dict[str, str]) -> list[str]:
    folder.mkdir()
    files = []
    for name, text in texts.items():
        path = folder / Path(name).name
        path.write_text(re.sub(r"^weak_alias\(.*\n", "", text, flags=re.MULTILINE))
        files.append(path)
    flags = [*build.COMMON, *build.WARNINGS, *build.include_flags(tree, sysroot / "include"), f"-I{tree / 'src/math'}"]
    defined = [f"-D{name}={other}" for name, other in renamed.items()]
    zig = os.path.join(paths.zig_dir(), "zig")
    source.run_tool([zig, "clang", *flags, *defined, "-c", *map(str, files)], cwd=folder)
    return [str(path.with_suffix(".o")) for path in files]


def _run(cc: Compiler, wali_run: WaliRun, name: str, options: list[str], *arguments: str) -> str:
    path = cc.build((HERE / f"{name}.c").read_text(), "-fno-builtin", "-Wall", "-Werror", f"-I{HERE}", *options)
    done = wali_run(path, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_strings_are_musls(cc: Compiler, wali_run: WaliRun, reference: dict[str, list[str]], kind: str) -> None:
    options = [*kind.split(), *reference["strings"]]
    assert _run(cc, wali_run, "strings", options, "3000", "last") == "the last page, too\nsame\n"


def test_numbers_and_sorting_are_musls(cc: Compiler, wali_run: WaliRun, reference: dict[str, list[str]]) -> None:
    assert _run(cc, wali_run, "numbers", ["-O2", *reference["numbers"]], "8000") == "same\n"


@pytest.mark.parametrize("kind", KINDS)
def test_memory_is_nobody_elses(cc: Compiler, wali_run: WaliRun, kind: str) -> None:
    assert _run(cc, wali_run, "malloc", kind.split(), "3000") == "right\n"


def test_a_list_filled_again_costs_no_system_calls(cc: Compiler, wali_run: WaliRun) -> None:
    """Of the first filling there are some; nothing that is used again is taken for zeros."""
    path = cc.build("""
#include <stdlib.h>
#include <string.h>
int main(void)
{
    static unsigned char *all[1000];
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 1000; i++) {
            all[i] = round & 1 ? calloc(1, 40) : malloc(40);
            for (int k = 0; round & 1 && k < 40; k++)
                if (all[i][k]) abort();
            memset(all[i], i, 40);
        }
        for (int i = 0; i < 1000; i++)
            free(all[i]);
    }
}""")
    done = wali_run("--trace-options=-a1 -qq", path)
    assert done.returncode == 0
    assert 0 < done.stderr.count("mmap(") + done.stderr.count("munmap(") < 40


def test_baseline_programs_get_no_simd(cc: Compiler) -> None:
    """The one of two libraries that goes by the option of the link."""
    import wasmtime

    text = (
        "#include <string.h>\n#include <stdlib.h>\nint main(int c, char **v) { (void)c; return strstr(v[0], getenv(v[1]))"
        " && strcmp(v[0], v[1]) && strlen(v[0]) && memchr(v[0], 'x', 4) && strspn(v[0], v[1]); }"
    )
    config = wasmtime.Config()
    config.wasm_threads, config.shared_memory = True, True
    config.wasm_simd, config.wasm_relaxed_simd = False, False
    plain, simd = (cc.build(text, "-O2", *more).read_bytes() for more in (["-mwali-baseline"], []))
    engine = wasmtime.Engine(config)
    wasmtime.Module(engine, plain)
    with pytest.raises(wasmtime.WasmtimeError, match="SIMD"):
        wasmtime.Module(engine, simd)


@pytest.mark.parametrize("kind", ["-O0", *KINDS])
def test_programs_may_bring_their_own(cc: Compiler, wali_run: WaliRun, kind: str) -> None:
    """malloc and its kin, and memcpy, also after the header that has an inline one."""
    text = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static _Alignas(16) char heap[1 << 16]; static size_t used; static int calls;
void *malloc(size_t n) { calls++; used = (used + 15) & ~(size_t)15; void *p = heap + used; used += n; return p; }
void free(void *p) { (void)p; calls++; }
void *calloc(size_t m, size_t n) { return malloc(m * n); }
void *realloc(void *p, size_t n) { (void)p; return malloc(n); }
void *memcpy(void *restrict d, const void *restrict s, size_t n)
{ calls++; for (size_t i = 0; i < n; i++) ((volatile char *)d)[i] = ((const char *)s)[i]; return d; }
int main(int c, char **v) { char *p = strdup("abcd"); void *(*volatile copy)(void *restrict, const void *restrict, size_t) = memcpy;
copy(p, "wxyz", (size_t)c * 2); free(p); (void)v; printf("%s %d\n", p, calls >= 3); return 0; }
"""
    path = cc.build(text, *kind.split())
    assert wali_run(path).stdout == "wxcd 1\n"
