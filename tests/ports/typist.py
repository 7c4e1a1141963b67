"""python -m tests.ports.typist PROGRAM [ARGUMENT...]: types into a program in a terminal of its own, for the work of a row.

Standard input says what: a line that begins with `>` is typed, one that begins with `<` waited for; both may hold
Python's escapes. What the program shows is not printed. The status is the program's.
"""

from __future__ import annotations

import os
import sys

from tests.programs.terminal import Terminal

PATIENCE = 600
"""Seconds for a line of the other side's."""


def main(command: list[str], script: list[str]) -> int:
    """Play the script; AssertionError if something does not come."""
    with Terminal(command, ".", os.environ) as terminal:
        for line in script:
            text = line[1:].strip().encode().decode("unicode_escape")
            if line.startswith(">"):
                terminal.type(text)
            elif line.startswith("<"):
                terminal.expect(text, PATIENCE)
            else:
                raise ValueError(f"neither typed nor waited for: {line!r}")
        status = terminal.status(PATIENCE)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin.read().splitlines()))
