"""The commands `wali-run` and `wali`: arguments in, exit status out, one line per error.

`wali-run` itself is a native program (wali/native/launcher), which starts a cached module alone
and else comes here by `wali launched`. `run_main` is then on the path of a start: whatever it
does not need is imported where it is used.
"""

from __future__ import annotations

import os
import sys

PROG = "wali-run"


def run_main(argv: list[str], prog: str = PROG, ignored: tuple[int, ...] = ()) -> int:
    """wali-run: becomes the guest, or returns the status to exit with (2, 126, 127). `ignored` as in RunConfig."""
    from . import options

    subject = ""
    try:
        config = options.parse(argv, ignored)
        subject = config.module
        from . import runtime

        runtime.run(config)
    except options.Asked as asked:
        return _answer(str(asked))
    except KeyboardInterrupt:
        return die_of_interrupt()
    except Exception as error:
        return report(error, prog, subject)


def _answer(option: str) -> int:
    from . import help as help_text

    print(help_text.version() if option == "--version" else help_text.RUN, end="")
    return 0


def main(argv: list[str] | None = None) -> int:
    """wali: dispatches to wali/commands/. Returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["run"]:
        return run_main(words[1:], "wali run")
    if words[:1] == ["launched"]:
        return _launched(words[1], words[2:])
    from .commands import dispatch

    try:
        status = dispatch(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return die_of_interrupt()
    except BrokenPipeError:
        # The reader went away, as in `wali syscalls | head`.
        _drop_output()
        return 141
    except OSError as error:
        from errno import EDQUOT, EFBIG, EIO, ENOSPC

        from .errors import WaliError

        if error.filename is not None or error.errno not in (ENOSPC, EDQUOT, EFBIG, EIO):
            raise
        _drop_output()
        return report(WaliError(f"cannot write: {error.strerror}", 1), "wali", "")
    except Exception as error:
        return report(error, "wali", "")


def _drop_output() -> None:
    """What could not be written is no reason for another message at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _launched(ignored: str, argv: list[str]) -> int:
    """The native wali-run hands over (wali/native/launcher): `ignored` holds P and X for SIGPIPE and SIGXFSZ."""
    from _signal import SIGPIPE, SIGXFSZ  # type: ignore[import-not-found]

    numbers = {"P": int(SIGPIPE), "X": int(SIGXFSZ)}
    return run_main(argv, PROG, tuple(numbers[letter] for letter in ignored if letter in numbers))


def report(error: Exception, prog: str, subject: str) -> int:
    """Prints one line about an expected error and returns its status; raises any other one again."""
    from .errors import WaliError, WaliUsageError
    from .terminal import printable

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
