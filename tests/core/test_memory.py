"""The memory manager and its lock by themselves: tests/native/*.c, each linked with parts of the core."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.tools import ROOT

CORE = ROOT / "wali" / "native"
FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-pthread", f"-I{ROOT}"]
FLAGS += os.environ.get("WALI_NATIVE_FLAGS", "").split()  # `make sanitize`

LOCK = ["base/fork_lock.c", "base/half_done.c", "base/kernel.c"]
UNITS = ("memory", "page_map", "remap", "map", "limits", "guest_copy")
MANAGER = [*(f"memory/{unit}.c" for unit in UNITS), *LOCK]
PARTS = {
    "fork_lock": LOCK,
    "memory_map": ["memory/page_map.c"],
    "memory_space": MANAGER,
    "memory_steps": MANAGER,
    "memory_threads": MANAGER,
}
LINKED = {"memory_steps": ["-Wl,--wrap=wali_syscall"]}
SPARSE = ("memory_space", "memory_steps", "memory_threads")

COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@pytest.mark.skipif(COMPILER is None, reason="no C compiler for native tests")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [*((name, []) for name in PARTS), *((name, ["sparse"]) for name in SPARSE)],
)
def test_native(name: str, arguments: list[str], tmp_path: Path) -> None:
    program = tmp_path / name
    sources = [ROOT / "tests" / "native" / f"{name}.c", *(CORE / part for part in PARTS[name])]
    assert COMPILER is not None
    subprocess.run([COMPILER, *FLAGS, *LINKED.get(name, []), *sources, "-o", program], check=True)
    run = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (0, "ok\n"), run.stdout + run.stderr
