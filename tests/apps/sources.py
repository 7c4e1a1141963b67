"""Where the programs' sources come from: pinned files of Debian source packages.

WALI_APP_SOURCES names a folder that holds them already, for machines without apt.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build" / "apps" / "sources"
CACHE = ROOT / "build" / "apps" / "cache"  # of compiled code, as XDG_CACHE_HOME


class NoSourcesError(Exception):
    """This machine has no way to the sources: neither apt nor WALI_APP_SOURCES."""


@dataclass(frozen=True)
class Source:
    """One tarball of one source package."""

    package: str
    version: str
    tarball: str
    sha256: str
    members: tuple[str, ...]
    """Folders or files to unpack, below the single folder at the tarball's top."""


LUA = Source(
    package="lua5.4",
    version="5.4.4-3+deb12u1",
    tarball="lua5.4_5.4.4.orig.tar.gz",
    sha256="164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61",
    members=("src",),
)
# SQLite's own package lacks the amalgamation, and making it takes Tcl. Fossil carries it, and the shell, ready made.
SQLITE = Source(
    package="fossil",
    version="1:2.21-1+deb12u1",
    tarball="fossil_2.21.orig.tar.xz",
    sha256="be63439cc08bec72aeb8ed8c240ef9b3e7ce7916e786ef6c55491d86daf02c5b",
    members=("extsrc/sqlite3.c", "extsrc/sqlite3.h", "extsrc/shell.c"),
)
ZLIB = Source(
    package="zlib",
    version="1:1.2.13.dfsg-1",
    tarball="zlib_1.2.13.dfsg.orig.tar.bz2",
    sha256="71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1",
    members=("",),
)
DASH = Source(
    package="dash",
    version="0.5.12-2",
    tarball="dash_0.5.12.orig.tar.gz",
    sha256="6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a",
    members=("",),
)
BUSYBOX = Source(
    package="busybox",
    version="1:1.35.0-4+deb12u1",
    tarball="busybox_1.35.0.orig.tar.bz2",
    sha256="faeeb244c35a348a334f4a59e44626ee870fb07b6884d68c10ae8bc19f83a694",
    members=("",),
)
BASH = Source(
    package="bash",
    version="5.2.15-2",
    tarball="bash_5.2.15.orig.tar.gz",
    sha256="7a315bc0e9d90713159e4390ec1096a41e4f33cd8cc3d1a749a8e5ad56600f51",
    members=("",),
)
MAKE = Source(
    package="make-dfsg",
    version="4.3-4.1",
    tarball="make-dfsg_4.3.orig.tar.gz",
    sha256="be4c17542578824e745f83bcd2a9ba264206187247cb6a5f5df99b0a9d1f9047",
    members=("src", "lib", "tests"),
)


def tree(source: Source) -> Path:
    """The unpacked sources, fetched on first use.

    Raises NoSourcesError when the machine has no way to them, and RuntimeError when it has one that fails.
    """
    target = FOLDER / f"{source.package}-{source.sha256[:12]}"
    if not target.exists():
        _unpack(_tarball(source), source.members, target)
    return target


def _tarball(source: Source) -> Path:
    from wali.sdk import debsource

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


def _unpack(tarball: Path, members: tuple[str, ...], target: Path) -> None:
    """Unpack without the folder at the top, complete or not at all."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    with tarfile.open(tarball) as archive:
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
