"""The compiler driver and its companions: wali-cc, wali-c++, wali-ar, wali-ranlib, wali-nm, wali-strip.

Each arranges a command line and becomes the tool of the `ziglang` wheel, so that exit status,
messages and signals are the tool's own. Imports are few: a build runs this thousands of times.
"""

from __future__ import annotations

import os
import sys

from . import cxx_options, instrumented, paths, prefix_use
from .errors import SdkError
from .link_words import words

# What the engine runs and what pays. Programs for engines without these: -mwali-baseline.
FEATURES = ("-msimd128", "-mextended-const")
BASELINE = ("-mcpu=mvp", "-matomics", "-mbulk-memory", "-mmutable-globals", "-msign-ext")
# A module for WASI goes to other engines, too: the features that the tools' convention takes for granted since 2024.
WASI_FEATURES = ("-mcpu=lime1",)
WASI_BASELINE = ("-mcpu=mvp", "-mbulk-memory", "-mmutable-globals", "-msign-ext")
WASI_THREADS = ("-matomics", "-mbulk-memory", "-pthread")  # of the target with threads, besides
# LLVM's table of library calls has these return 32 bits on wasm32, as a long does in its own targets. Those for
# long longs are right, and a long has as many bits.
_TO_LONG = tuple(name + kind for name in ("round", "rint") for kind in ("", "f", "l"))
NO_BUILTINS = tuple(f"-fno-builtin-l{name}" for name in _TO_LONG)
BUILTINS = tuple(f"-D__builtin_l{name}(x)=((long)__builtin_ll{name}(x))" for name in _TO_LONG)
# LLVM has no return addresses for this target, and takes the question for an error; 0 means that none is known.
NO_RETURN_ADDRESS = ("-D__builtin_return_address(level)=((void*)0)",)
# A cast of a number that does not fit is undefined in C. Programs compare afterwards whether it has fitted, and machines
# let them see: so must the optimiser.
CASTS = ("-fno-strict-float-cast-overflow",)
# What gcc warns of in C of before C23, and clang refuses: old programs, and the questions of configure scripts.
OLD_C = tuple(
    f"-Wno-error={name}"
    for name in (
        "implicit-int",
        "implicit-function-declaration",
        "int-conversion",
        "incompatible-pointer-types",
        "incompatible-function-pointer-types",
        "return-mismatch",
    )
)
STRICT = ("-Werror", "-pedantic-errors")  # with these gcc refuses it too
# libc's mathematics never sets errno, so that sqrt may be an instruction.
NO_MATH_ERRNO = "-fno-math-errno"


# Options for native machines that clang rejects for wasm, though ignoring them is right: all code
# is position-independent enough, linking is static, and control flow is protected by the engine.
# With -fcommon clang fails, as the format of objects has no common symbols.
DROPPED = words(
    """-fPIE -fpie -fno-pic -fno-PIC -fno-pie -fno-PIE -pie -no-pie -nopie -static-pie -static
    -rdynamic -export-dynamic -m64 -fstack-clash-protection -fno-stack-clash-protection -fcf-protection
    -fno-plt -fno-semantic-interposition -fsplit-stack -fcommon -static-libgcc -shared-libgcc -mno-red-zone"""
)
# Code of shared libraries: all other code has every name hidden, which there means the library's own.
PIC = ("-fPIC", "-fpic")
DROPPED_PREFIXES = ("-march=", "-mtune=", "-fcf-protection=")
SJLJ_MODES = ("host", "wasm")
THREAD_OPTIONS = ("-pthread", "-pthreads")  # the target says whether there are threads; without, pthread_create fails


class Request:
    """A compiler command line, sorted into what is ours and what is clang's."""

    def __init__(self, arguments: list[str], is_cxx: bool = False) -> None:
        self.links_cxx = is_cxx
        self.baseline = False
        self.fix_calls = False
        self.modules: list[str] = []
        self.pic = False
        self.sjlj = ""
        self.target = paths.TRIPLE
        self.rest: list[str] = []
        words = iter(arguments)
        for argument in words:
            if argument in ("-target", "--target"):
                self.target = paths.target_named(next(words, ""))
            else:
                self._take(argument)
        self._settle()

    @property
    def wasi(self) -> bool:
        """Whether the program is for WASI, not for WALI."""
        return paths.is_wasi(self.target)

    @property
    def wasi_threads(self) -> bool:
        """Whether it may start threads by wasi-threads."""
        return self.target == paths.WASI_THREADS_TRIPLE

    @property
    def compiles_cxx(self) -> bool:
        """Whether any of it is C++."""
        return self.links_cxx or cxx_options.sources_in(self.rest)

    @property
    def needs_cxx(self) -> bool:
        """Whether the sysroot must have C++'s headers or libraries. To ask for a version or a path needs none."""
        named = any(not word.startswith("-") for word in self.rest)
        return (self.compiles_cxx and named) or cxx_options.libraries_in(self.rest)

    def _settle(self) -> None:
        """What depends on the target, wherever in the line that stood."""
        if not self.wasi:
            self.sjlj = self.sjlj or "host"
            return
        if self.modules:
            raise SdkError(f"-mwali-module: {self.target} has no dlopen")
        if self.sjlj == "host":
            raise SdkError(f"-mwali-sjlj=host: {self.target} has only -mwali-sjlj=wasm")
        self.rest = [word for word in self.rest if word not in THREAD_OPTIONS]

    def _take(self, argument: str) -> None:
        if argument.startswith("--target="):
            self.target = paths.target_named(argument.partition("=")[2])
        elif argument == "-mwali-baseline":
            self.baseline = True
        elif argument == "-mwali-fix-calls":
            self.fix_calls = True
        elif argument.startswith("-mwali-module="):
            self.modules.append(argument.partition("=")[2])
        elif argument.startswith("-mwali-sjlj="):
            self.sjlj = argument.partition("=")[2]
            if self.sjlj not in SJLJ_MODES:
                raise SdkError(f"-mwali-sjlj={self.sjlj}: not one of {', '.join(SJLJ_MODES)}")
        elif argument.startswith("-mwali"):
            known = "-mwali-baseline, -mwali-fix-calls, -mwali-module=FILE, -mwali-sjlj=host|wasm"
            raise SdkError(f"{argument}: no such option ({known})")
        elif argument in PIC:
            self.pic = True
        elif argument in cxx_options.DROPPED:
            return
        elif argument not in DROPPED and not argument.startswith(DROPPED_PREFIXES):
            if argument == "-wasm-enable-sjlj":
                self.sjlj = "wasm"
            self.rest.append(argument)


def expand_responses(arguments: list[str], depth: int = 0) -> list[str]:
    """Replace each @file by the words in it, as clang would, so that our options work there too."""
    out: list[str] = []
    for argument in arguments:
        if argument.startswith("@") and depth < 20 and os.path.isfile(argument[1:]):
            import shlex

            with open(argument[1:], encoding="utf-8", errors="surrogateescape") as file:
                out += expand_responses(shlex.split(file.read()), depth + 1)
        else:
            out.append(argument)
    return out


def clang_arguments(request: Request, sysroot: str) -> list[str]:
    """clang's command line for what the user has asked for."""
    ours = [
        "--start-no-unused-arguments",
        f"--target={request.target}",
        f"--sysroot={sysroot}",
        f"-resource-dir={sysroot}/rt",
        f"-fuse-ld={sysroot}/bin/wali-ld",
        "--no-wasm-opt",
    ]
    if request.wasi:
        ours += WASI_BASELINE if request.baseline else WASI_FEATURES
        ours += WASI_THREADS if request.wasi_threads else ()
    else:
        ours += ["-pthread", NO_MATH_ERRNO, *NO_BUILTINS, *BUILTINS]
        ours += BASELINE if request.baseline else (*FEATURES, f"-L{sysroot}/{paths.SIMD_LIB_DIR}")
    ours += [*NO_RETURN_ADDRESS, *CASTS]
    # For WASI they stay errors: what it lacks is told by the compiler, and gets a hint.
    if not request.wasi and not any(word in STRICT for word in request.rest):
        ours += OLD_C
    if request.links_cxx:
        ours.append("--driver-mode=g++")
    if request.pic:
        ours.append("-fvisibility=default")
    if request.fix_calls:
        ours.append(f"-Wl,{paths.FIX_CALLS}")
    for module in request.modules:  # not by -Wl, which ends at a comma
        ours += ["-Xlinker", f"{paths.MODULE}{module}"]
    last = instrumented.libraries(request.rest, request.target, request.wasi)
    found = [] if request.wasi or request.baseline else prefix_use.options(request.rest)
    return [*ours, *_exceptions(request), *last, "--end-no-unused-arguments", *_before_files(request.rest, found)]


def _before_files(words: list[str], more: list[str]) -> list[str]:
    """The user's words, then `more`; behind `--` are names of files only."""
    end = words.index("--") if "--" in words else len(words)
    return [*words[:end], *more, *words[end:]]


def _exceptions(request: Request) -> list[str]:
    """What C++ and -mwali-sjlj=wasm ask of the compiler, and of the linker, which generates code, too, with -flto.

    Each word once: clang takes no word of LLVM's twice, and some users say it themselves.
    """
    flags: list[str] = []
    words: list[str] = []
    if request.sjlj == "wasm":
        flags += ["-mexception-handling", "-lsetjmp" if request.wasi else "-D__wali_sjlj_wasm__=1"]
        words += ["-wasm-enable-sjlj"]
    if request.compiles_cxx:
        flags += ["-fwasm-exceptions"]
    if not flags:
        return []
    words += [cxx_options.ENCODING]
    given = {word for before, word in zip(request.rest, request.rest[1:], strict=False) if before == "-mllvm"}
    for word in words:
        flags += [] if word in given else ["-mllvm", word]
    if request.compiles_cxx:
        words += ["-wasm-enable-eh"]
    words += ["-exception-model=wasm"]  # what clang knows by itself
    links = (f"-Wl,-mllvm,{word}" for word in words)
    return [*flags, *(link for link in links if link not in request.rest)]


def linker_environment(zig: str, target: str, sysroot: str) -> None:
    """Tell the linker's wrapper what it links for, with which sysroot, and where Python, the shim, lld and the runtime are."""
    os.environ["WALI_LD_PYTHON"] = sys.executable
    os.environ["WALI_LD_SCRIPT"] = os.path.join(paths.HERE, "ld.py")
    os.environ["WALI_LD_ZIG"] = zig
    os.environ["WALI_LD_TARGET"] = target
    os.environ["WALI_LD_SYSROOT"] = sysroot
    os.environ.setdefault("WALI_RUN", default_runtime())


def default_runtime() -> str:
    """The interpreter of executable modules: the wali-run beside this Python."""
    return os.path.join(os.path.dirname(os.path.abspath(sys.executable)), "wali-run")


def _sysroot(target: str, needs_cxx: bool = False) -> str:
    folder = paths.sdk_dir(target)
    if not paths.mark_used(folder) or (needs_cxx and not os.path.exists(os.path.join(folder, paths.CXX_STAMP))):
        from . import install

        install.ensure(target=target, with_cxx=needs_cxx)
    return folder


def compiler() -> list[str]:
    """The command that is clang: WALI_CC's, or the wheel's."""
    if given := os.environ.get("WALI_CC"):
        import shlex

        return shlex.split(given)
    return [os.path.join(paths.zig_dir(), "zig"), "clang"]


def _become(command: list[str]) -> int:
    try:
        os.execvp(command[0], command)
    except OSError as error:
        return _fail(f"{command[0]}: {error.strerror}")


def _print_help(tool: str) -> int:
    from ..messages import answered
    from . import help as texts

    text = getattr(texts, tool.removeprefix("wali-").upper().replace("+", "X"))
    return answered(tool, lambda: print(text, end="") or 0)


def _print_path(path: str) -> int:
    from ..messages import answered, put_path

    return answered("wali-cc", lambda: put_path(path))


def _fail(message: object, tool: str = "wali-cc") -> int:
    from ..messages import complain

    complain(tool, f"error: {message}")
    return 1


def main_cc(argv: list[str] | None = None) -> int:
    """wali-cc: clang for WALI. Replaces this process, or returns 1 after a message."""
    return _compile("wali-cc", sys.argv[1:] if argv is None else argv)


def main_cxx(argv: list[str] | None = None) -> int:
    """wali-c++: clang++ for WALI, the same."""
    return _compile("wali-c++", sys.argv[1:] if argv is None else argv)


def _compile(tool: str, arguments: list[str]) -> int:
    is_cxx = tool == "wali-c++"
    if "--help" in arguments:
        return _print_help(tool)
    try:
        request = Request(expand_responses(arguments), is_cxx)
        sysroot = _sysroot(request.target, request.needs_cxx)
        if request.rest == ["-print-sysroot"]:
            return _print_path(sysroot)
        if request.rest == ["-print-prefix"]:
            return _print_path(prefix_use.folder())
        command = compiler()
        linker_environment(command[0], request.target, sysroot)
        if not request.wasi:
            prefix_use.linker_environment(sysroot, FEATURES)
        command += clang_arguments(request, sysroot)
        if request.wasi:
            from . import hints

            return hints.run(command)
        return _become(command)
    except SdkError as error:
        return _fail(error, tool)


def main_ar(argv: list[str] | None = None) -> int:
    """wali-ar: llvm-ar."""
    return _tool("ar", argv)


def main_ranlib(argv: list[str] | None = None) -> int:
    """wali-ranlib: llvm-ranlib."""
    return _tool("ranlib", argv)


def _tool(name: str, argv: list[str] | None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if "--help" in arguments:
        return _print_help(f"wali-{name}")
    try:
        return _become([os.path.join(paths.zig_dir(), "zig"), name, *arguments])
    except SdkError as error:
        return _fail(error, f"wali-{name}")


def main_nm(argv: list[str] | None = None) -> int:
    """wali-nm: symbols of objects, archives and modules."""
    from ..messages import answered
    from . import binutils

    return answered("wali-nm", lambda: binutils.nm(sys.argv[1:] if argv is None else argv))


def main_strip(argv: list[str] | None = None) -> int:
    """wali-strip: removes names and debug information from modules."""
    from ..messages import answered
    from . import binutils

    return answered("wali-strip", lambda: binutils.strip(sys.argv[1:] if argv is None else argv))
