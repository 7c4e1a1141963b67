"""Debian's programs below the data folder, as any user: pinned packages, and of their libraries what the machine lacks."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import debsource
from .errors import SdkError

HOME = "toolchains"  # in the data folder


@dataclass(frozen=True)
class Deb:
    """A binary package: its source package, its version with the epoch, its file in the pool, and that file's sha256."""

    source: str
    version: str
    file: str
    sha256: str


# What LLVM's programs ask for by these names, and few machines have.
LIBRARIES = {
    "libLLVM.so.22.1": Deb(
        "llvm-toolchain-22",
        "1:22.1.8-1~deb12u1",
        "libllvm22_22.1.8-1~deb12u1_amd64.deb",
        "729ec3e943d320515c2bbdc96acfffd7ce34861e62bd5c42726bf586d644dfe2",
    ),
    "libz3.so.4": Deb(
        "z3",
        "4.8.12-3.1",
        "libz3-4_4.8.12-3.1_amd64.deb",
        "6221ca25ad5abcfbe1965801029d85a88b4775320384b4b716de8fab7a4d2f7a",
    ),
}
_LIB = "usr/lib/x86_64-linux-gnu"
# An own name for the folder of libraries, found from where the script lies: the tree may be moved.
_WRAPPER = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/../{lib}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
exec "$here/../{folder}/{name}" "$@"
"""


def require_machine() -> None:
    """SdkError if there are no packages for this one."""
    if platform.machine() not in ("x86_64", "AMD64"):
        raise SdkError(f"there are packages for x86-64 only, and this is {platform.machine()}")


def make_commands(root: Path, folder: str, names: Sequence[str]) -> None:
    """`root`/bin: commands that run the programs in `folder` with the libraries beside them."""
    tools = root / "bin"
    tools.mkdir()
    for name in names:
        (tools / name).write_text(_WRAPPER.format(lib=_LIB, folder=folder, name=name), encoding="utf-8")
        (tools / name).chmod(0o755)


def add(deb: Deb, debs: Path, root: Path, *only: str) -> None:
    """Fetch a package and unpack it into `root`, with `only` the parts below those paths."""
    (path,) = debsource.fetch(deb.source, deb.version, {deb.file: deb.sha256}, debs)
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE) as process:
        words = ["tar", "-x", "--no-same-owner", "-C", str(root), *only]
        done = subprocess.run(words, stdin=process.stdout, capture_output=True, text=True)
    if process.returncode or done.returncode:
        raise SdkError(f"cannot unpack {deb.file}: {done.stderr.strip()[-300:]}")
    path.unlink()


def add_libraries(whose: str, known: Mapping[str, Deb], programs: Sequence[str], debs: Path, root: Path) -> None:
    """What the dynamic linker misses for `programs`, paths below `root`, until it misses nothing."""
    while missing := _missing(root, programs):
        unknown = [name for name in missing if name not in known]
        if unknown:
            raise SdkError(
                f"Debian's {whose} needs {', '.join(unknown)}, which this machine has not; install the packages of "
                "these (apt-get install libcurl4 libssh2-1 libxml2 libedit2 has most)"
            )
        for name in missing:
            add(known[name], debs, root)


def _missing(root: Path, programs: Sequence[str]) -> list[str]:
    lib = root / _LIB
    files = [*(root / name for name in programs), *sorted(lib.glob("*.so*"))]
    done = subprocess.run(
        ["ldd", *map(str, files)],
        env={**os.environ, "LD_LIBRARY_PATH": str(lib), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return sorted(set(re.findall(r"^\s+(\S+) => not found$", done.stdout, re.M)))
