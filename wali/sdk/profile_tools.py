"""wali-profdata and wali-cov: LLVM's readers of profiles, of the compiler's version, which its wheel has not.

The machine's are taken if they are of that version, else Debian's, which are unpacked below the data folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import debian_tools, lock, paths
from .debian_tools import Deb
from .errors import FULL, SdkError
from .progress import Line

VERSION = "22.1.8"
MAJOR = VERSION.partition(".")[0]  # what it writes changes with that number, and with what the compiler writes, too
NAMES = ("llvm-profdata", "llvm-cov")
PACKAGE = Deb(
    "llvm-toolchain-22",
    "1:22.1.8-1~deb12u1",
    "llvm-22_22.1.8-1~deb12u1_amd64.deb",
    "fcde579693b3f1cf1da596694c1add8a961ab1e1bd22744d4bff165d4f865add",
)
_BIN = f"usr/lib/llvm-{MAJOR}/bin"
_STAMP = "complete"
SCRIPT = b"#!"


def main_profdata(argv: list[str] | None = None) -> int:
    """wali-profdata: becomes llvm-profdata, or returns 1 after a message."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["--help"]:
        return _print_help("wali-profdata")
    return _run("wali-profdata", "llvm-profdata", arguments)


def main_cov(argv: list[str] | None = None) -> int:
    """wali-cov: becomes llvm-cov, which gets plain modules for executable ones; or returns 1 after a message."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["--help"]:
        return _print_help("wali-cov")
    if not any(_is_executable_module(word) for word in arguments):
        return _run("wali-cov", "llvm-cov", arguments)
    with tempfile.TemporaryDirectory(prefix="wali-cov-") as scratch:
        return _run("wali-cov", "llvm-cov", [_plain(word, scratch) for word in arguments], waits=True)


def folder(home: Path) -> Path:
    """Where Debian's tools lie, unpacked or not."""
    return home / debian_tools.HOME / f"llvm-{VERSION}"


def find(name: str) -> str:
    """The path of the tool `name`, which is fetched if the machine has none. SdkError."""
    for candidate in (shutil.which(f"{name}-{MAJOR}"), shutil.which(name)):
        if candidate and _is_ours(candidate):
            return candidate
    home = Path(paths.data_home())
    top = folder(home)
    try:
        if not (top / _STAMP).is_file():
            home.mkdir(parents=True, exist_ok=True)
            with lock.held(home / ".lock", "waiting for another installation of the SDK"):
                if not (top / _STAMP).is_file():
                    _fetch(top)
    except OSError as error:
        if error.errno in FULL:
            raise SdkError(f"no space left for LLVM's tools in {home} (they take 300 MB)") from None
        raise SdkError(f"cannot install: {error.filename or top}: {error.strerror or error}") from None
    except SdkError as error:
        raise SdkError(f"there is no {name} of LLVM {MAJOR} in PATH (Debian's package llvm-{MAJOR}); {error}") from None
    return str(top / "bin" / name)


def _is_ours(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    match = re.search(r"LLVM version (\d+)\.", done.stdout)
    return match is not None and match[1] == MAJOR


def _fetch(top: Path) -> None:
    debian_tools.require_machine()
    progress = Line(quiet=False)
    progress.show(f"getting Debian's llvm-profdata and llvm-cov {VERSION}")
    part = top.with_name(f".{top.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    root = part / "root"
    root.mkdir(parents=True)
    try:
        programs = [f"{_BIN}/{name}" for name in NAMES]
        debian_tools.add(PACKAGE, part / "debs", root, *(f"./{program}" for program in programs))
        debian_tools.add_libraries("LLVM", debian_tools.LIBRARIES, programs, part / "debs", root)
        debian_tools.make_commands(root, _BIN, NAMES)
        if not all(_is_ours(str(root / "bin" / name)) for name in NAMES):
            raise SdkError("Debian's do not run here")
        (root / _STAMP).touch()
        shutil.rmtree(top, ignore_errors=True)
        os.rename(root, top)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    progress.end(f"llvm-profdata and llvm-cov {VERSION} installed in {top}")


def _is_executable_module(word: str) -> bool:
    try:
        with open(word.rpartition("=")[2], "rb") as file:
            return file.read(len(SCRIPT)) == SCRIPT
    except (OSError, ValueError):
        return False


def _plain(word: str, scratch: str) -> str:
    """The word, and for an executable module the plain one in it, in the folder `scratch`."""
    from .wasmobj import FormatError, split_prefix

    if not _is_executable_module(word):
        return word
    option, is_option, name = word.rpartition("=")
    try:
        module = split_prefix(Path(name).read_bytes())[1]
    except (OSError, FormatError):  # llvm-cov tells it
        return word
    number = len(os.listdir(scratch))
    copy = Path(scratch) / f"{number}-{os.path.basename(name)}"
    copy.write_bytes(module)
    shutil.copystat(name, copy)  # llvm-cov compares the profile's time
    return f"{option}{is_option}{copy}"


def _run(tool: str, name: str, arguments: list[str], waits: bool = False) -> int:
    from ..messages import complain

    try:
        path = find(name)
        if waits:
            status = subprocess.run([path, *arguments]).returncode
            return status if status >= 0 else 128 - status
        os.execv(path, [path, *arguments])
    except SdkError as error:
        complain(tool, f"error: {error}")
    except OSError as error:
        complain(tool, f"error: {name}: {error.strerror}")
    except KeyboardInterrupt:
        return 130
    return 1


def _print_help(tool: str) -> int:
    from ..messages import answered
    from . import help as texts

    text = getattr(texts, tool.removeprefix("wali-").upper())
    return answered(tool, lambda: print(text, end="") or 0)
