"""Damages modules until the time is over."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz import build, enclosed
from tests.fuzz.modules import launched
from tests.fuzz.modules.mutate import damaged
from tests.fuzz.modules.readers import keep, read_all
from tests.fuzz.modules.seeds import seeds

BATCH = 200
"""Modules that are read for each one that is started, each compiled file and each cache."""
FINDS = build.BUILD / "finds"


@dataclass
class Result:
    """What a session has done."""

    modules: int = 0
    starts: int = 0
    finds: list[str] = field(default_factory=list)


def run(seed: int, seconds: float, count: int = 1 << 62) -> Result:
    """Batches of `seed`, `seed` + 1, ... until the time or the count of modules is over."""
    result, end = Result(), time.monotonic() + seconds
    build.BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build.BUILD) as folder:
        Path(folder).chmod(0o755)
        while time.monotonic() < end and result.modules < count:
            _batch(seed, min(BATCH, count - result.modules), result, Path(folder))
            seed += 1
    return result


def _batch(seed: int, size: int, result: Result, folder: Path) -> None:
    dice = Random(seed)
    modules = [damaged(seeds(), dice) for _ in range(size)]
    for at, why in read_all(modules):
        path = keep(FINDS, f"module-{seed}-{at}", modules[at])
        result.finds.append(f"seed {seed}, module {at} (kept as {path}):\n{why}")
    result.modules += size
    _launch("module", seed, result, *launched.run_module(dice.choice(modules), folder))
    _launch("compiled file", seed, result, *launched.run_compiled_file(dice, folder))
    _launch("cache", seed, result, *launched.run_cache(dice, folder))


def _launch(what: str, seed: int, result: Result, why: str, ended: enclosed.Ended) -> None:
    result.starts += 1
    if why:
        words = ended.stderr.decode(errors="replace")[-1500:]
        result.finds.append(f"seed {seed}, {what}: {why}; {ended.report}\n{words}")
