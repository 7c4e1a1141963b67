"""Builds what the fuzzers run: native programs, guests, and the guests' compiled code where an ordinary user finds it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.support import tools
from tests.support.tools import ROOT

BUILD = ROOT / "build" / "fuzz"
HERE = ROOT / "tests" / "fuzz"
NOBODY = 65534
"""Whom the enclosure makes of root."""


def _stale(target: Path, sources: list[Path]) -> bool:
    made = target.stat().st_mtime if target.exists() else 0.0
    return any(source.stat().st_mtime >= made for source in sources)


def compiled(name: str, compiler: str, sources: list[Path], *options: str) -> Path:
    """BUILD/name, made by the compiler if it is older than a source or a header beside one."""
    target = BUILD / name
    headers = [header for folder in {source.parent for source in sources} for header in folder.glob("*.h")]
    if _stale(target, [*sources, *headers]):
        BUILD.mkdir(parents=True, exist_ok=True)
        command = [compiler, "-O2", "-g", "-Wall", "-Wextra", f"-iquote{ROOT}", f"-iquote{BUILD}", *options]
        new = target.with_suffix(f".{os.getpid()}")
        status, text = tools.run(*command, *map(str, sources), "-o", str(new))
        if status:
            raise RuntimeError(f"{name} does not build:\n{text}")
        new.rename(target)
    return target


def enclosure() -> Path:
    """The program that runs another where it can harm nobody."""
    return compiled("enclosure", "cc", sorted((HERE / "enclosure").glob("*.c")))


def cache_of(module: Path, wali_run: Path) -> Path:
    """A folder for XDG_CACHE_HOME in which the module's code is, owned by whom the enclosure makes of this user."""
    cache = BUILD / "cache" / wali_run.parent.parent.name
    stamp = cache / f"{module.name}.stamp"
    if _stale(stamp, [module, wali_run]):
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        subprocess.run([wali_run, module], env=environment, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        stamp.touch()
    if os.geteuid() == 0:
        for path in [cache, *cache.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    return cache
