"""The commands themselves, on damaged modules, compiled files and cache files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from random import Random

from tests.fuzz import build, enclosed
from tests.fuzz.modules.mutate import damaged_bytes
from tests.fuzz.modules.seeds import compiled
from tests.support import tools

SECONDS = 30
BAD = re.compile(rb"Traceback|panicked|AddressSanitizer|runtime error:")
GUEST_DIED = re.compile(rb"^wali: ", re.MULTILINE)
REFUSED = 126


def _run(words: list[str | Path], environment: dict[str, str] | None = None) -> enclosed.Ended:
    return enclosed.run([Path(tools.wali_run()), *words], SECONDS, environment=environment)


def wrong(ended: enclosed.Ended) -> str:
    """What is wrong with how a start ended; nothing if nothing is."""
    if BAD.search(ended.stderr):
        return "it says what it must not"
    kind, _, number = ended.report.partition(": ")
    if kind == "signal" and not GUEST_DIED.search(ended.stderr):
        return f"signal {number} without a word"
    if ended.report == f"status: {REFUSED}" and len(ended.stderr.splitlines()) != 1:
        return "it is not refused by one line"
    if kind not in ("signal", "status"):
        return "it does not end"
    return ""


def run_module(data: bytes, folder: Path) -> tuple[str, enclosed.Ended]:
    """Starts a damaged module, as a guest that can harm nobody."""
    file = folder / "module.wasm"
    file.write_bytes(data)
    file.chmod(0o644)
    ended = _run(["--no-cache", "--max-memory", "64M", file])
    return wrong(ended), ended


def _give_away(path: Path) -> None:
    """To whom the enclosure makes of this user: nobody reads what is another's."""
    if os.geteuid() == 0:
        for one in [path, *path.rglob("*")]:
            os.chown(one, build.NOBODY, build.NOBODY)


def compiled_file(folder: Path) -> Path:
    """What `wali compile -o` makes of the module."""
    path = folder / "program.cwasm"
    if not path.exists():
        status, text = tools.run("wali", "compile", str(compiled()), "-o", str(path))
        if status:
            raise RuntimeError(text)
    return path


def run_compiled_file(dice: Random, folder: Path) -> tuple[str, enclosed.Ended]:
    """Starts a damaged compiled file.  Its code is checked as a whole, so damaged code is never executed."""
    good = compiled_file(folder).read_bytes()
    bad = damaged_bytes(good, dice)
    file = folder / "damaged.cwasm"
    file.write_bytes(bad)
    file.chmod(0o600)
    _give_away(file)
    ended = _run([file])
    why = wrong(ended)
    if not why and bad != good and ended.report not in ("status: 126", "status: 127"):
        why = "a damaged file is taken"
    return why, ended


def run_cache(dice: Random, folder: Path) -> tuple[str, enclosed.Ended]:
    """Starts a good module whose cache is damaged: it runs, compiled anew."""
    good, cache = folder / "good", folder / "cache"
    if not good.exists():
        environment = {**os.environ, "XDG_CACHE_HOME": str(good)}
        subprocess.run([tools.wali_run(), compiled()], env=environment, capture_output=True, check=True)
    shutil.rmtree(cache, ignore_errors=True)
    shutil.copytree(good, cache)
    files = sorted(path for path in cache.rglob("*") if path.is_file())
    for file in dice.sample(files, dice.choice((1, 1, len(files)))):
        file.write_bytes(damaged_bytes(file.read_bytes(), dice))
    _give_away(cache)
    ended = _run([compiled()], {"XDG_CACHE_HOME": str(cache)})
    why = wrong(ended)
    if not why and (ended.report != "status: 0" or not ended.stdout.startswith(b"1 ")):
        why = "a good module does not run"
    return why, ended
