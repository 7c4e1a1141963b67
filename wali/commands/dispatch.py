"""`wali COMMAND`: finds the module of a subcommand, and gives it its arguments."""

from __future__ import annotations

import os
from difflib import get_close_matches
from importlib import import_module

from ..errors import WaliUsageError
from ..parser import Parser
from . import help as help_text

# Name, one line of help.
COMMANDS = (
    ("run", "run a module (the same as wali-run)"),
    ("trace", "run a module and show its system calls, as strace does"),
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
  wali trace -e trace=%file app.wasm   what it does with files (wali trace --help)
  wali ps                              what is running
  wali compile hello.wasm              compile now, so that the first run starts at once
  wali syscalls                        what is supported, and how
  wali cache list                      what the cache holds
  wali sdk install                     make wali-cc ready to compile C

wali COMMAND --help says more about each.
"""


def dispatch(argv: list[str]) -> int:
    """Runs the subcommand that `argv` names; returns the exit status. WaliError, or SystemExit by argparse."""
    if argv[:1] == ["help"]:
        argv = [*argv[1:2], "--help"]
    if argv and not argv[0].startswith("-") and argv[0] not in dict(COMMANDS):
        raise WaliUsageError(unknown(argv[0]))
    if argv[:1] == ["sdk"]:
        from wali.sdk import cli

        return int(cli.main(argv[1:]) or 0)
    if argv[:1] == ["run"]:  # only as in `wali help run`: else it does not come here
        print(help_text.RUN, end="")
        return 0
    if argv[:1] == ["trace"]:  # the same
        from . import trace

        print(trace.HELP, end="")
        return 0
    parser = Parser(
        prog="wali",
        description="Runs and inspects programs compiled to WebAssembly, for Linux (WALI) or for WASI.",
        epilog=EXAMPLES,
    )
    parser.add_argument("-V", "--version", action="store_true", help="print versions and stop")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    chosen = next((word for word in argv if not word.startswith("-")), None)
    for name, summary in COMMANDS:
        sub = subparsers.add_parser(name, help=summary, description=summary)
        if name == chosen and name not in ("run", "trace", "sdk"):
            import_module(f"{__package__}.{name}").add_arguments(sub)
    args = parser.parse_args(argv)
    if args.version:
        print(help_text.version(), end="")
        return 0
    if args.command is None:
        parser.print_help()
        return 2
    return int(import_module(f"{__package__}.{args.command}").execute(args))


def unknown(word: str) -> str:
    """What to say about a command that there is not."""
    if word.endswith((".wasm", ".cwasm")) or os.path.exists(word):
        return f"{word!r} is no command; to run a module: wali run {word}"
    close = get_close_matches(word, dict(COMMANDS), 1)
    meant = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(dict(COMMANDS))}"
    return f"{word!r} is no command; {meant} (wali --help)"
