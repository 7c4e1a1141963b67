"""The two sides: the interpreter as a native program, and as a guest."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.fuzz import build, enclosed
from tests.fuzz.differential.program import Program
from tests.support import tools
from tests.support.tools import ROOT

SOURCES = sorted((build.HERE / "differential" / "interpreter").glob("*.c"))
_HEAD = re.compile(r"^program (\S+)$", re.MULTILINE)
BATCH_SECONDS = 60


def native() -> Path:
    """The interpreter, compiled for this machine."""
    return build.compiled("interpreter", "cc", SOURCES)


def guest() -> Path:
    """The interpreter, compiled for the runtime."""
    return build.compiled("interpreter.wasm", "wali-cc", SOURCES)


def _told(text: str) -> dict[str, str]:
    """What each program has told, by its name."""
    parts = _HEAD.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def run(programs: list[Program], as_guest: bool) -> dict[str, str]:
    """What the programs tell, by name; the batch's own end, if that was not a good one, by the name ''."""
    build.BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=build.BUILD, suffix=".programs") as file:
        Path(file.name).chmod(0o644)
        file.write("".join(program.text for program in programs))
        file.flush()
        environment = {}
        command: list[str | Path] = [native(), file.name]
        if as_guest:
            wali_run = Path(tools.wali_run())
            environment["XDG_CACHE_HOME"] = str(build.cache_of(guest(), wali_run))
            command = [wali_run, guest(), file.name]
        ended = enclosed.run(command, BATCH_SECONDS, environment=environment)
    told = _told(ended.stdout.decode(errors="replace"))
    if ended.report != "status: 0":
        told[""] = f"{ended.report}\n{ended.stderr.decode(errors='replace')[-2000:]}"
    return told


assert ROOT in build.HERE.parents
