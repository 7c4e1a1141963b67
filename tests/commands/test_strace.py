"""The trace beside strace(1): the same C program, natively and as wasm, line by line.

Without strace its lines are those that it once wrote (trace_subject.expected). What is left out on both sides is
what docs/TRACE.md lists as different.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401

HERE = Path(__file__).parent
SUBJECT = HERE / "trace_subject.c"
EXPECTED = HERE / "trace_subject.expected"
RECORDED_BY = "6.1"
NOT_CALLS = ("rt_sigreturn(", "--- SIGCHLD ")


def normalised(text: str) -> list[str]:
    """The lines from the first getppid on: without process ids, addresses, ports, and which of two came first."""
    whole: dict[str, str] = {}
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        pid, rest = line.split(maxsplit=1)
        if rest.endswith("<unfinished ...>"):
            whole[pid] = rest.removesuffix("<unfinished ...>").removesuffix(" ")
            continue
        if found := re.match(r"<\.\.\. \w+ resumed>", rest):
            rest = whole.pop(pid) + rest[found.end() :]
        rest = re.sub(r"\) +=", ") =", rest)  # where the result stands depends on who has interrupted whom
        lines.append((pid, rest))
    names = {pid: f"<pid {at}>" for at, pid in enumerate(dict.fromkeys(pid for pid, _ in lines))}
    start = next(at for at, (_, line) in enumerate(lines) if line.startswith("getppid("))
    kept = []
    for pid, line in sorted(lines[start + 1 :], key=lambda pair: list(names).index(pair[0])):
        if line.startswith(NOT_CALLS):
            continue
        line = re.sub(r"\b0x[0-9a-f]{4,}|(?<=sa_handler=)0x[0-9a-f]+", "<address>", line)
        line = re.sub(r'(nodename=)"[^"]*"|(si_uid=)\d+', r"\1\2...", line)
        for number, name in names.items():
            line = re.sub(rf"\b{number}\b", name, line)
        line = line.replace("|O_LARGEFILE", "").replace("|SA_RESTORER", "").replace("SA_RESTORER", "0")
        kept.append(f"{names[pid]} {re.sub(r', sa_restorer=[^,}]*', '', line)}")
    return kept


def by_strace(folder: Path) -> list[str] | None:
    """What strace writes of the native program; None where there is none, or it may not trace."""
    if shutil.which("strace") is None or shutil.which("cc") is None:
        return None
    program = folder / "native"
    subprocess.run(["cc", "-O1", "-w", "-o", program, SUBJECT], check=True)
    place = folder / "by-strace"
    place.mkdir()
    out = folder / "strace.txt"
    done = subprocess.run(["strace", "-f", "-o", out, program], cwd=place, capture_output=True, timeout=120)
    return normalised(out.read_text()) if done.returncode == 5 else None


@pytest.fixture
def ours(cc: Compiler, wali_run: WaliRun, tmp_path: Path) -> list[str]:  # noqa: F811
    """What the trace writes of the same program."""
    program = cc.build(SUBJECT.read_text(), "-O1", "-w")
    place = tmp_path / "traced"
    place.mkdir()
    out = tmp_path / "trace.txt"
    assert wali_run(f"--trace={out}", program, cwd=place).returncode == 5
    return normalised(out.read_text())


def recorded() -> list[str]:
    """What strace has written of the native program."""
    return EXPECTED.read_text().splitlines()


def test_lines_are_those_of_strace(ours: list[str]) -> None:
    """Every call, signal and end, as strace has recorded it."""
    assert ours == recorded()


def test_the_record_is_what_strace_writes(tmp_path: Path) -> None:
    found = by_strace(tmp_path)
    if found is None:
        pytest.skip("needs strace, and a C compiler, and the right to trace")
    version = subprocess.run(["strace", "-V"], capture_output=True, text=True, check=True).stdout
    if os.environ.get("WALI_RECORD_STRACE"):
        EXPECTED.write_text("\n".join(found) + "\n")
    if f"version {RECORDED_BY}\n" not in version:
        pytest.skip(f"the record was made by strace {RECORDED_BY}")
    assert found == recorded()
