"""Crates that programs in Rust depend on, from Debian's packages of them: a folder in which cargo finds them all.

A list has a line for each package: its source package, version, file, and that file's sha256.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from tests.programs.sources import FOLDER, NoSourcesError
from wali.sdk import debsource

_INSIDE = "usr/share/cargo/registry"


def registry(listed: Path, libc: Path) -> Path:
    """The folder with the crates of the list, and `libc` as the libc crate; made on first use.

    Raises NoSourcesError when the machine has no way to them, and RuntimeError when it has one that fails.
    """
    what = sha256(listed.read_bytes() + str(libc).encode()).hexdigest()
    target = FOLDER / f"crates-{what[:12]}"
    if target.exists():
        return target
    if not (Path(debsource.APT_HELPER).exists() and debsource.system_mirrors()):
        raise NoSourcesError(f"no Debian mirror for the crates of {listed}")
    part = target.with_name(f".{target.name}.{os.getpid()}")
    part.mkdir(parents=True)
    try:
        for line in listed.read_text().split("\n"):
            if line:
                _unpack(*line.split(), part)
        crates = part / _INSIDE
        for path in crates.glob("libc-*"):
            shutil.rmtree(path)
        own = crates / "libc-for-wali"
        shutil.copytree(libc, own)
        (own / ".cargo-checksum.json").write_text(json.dumps({"files": {}}))
        crates.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _unpack(source: str, version: str, file: str, digest: str, part: Path) -> None:
    try:
        (path,) = debsource.fetch(source, version, {file: digest}, FOLDER / "debs")
    except Exception as error:  # a mirror that fails is no reason to skip
        raise RuntimeError(str(error)) from error
    subprocess.run(["dpkg-deb", "-x", path, part], check=True)
