"""What is said to people: on stderr and nowhere else, and in a form that a terminal may get.

Used where something went wrong, or takes long: on no other start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC
from io import TextIOWrapper

from . import ffi

OUTPUT_ERRORS = (EBADF, EDQUOT, EFBIG, EIO, ENOSPC)


def printable(text: str) -> str:
    """`text` without what a terminal would take for a command: names in modules, another's arguments.

    The core's rule (wali/native/base/printable.h), for paths as Python decodes them, too.
    """
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogatepass")
    return ffi.printable(raw)


def tell(text: str, end: str = "\n") -> None:
    """Writes to stderr. That it is closed or full is no error: there is nowhere to say it."""
    try:
        if sys.stderr is not None:  # print() takes None for stdout
            print(text, end=end, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        sys.stderr = None  # what is left in its buffer would be another error at exit


def complain(prog: str, text: str) -> None:
    """One line about what went wrong, the program's name in red if a terminal sees it (no-color.org)."""
    colour = sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    tell(f"\033[1;31m{prog}\033[0m: {printable(text)}" if colour else f"{prog}: {printable(text)}")


def answered(prog: str, answer: Callable[[], int]) -> int:
    """The exit status of what prints to stdout: of `answer`, or 1 after a line that says why it cannot be written.

    141 as a shell has it, and no message, if the reader went away, as in `wali syscalls | head`.
    """
    if sys.stdout is None:  # closed; it shall fail as it would for others
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")  # argparse, too, takes None for stdout
    if isinstance(sys.stdout, TextIOWrapper):  # names may have letters that our locale has not
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            status = answer()
        except SystemExit as asked:  # argparse: --help, or a wrong word
            status = asked.code if isinstance(asked.code, int) else 1
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _drop_output()
        return 141
    except OSError as error:
        if error.filename is not None or error.errno not in OUTPUT_ERRORS:
            raise
        _drop_output()
        complain(prog, f"cannot write: {error.strerror}")
        return 1


def put_path(path: str | os.PathLike[str]) -> int:
    """Prints a path for programs: as it is, whatever the locale. Returns 0."""
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    return 0


def _drop_output() -> None:
    """What could not be written is no reason for another message at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
