"""Programs that their own build systems build with the SDK: each by <name>/build.sh, from pinned sources.

The result stays below build/apps/<name> until the script, a source, the SDK or the runtime's place changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import sources
from .build import BuildError, wali_run
from .sources import Source

BUILD_TIMEOUT = 900
"""Seconds for one script."""


@dataclass(frozen=True)
class Port:
    """One folder with a build.sh, and what it makes."""

    name: str
    sources: dict[str, Source]
    """By the environment variable that tells the script where the unpacked tree is (which it leaves alone)."""
    programs: tuple[str, ...]
    """Paths of the modules that the script makes, below the folder that it runs in."""


MEMCACHED = Port(
    name="memcached",
    sources={
        "LIBEVENT": Source(
            package="libevent",
            version="2.1.12-stable-8+deb12u1",
            tarball="libevent_2.1.12-stable.orig.tar.gz",
            sha256="92e6de1be9ec176428fd2367677e61ceffc2ee1cb119035037a27d346b0403bb",
            members=("",),
        ),
        "MEMCACHED": Source(
            package="memcached",
            version="1.6.18-1+deb12u1",
            tarball="memcached_1.6.18.orig.tar.xz",
            sha256="35872bd25f8d29d7cc2072d23e74344530891bfd0aa4f4f64184a8ae7291164b",
            members=("",),
        ),
    },
    programs=("memcached",),
)
REDIS = Port(
    name="redis",
    sources={
        "REDIS": Source(
            package="redis",
            version="5:7.0.15-1~deb12u10",
            tarball="redis_7.0.15.orig.tar.gz",
            sha256="4b1dc4ee6d622a09fff9c6777191209750fb5e5a725ef78ea012d6eef4c22982",
            members=(
                "src",
                "deps/Makefile",
                "deps/hiredis",
                "deps/linenoise",
                "deps/lua",
                "deps/hdr_histogram",
                "utils",
            ),
        )
    },
    programs=("src/redis-server", "src/redis-cli", "src/redis-benchmark"),
)
NGINX = Port(
    name="nginx",
    sources={
        "NGINX": Source(
            package="nginx",
            version="1.22.1-9+deb12u10",
            tarball="nginx_1.22.1.orig.tar.gz",
            sha256="9ebb333a9e82b952acd3e2b4aeb1d4ff6406f72491bab6cd9fe69f0dea737f31",
            members=("",),
        ),
        "ZLIB": sources.ZLIB,
    },
    programs=("objs/nginx",),
)
CURL = Port(
    name="curl",
    sources={
        "CURL": Source(
            package="curl",
            version="7.88.1-10+deb12u15",
            tarball="curl_7.88.1.orig.tar.gz",
            sha256="cdb38b72e36bc5d33d5b8810f8018ece1baa29a8f215b4495e495ded82bbf3c7",
            members=("",),
        )
    },
    programs=("src/curl",),
)
DROPBEAR = Port(
    name="dropbear",
    sources={
        "DROPBEAR": Source(
            package="dropbear",
            version="2022.83-1+deb12u3",
            tarball="dropbear_2022.83.orig.tar.bz2",
            sha256="bc5a121ffbc94b5171ad5ebe01be42746d50aa797c9549a4639894a16749443b",
            members=("",),
        )
    },
    programs=("dropbear", "dbclient", "dropbearkey"),
)


def build(port: Port) -> dict[str, Path]:
    """The port's programs by name, built if need be.

    Raises NoSourcesError, RuntimeError (no download), BuildError.
    """
    script = Path(__file__).parent / port.name / "build.sh"
    trees = {variable: str(sources.tree(source)) for variable, source in port.sources.items()}
    home = sources.ROOT / "build" / "apps" / port.name
    home.mkdir(parents=True, exist_ok=True)
    folder = home / "port"
    with (home / ".lock").open("w") as lock:  # one builder at a time, also among parallel test runs
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / ".stamp"
        wanted = _fingerprint(port, script.parent)
        if not (stamp.exists() and stamp.read_text() == wanted):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _run(script, folder, trees)
            stamp.write_text(wanted)
    return {Path(program).name: folder / program for program in port.programs}


def _path() -> str:
    """PATH with the tools of this Python's environment first."""
    return f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"


def _fingerprint(port: Port, folder: Path) -> str:
    """Of all that the result depends on; executable modules hold the path of wali-run."""
    sysroot = subprocess.run(
        ["wali-cc", "-print-sysroot"], env={**os.environ, "PATH": _path()}, check=True, capture_output=True, text=True
    )
    digest = hashlib.sha256("\n".join([Path(sysroot.stdout.strip()).name, wali_run()]).encode())
    for name in ("driver.py", "linker.py"):
        digest.update((sources.ROOT / "wali" / "sdk" / name).read_bytes())
    for source in port.sources.values():
        digest.update(source.sha256.encode())
    for file in sorted(folder.iterdir()):
        if file.is_file():
            digest.update(file.name.encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()


def _run(script: Path, folder: Path, trees: dict[str, str]) -> None:
    """Run the script in `folder`; its output goes to build.log beside it, the end of it into BuildError."""
    log = folder.parent / "build.log"
    environment = {**os.environ, **trees, "PATH": _path(), "MAKEFLAGS": f"-j{os.cpu_count() or 1}", "LC_ALL": "C"}
    # configure runs some of what it compiles: not into the user's cache.
    environment["XDG_CACHE_HOME"] = str(sources.ROOT / "build" / "apps" / "cache")
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                ["sh", "-eu", str(script)],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=BUILD_TIMEOUT,
                check=False,
            )
            status = f"exited with {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            status = f"took more than {BUILD_TIMEOUT} s"
    if status:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise BuildError(f"{script} {status}; the end of {log}:\n{tail}")
