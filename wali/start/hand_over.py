"""From Python to the command wali-run, in which every guest runs (wali/native/launcher).

Python is not position-independent everywhere, and takes three times as long to fork. So it compiles,
and then becomes the launcher, with the code as an open file and each setting as a word of the
command line.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the C module: `signal` costs 2 ms for its enums
import os
import sys

from .. import ffi
from .config import inherited_environment
from .option_table import ABSENT, FILE, FLAG, OPTIONS, TEXTS, WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from .config import RunConfig

NAME = "wali-run"


def become_launcher(config: RunConfig) -> NoReturn:
    """Becomes the launcher with these settings. Returns only by WaliError.

    config.code_fd: the code, if the launcher is not to look for it in the cache.
    """
    path = launcher()
    words, environment = command(config)
    try:
        for fd in (config.code_fd, config.stats_fd, config.module_fd):
            if fd >= 0:
                os.set_inheritable(fd, True)
    except OSError as error:  # somebody has given a number that is none
        failure = error
    else:
        restore_signals(config.ignored)
        failure = ffi.hand_over(path, words, environment)
    from ..errors import WaliError

    raise WaliError(f"{path}: {failure.strerror}")


def command(config: RunConfig) -> tuple[list[bytes], list[bytes]]:
    """(words, environment) for the launcher.

    The environment is this process's own, for the dynamic linker obeys it: another one that the guest is to have
    stands behind its arguments.
    """
    own = [] if config.environment is None else [f"--environment={len(config.environment)}".encode()]
    words = [NAME.encode(), b"--engine=" + os.fsencode(ffi.library_path()), *settings(config), *own]
    words += [b"--argv0", config.argv[0], b"--", os.fsencode(config.module), *config.argv[1:]]
    return [*words, *(config.environment or ())], inherited_environment()


def settings(config: RunConfig) -> list[bytes]:
    """The words of all settings that the launcher reads."""
    words = [] if config.cache_dir is not None else [b"--no-cache"]
    for option in OPTIONS:
        if option.setting and option.launcher:
            value = getattr(config, option.attribute)
            if value != ABSENT[option.kind] and value != []:
                words += _words(option.word.encode(), option.kind, value)
    return words


def _words(word: bytes, kind: str, value: object) -> list[bytes]:
    if kind == FLAG or (kind == FILE and value == ""):
        return [word]
    if kind in (TEXTS, WORDS) and isinstance(value, (list, tuple)):
        return [word + b"=" + text for text in value]
    return [word + b"=" + os.fsencode(str(value))]


def launcher() -> str:
    """The path of the launcher: beside this program, beside this Python, or where the package was installed. WaliError."""
    for program in (sys.argv[0], sys.executable):
        folder = os.path.dirname(program)  # "" of `python -c`: never the current folder
        path = os.path.abspath(os.path.join(folder, NAME))
        if folder and os.access(path, os.X_OK):
            return path
    from importlib.metadata import PackageNotFoundError, files

    from ..errors import WaliError

    try:
        for file in files("wali-runtime") or ():
            if file.name == NAME and os.access(file.locate(), os.X_OK):
                return os.path.realpath(file.locate())
    except PackageNotFoundError:
        pass
    raise WaliError(f"the command {NAME} is missing; install wali-runtime again")


def restore_signals(ignored: Sequence[int]) -> None:
    """Takes back what Python's start did to signals.

    Python handles SIGINT unless it was ignored, so a handler means that it was not. It
    ignores SIGPIPE and SIGXFSZ whatever they were, and the kernel keeps no record of that:
    the command wali-run looks before it starts Python. The mask is untouched by Python.
    """
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
        if number not in ignored:
            _signal.signal(number, _signal.SIG_DFL)
    if _signal.getsignal(_signal.SIGINT) is not _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
