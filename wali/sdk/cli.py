"""The command `wali sdk`: install the sysroot, say where it is, and set a shell up for it."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path

from . import install, paths, shell, sysroots
from .errors import SdkError

DESCRIPTION = """\
The SDK compiles C programs for wali-run: a C library (musl) and a compiler driver, wali-cc.

examples:
  wali sdk install                          build and install it (half a minute, once)
  wali-cc -O2 hello.c -o hello && ./hello   compile, and run like any program
  eval "$(wali sdk env)"                    then: ./configure --host=$WALI_HOST && make
  cmake --toolchain "$(wali sdk path --cmake)" -B build
  wali sdk list                             which versions are installed, and when they were used
"""

INSTALL = """\
Builds musl and the compiler's builtins for wasm32, and prints the folder that they are in. Takes half a minute,
once for each version of this package; wali-cc does the same by itself when it finds nothing. musl's source comes
from Debian's archive or musl's site, and is checked. Sysroots that no version used for 30 days are removed.
"""
ENV = """\
Prints shell commands that make a build use the SDK: CC, AR, RANLIB, NM, STRIP, CMAKE_TOOLCHAIN_FILE, WALI_HOST ...

  eval "$(wali sdk env)" && ./configure --host=$WALI_HOST && make
"""
CLEAN = """\
Removes the sysroots of other versions of this package, used or not. What is needed again is built again.
"""


def main(argv: list[str]) -> int:
    """Run `wali sdk ARGUMENTS`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        if options.command == "install":
            print(install.ensure(options.musl_source, options.force, options.quiet))
            install.tidy(options.quiet)
        elif options.command == "path":
            print(_path(options))
        elif options.command == "env":
            print(shell.environment(), end="")
        elif options.command == "list":
            _list()
        elif options.command == "clean":
            print(f"freed {install.clean(options.all) / (1 << 20):.1f} MiB in {paths.data_home()}")
        else:
            parser.print_help()
            return 2
    except SdkError as error:
        print(f"wali sdk: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wali sdk", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="install | path | env | list | clean")

    def add(name: str, summary: str, text: str) -> argparse.ArgumentParser:
        formatter = argparse.RawDescriptionHelpFormatter
        return commands.add_parser(name, help=summary, description=text, formatter_class=formatter)

    one = add("install", "build and install the sysroot, unless it is there", INSTALL)
    one.add_argument("--musl-source", metavar="FILE", help="musl's release tarball, instead of fetching it")
    one.add_argument("--force", action="store_true", help="build it anew even if it is there")
    one.add_argument("-q", "--quiet", action="store_true", help="no progress")
    two = add("path", "print the sysroot's folder (installed or not)", "Prints the sysroot's folder, installed or not.")
    two.add_argument("--cmake", action="store_true", help="print the path of the CMake toolchain file instead")
    add("env", 'print shell commands for eval "$(wali sdk env)"', ENV)
    add("list", "list the installed sysroots of all versions", "Lists the installed sysroots, that used last first.")
    three = add("clean", "remove the sysroots of other versions than this one", CLEAN)
    three.add_argument("--all", action="store_true", help="this version's and musl's source, too")
    return parser


def _list() -> None:
    """One line for each sysroot: folder, size, day of last use, whether it is this version's."""
    ours = ""
    with suppress(SdkError):  # without a compiler none is
        ours = paths.usual_sdk_dir()
    found = sysroots.installed(Path(paths.data_home()))
    if not found:
        print(f"nothing is installed in {paths.data_home()}; try: wali sdk install")
    for one in found:
        day = time.strftime("%Y-%m-%d", time.localtime(one.used))
        mark = "  this version's" if str(one.folder) == ours else ""
        print(f"{one.folder}  {one.size / (1 << 20):.1f} MiB  used {day}{mark}")


def _path(options: argparse.Namespace) -> str:
    if not options.cmake:
        paths.mark_used(paths.sdk_dir())
    return shell.toolchain_file() if options.cmake else paths.sdk_dir()
