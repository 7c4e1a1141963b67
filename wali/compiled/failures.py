"""Errors that travel from one process to another, as bytes that the receiver need not believe."""

from __future__ import annotations

from ..errors import WaliEngineError, WaliError, WaliFormatError

KINDS: dict[str, type[WaliError]] = {"error": WaliError, "format": WaliFormatError, "engine": WaliEngineError}
MOST_TEXT = 4096  # letters of a message
MOST_NUMBER = 1 << 62
STATUSES = range(1, 128)


def write(error: Exception) -> bytes:
    """The error, of whatever kind: what is no WaliError has failed for want of something, or is a fault of ours."""
    kind = next((name for name, known in KINDS.items() if type(error) is known), "error")
    numbers = [getattr(error, name, None) for name in ("status", "offset", "code", "errnum")]
    return "\n".join([kind, *("" if number is None else str(number) for number in numbers), _text(error)]).encode(
        errors="replace"
    )


def _text(error: Exception) -> str:
    if isinstance(error, WaliError):
        return str(error)
    if isinstance(error, MemoryError):
        return "reading it takes more memory than a module may need"
    if isinstance(error, RecursionError):
        return "it is nested more deeply than any module needs"
    return f"reading it failed ({type(error).__name__}: {error}); the module is damaged in a way that nobody expected"


def read(told: bytes) -> WaliError:
    """The error, with text and numbers within bounds; what makes no sense is one, too."""
    words = told.decode(errors="replace").split("\n", 5)
    if len(words) != 6 or words[0] not in KINDS:
        return WaliError("reading it failed, and nothing sensible says why")
    text = words[5].replace("\n", " ")[:MOST_TEXT]
    status, offset, code, errnum = (_number(word) for word in words[1:5])
    if words[0] == "engine":
        error: WaliError = WaliEngineError(text, code or 0, errnum or 0)
    else:
        error = KINDS[words[0]](text)
    if isinstance(error, WaliFormatError):
        error.offset = offset
    if status in STATUSES:
        error.status = status or error.status
    return error


def _number(word: str) -> int | None:
    digits = word.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 20 and abs(int(word)) < MOST_NUMBER:
        return int(word)
    return None
