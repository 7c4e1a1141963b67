"""Compile libc++, libc++abi and the unwinder, from the sources in the compiler's wheel, into a sysroot that has libc."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from . import build, cxx_edits, edits, paths
from .errors import SdkError
from .source import run_tool

OWN = Path(paths.LIBCXX)
INCLUDE = "include/c++/v1"
# The encoding that the engine runs: WebAssembly 3.0's.
EXCEPTIONS = ["-fwasm-exceptions", "-mllvm", "-wasm-use-legacy-eh=false"]
COMMON = [
    f"--target={paths.TRIPLE}",
    *build.BASELINE,
    "-pthread",
    "-O2",
    "-w",
    "-fno-ident",
    "-ffunction-sections",
    "-fdata-sections",
    "-fvisibility=hidden",
    "-DNDEBUG",
    *EXCEPTIONS,
]
LIBRARY = ["-std=c++23", "-nostdinc++", "-fvisibility-inlines-hidden", "-D_LIBCPP_BUILDING_LIBRARY"]
EXPERIMENTAL = ["-D_LIBCPP_ENABLE_EXPERIMENTAL", "-fexperimental-library"]
# The builtins have the first; the second is for a library without exceptions.
LEFT_OUT = ("int128_builtins.cpp", "cxa_noexception.cpp")
UNWINDER = ["-std=c17", "-fdeclspec", "-D_LIBUNWIND_HIDE_SYMBOLS"]
# clang's names of libc's functions that this target must not call as builtins.
ROUNDING = "__math/rounding_functions.h"
_ROUNDING_CALL = re.compile(r"__builtin_(lr(?:int|ound)[fl]?)\(")
_ROUNDING_BEGIN = "// lrint\n"
_CONFIG = re.compile(r"^/\* zig patch: instead of including __config_site.*\*/$", re.M)


def make(sysroot: Path, staging: Path, work: Path, progress: build.Progress) -> None:
    """Build for `sysroot`, which is not changed, into `staging`: its include/ and lib/ go over the sysroot's.

    `work` is scratch. Raises SdkError.
    """
    wheel = Path(paths.zig_dir()) / "lib"
    if not (wheel / "libcxx/src").is_dir():
        raise SdkError(f"{wheel}/libcxx: not there; install the package ziglang {paths.ZIGLANG.partition('==')[2]}")
    include = staging / INCLUDE
    _headers(wheel, include)
    for name in ("libcxx/src", "libcxx/libc", "libcxxabi", "libunwind"):
        shutil.copytree(wheel / name, work / name)
    edits.apply(work / "libcxx", cxx_edits.LIBCXX)
    edits.apply(work / "libcxxabi", cxx_edits.LIBCXXABI)
    edits.apply(work / "libunwind", cxx_edits.LIBUNWIND)

    lists = _jobs(work, [f"--sysroot={sysroot}", f"-resource-dir={sysroot}/rt", *COMMON], include)
    jobs = [job for one in lists.values() for job in one]
    made = iter(build.compile_all("compiling libc++", jobs, work, progress))
    lib = staging / paths.LIB_DIR
    lib.mkdir(parents=True)
    for name, one in lists.items():
        build.archive(lib / f"lib{name}.a", [path for _ in one for path in next(made)], work)
    run_tool([os.path.join(paths.zig_dir(), "zig"), "ar", "rcsD", str(lib / "libunwind.a")])  # it is in libc++abi.a


def _headers(wheel: Path, target: Path) -> None:
    """libc++'s and libc++abi's headers. The wheel's get their configuration from options of its own driver."""
    shutil.copytree(
        wheel / "libcxx/include", target, ignore=shutil.ignore_patterns("__cxx03", "CMakeLists.txt", "*.in")
    )
    for path in sorted((wheel / "libcxxabi/include").glob("*.h")):
        shutil.copyfile(path, target / path.name)
    shutil.copyfile(OWN / "__config_site", target / "__config_site")
    changed = 0
    for path in [target / "__config", *sorted((target / "__configuration").glob("*.h"))]:
        text, count = _CONFIG.subn("#include <__config_site>", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        changed += count
    if changed != 7:
        raise SdkError(f"libc++'s headers are not as expected: {changed} of 7 places include the configuration")
    _round_by_libc(target / ROUNDING)
    edits.apply(target, cxx_edits.HEADERS)


def _round_by_libc(path: Path) -> None:
    """Calls libc where the compiler would: it takes the result for 32 bits wide, and makes an invalid module."""
    text, count = _ROUNDING_CALL.subn(r"__wali_\1(", path.read_text(encoding="utf-8"))
    if count != 8 or text.count(_ROUNDING_BEGIN) != 1:
        raise SdkError(f"libc++'s {ROUNDING} is not as expected: {count} of 8 calls")
    kinds = (("", "double"), ("f", "float"), ("l", "long double"))
    lines = [
        f'extern "C" long __wali_{name}{suffix}({kind}) __asm__("{name}{suffix}");\n'
        for name in ("lrint", "lround")
        for suffix, kind in kinds
    ]
    path.write_text(text.replace(_ROUNDING_BEGIN, "".join(lines) + "\n" + _ROUNDING_BEGIN), encoding="utf-8")


def _jobs(work: Path, common: list[str], include: Path) -> dict[str, list[build.Job]]:
    """What each archive is made of, by its name without lib and .a."""
    cxx, abi, unwind = work / "libcxx", work / "libcxxabi", work / "libunwind"
    library = [*common, *LIBRARY, f"-isystem{include}", f"-I{cxx / 'src'}", f"-I{cxx / 'libc'}"]
    of_cxx = [*library, "-DLIBCXX_BUILDING_LIBCXXABI"]
    of_abi = [*library, "-D_LIBCXXABI_BUILDING_LIBRARY", f"-I{abi / 'src'}", f"-I{abi / 'include'}"]
    unwinder = [*common, *UNWINDER, f"-I{unwind / 'include'}"]

    def each(flags: list[str], *patterns: Path) -> list[build.Job]:
        files = [path for pattern in patterns for path in sorted(pattern.parent.glob(pattern.name))]
        return [([path], flags) for path in files if path.name not in LEFT_OUT]

    return {
        "c++": each(of_cxx, *(cxx / "src" / folder / "*.cpp" for folder in ("", "filesystem", "ryu"))),
        "c++abi": [
            *each([*of_abi, f"-I{unwind / 'include'}"], abi / "src/*.cpp"),
            *each(unwinder, unwind / "src/Unwind-wasm.c"),
            *each(common, OWN / "*.[cS]"),
        ],
        "c++experimental": each([*of_cxx, *EXPERIMENTAL], cxx / "src/experimental/*.cpp"),
    }
