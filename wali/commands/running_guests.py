"""The guests that run on this machine, seen from outside: what `wali ps` lists.

A guest is a process like any other, and the runtime lets it look like its program: name and
arguments say nothing. What every guest has, and nothing else, is an executable mapping of a
module's compiled code: a file of the cache, or the memory file that it was compiled into (proc(5),
/proc/pid/maps). That file is readable for processes of one's own, and for root. It is empty once
the process's first thread has ended (pthread_exit); another thread's in /proc is not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from ..errors import WaliUsageError
from ..start import options

CODE_SUFFIX = b".cwasm"
CODE_MEMORY = b"/memfd:wali-code"
DELETED = b" (deleted)"


@dataclass(frozen=True)
class Guest:
    """One process.

    name: what ps(1) calls it, at most 15 bytes. module: the module's path as it was given, or the
    guest's own argument 0 where that hides it. arguments: those behind it.
    cpu_percent: of one processor, since the last look, else since the start. cpu_seconds: user
    and system time. memory: resident bytes. started: seconds since 1970.
    """

    pid: int
    parent: int
    user: str
    name: str
    module: str
    arguments: list[str]
    threads: int
    status: str
    cpu_percent: float
    cpu_seconds: float
    memory: int
    started: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Observer:
    """Looks at the guests, again and again; remembers processor times between two looks.

    refused: whether there were processes, at the last look, that this user may not look at.
    """

    last: dict[tuple[int, float], tuple[float, float]] = field(default_factory=dict)
    refused: bool = False

    def look(self) -> list[Guest]:
        """The guests that run now and can be seen, by pid."""
        seen, self.last, self.refused = self.last, {}, False
        return sorted(self._guests(seen), key=lambda guest: guest.pid)

    def _guests(self, seen: dict[tuple[int, float], tuple[float, float]]) -> Iterator[Guest]:
        for pid in psutil.pids():
            try:
                if (tid := guest_thread(pid)) is not None:
                    yield self._guest(psutil.Process(pid), tid, seen)
            except PermissionError:
                self.refused = True
            except (psutil.Error, OSError):
                pass  # it ended meanwhile

    def _guest(self, process: psutil.Process, tid: int, seen: dict[tuple[int, float], tuple[float, float]]) -> Guest:
        thread = process if tid == process.pid else psutil.Process(tid)
        with process.oneshot():
            started, now = process.create_time(), time.time()
            times = process.cpu_times()
            used = times.user + times.system
            key = (process.pid, started)
            before, then = seen.get(key, (0.0, started))
            self.last[key] = (used, now)
            module, arguments = command(command_line(tid))
            return Guest(
                pid=process.pid,
                parent=process.ppid(),
                user=process.username(),
                name=process.name(),
                module=module or process.name(),
                arguments=arguments,
                threads=process.num_threads(),
                status=str(thread.status()),
                cpu_percent=round(max(0.0, 100 * (used - before) / max(now - then, 0.01)), 1),
                cpu_seconds=round(used, 2),
                memory=thread.memory_info().rss,
                started=started,
            )


def guest_thread(pid: int) -> int | None:
    """The id of a thread that shows a guest's memory in /proc, `pid` if it can; None if this is no guest.

    OSError if the process is gone or may not be looked at.
    """
    runs = runs_module(pid)
    if runs is None:  # a zombie, or a thread of the kernel's: those have no others
        for tid in map(int, os.listdir(f"/proc/{pid}/task")):
            if tid != pid and runs_module(tid):
                return tid
    return pid if runs else None


def runs_module(tid: int) -> bool | None:
    """Whether a thread has compiled code of a module; None if it has no memory at all. OSError."""
    runs = None
    with open(f"/proc/{tid}/maps", "rb") as file:
        for line in file:
            words = line.rstrip(b"\n").split(None, 5)
            if len(words) == 6 and b"x" in words[1]:
                path = words[5].removesuffix(DELETED)
                if path.endswith(CODE_SUFFIX) or path == CODE_MEMORY:
                    return True
            runs = False
    return runs


def command_line(tid: int) -> list[str]:
    """The arguments that the process of this thread shows, argument 0 first. OSError."""
    with open(f"/proc/{tid}/cmdline", "rb") as file:
        raw = file.read()
    return [os.fsdecode(word) for word in raw.removesuffix(b"\0").split(b"\0")] if raw else []


def command(words: list[str]) -> tuple[str, list[str]]:
    """(module, arguments) of a command line: the guest's own, or the runtime's if the kernel shows that."""
    rest = _behind_runtime(words)
    if rest is not None:
        with suppress(WaliUsageError, options.Asked):
            words = options.split(rest)[1]
    return (words[0], words[1:]) if words else ("", [])


def _behind_runtime(words: list[str]) -> list[str] | None:
    """What stands behind the command wali-run in whichever form; None if this is none."""
    names = [os.path.basename(word) for word in words[:4]]
    if names[:1] == ["wali-run"]:
        return words[1:]
    if not names or not names[0].startswith("python"):
        return None
    if "-c" in words[1:3]:  # wali.api.command
        start = words.index("-c") + 2
        return words[start:] if "from wali.cli import run_main" in words[start - 1] else None
    for position, name in enumerate(names[1:], 1):
        if name == "wali" and words[position + 1 : position + 2] == ["launched"]:
            return words[position + 3 :]
        if name == "wali" and words[position + 1 : position + 2] == ["run"]:
            return words[position + 2 :]
    return None
