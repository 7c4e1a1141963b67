"""The compiler driver and its companions: wali-cc, wali-c++, wali-ar, wali-ranlib, wali-nm, wali-strip.

Each arranges a command line and becomes the tool of the `ziglang` wheel, so that exit status,
messages and signals are the tool's own. Imports are few: a build runs this thousands of times.
"""

from __future__ import annotations

import os
import sys

from . import paths
from .errors import SdkError

# What the engine runs and what pays. Programs for engines without these: -mwali-baseline.
FEATURES = ("-msimd128", "-mextended-const")
BASELINE = ("-mcpu=mvp", "-matomics", "-mbulk-memory", "-mmutable-globals", "-msign-ext")
# LLVM's table of library calls has these return 32 bits on wasm32, as a long does in its own targets.
NO_BUILTINS = tuple(f"-fno-builtin-{name}{kind}" for name in ("lround", "lrint") for kind in ("", "f", "l"))
SJLJ_WASM = ("-mllvm", "-wasm-enable-sjlj", "-mllvm", "-wasm-use-legacy-eh=false", "-mexception-handling")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Options for native machines that clang rejects for wasm, though ignoring them is right: all code
# is position-independent enough, linking is static, and control flow is protected by the engine.
# With -fcommon clang fails, as the format of objects has no common symbols.
DROPPED = _words(
    """-fPIC -fpic -fPIE -fpie -fno-pic -fno-PIC -fno-pie -fno-PIE -pie -no-pie -nopie -static-pie -static
    -rdynamic -export-dynamic -m64 -fstack-clash-protection -fno-stack-clash-protection -fcf-protection
    -fno-plt -fno-semantic-interposition -fsplit-stack -fcommon -static-libgcc -shared-libgcc -mno-red-zone"""
)
DROPPED_PREFIXES = ("-march=", "-mtune=", "-fcf-protection=")
SJLJ_MODES = ("host", "wasm")


class Request:
    """A compiler command line, sorted into what is ours and what is clang's."""

    def __init__(self, arguments: list[str]) -> None:
        self.baseline = False
        self.sjlj = "host"
        self.rest: list[str] = []
        for argument in arguments:
            self._take(argument)

    def _take(self, argument: str) -> None:
        if argument == "-mwali-baseline":
            self.baseline = True
        elif argument.startswith("-mwali-sjlj="):
            self.sjlj = argument.partition("=")[2]
            if self.sjlj not in SJLJ_MODES:
                raise SdkError(f"-mwali-sjlj={self.sjlj}: not one of {', '.join(SJLJ_MODES)}")
        elif argument.startswith("-mwali"):
            raise SdkError(f"{argument}: no such option (-mwali-baseline, -mwali-sjlj=host|wasm)")
        elif argument in ("-shared", "--shared"):
            raise SdkError("-shared: there is no dynamic linking; make an archive (ar rcs) and link statically")
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


def clang_arguments(arguments: list[str], sysroot: str) -> list[str]:
    """clang's command line for the user's `arguments`. Raises SdkError for impossible ones."""
    request = Request(expand_responses(arguments))
    ours = [
        "--start-no-unused-arguments",
        f"--target={paths.TRIPLE}",
        f"--sysroot={sysroot}",
        f"-resource-dir={sysroot}/rt",
        f"-fuse-ld={sysroot}/bin/wali-ld",
        "--no-wasm-opt",
        "-pthread",
        *NO_BUILTINS,
        *(BASELINE if request.baseline else FEATURES),
    ]
    if request.sjlj == "wasm":
        ours += [*SJLJ_WASM, "-D__wali_sjlj_wasm__=1"]
        # The linker generates code too when it optimises.
        ours += [f"-Wl,-mllvm,{word}" for word in SJLJ_WASM if word.startswith("-wasm")]
    return [*ours, "--end-no-unused-arguments", *request.rest]


def linker_environment(zig: str) -> None:
    """Tell the linker's wrapper where Python, the shim, lld and the runtime are."""
    runtime = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), "wali-run")
    os.environ["WALI_LD_PYTHON"] = sys.executable
    os.environ["WALI_LD_SCRIPT"] = os.path.join(paths.HERE, "linker.py")
    os.environ["WALI_LD_ZIG"] = zig
    os.environ.setdefault("WALI_RUN", runtime)


def _sysroot() -> str:
    folder = paths.sdk_dir()
    if not paths.mark_used(folder):
        from . import install

        install.ensure()
    return folder


def compiler() -> list[str]:
    """The command that is clang: WALI_CC's, or the wheel's."""
    if given := os.environ.get("WALI_CC"):
        import shlex

        return shlex.split(given)
    return [os.path.join(paths.zig_dir(), "zig"), "clang"]


def _become(command: list[str]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvp(command[0], command)
    except OSError as error:
        return _fail(f"{command[0]}: {error.strerror}")


def _fail(message: object, tool: str = "wali-cc") -> int:
    print(f"{tool}: error: {message}", file=sys.stderr)
    return 1


def main_cc(argv: list[str] | None = None) -> int:
    """wali-cc: clang for WALI. Replaces this process, or returns 1 after a message."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        sysroot = _sysroot()
        if arguments == ["-print-sysroot"]:
            print(sysroot)
            return 0
        command = compiler()
        linker_environment(command[0])
        return _become([*command, *clang_arguments(arguments, sysroot)])
    except SdkError as error:
        return _fail(error)


def main_cxx(argv: list[str] | None = None) -> int:
    """wali-c++: says that there is no C++ yet, and returns 1."""
    del argv
    return _fail("C++ is not yet supported; wali-cc compiles C", "wali-c++")


def main_ar(argv: list[str] | None = None) -> int:
    """wali-ar: llvm-ar."""
    return _tool("ar", argv)


def main_ranlib(argv: list[str] | None = None) -> int:
    """wali-ranlib: llvm-ranlib."""
    return _tool("ranlib", argv)


def _tool(name: str, argv: list[str] | None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    try:
        return _become([os.path.join(paths.zig_dir(), "zig"), name, *arguments])
    except SdkError as error:
        return _fail(error, f"wali-{name}")


def main_nm(argv: list[str] | None = None) -> int:
    """wali-nm: symbols of objects, archives and modules."""
    from . import binutils

    return binutils.nm(sys.argv[1:] if argv is None else argv)


def main_strip(argv: list[str] | None = None) -> int:
    """wali-strip: removes names and debug information from modules."""
    from . import binutils

    return binutils.strip(sys.argv[1:] if argv is None else argv)
