"""What handlers hand to the kernel for numbers and lengths that a later one may take for more than today's does."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.tools import ROOT

HANDLERS = ["cmsg", "futex", "growing", "ioctl", "ioctl_rewrite", "ipc", "option_rewrite", "prctl", "socket"]
SOURCES = [
    "tests/native/reaches_kernel.c",
    *(f"syscalls/handlers/{name}.c" for name in HANDLERS),
    *(f"syscalls/_generated/{name}.c" for name in ("ioctl_arguments", "option_values")),
]


def test_no_guess_reaches_the_kernel(tmp_path: Path) -> None:
    """The program says what does."""
    program = tmp_path / "reaches_kernel"
    options = ["-std=gnu11", "-O1", "-Wall", "-Werror", "-I."]
    subprocess.run(["cc", *options, "-o", str(program), *SOURCES], cwd=ROOT, check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
