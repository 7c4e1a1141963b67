"""Opening files for the guest, by itself: tests/native/opening.c, linked with the handlers that open."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.core.test_memory import COMPILER, FLAGS
from tests.support.tools import ROOT

PARTS = [
    "tests/native/opening.c",
    "syscalls/handlers/open.c",
    "syscalls/handlers/open_apart.c",
    "syscalls/handlers/open_near.c",
    "syscalls/handlers/open_pinned.c",
    "wali/native/files/refused.c",
    "syscalls/handlers/close.c",
    "wali/native/memory/guest_copy.c",
    "wali/native/base/kernel.c",
    "wali/native/files/path_origin.c",
    "wali/native/files/pinned_fd.c",
    "wali/native/files/real_proc.c",
    "wali/native/thread/fd_use.c",
]


@pytest.mark.skipif(COMPILER is None, reason="no C compiler for native tests")
def test_a_refused_device_is_never_open(tmp_path: Path) -> None:
    program = tmp_path / "opening"
    assert COMPILER is not None
    subprocess.run([COMPILER, *FLAGS, *(ROOT / part for part in PARTS), "-o", program], check=True)
    run = subprocess.run([program], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (0, "ok\n"), run.stdout + run.stderr
