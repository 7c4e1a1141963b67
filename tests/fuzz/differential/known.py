"""Differences that are known: documented in docs/DIFFERENCES.md, or of what a guest cannot have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz.differential.program import PAGE, Line

DONTFORK, AF_RDS, PROT_EXEC, MREMAP_FIXED = 10, 21, 4, 2


@dataclass(frozen=True)
class Difference:
    """The first line that differs."""

    label: int
    native: str
    guest: str

    @property
    def answers(self) -> tuple[str, str]:
        """What follows the label on both sides."""
        return self.native.partition(" ")[2], self.guest.partition(" ")[2]


def _moves_pages(words: list[str]) -> bool:
    """Whether mremap moves as many pages as there were."""
    return bool(int(words[3]) & MREMAP_FIXED) and -int(words[1]) // PAGE == -int(words[2]) // PAGE


def _shrinks(words: list[str]) -> bool:
    """Whether mremap moves fewer pages than there were: of several mappings Linux before 6.17 unmapped the rest."""
    return bool(int(words[3]) & MREMAP_FIXED) and -int(words[1]) // PAGE < -int(words[2]) // PAGE


def _ends(found: Difference) -> bool:
    """Whether both sides end here, by different signals."""
    return all(answer.startswith("signal ") for answer in found.answers)


KNOWN: dict[str, tuple[Callable[[list[str], Difference], bool], str]] = {
    "madvise": (lambda words, _: words[2] == str(DONTFORK), "a child must have the whole reservation"),
    "socket": (lambda words, _: words[0] == str(AF_RDS), "refused before the kernel looks at the type"),
    "mmap": (
        lambda words, _: bool(int(words[2]) & PROT_EXEC),
        "guests execute no memory: the kernel never sees PROT_EXEC",
    ),
    "mremap": (
        lambda words, found: (_moves_pages(words) and found.answers[1] == "-14") or _shrinks(words),
        "since Linux 6.17 several mappings move at once",
    ),
    "rt_sigsuspend": (lambda _, found: _ends(found), "of two deadly signals that come at once either may be first"),
}
"""By the name of a call: what its arguments are, and the reason."""


def is_known(lines: list[Line], found: Difference) -> bool:
    """Whether a difference needs no look: the call of its line, or the one that it shows, is known."""
    calls = [line for line in lines if line.comment and line.label <= found.label]
    if not calls or calls[-1].comment not in KNOWN:
        return False
    return KNOWN[calls[-1].comment][0](list(calls[-1].words[3:]), found)
