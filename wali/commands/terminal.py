"""Text for people: cut to a width, and sizes."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """How many columns of a terminal printable text takes: letters of East Asia two, accents none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text
    )


def cut(text: str, width: int) -> str:
    """As much of the text as fits."""
    used = 0
    for place, letter in enumerate(text):
        used += columns(letter)
        if used > width:
            return text[:place]
    return text


def size_text(size: float) -> str:
    """A number of bytes for people: ``1.5 MiB``."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
