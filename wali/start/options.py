"""The command line of wali-run, read by hand: argparse alone takes as long as the rest of a start."""

from __future__ import annotations

import os

from .config import RunConfig, default_cache_dir, parse_size
from .option_table import AMOUNT, DESCRIPTOR, FILE, FLAG, NUMBER, OPTIONS, SIZE, STOP, TEXTS, WORDS, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

NAMES = {name: option for option in OPTIONS for name in (option.word, option.short) if name}


class Asked(Exception):
    """--help or --version was given: not an error, but nothing runs."""


def parse(argv: list[str], ignored: Sequence[int] = ()) -> RunConfig:
    """The settings that `argv` (without the program's name) asks for.

    Options end at the first word that is none, or at ``--``: that word is the module, and
    everything behind it is the guest's. `ignored` as in RunConfig. WaliUsageError says which option is wrong.
    """
    options, rest = split(argv)
    if not rest:
        raise _usage("no program given; try: wali-run prog.wasm")
    arguments = [os.fsencode(word) for word in rest]
    environment = None
    if "--environment" in options:
        arguments, environment = _split_environment(arguments, options["--environment"][-1])
    if "--argv0" in options:
        arguments[0] = os.fsencode(options["--argv0"][-1])
    settings = {
        option.attribute: _value(option, options[option.word])
        for option in OPTIONS
        if option.setting and option.word in options
    }
    if options.keys() & {"--env", "--env-file"}:
        settings["env"] = _variables(options)
    if "--wasi" in options:
        from . import wasi_words

        wasi_words.check(options["--wasi"])
    settings["cache_dir"] = None if "--no-cache" in options else settings.get("cache_dir") or default_cache_dir()
    return RunConfig(rest[0], arguments, environment, ignored, **settings)


def joined(argv: list[str]) -> str:
    """`--trace=FILE` if somebody has written `--trace FILE prog.wasm`, in which FILE is the module; else ""."""
    rest = split(argv)[1]
    before = argv[: len(argv) - len(rest)][-1:]
    is_bare = bool(before) and before[0] in NAMES and NAMES[before[0]].kind == FILE
    return f"{before[0]}={rest[0]}" if is_bare and len(rest) > 1 else ""


def split(argv: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """(values by option, the module and its arguments). WaliUsageError, or Asked."""
    options: dict[str, list[str]] = {}
    position = 0
    while position < len(argv):
        word = argv[position]
        if word == "--":
            return options, argv[position + 1 :]
        if not word.startswith("-") or word == "-":
            break
        position += 1
        name, equals, value = word.partition("=")
        option = NAMES.get(name) or NAMES.get(word[:2])
        if option is not None and name not in NAMES:
            option, equals, value = option if option.kind == WORDS else None, "=", word[2:]
        if option is None:
            raise _unknown(word, name)
        if option.kind == STOP:
            raise Asked(option.word)
        if option.kind == FLAG and equals:
            raise _usage(f"option {name} takes no value; see wali-run --help")
        if option.kind not in (FLAG, FILE) and not equals:
            if position == len(argv):
                raise _usage(f"option {option.word} needs a value, as in {option.word}=VALUE")
            value = argv[position]
            position += 1
        options.setdefault(option.word, []).append(value)
    return options, argv[position:]


def _unknown(word: str, name: str) -> Exception:
    from difflib import get_close_matches

    from . import habits

    if habit := habits.of_option(word):
        return _usage(f"unknown option {word}; {habit}")
    close = get_close_matches(name, [option.word for option in OPTIONS if option.help], 1)
    meant = f"did you mean {close[0]}? See" if close else "see"
    return _usage(f"unknown option {word}; {meant} wali-run --help (a guest's options go behind the module)")


def _value(option: Option, given: list[str]) -> Any:
    """The setting that an option makes of what was given for it: the last, but of those that may be repeated."""
    if option.kind in (TEXTS, WORDS):
        return [os.fsencode(text) for text in given]
    if option.kind == FLAG:
        return True
    if option.kind == SIZE:
        return _size(option.word, given[-1])
    if option.kind == AMOUNT:
        return _size(option.word, given[-1], "a number above 0")
    if option.kind == DESCRIPTOR:
        return _descriptor(option.word, given[-1])
    if option.kind == NUMBER:
        return _number(option.word, given[-1])
    return given[-1]


def _variables(options: dict[str, list[str]]) -> list[bytes]:
    """The changes of the environment: those of the files, then those of the command line."""
    from . import env_file

    changes = []
    for path in options.get("--env-file", ()):
        try:
            changes += env_file.read(path)
        except OSError as error:
            raise _usage(f"--env-file {path}: {error.strerror}") from None
        except env_file.NotAVariable as error:
            raise _usage(f"--env-file {path}: {error}") from None
    for word in options.get("--env", ()):
        try:
            changes.append(env_file.check(os.fsencode(word)))
        except env_file.NotAVariable as error:
            raise _usage(f"--env {word}: {error}") from None
    return changes


def _split_environment(words: list[bytes], count: str) -> tuple[list[bytes], list[bytes]]:
    """The guest's arguments, and its environment: so many of the last words."""
    if not (count.isascii() and count.isdigit() and int(count) < len(words)):
        raise _usage(f"--environment {count}: not a number of words")
    at = len(words) - int(count)
    return words[:at], words[at:]


def _size(name: str, text: str, what: str = "a size; write it as 512K, 64M or 1G") -> int:
    try:
        return parse_size(text)
    except ValueError:
        raise _usage(f"{name} {text}: not {what}") from None


def _descriptor(name: str, text: str) -> int:
    if text != "-1" and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise _usage(f"{name} {text}: not a descriptor")
    return int(text)


def _number(name: str, text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise _usage(f"{name} {text}: not a number")
    return int(text)


def _usage(message: str) -> Exception:
    from ..errors import WaliUsageError

    return WaliUsageError(message)
