"""Where the programs' sources come from: pinned files of Debian source packages.

WALI_APP_SOURCES names a folder that holds them already, for machines without apt.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.support.tools import ROOT
from wali.sdk import debsource
from wali.sdk.debsource import Pinned

FOLDER = ROOT / "build" / "apps" / "sources"
CACHE = ROOT / "build" / "apps" / "cache"  # of compiled code, as XDG_CACHE_HOME


class NoSourcesError(Exception):
    """This machine has no way to the sources: neither apt nor WALI_APP_SOURCES."""


@dataclass(frozen=True)
class Source:
    """One tarball of one source package."""

    pinned: Pinned
    members: tuple[str, ...]
    """Folders or files to unpack, below the single folder at the tarball's top."""


def tree(source: Source) -> Path:
    """The unpacked sources, fetched on first use.

    Raises NoSourcesError when the machine has no way to them, and RuntimeError when it has one that fails.
    """
    what = sha256(repr((source.pinned.sha256, source.members)).encode()).hexdigest()
    target = FOLDER / f"{source.pinned.package}-{what[:12]}"
    if not target.exists():
        _unpack(tarball(source.pinned), source.members, target)
    return target


def tarball(source: Pinned) -> Path:
    """The file itself; raises as tree does."""
    if given := os.environ.get("WALI_APP_SOURCES"):
        path = Path(given) / source.tarball
        if not path.is_file():
            raise RuntimeError(f"WALI_APP_SOURCES: {path} is missing")
        if (digest := debsource.checksum(path)) != source.sha256:
            raise RuntimeError(f"{path}: sha256 is {digest}, not {source.sha256}")
        return path
    if not (Path(debsource.APT_HELPER).exists() and debsource.system_mirrors()):
        raise NoSourcesError(
            f"no Debian mirror for {source.tarball}; WALI_APP_SOURCES=folder says where sources lie (docs/PORTING.md)"
        )
    try:
        return debsource.fetch(source.package, source.version, {source.tarball: source.sha256}, FOLDER)[0]
    except Exception as error:  # SdkError; whatever it is, a mirror that fails is no reason to skip
        raise RuntimeError(str(error)) from error


def _unpack(packed: Path, members: tuple[str, ...], target: Path) -> None:
    """Unpack without the folder at the top, complete or not at all."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    with tarfile.open(packed) as archive:
        wanted = []
        for member in archive.getmembers():
            inner = member.name.removeprefix("./").partition("/")[2]
            if member.isfile() and any(
                inner == name or inner.startswith(f"{name}/" if name else "") for name in members
            ):
                member.name = inner
                wanted.append(member)
        archive.extractall(part, wanted)  # the checksum has vouched for the names
    try:
        part.rename(target)
    except OSError:  # another test run was quicker
        shutil.rmtree(part)
