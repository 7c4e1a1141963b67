"""Copies of upstream's tests in which words are replaced: ports, folders, and limits of time for a loaded machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

Replacements = Mapping[str, Iterable[tuple[str, str]]]
"""For each file what is replaced in it by what."""


def copy(source: Path, target: Path, replacements: Replacements) -> None:
    """Copies a folder, its links too. Raises ValueError for words that are not there: upstream has changed them."""
    shutil.copytree(source, target, symlinks=True)
    for name, pairs in replacements.items():
        path = target / name
        text = path.read_text()
        for old, new in pairs:
            if old not in text:
                raise ValueError(f"{path} has no {old!r}")
            text = text.replace(old, new)
        path.write_text(text)
