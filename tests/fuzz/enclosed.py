"""Runs programs in the enclosure."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import build
from tests.support.tools import ROOT


class Unavailable(Exception):
    """This machine allows no namespaces of one's own."""


@dataclass(frozen=True)
class Ended:
    """How it ended: the enclosure's line (`status: 0`), and what it has written."""

    report: str
    stdout: bytes
    stderr: bytes


def seen_by_guests() -> list[Path]:
    """What a guest's start reads: the checkout, the environment that the runtime is installed in, and its Python."""
    places = [ROOT, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()]
    return [place for place in places if place == ROOT or (ROOT not in place.parents and place != Path("/usr"))]


def run(
    argv: list[str | Path],
    seconds: int,
    root: bool = False,
    progress: Path | None = None,
    hand: dict[str, Path] | None = None,
    environment: dict[str, str] | None = None,
) -> Ended:
    """Runs a program; raises Unavailable where the machine does not allow it."""
    command: list[str | Path] = [build.enclosure(), "--seconds", str(seconds)]
    for path in seen_by_guests():
        command += ["--see", path]
    if root:
        command.append("--root")
    if progress:
        command += ["--progress", progress]
    for name, path in (hand or {}).items():
        command += ["--hand", f"{name}={path}"]
    reading, writing = os.pipe()
    with os.fdopen(reading) as report:
        try:
            done = subprocess.run(
                [*command, "--report", str(writing), "--", *argv],
                check=False,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                pass_fds=[writing],
                env={"PATH": "/usr/bin:/bin", "LANG": "C", **(environment or {})},
                timeout=seconds + 30,
            )
        finally:
            os.close(writing)
        text = report.read().strip()
    if done.returncode == 77:
        raise Unavailable(done.stderr.decode(errors="replace").strip())
    return Ended(text or f"enclosure: {done.returncode}", done.stdout, done.stderr)
