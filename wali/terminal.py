"""Showing what others have written."""


def printable(text: str) -> str:
    """`text` without what a terminal would take for a command: names in modules, another's arguments."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
