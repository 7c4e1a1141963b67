"""A tmux server of a test's own: typed to and read by its commands."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

PATIENCE = 60
"""Seconds for what shall come."""
FIRST = 300
"""Seconds for one command, of which the first has the program compiled."""


class Server:
    """Begins with the first session, and ends with the test; the user's settings and servers stay as they are."""

    def __init__(self, program: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # Where the socket is, in words that are the same for each server: they are seen in its windows.
        self.command = [*program, "-S", "socket", "-f", "/dev/null"]
        self.environment = {
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "SHELL": "/bin/sh",
            "TERM": "vt100",
            "TMUX_PROGRAM": program[-1],
            "TZ": "UTC",
            "WALI_QUIET": "1",
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(folder)),
            **(environment or {}),
        }

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client("kill-server")

    def client(self, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """One command, by a client of its own, to which `said` is piped."""
        return subprocess.run(
            [*self.command, *words],
            cwd=self.folder,
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=FIRST,
            check=False,
        )

    def run(self, *words: str) -> str:
        """What a command says, which must not fail."""
        done = self.client(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def type(self, target: str, text: str, *keys: str) -> None:
        """Text as it is, and then keys by their names."""
        # A semicolon at the end of an argument would begin another command.
        for words in (["-l", "--", text] if text else [], keys):
            if words:
                self.run("send-keys", "-t", target, *(re.sub(";$", r"\\;", word) for word in words))

    def screen(self, target: str) -> str:
        """What a pane shows, with colours, and where its cursor is."""
        lines = self.run("capture-pane", "-p", "-e", "-t", target)
        return lines + self.run("display-message", "-p", "-t", target, "#{cursor_x},#{cursor_y}")

    def await_file(self, name: str, text: str) -> None:
        """Until a file of the folder ends so. AssertionError if it never does."""
        end = time.monotonic() + PATIENCE
        while not (found := (self.folder / name).read_bytes().decode()).endswith(text):
            assert time.monotonic() < end, f"{name} stays {found!r}"
            time.sleep(0.05)

    def await_screen(self, target: str, fits: Callable[[str], bool], wanted: str = "") -> str:
        """The screen, as soon as it fits. AssertionError if it never does, which shows what was wanted."""
        end = time.monotonic() + PATIENCE
        while not fits(screen := self.screen(target)):
            assert time.monotonic() < end, f"the screen stays\n{screen}\n{wanted}"
            time.sleep(0.05)
        return screen

    def await_format(self, text: str, wanted: str) -> None:
        """Until tmux answers so. AssertionError if it never does."""
        end = time.monotonic() + PATIENCE
        while (found := self.run("display-message", "-p", text).strip()) != wanted:
            assert time.monotonic() < end, f"{text} stays {found!r}, and should be {wanted!r}"
            time.sleep(0.05)

    def settled(self, target: str, text: str) -> str:
        """The screen that holds `text` and has not changed for a moment."""
        while True:
            screen = self.await_screen(target, lambda seen: text in seen, f"without {text}")
            time.sleep(0.3)
            if self.screen(target) == screen:
                return screen
