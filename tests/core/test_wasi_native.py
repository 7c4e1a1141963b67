"""Files of WASI by themselves, on memory that is no guest's: tests/native/wasi_*.c, linked with wasi/."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.core.test_memory import COMPILER, FLAGS
from tests.support.tools import ROOT

CORE = [
    "wali/native/base/fork_lock.c",
    "wali/native/base/kernel.c",
    "wali/native/files/device_refused.c",
    "wali/native/files/pinned_fd.c",
    "wali/native/files/real_proc.c",
    "wali/native/files/refused.c",
    "wali/native/memory/guest_copy.c",
]
PATHS = ["wasi/errors.c", "wasi/guest_memory.c", "wasi/paths.c", "wasi/utf8.c", "wasi/walk.c"]
FILES = ["wasi/descriptors.c", "wasi/folder_positions.c", "wasi/lookup.c", "wasi/machine.c"]
HANDLERS = [
    "wasi/file_calls.c",
    "wasi/opening.c",
    "wasi/path_calls.c",
    "wasi/handlers/filestat.c",
    *(f"wasi/handlers/preview1_{name}.c" for name in ("descriptor", "directory", "file", "path", "poll", "socket")),
]
PARTS = {
    "wasi_paths": [*CORE, *PATHS],
    "wasi_descriptors": [*CORE, *PATHS, *FILES, *HANDLERS],
    "wasi_files": [*CORE, *PATHS, *FILES, *HANDLERS],
    "wasi_machine": [*CORE, *PATHS, *FILES, *HANDLERS],
    "wasi_poll": [*CORE, *PATHS, *FILES, *HANDLERS],
}


@pytest.mark.skipif(COMPILER is None, reason="no C compiler for native tests")
@pytest.mark.parametrize("name", PARTS)
def test_native(name: str, tmp_path: Path) -> None:
    program, folder = tmp_path / name, tmp_path / "folder"
    sources = [ROOT / "tests" / "native" / f"{name}.c", *(ROOT / part for part in PARTS[name])]
    assert COMPILER is not None
    subprocess.run([COMPILER, *FLAGS, *sources, "-o", program], check=True)
    folder.mkdir()
    run = subprocess.run([program], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (0, "ok\n"), run.stdout + run.stderr
