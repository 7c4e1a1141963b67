"""What a change to a file of upstream musl is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """Replace `old`, which occurs once in `path` (relative to musl's tree), by `new`."""

    path: str
    old: str
    new: str
    why: str
