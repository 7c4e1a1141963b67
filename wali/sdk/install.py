"""Make the sysroot: musl built for wasm32, headers, builtins; once per version of this package."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import build, edits, headers, paths, source, sysroots
from .errors import SdkError


def installed(folder: str | None = None) -> bool:
    """Whether the sysroot of this version is there, complete."""
    return os.path.isfile(os.path.join(folder or paths.sdk_dir(), paths.STAMP))


def ensure(musl_source: str | None = None, force: bool = False, quiet: bool = False) -> Path:
    """The sysroot's folder, after building it if need be (half a minute on two cores, once).

    `musl_source` is a path of musl's release tarball; without it, Debian's archive and then
    upstream are asked. Safe to call from several processes. Sysroots of other versions that nobody used for a month
    are removed. Raises SdkError.
    """
    target = Path(paths.sdk_dir())
    if paths.mark_used(str(target)) and not force:
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _lock(target.parent, quiet):
            if force or not installed(str(target)):  # another process may have been faster
                _tidy(target, quiet)
                _install(target, musl_source, quiet)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SdkError(
                f"no space left for the SDK in {target.parent} (it takes about 60 MB while it is built)"
            ) from None
        reason = f"{error.filename or target}: {error.strerror or error}"
        raise SdkError(f"cannot install: {reason} (WALI_SDK_DIR chooses another folder)") from None
    return target


def clean(everything: bool = False) -> int:
    """Removes the sysroots of all versions but this one's; with `everything` that, and musl's source, too.

    Returns the bytes freed. Raises SdkError if an installation is under way.
    """
    home = Path(paths.data_home())
    if not home.is_dir():
        return 0
    try:
        with _lock(home, quiet=True, wait=False):
            freed = sysroots.remove_scratch(home)
            ours = None if everything else Path(paths.usual_sdk_dir())
            for one in sysroots.installed(home):
                if one.folder != ours:
                    freed += one.size if sysroots.remove(one.folder) else 0
            if everything:
                freed += sysroots.size_of(home / "downloads")
                shutil.rmtree(home / "downloads", ignore_errors=True)
    except BlockingIOError:
        raise SdkError("an installation is under way; try again when it has ended") from None
    except OSError as error:
        raise SdkError(f"{error.filename or home}: {error.strerror or error}") from None
    return freed


def tidy(quiet: bool = False) -> None:
    """Removes what nobody used for a month, unless an installation is under way."""
    target = Path(paths.sdk_dir())
    with contextlib.suppress(OSError), _lock(target.parent, quiet, wait=False):
        _tidy(target, quiet)


def _tidy(target: Path, quiet: bool) -> None:
    home = target.parent
    if home != Path(paths.data_home()):  # WALI_SDK_DIR: what lies beside it is not ours
        return
    sysroots.remove_scratch(home)
    for one in sysroots.prune(home, target):
        _say(f"removed {one.folder}, last used {time.strftime('%Y-%m-%d', time.localtime(one.used))}", quiet)


@contextlib.contextmanager
def _lock(folder: Path, quiet: bool, wait: bool = True) -> Iterator[None]:
    """Keeps others from installing into `folder`. BlockingIOError if somebody does and we are not to wait."""
    with open(folder / ".lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise
            _say("waiting for another installation of the SDK", quiet)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(text: str, quiet: bool) -> None:
    if not quiet:
        print(f"wali sdk: {text}", file=sys.stderr, flush=True)


def _install(target: Path, musl_source: str | None, quiet: bool) -> None:
    start = time.monotonic()
    zig = paths.zig_dir()  # fails early when it is missing
    missing = [name for name in paths.GENERATED_FILES if not os.path.isfile(os.path.join(paths.GENERATED, name))]
    if missing:
        raise SdkError(f"{paths.GENERATED}: {', '.join(missing)} not there; run python -m syscalls.autogen")
    progress = _Progress(quiet)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as scratch:
        work = Path(scratch)
        progress.show("getting musl's source")
        tarball = source.obtain(musl_source, target.parent / "downloads")
        tree = source.unpack(tarball, work)
        edits.apply(tree)
        source.add_overlay(Path(paths.OVERLAY), tree)
        sysroot = work / "sysroot"
        sysroot.mkdir()
        progress.show("headers")
        headers.install_libc(tree, sysroot / "include")
        kernel = headers.install_kernel(sysroot / "include")
        build.compiler_headers(sysroot)
        build.linker_wrapper(sysroot)
        build.libc(tree, sysroot, work, progress)
        progress.show("compiling the builtins")
        build.builtins(sysroot, work)
        stamp = {"musl": source.VERSION, "ziglang": paths.zig_version(zig), "kernel_headers": kernel}
        (sysroot / paths.STAMP).write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
        _replace(sysroot, target)
    progress.end(f"installed in {target} ({time.monotonic() - start:.0f} s)")


def _replace(new: Path, target: Path) -> None:
    """Put the finished tree in place; an old one is moved away first, for folders cannot be replaced."""
    if target.exists():
        old = new.parent / "old"
        if not (target / paths.STAMP).is_file() and any(target.iterdir()):
            raise SdkError(f"{target}: not empty, and no SDK; remove it or set WALI_SDK_DIR to another folder")
        os.rename(target, old)
        shutil.rmtree(old, ignore_errors=True)
    os.rename(new, target)


class _Progress:
    """One line that changes on a terminal; a few lines elsewhere."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.terminal = sys.stderr.isatty()
        self.quarter = 0

    def show(self, text: str) -> None:
        if self.quiet:
            return
        if self.terminal:
            print(f"\r\x1b[Kwali sdk: {text}", end="", file=sys.stderr, flush=True)
        else:
            _say(text, False)

    def __call__(self, text: str, done: int, total: int) -> None:
        quarter = done * 4 // total
        if self.terminal or quarter != self.quarter:
            self.show(f"{text}: {done * 100 // total} %")
        self.quarter = quarter

    def end(self, text: str) -> None:
        if self.terminal and not self.quiet:
            print("\r\x1b[K", end="", file=sys.stderr)
        _say(text, self.quiet)
