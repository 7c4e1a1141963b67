"""How the commands end when something went wrong: one line on stderr, and a status or a signal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import NOT_FOUND, NOT_RUNNABLE, WaliError, WaliUsageError
from ..messages import complain


def report(error: Exception, prog: str, subject: str) -> int:
    """Prints one line about an expected error and returns its status; raises any other one again."""
    if not isinstance(error, WaliError):
        raise error
    about = f"{subject}: " if subject and not isinstance(error, WaliUsageError) else ""
    complain(prog, f"{about}{error}")
    return error.status


def meant(error: Exception, words: str, habit: str) -> Exception:
    """The error about a module, with a hint at what else it may be; "" for none.

    words: what would make it an option's file. habit: what it is elsewhere, and here if nothing has its name.
    """
    if not isinstance(error, WaliError) or error.status not in (NOT_RUNNABLE, NOT_FOUND):
        return error
    if words:
        return WaliError(f"{error}; if it is not the module but that option's file: {words}", error.status)
    return WaliError(f"{error}; {habit}", error.status) if habit and error.status == NOT_FOUND else error


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
