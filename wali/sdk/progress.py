"""How far a command of `wali sdk` has come: a line that changes on a terminal, elsewhere a line for each step."""

from __future__ import annotations

import re
import sys

from ..messages import printable, tell

_TIME = re.compile(r" \(\d+ s\)$")


class Line:
    """Progress on stderr; none if `quiet`. What it gets it makes printable."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.step = ""
        self.quarter = 0

    def show(self, text: str) -> None:
        """What is being done. Seconds at its end, as in " (12 s)", are for terminals: they make no new step."""
        step = _TIME.sub("", text)
        if self.quiet or (step == self.step and not self.terminal):
            return
        self.step = step
        if self.terminal:
            tell(f"\r\x1b[Kwali sdk: {printable(text)}", end="")
        else:
            tell(f"wali sdk: {printable(step)}")

    def __call__(self, text: str, done: int, total: int) -> None:
        """The same, so many of `total` pieces `done`; elsewhere than on a terminal told at each quarter."""
        quarter = done * 4 // total
        if self.terminal or quarter != self.quarter:
            self.show(f"{text}: {done * 100 // total} %")
        self.quarter = quarter

    def end(self, text: str) -> None:
        """What has been done."""
        if self.quiet:
            return
        if self.terminal:
            tell("\r\x1b[K", end="")
        tell(f"wali sdk: {printable(text)}")
        self.step = ""
