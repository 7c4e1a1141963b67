"""A program for the interpreter: its lines, and the text of a batch.

A line is `LABEL VERB WORD...`.  Words that begin with r name the result of the line of that label, so lines can be left
out without renaming others.  The interpreter's sources say what each verb does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syscalls.table import all_rows

SLOTS, SLOT_SIZE, PAGES, PAGE = 64, 1024, 64, 4096
"""The interpreter's memory: interpreter.h."""


@dataclass(frozen=True)
class Line:
    """One line.  `comment` is the call's name, for people."""

    label: int
    words: tuple[str, ...]
    comment: str = ""

    @property
    def verb(self) -> str:
        """What it does."""
        return self.words[0]

    @property
    def text(self) -> str:
        """As the interpreter reads it."""
        return f"{self.label} {' '.join(self.words)}"


@dataclass
class Program:
    """The lines, in order."""

    name: str
    lines: list[Line] = field(default_factory=list)
    _slot: int = 0

    def add(self, *words: object, comment: str = "") -> int:
        """Appends a line; answers its label."""
        label = len(self.lines) + 1
        self.lines.append(Line(label, tuple(str(word) for word in words), comment))
        return label

    def slot(self) -> str:
        """The word of a slot that was not used lately."""
        self._slot = self._slot % (SLOTS - 1) + 1
        return f"s{self._slot}"

    def fill(self, content: bytes) -> str:
        """A slot that holds these bytes."""
        at = self.slot()
        self.add("fill", at, content.hex())
        return at

    @property
    def text(self) -> str:
        """As the interpreter reads it."""
        return "\n".join([f"program {self.name}", *(line.text for line in self.lines), ""])


def parse(text: str) -> list[Line]:
    """The lines of a program's text."""
    names = {row.number: row.name for row in all_rows()}
    lines = []
    for line in text.splitlines():
        label, *words = line.split(" ")
        if label.isdigit():
            called = words[0] in ("call", "wait")
            lines.append(Line(int(label), tuple(words), names.get(int(words[2]), "") if called else ""))
    return lines
