"""The sets of calls for the filters of wali-run's --sandbox, --confine and --deny."""

from __future__ import annotations

from syscalls import closed
from syscalls.emit import Output, banner, c_banner, fitting
from syscalls.rows import Row

WORDS, NAME_ROOM = 8, 16
"""As in syscalls/call_sets.h."""


def bitmap(numbers: list[int]) -> str:
    """The initialiser of a struct call_set."""
    words = [0] * WORDS
    for number in numbers:
        words[number // 64] |= 1 << number % 64
    return "{{" + ", ".join(f"UINT64_C(0x{word:x})" for word in words) + "}}"


def call_sets_c(rows: tuple[Row, ...]) -> Output:
    """call_sets.c: bit n of a set is call n."""
    lines = [c_banner(banner("syscalls/closed.py and syscalls/table/")) + '#include "syscalls/call_sets.h"', ""]
    for name, numbers in closed.sets(rows).items():
        lines.append(f"const struct call_set calls_{name} =\n    {bitmap(numbers)};")
    families = closed.families(rows)
    lines += ["", "const struct call_family call_families[] = {"]
    lines += [f"    {{{fitting(name, NAME_ROOM)},\n     {bitmap(numbers)}}}," for name, numbers in families.items()]
    lines += ["};", "const size_t call_family_count = sizeof call_families / sizeof call_families[0];", ""]
    return Output("syscalls/_generated/call_sets.c", "\n".join(lines))
