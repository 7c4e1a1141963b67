"""A program in a pseudoterminal of its own, typed to and read as a person would."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import termios
import time
from collections.abc import Mapping, Sequence
from fcntl import ioctl
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory
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

    def expect_all(self, *texts: str) -> None:
        """Reads until each has come, in whatever order."""
        begin, ends = self._mark, []
        for text in texts:
            self._mark = begin
            self.expect(text)
            ends.append(self._mark)
        self._mark = max(ends)

    def await_foreground(self, program: str, timeout: float = 15) -> None:
        """Waits until a group that runs `program`, as its command line says, has the terminal."""
        end = time.monotonic() + timeout
        while True:
            with contextlib.suppress(OSError):
                group = os.tcgetpgrp(self._leader)
                line = Path(f"/proc/{group}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if group != self.pid and line.strip().endswith(program):
                    return
            assert time.monotonic() < end, f"{program!r} does not get the terminal; seen: {self.seen!r}"
            time.sleep(0.01)

    def resize(self, columns: int, rows: int) -> None:
        """Gives the window another size, which the foreground group is told by SIGWINCH."""
        ioctl(self._leader, termios.TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Ends the connection, as a closed window does."""
        os.close(self._leader)
        self._leader = os.open(os.devnull, os.O_RDWR)

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
    """Takes an interactive shell through jobs: ^Z, ^C, ^D, bg, fg, kill, wait; reading and writing in the background;
    hanging up. The shell leaves its history in a HOME of its own."""
    with TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": home, "WALI_QUIET": "1"}
        _job_control(command, {"PS1": "ready> ", **environment})


def _job_control(command: Sequence[str], environment: dict[str, str]) -> None:
    with Terminal(command, "/", environment) as shell:

        def step(keys: str, *wanted: str) -> None:
            shell.type(keys)
            for text in wanted:
                shell.expect(text)
            shell.expect("ready> ")

        def running(program: str) -> None:
            shell.expect(f"{program}\r\n")
            shell.await_foreground(program)

        def stops_by_itself(why: str) -> None:
            # Nothing says when; the shell does with the next prompt. bash's "Stopped" has no reason behind it.
            for _ in range(100):
                shell.type("jobs\n")
                shell.expect("jobs\r\n")
                if "Stopped" in shell.expect("ready> "):
                    return
                time.sleep(0.1)
            raise AssertionError(f"does not stop for {why}; seen: {shell.seen!r}")

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
        # Both must be past the fork: an interactive shell ignores SIGTERM, and its child does so at first.
        shell.type('{ echo up""1 >&2; exec sleep 100; } | { echo up""2 >&2; exec sleep 100; } &\n')
        shell.expect_all("up1", "up2", "ready> ")
        step("kill %1; wait; echo all over\n", "\r\nall over")
        step("cat &\n")
        stops_by_itself("terminal input")
        shell.type("fg\n")
        running("cat")
        shell.type("at last\n")
        shell.expect("at last\r\nat last\r\n")
        step("\x04")
        step("stty tostop\n")
        step('(echo quiet""ly) &\n')
        stops_by_itself("terminal output")
        step("fg\n", "quietly\r\n")
        step("stty -tostop\n")
        step("echo half a lin\x03")
        shell.type("exit 7\n")
        assert shell.status() == 7

    with Terminal(command, "/", environment) as shell:  # which takes its jobs along, stopped or running
        shell.expect("ready> ")
        shell.type("sleep 100\n")
        running("sleep 100")
        step("\x1a", "Stopped")
        shell.type("sleep 100\n")
        running("sleep 100")
        jobs = _session(shell.pid)
        assert len(jobs) == 3, jobs
        shell.hang_up()
        end = time.monotonic() + 15
        while left := _session(shell.pid):
            assert time.monotonic() < end, f"outlive the terminal: {left}"
            with contextlib.suppress(ChildProcessError):
                os.waitpid(shell.pid, os.WNOHANG)
            time.sleep(0.02)


def _session(leader: int) -> dict[int, str]:
    """The processes of a session that live, with their names."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            before, _, behind = path.read_text().rpartition(")")
            state, _, _, session = behind.split()[:4]
            if int(session) == leader and state != "Z":
                found[int(path.parent.name)] = before.partition("(")[2]
    return found
