"""How the commands end when something went wrong: one line on stderr, and a status or a signal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import WaliError, WaliUsageError
from .terminal import printable


def report(error: Exception, prog: str, subject: str) -> int:
    """Prints one line about an expected error and returns its status; raises any other one again."""
    if not isinstance(error, WaliError):
        raise error
    about = f"{subject}: " if subject and not isinstance(error, WaliUsageError) else ""
    print(f"{red(prog)}: {printable(f'{about}{error}')}", file=sys.stderr)
    return error.status


def red(text: str) -> str:
    """`text` in red if stderr is a terminal and NO_COLOR is unset (no-color.org)."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[1;31m{text}\033[0m"


def die_of_interrupt() -> int:
    """Ends this process by SIGINT, so that the shell sees what happened."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    return 130


@contextmanager
def about(path: str) -> Iterator[None]:
    """Puts the file's path in front of an error's text."""
    try:
        yield
    except WaliUsageError:
        raise
    except WaliError as error:
        raise WaliError(f"{path}: {error}", error.status) from None
