"""Where the two sides differ, and the smallest program that shows it."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.differential import sides
from tests.fuzz.differential.known import Difference, is_known
from tests.fuzz.differential.program import Line, Program

AGAIN = 3
"""How often a difference must be the same to count."""


def first_difference(native: str, guest: str) -> Difference | None:
    """None if all is equal."""
    ours, theirs = native.splitlines(), guest.splitlines()
    for at in range(max(len(ours), len(theirs))):
        one = ours[at] if at < len(ours) else "(nothing)"
        other = theirs[at] if at < len(theirs) else "(nothing)"
        if one != other:
            word = one.split(" ")[0] if one != "(nothing)" else other.split(" ")[0]
            return Difference(int(word) if word.isdigit() else 0, one, other)
    return None


def judge(program: Program) -> Difference | None:
    """Runs one program on both sides, until both have said the same thing twice; None if they are equal."""
    found = None
    for _ in range(AGAIN):
        native, again = (sides.run([program], as_guest=False).get(program.name, "") for _ in range(2))
        if native != again:
            return None
        found = first_difference(native, sides.run([program], as_guest=True).get(program.name, "(nothing)"))
        if found is None or is_known(program.lines, found):
            return None
    return found


def _same_kind(program: Program, wanted: Difference, before: list[Line]) -> Callable[[list[Line]], bool]:
    """Whether fewer lines still differ in the same call, in the same way."""
    comment = _call_at(before, wanted.label)

    def check(lines: list[Line]) -> bool:
        smaller = Program(program.name, lines)
        native = sides.run([smaller], as_guest=False).get(program.name, "")
        found = first_difference(native, sides.run([smaller], as_guest=True).get(program.name, "(nothing)"))
        return found is not None and _call_at(lines, found.label) == comment and not is_known(lines, found)

    return check


def call_at(program: Program, label: int) -> str:
    """The name of the call whose result or memory the line shows."""
    return _call_at(program.lines, label)


def _call_at(lines: list[Line], label: int) -> str:
    last = ""
    for line in lines:
        if label and line.label > label:
            break
        last = line.comment or (line.verb if line.verb in ("fork", "action", "peek", "poke") else last)
    return last


def shrink(program: Program, wanted: Difference) -> Program:
    """Leaves out lines as long as the difference stays: delta debugging."""
    check = _same_kind(program, wanted, program.lines)
    lines = list(program.lines)
    size = max(1, len(lines) // 2)
    while size:
        at = 0
        while at < len(lines):
            fewer = lines[:at] + lines[at + size :]
            if balanced(fewer) and check(fewer):
                lines = fewer
            else:
                at += size
        size //= 2
    return Program(program.name, lines)


def balanced(lines: list[Line]) -> bool:
    """Whether each fork has its exit."""
    depth = 0
    for line in lines:
        depth += (line.verb == "fork") - (line.verb == "exit")
        if depth < 0:
            return False
    return depth == 0
