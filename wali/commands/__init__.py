"""The subcommands of `wali`, one module each with `add_arguments(parser)` and `execute(args) -> int`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from ..errors import WaliError

# Name, one line of help.
COMMANDS = (
    ("run", "run a module (the same as wali-run)"),
    ("compile", "compile a module ahead of its first run, or into a file"),
    ("ps", "list the guests that are running"),
    ("inspect", "show what a module imports and whether it can run"),
    ("syscalls", "list the system calls and how each is handled"),
    ("cache", "list, clear or locate the compiled code"),
    ("sdk", "install, locate or remove the C library and compiler driver"),
)
EXAMPLES = """\
examples:
  wali run hello.wasm world            run a program (wali run --help for its options)
  wali inspect hello.wasm              will it run? what does it need?
  wali ps                              what is running
  wali compile hello.wasm              compile now, so that the first run starts at once
  wali syscalls                        what is supported, and how
  wali cache list                      what the cache holds
  wali sdk install                     make wali-cc ready to compile C
"""


def dispatch(argv: list[str]) -> int:
    """Runs the subcommand that `argv` names; returns the exit status. WaliError, or SystemExit by argparse."""
    if argv[:1] == ["sdk"]:
        from wali.sdk import cli

        return int(cli.main(argv[1:]) or 0)
    parser = argparse.ArgumentParser(
        prog="wali",
        description="Runs and inspects Linux programs compiled to WebAssembly (WALI).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="store_true", help="print versions and stop")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    chosen = next((word for word in argv if not word.startswith("-")), None)
    for name, summary in COMMANDS:
        sub = subparsers.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == chosen and name not in ("run", "sdk"):
            import_module(f"{__name__}.{name}").add_arguments(sub)
    args = parser.parse_args(argv)
    if args.version:
        from ..help import version

        print(version(), end="")
        return 0
    if args.command is None:
        parser.print_help()
        return 2
    return int(import_module(f"{__name__}.{args.command}").execute(args))


@contextmanager
def about(path: str) -> Iterator[None]:
    """Puts the file's path in front of an error's text."""
    try:
        yield
    except WaliError as error:
        raise WaliError(f"{path}: {error}", error.status) from None
