"""The commands `wali-run` and `wali`: arguments in, exit status out, one line per error.

`wali-run` itself is a native program (wali/native/launcher), which starts a cached module alone
and else comes here by `wali launched`. `run_main` is then on the path of a start: whatever it
does not need is imported where it is used.
"""

from __future__ import annotations

import os
import sys

PROG = "wali-run"


def run_main(argv: list[str], prog: str = PROG, ignored: tuple[int, ...] = (), cached: str = "") -> int:
    """wali-run: becomes the guest, or returns the status to exit with (2, 126, 127).

    `ignored` as in RunConfig, `cached` as in runtime.run.
    """
    fill_closed()
    try:
        from .start import options
    except ImportError as error:
        return not_whole(error, prog)
    subject = ""

    def failed(error: Exception) -> int:
        from .commands.endings import meant, report
        from .start import habits

        if subject:
            error = meant(error, options.joined(argv), habits.of_module(*options.split(argv)[1]))
        return report(error, prog, subject)

    try:
        config = options.parse(argv, ignored)
        subject = config.module
        from .start import runtime

        runtime.run(config, failed, cached)
    except options.Asked as asked:
        return _answer(str(asked), prog)
    except KeyboardInterrupt:
        from .commands.endings import die_of_interrupt

        return die_of_interrupt()
    except ImportError as error:
        return not_whole(error, prog)
    except Exception as error:
        return failed(error)


def fill_closed() -> None:
    """Puts /dev/null where stdin, stdout or stderr are closed, so that nothing of ours lands there.

    Until the next execve(2): a guest finds them closed, as it would natively. What is written to such a stdout
    fails as it would for others (messages.answered).
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            # Takes the lowest number that is free, which is this one.
            os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_RDWR)
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115


def _answer(option: str, prog: str) -> int:
    from .commands import help as help_text
    from .messages import answered

    return answered(prog, lambda: print(help_text.version() if option == "--version" else help_text.RUN, end="") or 0)


def main(argv: list[str] | None = None) -> int:
    """wali: dispatches to wali/commands/. Returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    fill_closed()
    if words[:1] == ["run"]:
        return run_main(words[1:], "wali run")
    if words[:1] == ["trace"]:
        return _trace(words[1:])
    if words[:1] == ["front"] and len(words) > 1:  # the native wali-cc asks (wali/native/front/wali_cc.c)
        from .sdk import front

        return front.main(words[1], words[2:])
    if words[:1] == ["launched"]:
        return _launched(words[1], words[2:])
    try:
        from .commands.dispatch import dispatch
        from .commands.endings import die_of_interrupt, report
        from .messages import answered
    except ImportError as error:
        return not_whole(error, "wali")
    try:
        return answered("wali", lambda: dispatch(words))
    except KeyboardInterrupt:
        return die_of_interrupt()
    except ImportError as error:
        return not_whole(error, "wali")
    except Exception as error:
        return report(error, "wali", "")


def _trace(argv: list[str]) -> int:
    """wali trace: wali-run, told as strace is."""
    from .commands import trace
    from .commands.endings import report
    from .messages import answered

    try:
        words = trace.command(argv)
    except Exception as error:
        return report(error, "wali trace", "")
    if words is None:
        return answered("wali", lambda: print(trace.HELP, end="") or 0)
    return run_main(words, "wali trace")


def not_whole(error: ImportError, prog: str) -> int:
    """Tells that a part of the package, or one that it needs, is missing or of another Python; returns the status."""
    hint = "" if "make core" in str(error) else ": the installation is not whole; install wali-runtime again"
    print(f"{prog}: {error}{hint}".encode("ascii", "backslashreplace").decode(), file=sys.stderr)
    return 126


def prepare(argv: list[str]) -> int:
    """For wali.Program: compiles argv[0] into the cache argv[1]; tells an error on stdout, as bytes (failures.py)."""
    from . import ffi
    from .commands.compile import into_cache
    from .compiled import failures

    try:
        ffi.engine_open()
        into_cache(argv[0], argv[1], "--fix-calls" in argv[2:])
    except Exception as error:
        os.write(1, failures.write(error))
        return 1
    return 0


def _launched(letters: str, argv: list[str]) -> int:
    """The native wali-run asks (wali/native/launcher/python.c).

    letters: P and X if SIGPIPE and SIGXFSZ were ignored, then what runtime.run calls `cached`.
    """
    from _signal import SIGPIPE, SIGXFSZ  # type: ignore[import-not-found]

    numbers = {"P": int(SIGPIPE), "X": int(SIGXFSZ)}
    return run_main(argv, PROG, tuple(numbers[letter] for letter in letters if letter in numbers), letters[2:])
