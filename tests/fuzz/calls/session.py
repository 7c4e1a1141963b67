"""Runs the guest of random calls, one process a seed, until the time is over, and judges how each ended."""

from __future__ import annotations

import re
import struct
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from syscalls.table import all_rows
from tests.fuzz import build, enclosed
from tests.fuzz.calls import table
from tests.support import tools

CALLS = 5000
"""Calls of the first thread of a process."""
SECONDS = 20
"""The longest that a process may take."""
CANARY_SIZE, CANARY_WORD = 8 << 20, 0x5CA1AB1EDEADC0DE
THREADS, REMEMBERED = 4, 8
"""As in guest.h."""
DEADLY = {4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}
TOLD = re.compile(rb"^wali: .*$", re.MULTILINE)
OWN_FAULT = re.compile(rb"\(SIG[A-Z]+\)|killed by|seccomp")
WRONG = re.compile(rb"panicked|AddressSanitizer|runtime error:|Assertion|stack smashing|corrupted|malloc\(\)|free\(\)")


@dataclass
class Result:
    """What a session has done."""

    processes: int = 0
    calls: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    finds: list[str] = field(default_factory=list)


def guest() -> Path:
    """The guest, compiled."""
    table.write(build.BUILD)
    return build.compiled(
        "calls.wasm", "wali-cc", sorted((build.HERE / "calls" / "guest").glob("*.c")), f"-iquote{build.BUILD}"
    )


def canary() -> Path:
    """The library with the canary."""
    return build.compiled("canary.so", "cc", [build.HERE / "calls" / "canary" / "canary.c"], "-shared", "-fPIC")


@dataclass(frozen=True)
class Bench:
    """The files that a process shares with its judge."""

    progress: Path
    canary: Path

    def prepare(self) -> None:
        """Both as they are before a run."""
        self.progress.write_bytes(bytes(4096))
        self.progress.chmod(0o666)
        if not self.canary.exists():
            self.canary.write_bytes(struct.pack("<Q", CANARY_WORD) * (CANARY_SIZE // 8))
            self.canary.chmod(0o666)


def run(seed: int, seconds: float, count: int = 1 << 62) -> Result:
    """Processes of `seed`, `seed` + 1, ... until the time is over, or so many calls have been made."""
    result, end = Result(), time.monotonic() + seconds
    build.BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build.BUILD) as folder:
        Path(folder).chmod(0o755)
        bench = Bench(Path(folder, "progress"), Path(folder, "canary"))
        while time.monotonic() < end and result.calls < count:
            one(seed + result.processes, bench, result)
            result.processes += 1
    return result


def start(words: list[str], bench: Bench, root: bool, watched: bool = True) -> enclosed.Ended:
    """Runs the guest with these arguments."""
    bench.prepare()
    wali_run = Path(tools.wali_run())
    return enclosed.run(
        [wali_run, "--max-memory", "256M", guest(), *words],
        SECONDS,
        root=root,
        progress=bench.progress if watched else None,
        hand={"FUZZ_PROGRESS": bench.progress, "FUZZ_CANARY": bench.canary},
        environment={"XDG_CACHE_HOME": str(build.cache_of(guest(), wali_run)), "LD_PRELOAD": str(canary())},
    )


def one(seed: int, bench: Bench, result: Result) -> None:
    """The process of one seed."""
    ended = start([str(seed), str(CALLS)], bench, root=seed // 4 % 2 == 1)
    told = bench.progress.read_bytes()
    calls, signals, found, word, at = struct.unpack_from("<5Q", told)
    result.calls += calls
    report = ended.report.split(" ")[0] if ended.report.startswith("stalled") else ended.report
    result.ends[report] += 1
    (begun,) = struct.unpack_from("<Q", told, 40)
    why = _judge(ended, begun > 0, signals, found, word, at)
    if ended.report.startswith("stalled") and " R(" in ended.report and not harms_itself(seed):
        why += "; it runs and does nothing"
    if bench.canary.read_bytes() != struct.pack("<Q", CANARY_WORD) * (CANARY_SIZE // 8):
        why += "; the canary below 4 GiB has changed"
        bench.canary.unlink()
    if why:
        head = f"seed {seed} ({result.processes}): {ended.report} after {calls} calls{why}"
        words = ended.stderr.decode(errors="replace")[-1500:]
        result.finds.append("\n".join([head, *_last_calls(told), words]))


def harms_itself(seed: int) -> bool:
    """Whether the process takes its own memory away, after which it may do anything: choose_mode of guest/main.c."""
    return seed % 4 == 3 and seed // 8 % 4 == 0


def _judge(ended: enclosed.Ended, begun: bool, signals: int, found: int, word: int, at: int) -> str:
    """What is wrong with this end; nothing if nothing is."""
    why = ""
    if found:
        what = "the canary's word" if found == 1 else "an address of the host's"
        why += f"; {what} {word:#x} in guest memory, at {at:#x} of the arena"
    if not begun and not ended.report.startswith("signal"):
        why += "; it has not begun"
    told = TOLD.findall(ended.stderr)
    if WRONG.search(ended.stderr) or any(not OWN_FAULT.search(line) for line in told):
        why += "; it says what it must not"
    kind, _, number = ended.report.partition(": ")
    if kind == "signal" and int(number) in DEADLY and not told and not signals >> int(number) & 1:
        why += f"; {DEADLY[int(number)]} that nobody sent, and without a word"
    if ended.report.startswith("enclosure"):
        why += "; the enclosure failed"
    return why


def _last_calls(told: bytes) -> list[str]:
    """The last calls of each thread, oldest first."""
    names = {row.number: row.name for row in all_rows()}
    lines, at = [], 40
    for thread in range(THREADS):
        (next_call,) = struct.unpack_from("<Q", told, at)
        for i in range(max(0, next_call - REMEMBERED), next_call):
            number, *words = struct.unpack_from("<8q", told, at + 8 + i % REMEMBERED * 64)
            arguments = ", ".join(f"{value & 0xFFFFFFFFFFFFFFFF:#x}" for value in words[:6])
            answer = "(not back)" if words[6] == -(1 << 63) else str(words[6])
            lines.append(f"  thread {thread}: {names.get(number, number)}({arguments}) = {answer}")
        at += 8 + REMEMBERED * 64
    return lines
