"""A program in a pseudoterminal of its own, typed to and read as a person would."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import time
from collections.abc import Mapping, Sequence
from types import TracebackType


class Terminal:
    """Leads a session whose controlling terminal is new; ends with it."""

    def __init__(self, command: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
        self.seen = ""
        self._mark = 0
        self.pid, self._leader = pty.fork()
        if self.pid == 0:
            try:
                for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores
                    signal.signal(number, signal.SIG_DFL)
                os.closerange(3, 4096)  # what this process was given
                os.chdir(folder)
                os.execve(command[0], list(command), dict(environment))
            finally:
                os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self._leader)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def type(self, text: str) -> None:
        """Sends keys: "\\n" ends a line, "\\x03" is ^C, "\\x1a" ^Z, "\\x04" ^D."""
        os.write(self._leader, text.encode())

    def expect(self, text: str, timeout: float = 15) -> str:
        """Reads until `text` has come; returns what came since the last call. AssertionError if it does not come."""
        end = time.monotonic() + timeout
        while (place := self.seen.find(text, self._mark)) < 0:
            left = end - time.monotonic()
            assert left > 0, f"{text!r} did not come; seen: {self.seen!r}"
            assert self._read(left) or time.monotonic() >= end, (
                f"the program ended before {text!r}; seen: {self.seen!r}"
            )
        since, self._mark = self.seen[self._mark : place], place + len(text)
        return since

    def status(self, timeout: float = 15) -> int:
        """Reads to the end; returns the exit status, or minus the signal."""
        end = time.monotonic() + timeout
        while self._read(max(0.0, end - time.monotonic())):
            pass
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        raise AssertionError(f"the program does not end; seen: {self.seen!r}")

    def _read(self, timeout: float) -> bool:
        if not select.select([self._leader], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._leader, 65536)
        except OSError:  # EIO: the last process has closed its side
            return False
        self.seen += data.decode(errors="backslashreplace")
        return bool(data)


def job_control(command: Sequence[str]) -> None:
    """Takes an interactive shell through jobs: ^Z, ^C, ^D, bg, fg, kill, wait."""
    environment = {"PS1": "ready> ", "PATH": os.environ["PATH"], "TERM": "dumb", "HOME": "/"}
    with Terminal(command, "/", environment) as shell:

        def step(keys: str, *wanted: str) -> None:
            shell.type(keys)
            for text in wanted:
                shell.expect(text)
            shell.expect("ready> ")

        def running(program: str) -> None:
            shell.expect(f"{program}\r\n")
            time.sleep(0.2)  # nothing says when the program has the terminal

        shell.expect("ready> ")
        shell.type("sleep 100\n")
        running("sleep 100")
        step("\x1a", "Stopped")
        step("jobs\n", "Stopped", "sleep 100")
        step("bg %1\n", "sleep 100")
        step("kill %1; wait %1; echo status $?\n", "status 143")
        shell.type("sleep 100\n")
        running("sleep 100")
        step("\x03")
        step("echo status $?\n", "status 130")
        shell.type("cat\n")
        running("cat")
        shell.type("line\n")
        shell.expect("line\r\nline\r\n")
        step("\x1a", "Stopped")
        shell.type("fg\n")
        running("cat")
        shell.type("more\n")
        shell.expect("more\r\nmore\r\n")
        step("\x04")
        step("sleep 100 | sleep 100 &\n")
        step("kill %1; wait; echo all over\n", "\r\nall over")
        step("echo half a lin\x03")
        shell.type("exit 7\n")
        assert shell.status() == 7
