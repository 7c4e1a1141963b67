"""Compile libc.a, crt1.o and the compiler's builtins."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Protocol, TypeVar

from . import paths
from .errors import SdkError
from .source import run_tool

# What every engine with threads has. libc must not ask for more: it is linked into baseline
# programs too.
BASELINE = ["-mcpu=mvp", "-matomics", "-mbulk-memory", "-mmutable-globals", "-msign-ext"]
ZIG_BASELINE = "mvp+atomics+bulk_memory+mutable_globals+sign_ext"
# A second libc.a, for programs that are not for the baseline: what of libc gains by it is compiled once more.
SIMD = ["-msimd128"]
SIMD_FOLDERS = ("src/string/wasm32",)
COMMON = [
    f"--target={paths.TRIPLE}",
    *BASELINE,
    "-pthread",
    "-std=c99",
    "-ffreestanding",
    "-nostdinc",
    "-O2",
    "-fno-strict-aliasing",
    "-fno-ident",
    "-ffunction-sections",
    "-fdata-sections",
    "-D_XOPEN_SOURCE=700",
    "-D__WALI_LIBC__",  # bits/wali_memory.h
]
# musl's own set, and what its idiom (K&R declarations, precedence it means) needs.
WARNINGS = [
    "-w",
    "-Werror=implicit-function-declaration",
    "-Werror=implicit-int",
    "-Werror=pointer-sign",
    "-Werror=pointer-arith",
]
SJLJ = ["-fwasm-exceptions", "-mllvm", "-wasm-use-legacy-eh=false"]
EMPTY_LIBRARIES = ("m", "rt", "pthread", "crypt", "util", "xnet", "resolv", "dl")
GROUP = 16  # sources per compiler process: starting it costs as much as compiling a small file

Progress = Callable[[str, int, int], None]


class Shown(Protocol):
    """Progress that has other things to tell, too."""

    def show(self, text: str) -> None: ...
    def __call__(self, text: str, done: int, total: int) -> None: ...


def sources(tree: Path) -> list[Path]:
    """What libc.a is made of: musl's rule, by which a file in wasm32/ replaces its namesake."""
    found: dict[str, Path] = {}
    folders = sorted(path for path in (tree / "src").iterdir() if path.is_dir())
    folders.append(tree / "src/malloc/mallocng")
    for folder in folders:
        for path in sorted(folder.glob("*.c")):
            found[str(path.with_suffix("").relative_to(tree))] = path
        for path in sorted((folder / "wasm32").glob("*.[cS]")):
            found[str((folder / path.stem).relative_to(tree))] = path
    return list(found.values())


def include_flags(tree: Path, include: Path) -> list[str]:
    """musl's own search order; `include` is the sysroot's, with the generated headers."""
    places = ["arch/wasm32", "arch/generic", "src/include", "src/internal"]
    own = [f"-I{tree / place}" for place in places]
    return [*own, f"-I{paths.GENERATED}", f"-I{include}"]


def libc(tree: Path, sysroot: Path, work: Path, progress: Progress) -> None:
    """Build both libc.a, crt1.o and the empty libraries into the sysroot. Raises SdkError."""
    version = (tree / "VERSION").read_text(encoding="utf-8").strip()
    (tree / "src/internal/version.h").write_text(f'#define VERSION "{version}"\n', encoding="utf-8")
    flags = [*COMMON, *WARNINGS, *include_flags(tree, sysroot / "include")]
    lib = sysroot / paths.LIB_DIR
    lib.mkdir(parents=True)

    plain = sources(tree)
    again = [path for path in plain if str(path.parent.relative_to(tree)) in SIMD_FOLDERS]
    objects, simd = _compile_libc(plain, again, flags, work, progress)
    replaced = {path.name for path in simd}
    archive(lib / "libc.a", _in_order(objects), work)
    (sysroot / paths.SIMD_LIB_DIR).mkdir()
    same = [path for path in objects if path.name not in replaced]
    archive(sysroot / paths.SIMD_LIB_DIR / "libc.a", _in_order(same + simd), work)
    zig = os.path.join(paths.zig_dir(), "zig")
    for name in EMPTY_LIBRARIES:
        run_tool([zig, "ar", "rcsD", str(lib / f"lib{name}.a")])
    run_tool([zig, "clang", *flags, "-c", str(tree / "crt/crt1.c"), "-o", str(lib / "crt1.o")])


def _compile_libc(
    files: list[Path], again: list[Path], flags: list[str], work: Path, progress: Progress
) -> tuple[list[Path], list[Path]]:
    """The objects of `files`, and those of `again`, which are compiled with SIMD."""
    special = [path for path in files if path.name == "sjlj_exceptions.c"]
    plain = [path for path in files if path not in special]
    jobs = [(plain[i : i + GROUP], flags) for i in range(0, len(plain), GROUP)]
    jobs += [([path], [*flags, *SJLJ]) for path in special]
    simd = [(again[i : i + GROUP], [*flags, *SIMD]) for i in range(0, len(again), GROUP)]
    made = compile_all("compiling libc", jobs + simd, work, progress)
    return [path for job in made[: len(jobs)] for path in job], [path for job in made[len(jobs) :] for path in job]


def _in_order(objects: list[Path]) -> list[Path]:
    return sorted(objects, key=lambda path: (path.name, str(path)))


Job = tuple[list[Path], list[str]]
Given = TypeVar("Given")
Made = TypeVar("Made")


def compile_all(text: str, jobs: list[Job], work: Path, progress: Progress) -> list[list[Path]]:
    """Compile each job's files with its flags, the jobs in parallel; returns the objects of each.

    Each job has a folder of its own below `work`, for clang names the outputs. Raises SdkError.
    """
    zig = os.path.join(paths.zig_dir(), "zig")
    total = sum(len(files) for files, _ in jobs)
    lock = threading.Lock()
    done = 0

    def compile_one(number: int, job: Job) -> list[Path]:
        nonlocal done
        files, flags = job
        folder = work / f"objects-{number}"
        folder.mkdir(parents=True)
        run_tool([zig, "clang", *flags, "-c", *map(str, files)], cwd=folder)
        with lock:
            done += len(files)
            progress(text, done, total)
        return [folder / f"{path.stem}.o" for path in files]

    return in_parallel(compile_one, jobs)


def in_parallel(work: Callable[[int, Given], Made], items: Sequence[Given]) -> list[Made]:
    """What `work` makes of each item and its number, in their order; the first error ends all."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        tasks = [pool.submit(work, number, item) for number, item in enumerate(items)]
        try:
            for task in as_completed(tasks):
                task.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [task.result() for task in tasks]


def archive(path: Path, objects: list[Path], work: Path) -> None:
    """Make the archive `path` of `objects`, the same bytes each time."""
    response = work / f"{path.name}.txt"
    response.write_text("\n".join(map(str, objects)), encoding="utf-8")
    run_tool([os.path.join(paths.zig_dir(), "zig"), "ar", "rcsD", str(path), f"@{response}"])


# The wheel's library also holds mathematics and memory functions, in the same object as the
# builtins. libc's own must win, so only what compilers call by itself is exported.
BUILTINS_FILTER = """
fn isBuiltin(comptime name: []const u8) bool {
    @setEvalBranchQuota(100_000);
    if (!std.mem.startsWith(u8, name, "__")) return false;
    inline for (.{
        "cos", "exp",   "exp2", "fabs",   "floor", "ceil", "fma",  "fmax", "fmin", "fmod",
        "log", "log10", "log2", "round",  "sin",   "sincos", "sqrt", "tan",  "trunc",
    }) |function| {
        if (std.mem.startsWith(u8, name[2..], function) and name.len <= function.len + 3) return false;
    }
    return true;
}
"""
BUILTINS_EXPORT = "if (!builtin.is_test) @export("


def builtins(sysroot: Path, work: Path) -> None:
    """The functions that compiled code calls behind the programmer's back, from the wheel."""
    folder = Path(paths.zig_dir())
    library = work / "builtins"
    shutil.copytree(folder / "lib/compiler_rt", library / "compiler_rt")
    text = (folder / "lib/compiler_rt.zig").read_text(encoding="utf-8")
    if text.count(BUILTINS_EXPORT) != 1:
        raise SdkError("the ziglang package is not of the version that this SDK expects (0.17.0)")
    text = text.replace(BUILTINS_EXPORT, "if (comptime isBuiltin(name)) @export(") + BUILTINS_FILTER
    (library / "compiler_rt.zig").write_text(text, encoding="utf-8")

    lib = sysroot / "rt/lib" / paths.TRIPLE
    lib.mkdir(parents=True)
    caches = ["--cache-dir", str(work / "zig-cache"), "--global-cache-dir", str(work / "zig-cache")]
    target = ["-target", "wasm32-freestanding", f"-mcpu={ZIG_BASELINE}", "-O", "ReleaseFast", "-fstrip"]
    command = [str(folder / "zig"), "build-lib", str(library / "compiler_rt.zig"), *target, *caches]
    run_tool([*command, f"-femit-bin={lib / 'libclang_rt.builtins.a'}"], env={**os.environ, "HOME": str(work)})


def linker_wrapper(sysroot: Path) -> None:
    """The program that clang starts as its linker: a shell line that finds ours by environment.

    It names no path, so that the sysroot survives a move of the Python environment.
    """
    path = sysroot / "bin/wali-ld"
    path.parent.mkdir()
    path.write_text(
        "#!/bin/sh\n"
        ': "${WALI_LD_PYTHON:?link with wali-cc, which sets it}"\n'
        'exec "$WALI_LD_PYTHON" -I -S "$WALI_LD_SCRIPT" "$@"\n',
        encoding="utf-8",
    )
    path.chmod(0o755)


def compiler_headers(sysroot: Path) -> None:
    """clang's own headers, without those for other machines (12 of 14 MB)."""
    source = Path(paths.zig_dir()) / "lib/include"
    target = sysroot / "rt/include"
    target.mkdir(parents=True)
    wanted = ["__std*", "std*", "__float_*", "float.h", "limits.h", "inttypes.h", "iso646.h", "varargs.h"]
    wanted += ["tgmath.h", "unwind.h", "wasm_simd128.h"]
    for pattern in wanted:
        for path in sorted(source.glob(pattern)):
            if path.is_file():
                shutil.copyfile(path, target / path.name)


VA_START = "#define va_end"


def variadic_functions(sysroot: Path) -> None:
    """Have clang's own <stdarg.h> begin lists as libc's does: without arguments they hold zeros."""
    path = sysroot / "rt/include/__stdarg_va_arg.h"
    text = path.read_text(encoding="utf-8")
    if text.count(VA_START) != 1:
        raise SdkError("the ziglang package is not of the version that this SDK expects (0.17.0)")
    path.write_text(text.replace(VA_START, f"#include <bits/wali_va_start.h>\n{VA_START}"), encoding="utf-8")
