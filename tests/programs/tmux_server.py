"""A tmux server of a test's own: typed to and read by its commands."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Timer
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

    def client(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command, by a client of its own."""
        return subprocess.run(
            [*self.command, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
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
        """What a pane shows, with colours, and where its cursor is: both at one moment."""
        cursor = ["display-message", "-p", "-t", target, "#{cursor_x},#{cursor_y}"]
        return self.run("capture-pane", "-p", "-e", "-t", target, ";", *cursor)

    def await_file(self, name: str, text: str) -> None:
        """Until a file of the folder ends so. AssertionError if it never does."""
        file = self.folder / name
        end = time.monotonic() + PATIENCE
        while not (found := file.read_bytes().decode() if file.exists() else "").endswith(text):
            assert time.monotonic() < end, f"{name} stays {found!r}"
            time.sleep(0.05)

    def await_screen(self, target: str, fits: Callable[[str], bool], wanted: str = "") -> str:
        """The screen, as soon as it fits. AssertionError if it never does, which shows what was wanted."""
        end = time.monotonic() + PATIENCE
        while not fits(screen := self.screen(target)):
            assert time.monotonic() < end, f"the screen stays\n{screen}\n{wanted}"
            time.sleep(0.05)
        return screen

    def await_format(self, text: str, wanted: str, target: str = "") -> None:
        """Until tmux answers so, of a pane. AssertionError if it never does."""
        where = ["-t", target] if target else []
        end = time.monotonic() + PATIENCE
        while (found := self.run("display-message", "-p", *where, text).strip()) != wanted:
            assert time.monotonic() < end, f"{text} stays {found!r}, and should be {wanted!r}"
            time.sleep(0.05)

    def await_size(self, target: str, rows: int, columns: int) -> None:
        """Until a pane's terminal has that size: tmux tells it no more often than each quarter of a second, while its
        formats have the new size at once. AssertionError if it never does."""
        terminal = os.open(
            self.run("display-message", "-p", "-t", target, "#{pane_tty}").strip(), os.O_RDWR | os.O_NOCTTY
        )
        end = time.monotonic() + PATIENCE
        try:
            while (found := tuple(os.get_terminal_size(terminal))) != (columns, rows):
                assert time.monotonic() < end, f"the terminal stays {found}, and should be {(columns, rows)}"
                time.sleep(0.02)
        finally:
            os.close(terminal)

    def shown(self, target: str, text: str, cursor: str) -> str:
        """The screen that has `text`, and the cursor at "X,Y", or in column X by "X,": what a program writes comes in
        its order, so that with the last of it all is there."""

        def fits(screen: str) -> bool:
            lines, _, place = screen.rstrip("\n").rpartition("\n")
            return text in lines and place.startswith(cursor)

        return self.await_screen(target, fits, f"without {text!r} and the cursor at {cursor}")

    def converse(self, words: Sequence[str], *turns: tuple[str, str]) -> tuple[str, str, int]:
        """A client that reads commands: as soon as the first text of a turn has come, the second is said. Returns output,
        errors and status. AssertionError if it does not come."""
        with subprocess.Popen(
            [*self.command, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as client:
            assert client.stdin is not None
            assert client.stdout is not None
            assert client.stderr is not None
            late = Timer(FIRST, client.kill)
            late.start()
            said = []
            try:
                for awaited, answer in turns:
                    for line in client.stdout:
                        said.append(line)
                        if line.startswith(awaited):
                            break
                    else:
                        raise AssertionError(f"{awaited!r} does not come: {said}")
                    client.stdin.write(answer)
                said += client.stdout
                return "".join(said), client.stderr.read(), client.wait()
            finally:
                late.cancel()
                client.kill()

    def settled(self, target: str, text: str) -> str:
        """The screen that holds `text` and has not changed for a moment."""
        while True:
            screen = self.await_screen(target, lambda seen: text in seen, f"without {text}")
            time.sleep(0.3)
            if self.screen(target) == screen:
                return screen
