"""Servers for the other side: by the build scripts of tests/apps, whose `wali sdk env` is told of this machine's compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.apps import build, ports, sources

TIMEOUT = 900
"""Seconds for one script."""
STAND_IN = """#!/bin/sh
echo "export CC=cc CXX=c++ AR=ar RANLIB=ranlib NM=nm STRIP=strip READELF=readelf WALI_HOST=$(cc -dumpmachine)"
"""


def folder(port: ports.Port) -> Path:
    """Where it is built, once; its programs have the paths that port.programs says. Raises build.BuildError."""
    made = build.ROOT / "build" / "apps" / port.name / "native"
    if not all((made / program).exists() for program in port.programs):
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        _build(port, made)
    return made


def _build(port: ports.Port, made: Path) -> None:
    tools = made.parent / "native-tools"
    tools.mkdir(exist_ok=True)
    (tools / "wali").write_text(STAND_IN)
    (tools / "wali").chmod(0o755)
    environment = {
        **os.environ,
        **{variable: str(sources.tree(source)) for variable, source in port.sources.items()},
        "PATH": f"{tools}:{os.environ.get('PATH', os.defpath)}",
        "MAKEFLAGS": f"-j{os.cpu_count() or 1}",
    }
    script = Path(ports.__file__).parent / port.name / "build.sh"
    log = made.parent / "native-build.log"
    with log.open("wb") as output:
        done = subprocess.run(
            ["sh", "-eu", str(script)],
            cwd=made,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=TIMEOUT,
            check=False,
        )
    if done.returncode:
        raise build.BuildError(f"{script} exited with {done.returncode}: see {log}")
