"""The command line of wali-run, read by hand: argparse alone takes as long as the rest of a start."""

from __future__ import annotations

import os

from .config import (
    RunConfig,
    default_cache_dir,
    inherited_environment,
    parse_size,
    read_env_file,
    with_variables,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Options that take a value, those that stand alone, and of these those to which a file may be joined by `=`.
VALUED = ("--env", "--env-file", "--argv0", "--max-memory", "--stack-size", "--cache-dir")
PLAIN = ("--clear-env", "--fix-calls", "--no-cache", "--stats", "--trace", "--help", "--version")
WITH_FILE = ("--trace", "--stats")
# What execve hands on to the next program (syscalls/handlers/exec.c): not for users.
INTERNAL = ("--trace-fd", "--stats-fd", "--module-fd", "--name", "--seccomp", "--environment")
SHORT = {"-e": "--env", "-h": "--help", "-V": "--version"}


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
    given = _environment(options)
    if "--environment" in options:
        arguments, given = _split_environment(arguments, options["--environment"][-1])
    if "--argv0" in options:
        arguments[0] = os.fsencode(options["--argv0"][-1])
    return RunConfig(
        module=rest[0],
        argv=arguments,
        env=given,
        cache_dir=None if "--no-cache" in options else options.get("--cache-dir", [""])[-1] or default_cache_dir(),
        max_memory=_size(options, "--max-memory"),
        stack_size=_size(options, "--stack-size"),
        trace=options["--trace"][-1] if "--trace" in options else None,
        stats=options["--stats"][-1] if "--stats" in options else None,
        name=os.fsencode(options["--name"][-1]) if "--name" in options else None,
        trace_fd=_descriptor(options, "--trace-fd"),
        stats_fd=_descriptor(options, "--stats-fd"),
        module_fd=_descriptor(options, "--module-fd"),
        ignored=ignored,
        fix_calls="--fix-calls" in options,
        seccomp=[os.fsencode(text) for text in options.get("--seccomp", ())],
    )


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
        name = SHORT.get(name, name)
        if name in ("--help", "--version"):
            raise Asked(name)
        valued = name in VALUED or name in INTERNAL
        if valued and not equals:
            if position == len(argv):
                raise _usage(f"option {name} needs a value, as in {name}=VALUE")
            value = argv[position]
            position += 1
        elif not valued and (name not in PLAIN or (equals and name not in WITH_FILE)):
            raise _unknown(word, name)
        options.setdefault(name, []).append(value)
    return options, argv[position:]


def _unknown(word: str, name: str) -> Exception:
    from difflib import get_close_matches

    if name in PLAIN:
        return _usage(f"option {name} takes no value; see wali-run --help")
    close = get_close_matches(name, VALUED + PLAIN, 1)
    meant = f"did you mean {close[0]}? See" if close else "see"
    return _usage(f"unknown option {word}; {meant} wali-run --help (a guest's options go behind the module)")


def _environment(options: dict[str, list[str]]) -> list[bytes]:
    env = [] if "--clear-env" in options else inherited_environment()
    for path in options.get("--env-file", ()):
        try:
            env = with_variables(env, read_env_file(path))
        except OSError as error:
            raise _usage(f"--env-file {path}: {error.strerror}") from None
    return with_variables(env, [os.fsencode(entry) for entry in options.get("--env", ())])


def _split_environment(words: list[bytes], count: str) -> tuple[list[bytes], list[bytes]]:
    """The guest's arguments, and its environment: so many of the last words."""
    if not (count.isascii() and count.isdigit() and int(count) < len(words)):
        raise _usage(f"--environment {count}: not a number of words")
    at = len(words) - int(count)
    return words[:at], words[at:]


def _size(options: dict[str, list[str]], name: str) -> int:
    if name not in options:
        return 0
    try:
        return parse_size(options[name][-1])
    except ValueError:
        raise _usage(f"{name} {options[name][-1]}: not a size; write it as 512K, 64M or 1G") from None


def _descriptor(options: dict[str, list[str]], name: str) -> int:
    value = options.get(name, ["-1"])[-1]
    if value != "-1" and not (value.isascii() and value.isdigit() and len(value) < 8):
        raise _usage(f"{name} {value}: not a descriptor")
    return int(value)


def _usage(message: str) -> Exception:
    from ..errors import WaliUsageError

    return WaliUsageError(message)
