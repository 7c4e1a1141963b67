"""Reading what --trace has written."""

from __future__ import annotations

import re

PREFIX = re.compile(r"(?:\[pid +(\d+)\] |(\d+) +)?(.*)")
RESUMED = re.compile(r"<\.\.\. \S+ resumed>")
UNFINISHED = " <unfinished ...>"


def whole_lines(text: str) -> list[tuple[str, str]]:
    """(id of the thread, or "" without one, line) each, with the parts of interrupted lines put together."""
    begun: dict[str, str] = {}
    lines = []
    for line in text.splitlines():
        on_screen, in_file, rest = PREFIX.fullmatch(line).groups()  # type: ignore[union-attr]
        pid = on_screen or in_file or ""
        if rest.endswith(UNFINISHED):
            begun[pid] = rest.removesuffix(UNFINISHED)
            continue
        if found := RESUMED.match(rest):
            # Before there were several threads there was no id.
            rest = begun.pop(pid if pid in begun else "") + rest[found.end() :]
        lines.append((pid, rest))
    return lines
