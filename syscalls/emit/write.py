"""What the commands that generate do with their files: writes what changed, or only says what would."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from syscalls.emit import Output
from syscalls.rows import RowError


def stale(top: Path, outputs: Iterable[Output]) -> list[Output]:
    """The outputs whose file below `top` is missing or differs."""
    found = []
    for output in outputs:
        path = top / output.path
        if not path.is_file() or path.read_text() != output.text:
            found.append(output)
    return found


def command(
    prog: str, description: str, arguments: list[str] | None, top: Path, find: Callable[[], list[Output]]
) -> int:
    """The command; returns its exit status. `find` tells what is stale below `top`, or raises RowError."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    options = parser.parse_args(arguments)
    try:
        changed = find()
    except RowError as error:
        print(f"autogen: {error}", file=sys.stderr)
        return 1
    for output in changed:
        if options.check:
            print(f"autogen: {output.path} is stale", file=sys.stderr)
            continue
        path = top / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(output.text)
        print(f"autogen: wrote {output.path}")
    return 1 if options.check and changed else 0
