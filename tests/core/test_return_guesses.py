"""The ways into the kernel by themselves: tests/native/return_guesses.c, linked with kernel.c."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.core.test_memory import COMPILER, FLAGS
from tests.support.tools import ROOT

PARTS = ["tests/native/return_guesses.c", "wali/native/base/kernel.c", "wali/native/base/return_guesses.c"]
MITIGATION = Path("/sys/devices/system/cpu/vulnerabilities/spec_rstack_overflow")


@pytest.mark.skipif(COMPILER is None, reason="no C compiler for native tests")
@pytest.mark.parametrize("optimised", ["-O0", "-O2"])
def test_calls_are_the_same_with_guesses_lost(tmp_path: Path, optimised: str) -> None:
    program = tmp_path / "guesses"
    assert COMPILER is not None
    parts = (ROOT / part for part in PARTS)
    subprocess.run([COMPILER, *FLAGS, optimised, *parts, "-o", program], check=True)
    run = subprocess.run([program], capture_output=True, text=True, timeout=120, check=False)
    lost = MITIGATION.exists() and "Safe RET" in MITIGATION.read_text()
    assert (run.returncode, run.stdout) == (0, "lost\n" if lost else "kept\n"), run.stdout + run.stderr
