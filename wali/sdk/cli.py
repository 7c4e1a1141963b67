"""The command `wali sdk`: install the sysroot, say where it is, and set a shell up for it."""

from __future__ import annotations

import argparse
import time
from contextlib import suppress
from pathlib import Path

from ..messages import complain, printable, put_path, tell
from ..parser import Parser
from . import install, library_cli, paths, profile_tools, rust, rust_settings, rust_toolchain, shell, sysroots
from .errors import SdkError

DESCRIPTION = """\
The SDK compiles C, C++ and Rust programs for wali-run: musl, libc++, the compiler drivers wali-cc and wali-c++, and
Rust's library for cargo.

examples:
  wali sdk install                          build and install it (a minute, once)
  wali-cc -O2 hello.c -o hello && ./hello   compile, and run like any program
  wali-c++ -O2 hello.cc -o hello            the same in C++
  eval "$(wali sdk env)"                    then: ./configure --host=$WALI_HOST && make
  cmake --toolchain "$(wali sdk path --cmake)" -B build
  meson setup --cross-file "$(wali sdk path --meson)" build
  wali sdk install rust                     Rust's library; then eval "$(wali sdk env)", and
                                            cargo run --target wasm32-wali-linux-musl
  wali sdk add zlib ncurses openssl         libraries; without names: which there are
  wali sdk list                             which versions and libraries are installed
"""

INSTALL = """\
Builds musl, the compiler's builtins and libc++ for wasm32, and prints the folder that they are in. Takes a minute on
two cores, once for each version of this package, half of it for C++. wali-cc does the first half by itself when it
finds nothing, wali-c++ what it misses. musl's source comes from Debian's archive or musl's site, and is checked;
libc++ and WASI's C library (--target=wasm32-wasip1, or with threads wasm32-wasip1-threads) come with the compiler.
Sysroots that no version used for 30 days are removed.

With the word rust: Rust's library, too, for the rustc in PATH if that has its sources, else for Debian's, which is
fetched (150 MB); two minutes, once for each rustc. Then eval "$(wali sdk env)", and cargo builds with
--target wasm32-wali-linux-musl.
"""
ENV = """\
Prints shell commands that make a build use the SDK: CC, CXX, AR, CMAKE_TOOLCHAIN_FILE, PKG_CONFIG, WALI_HOST ...
WALI_PREFIX is the folder of libraries, where the compiler and pkg-config find what a build has installed.

  eval "$(wali sdk env)" && ./configure --host=$WALI_HOST --prefix=$WALI_PREFIX && make

With Rust installed cargo's settings, too; --cargo prints those for a file:

  mkdir -p .cargo && wali sdk env --cargo >> .cargo/config.toml
"""
CLEAN = """\
Removes the sysroots of other versions of this package, used or not. What is needed again is built again. Libraries
stay: wali sdk remove.
"""


def main(argv: list[str]) -> int:
    """Run `wali sdk ARGUMENTS`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        if options.command == "install":
            target = paths.target_named(options.target)
            with_cxx = target == paths.TRIPLE and not options.without_cxx
            if options.debian and options.part != "rust":
                raise SdkError("--debian goes with rust: wali sdk install rust --debian")
            if options.part == "rust":
                put_path(_install_rust(options))
            else:
                put_path(install.ensure(options.musl_source, options.force, options.quiet, target, with_cxx))
            install.tidy(options.quiet)
        elif options.command == "path":
            put_path(_path(options))
        elif options.command == "env":
            if options.cargo:
                print(rust_settings.config(), end="")
            else:
                print(shell.environment(target=paths.target_named(options.target)), end="")
        elif options.command == "list":
            _list()
            library_cli.show_added()
        elif options.command in ("add", "remove"):
            library_cli.run(options)
        elif options.command == "clean":
            freed = install.clean_rust() if options.part == "rust" else install.clean(options.all)
            print(f"freed {freed / (1 << 20):.1f} MiB in {printable(paths.data_home())}")
        else:
            parser.print_help()
            return 2
    except SdkError as error:
        first, *more = str(error).splitlines()
        complain("wali sdk", first)
        for line in more:  # of a build that failed
            tell(printable(line))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> Parser:
    parser = Parser(prog="wali sdk", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", metavar="install | path | env | add | remove | list | clean")

    def add(name: str, summary: str, text: str) -> Parser:
        return commands.add_parser(name, help=summary, description=text)

    one = add("install", "build and install the sysroot, unless it is there", INSTALL)
    one.add_argument("part", nargs="?", choices=["rust"], help="Rust's library, for `cargo build` (docs/RUST.md)")
    one.add_argument("--debian", action="store_true", help="with rust: for Debian's rustc, whichever is in PATH")
    one.add_argument("--musl-source", metavar="FILE", help="musl's release tarball, instead of fetching it")
    one.add_argument("--force", action="store_true", help="build it anew even if it is there")
    one.add_argument("--without-cxx", action="store_true", help="leave C++ to the first wali-c++ that needs it")
    one.add_argument("-q", "--quiet", action="store_true", help="no progress")
    two = add("path", "print the sysroot's folder (installed or not)", "Prints the sysroot's folder, installed or not.")
    two.add_argument("--cmake", action="store_true", help="print the path of the CMake toolchain file instead")
    two.add_argument("--meson", action="store_true", help="print the path of the meson cross file instead")
    two.add_argument("--prefix", action="store_true", help="print the folder of libraries instead, for --prefix=")
    four = add("env", 'print shell commands for eval "$(wali sdk env)"', ENV)
    four.add_argument("--cargo", action="store_true", help="print lines for .cargo/config.toml instead")
    for command in (one, two, four):
        command.add_argument(
            "--target",
            metavar="TARGET",
            default=paths.TRIPLE,
            help=f"{paths.WASI_TRIPLE} or {paths.WASI_THREADS_TRIPLE} for WASI's C library",
        )
    library_cli.add_verbs(add)
    add(
        "list",
        "list the installed sysroots of all versions, and the libraries",
        "Lists the installed sysroots, that used last first, and what `wali sdk add` has built.",
    )
    three = add("clean", "remove the sysroots of other versions than this one", CLEAN)
    three.add_argument("part", nargs="?", choices=["rust"], help="Rust alone, of all versions")
    three.add_argument(
        "--all", action="store_true", help="this version's, all sources, Debian's Rust and LLVM's tools, too"
    )
    return parser


def _list() -> None:
    """One line for each sysroot: folder, size, day of last use, whether it is this version's."""
    ours: dict[str, str] = {}
    with suppress(SdkError):  # without a compiler none is
        ours = {paths.usual_sdk_dir(target): target for target in paths.TARGETS.values()}
    found = sysroots.installed(Path(paths.data_home()))
    if not found:
        print(f"nothing is installed in {printable(paths.data_home())}; try: wali sdk install")
    for one in found:
        day = time.strftime("%Y-%m-%d", time.localtime(one.used))
        target = ours.get(str(one.folder))
        whose = {paths.WASI_TRIPLE: ", for WASI", paths.WASI_THREADS_TRIPLE: ", for WASI with threads"}.get(
            target or "", ""
        )
        mark = f"  this version's{whose}" if target else ""
        language = "  C++" if install.has_cxx(str(one.folder)) else ""
        language += "".join(f"  Rust {part.version}" for part in rust.installed(one.folder))
        print(f"{printable(str(one.folder))}  {one.size / (1 << 20):.1f} MiB  used {day}{language}{mark}")
    debian = rust_toolchain.folder(Path(paths.data_home()))
    if debian.is_dir():
        size = sysroots.size_of(debian) / (1 << 20)
        print(f"{printable(str(debian))}  {size:.1f} MiB  Debian's rustc and cargo {rust_toolchain.VERSION}")
    tools = profile_tools.folder(Path(paths.data_home()))
    if tools.is_dir():
        size = sysroots.size_of(tools) / (1 << 20)
        print(f"{printable(str(tools))}  {size:.1f} MiB  Debian's llvm-profdata and llvm-cov {profile_tools.VERSION}")


def _install_rust(options: argparse.Namespace) -> Path:
    if options.target != paths.TRIPLE:
        raise SdkError(f"there is no Rust for {options.target} here; rustc has a target of that name of its own")
    if options.without_cxx or options.musl_source:
        raise SdkError("rust goes with none of --without-cxx and --musl-source; say `wali sdk install` with them first")
    return install.ensure_rust(options.debian, options.force, options.quiet).folder


def _path(options: argparse.Namespace) -> str:
    if options.cmake:
        return shell.toolchain_file()
    if options.meson:
        return shell.cross_file()
    if options.prefix:
        return library_cli.path_of_prefix()
    folder = paths.sdk_dir(paths.target_named(options.target))
    paths.mark_used(folder)
    return folder
