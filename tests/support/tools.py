"""The tools that tests and benchmarks start: those of this Python's environment before the machine's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def path_first() -> str:
    """A PATH that begins with this environment's folder."""
    return f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"


def wali_run() -> str:
    """The runtime's command: WALI_RUN, else beside this Python, else in PATH. Raises FileNotFoundError."""
    found = os.environ.get("WALI_RUN") or shutil.which("wali-run", path=path_first())
    if not found:
        raise FileNotFoundError("wali-run is neither beside this Python, nor in PATH, nor named by WALI_RUN")
    return found


def run(*command: str) -> tuple[int, str]:
    """A tool's exit status, and all that it says; 127 if there is none of that name."""
    path = path_first()
    try:
        done = subprocess.run(
            [shutil.which(command[0], path=path) or command[0], *command[1:]],
            check=False,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError as error:
        return 127, str(error)
    return done.returncode, done.stdout


def configure(source: Path, build: Path, *settings: str) -> tuple[int, str]:
    """CMake's exit status and text; a build tree that came from elsewhere, with a moved checkout, is begun anew."""
    command = ["cmake", "-G", "Ninja", "-S", str(source), "-B", str(build), *settings]
    status, text = run(*command)
    if status and "CMakeCache.txt" in text:
        status, text = run(*command, "--fresh")
    return status, text
