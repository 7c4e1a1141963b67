"""musl's source: from a path the user gives, else Debian's archive, else upstream."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import debsource
from .errors import SdkError

VERSION = "1.2.5"
SHA256 = "a9a118bbe84d8764da0ea0d28b3ab3fae8477fc7e4085d90102b8596fc7c75e4"
UPSTREAM = f"https://musl.libc.org/releases/musl-{VERSION}.tar.gz"
DEBIAN_FILE = f"musl_{VERSION}.orig.tar.gz"
DEBIAN_VERSION = f"{VERSION}-3"
TIMEOUT = 120  # seconds for the download from upstream


def obtain(given: str | None, folder: Path) -> Path:
    """A tarball with the right checksum; `folder` holds what is downloaded.

    `given` (or the environment's WALI_MUSL_SOURCE) names a file, and then nothing else is
    tried. Raises SdkError.
    """
    given = given or os.environ.get("WALI_MUSL_SOURCE")
    if given:
        return _given(Path(given))
    reasons = []
    for fetch in (_from_debian, _from_upstream):
        try:
            return fetch(folder)
        except SdkError as error:
            reasons.append(str(error))
    raise SdkError(
        "cannot get musl's source:\n  "
        + "\n  ".join(reasons)
        + f"\nGet musl-{VERSION}.tar.gz by other means, and say: wali sdk install --musl-source FILE"
    )


def _given(path: Path) -> Path:
    if not path.is_file():
        raise SdkError(f"{path}: no such file (musl's source, musl-{VERSION}.tar.gz)")
    if (digest := debsource.checksum(path)) != SHA256:
        raise SdkError(f"{path}: not musl {VERSION}'s release: its sha256 is {digest}, not {SHA256}")
    return path


def _from_debian(folder: Path) -> Path:
    return debsource.fetch("musl", DEBIAN_VERSION, {DEBIAN_FILE: SHA256}, folder)[0]


def _from_upstream(folder: Path) -> Path:
    import urllib.error
    import urllib.request

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
        try:
            with urllib.request.urlopen(UPSTREAM, timeout=TIMEOUT) as answer:
                shutil.copyfileobj(answer, part)
        except (OSError, urllib.error.URLError) as error:
            os.unlink(part.name)
            raise SdkError(f"cannot fetch {UPSTREAM}: {error}") from None
    if (digest := debsource.checksum(Path(part.name))) != SHA256:
        os.unlink(part.name)
        raise SdkError(f"{UPSTREAM}: sha256 is {digest}, not {SHA256}")
    target = folder / f"musl-{VERSION}.tar.gz"
    os.replace(part.name, target)
    return target


def unpack(tarball: Path, folder: Path) -> Path:
    """Unpack into `folder`; returns the tree. The checksum has vouched for its members."""
    with tarfile.open(tarball) as archive:
        archive.extractall(folder)
    tree = folder / f"musl-{VERSION}"
    if not (tree / "src").is_dir():
        raise SdkError(f"{tarball}: no musl-{VERSION}/src inside")
    return tree


def add_overlay(overlay: Path, tree: Path) -> None:
    """Lay our files over musl's."""
    shutil.copytree(overlay, tree, dirs_exist_ok=True)


def run_tool(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a build step; returns what it wrote to stderr. Raises SdkError with the head of that when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        text = (done.stderr or done.stdout).strip()[:2000]
        if "No space left on device" in text:
            raise SdkError("no space left on the disk")
        raise SdkError(f"{' '.join(command[:2])} ... failed with status {done.returncode}:\n{text}")
    return done.stderr
