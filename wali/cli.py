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
    from .start import options

    subject = ""

    def failed(error: Exception) -> int:
        from .commands.endings import report

        return report(error, prog, subject)

    try:
        config = options.parse(argv, ignored)
        subject = config.module
        from .start import runtime

        runtime.run(config, failed)
    except options.Asked as asked:
        return _answer(str(asked))
    except KeyboardInterrupt:
        from .commands.endings import die_of_interrupt

        return die_of_interrupt()
    except Exception as error:
        return failed(error)


def _answer(option: str) -> int:
    from .commands import help as help_text

    print(help_text.version() if option == "--version" else help_text.RUN, end="")
    return 0


def main(argv: list[str] | None = None) -> int:
    """wali: dispatches to wali/commands/. Returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["run"]:
        return run_main(words[1:], "wali run")
    if words[:1] == ["launched"]:
        return _launched(words[1], words[2:])
    from .commands.dispatch import dispatch
    from .commands.endings import die_of_interrupt, report

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
