"""The variables that --env and --env-file set: what is one, and how a file writes it (docs/wali-run.1.md)."""

from __future__ import annotations

import re

MOST = 1 << 24  # bytes of a file: more than execve(2) hands on
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NEWLINE = b"\n"
# What nothing means by a name: the other option's value, a line of a script.
NO_NAME = re.compile(rb"[\s\x00-\x1f\x7f'\"=]")
EXPORT = re.compile(rb"export[ \t]+")
NAME = re.compile(rb"[^=\n]*")
PLAIN = re.compile(rb"(?:[^\s#]|(?<=[^\s=])#|[ \t]+(?=[^\s#]))*")
QUOTED = {
    b"'": re.compile(rb"'([^']*)'"),
    b'"': re.compile(rb'"((?:[^"\\]|\\.)*)"', re.S),
}
ESCAPE = re.compile(rb"\\([\\\"$`]|\n)")
REST = re.compile(rb"[ \t\r]*(?:#[^\n]*)?(?:\n|$)")
EMPTY = re.compile(rb"(?:[ \t\r\n]|#[^\n]*(?:\n|$))*")


class NotAVariable(ValueError):
    """Says what is wrong, and in which line of the file if there is one."""


def check(variable: bytes) -> bytes:
    """A ``KEY=VALUE`` or ``KEY`` as it is. NotAVariable if no variable has such a name."""
    name = variable.partition(b"=")[0]
    if not name or NO_NAME.search(name):
        raise NotAVariable("not a variable; write it as KEY=VALUE")
    return variable


def read(path: str) -> list[bytes]:
    """The variables of a file, as ``KEY=VALUE``. OSError, NotAVariable."""
    with open(path, "rb") as file:
        text = file.read(MOST + 1)
    if len(text) > MOST:
        raise NotAVariable(f"larger than {MOST >> 20} MiB; an environment cannot be")
    return parse(text)


def parse(text: bytes) -> list[bytes]:
    """The variables of a file's text. NotAVariable."""
    found = []
    position = _end(EMPTY, text, len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0)
    while position < len(text):
        try:
            variable, end = _variable(text, position)
            found.append(check(variable))
        except NotAVariable as error:
            raise NotAVariable(f"line {text.count(NEWLINE, 0, position) + 1}: {error}") from None
        position = _end(EMPTY, text, end)
    return found


def _variable(text: bytes, position: int) -> tuple[bytes, int]:
    """The variable that is written there, and where the next line begins."""
    export = EXPORT.match(text, position)
    start = export.end() if export else position
    equals = _end(NAME, text, start)
    if text[equals : equals + 1] != b"=":
        raise NotAVariable("not a variable; write it as KEY=VALUE, or behind a #")
    value, end = _value(text, equals + 1)
    if b"\0" in value:
        raise NotAVariable("a NUL, which no variable has")
    rest = REST.match(text, end)
    if rest is None:
        raise NotAVariable("something behind the closing quote")
    return text[start:equals] + b"=" + value, rest.end()


def _value(text: bytes, position: int) -> tuple[bytes, int]:
    """A value without its quotes, and where it ends."""
    quote = text[position : position + 1]
    if quote not in QUOTED:
        end = _end(PLAIN, text, position)
        return text[position:end], end
    found = QUOTED[quote].match(text, position)
    if found is None:
        raise NotAVariable(f"the quote {quote.decode()} is not closed")
    value = found[1]
    if quote == b'"':
        value = ESCAPE.sub(lambda escape: b"" if escape[1] == b"\n" else escape[1], value)
    return value, found.end()


def _end(pattern: re.Pattern[bytes], text: bytes, position: int) -> int:
    """Where a pattern that matches anything, nothing too, ends."""
    found = pattern.match(text, position)
    return found.end() if found else position
