"""Version scripts of GNU ld, as far as they say which names of a shared library are its own.

A name that stands there as it is comes before patterns, and the pattern `*` after all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

MANGLED = "_Z"


class Script:
    """One script. ValueError: it is none."""

    def __init__(self, text: str) -> None:
        self.patterns: dict[bool, list[str]] = {True: [], False: []}  # by whether they are global
        self.cxx_globals = False
        words = iter(re.findall(r'"[^"]*"|[{};]|[^\s{};]+', re.sub(r"/\*.*?\*/|#[^\n]*", " ", text, flags=re.DOTALL)))
        for word in words:
            if word == "{":
                self._node(words)
            elif word == "}":
                raise ValueError("a bracket too many")

    def _node(self, words: Iterator[str]) -> None:
        is_global = True
        for word in words:
            if word == "}":
                return
            if word in ("global:", "local:"):
                is_global = word == "global:"
            elif word in ("global", "local"):
                is_global = word == "global"
                next(words, None)  # the colon, by itself
            elif word == "extern":
                self._extern(words, is_global)
            elif word != ";":
                self.patterns[is_global].append(word.strip('"'))
        raise ValueError("a bracket is missing")

    def _extern(self, words: Iterator[str], is_global: bool) -> None:
        """Names of C as usual. Of C++, which stand there as they are written: all are taken for meant."""
        language = next(words, "").strip('"')
        next(words, None)  # {
        for word in words:
            if word == "}":
                return
            if word != ";" and language == "C":
                self.patterns[is_global].append(word.strip('"'))
            elif word != ";":
                self.cxx_globals |= is_global
        raise ValueError("a bracket is missing")

    def is_local(self, name: str) -> bool:
        """Whether the script keeps the name in the library."""
        for matches in (_named, _matched):
            for is_global in (True, False):
                if matches(name, self.patterns[is_global]):
                    return not is_global
        if "*" in self.patterns[True] or (self.cxx_globals and name.startswith(MANGLED)):
            return False
        return "*" in self.patterns[False]


def _named(name: str, patterns: Iterable[str]) -> bool:
    return name in patterns


def _matched(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns if pattern != "*" and re.search(r"[*?[]", pattern))


def given(arguments: list[str]) -> str:
    """The script's file among a linker's arguments, the last one; "" for none."""
    found = ""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word in ("--version-script", "-version-script"):
            found = following
        elif word.lstrip("-").startswith("version-script="):
            found = word.partition("=")[2]
    return found


def read(path: str) -> Script:
    """The script in a file. OSError, ValueError."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return Script(file.read())
