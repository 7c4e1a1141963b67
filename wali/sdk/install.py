"""Make the sysroot: musl built for wasm32, headers, builtins; once per version of this package."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from ..messages import printable, tell
from . import (
    build,
    cxx,
    debian_tools,
    edits,
    headers,
    lock,
    paths,
    runtimes,
    rust,
    rust_toolchain,
    source,
    sysroots,
    wasi,
    wasi_threads,
)
from .errors import FULL, SdkError
from .progress import Line


def installed(folder: str | None = None) -> bool:
    """Whether the sysroot of this version is there, complete."""
    return os.path.isfile(os.path.join(folder or paths.sdk_dir(), paths.STAMP))


def has_cxx(folder: str) -> bool:
    """Whether the sysroot at `folder` has C++, complete."""
    return os.path.isfile(os.path.join(folder, paths.CXX_STAMP))


def ensure(
    musl_source: str | None = None,
    force: bool = False,
    quiet: bool = False,
    target: str = paths.TRIPLE,
    with_cxx: bool = False,
) -> Path:
    """The folder of the target's sysroot, after building it if need be (half a minute on two cores, once).

    `musl_source` is a path of musl's release tarball; without it, Debian's archive and then
    upstream are asked. `with_cxx` asks for C++, too, which takes as long again. Safe to call from several processes.
    Sysroots of other versions that nobody used for a month are removed. Raises SdkError.
    """
    if with_cxx and target != paths.TRIPLE:
        raise SdkError(f"there is no C++ for {target}; C programs compile, and C++ ones for WALI (without --target)")
    folder = Path(paths.sdk_dir(target))
    if paths.mark_used(str(folder)) and not force and (has_cxx(str(folder)) or not with_cxx):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _lock(folder.parent, quiet):
            if force or not installed(str(folder)):  # another process may have been faster
                _tidy(folder, quiet)
                _install(folder, musl_source, quiet, target)
            if with_cxx and not has_cxx(str(folder)):
                _add_cxx(folder, quiet)
    except OSError as error:
        if error.errno in FULL:
            raise SdkError(
                f"no space left for the SDK in {folder.parent} (it takes about 100 MB while it is built)"
            ) from None
        reason = f"{error.filename or folder}: {error.strerror or error}"
        raise SdkError(f"cannot install: {reason} (WALI_SDK_DIR chooses another folder)") from None
    return folder


def ensure_rust(debian: bool = False, force: bool = False, quiet: bool = False) -> rust.Installed:
    """Rust in this version's sysroot, after building it (two minutes, once for each rustc).

    It is for the user's rustc if that has the sources of its library, else for Debian's, which is fetched; `debian`
    asks for the latter. C++ is installed, too, for it has the tag of exceptions. Raises SdkError.
    """
    folder = ensure(quiet=quiet, with_cxx=True)
    try:
        with _lock(folder.parent, quiet):
            return _add_rust(folder, debian, force, quiet)
    except OSError as error:
        if error.errno in FULL:
            raise SdkError(
                f"no space left for Rust in {folder.parent} (it takes about 500 MB while it is built, and Debian's "
                "rustc another 600)"
            ) from None
        raise SdkError(f"cannot install Rust: {error.filename or folder}: {error.strerror or error}") from None


def clean_rust() -> int:
    """Removes Rust from all sysroots, and Debian's toolchain; returns the bytes freed. Raises SdkError."""
    home = Path(paths.data_home())
    if not home.is_dir():
        return 0
    freed = 0
    try:
        with _lock(home, quiet=True, wait=False):
            folders = {one.folder for one in sysroots.installed(home)} | {Path(paths.sdk_dir())}
            for folder in [*(folder / rust.HOME for folder in folders), *rust_toolchain.folders(home)]:
                freed += sysroots.size_of(folder)
                shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        raise SdkError("an installation is under way; try again when it has ended") from None
    return freed


def clean(everything: bool = False) -> int:
    """Removes the sysroots of all versions but this one's; with `everything` that, sources, plans and Debian's programs.

    Returns the bytes freed. Raises SdkError if an installation is under way.
    """
    home = Path(paths.data_home())
    if not home.is_dir():
        return 0
    try:
        with _lock(home, quiet=True, wait=False):
            freed = sysroots.remove_scratch(home)
            ours = [] if everything else [Path(paths.usual_sdk_dir(target)) for target in set(paths.TARGETS.values())]
            for one in sysroots.installed(home):
                if one.folder not in ours:
                    freed += one.size if sysroots.remove(one.folder) else 0
            if everything:
                for name in (paths.DOWNLOADS, paths.FRONTS, debian_tools.HOME):
                    freed += sysroots.size_of(home / name)
                    shutil.rmtree(home / name, ignore_errors=True)
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
    sysroots.prune_fronts(home)
    for one in sysroots.prune(home, target):
        _say(f"removed {one.folder}, last used {time.strftime('%Y-%m-%d', time.localtime(one.used))}", quiet)


def _lock(folder: Path, quiet: bool, wait: bool = True) -> contextlib.AbstractContextManager[None]:
    """Keeps others from installing into `folder`. BlockingIOError if somebody does and we are not to wait."""
    return lock.held(folder / ".lock", "" if quiet else "waiting for another installation of the SDK", wait)


def _say(text: str, quiet: bool) -> None:
    if not quiet:
        tell(f"wali sdk: {printable(text)}")


def _install(folder: Path, musl_source: str | None, quiet: bool, target: str) -> None:
    start = time.monotonic()
    zig = paths.zig_dir()  # fails early when it is missing
    progress = Line(quiet)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as scratch:
        work = Path(scratch)
        sysroot = work / "sysroot"
        sysroot.mkdir()
        if target == paths.WASI_TRIPLE:
            wasi.make(sysroot, work, progress.show)
            stamp = {"target": target}
        elif target == paths.WASI_THREADS_TRIPLE:
            wasi_threads.make(sysroot, work, progress)
            stamp = {"target": target}
        else:
            stamp = _make(sysroot, work, folder.parent / paths.DOWNLOADS, musl_source, progress)
        stamp["ziglang"] = paths.zig_version(zig)
        (sysroot / paths.STAMP).write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
        _replace(sysroot, folder)
    progress.end(f"installed in {folder} ({time.monotonic() - start:.0f} s)")


def _make(sysroot: Path, work: Path, downloads: Path, musl_source: str | None, progress: Line) -> dict[str, str]:
    """Fill the empty folder `sysroot` with musl for WALI; returns what its stamp says of it."""
    missing = [name for name in paths.GENERATED_FILES if not os.path.isfile(os.path.join(paths.GENERATED, name))]
    if missing:
        raise SdkError(f"{paths.GENERATED}: {', '.join(missing)} not there; run python -m syscalls.autogen")
    progress.show("getting musl's source")
    tarball = source.obtain(musl_source, downloads)
    tree = source.unpack(tarball, work)
    edits.apply(tree)
    source.add_overlay(Path(paths.OVERLAY), tree)
    progress.show("headers")
    headers.install_libc(tree, sysroot / "include")
    kernel = headers.install_kernel(sysroot / "include")
    build.compiler_headers(sysroot)
    build.variadic_functions(sysroot)
    build.linker_wrapper(sysroot)
    build.libc(tree, sysroot, work, progress)
    progress.show("compiling the builtins")
    build.builtins(sysroot, work)
    runtimes.make(sysroot, work, progress)
    return {"target": paths.TRIPLE, "musl": source.VERSION, "kernel_headers": kernel}


def _add_cxx(folder: Path, quiet: bool) -> None:
    """Build C++ for the sysroot at `folder` and move it in, the stamp last: what it has not yet, nobody uses."""
    start = time.monotonic()
    progress = Line(quiet)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as scratch:
        staging = Path(scratch) / "staging"
        cxx.make(folder, staging, Path(scratch), progress)
        shutil.rmtree(folder / cxx.INCLUDE, ignore_errors=True)  # of an installation that was killed
        (folder / cxx.INCLUDE).parent.mkdir(exist_ok=True)
        os.rename(staging / cxx.INCLUDE, folder / cxx.INCLUDE)
        for path in sorted((staging / paths.LIB_DIR).iterdir()):
            os.replace(path, folder / paths.LIB_DIR / path.name)
        stamp = {"ziglang": paths.zig_version(paths.zig_dir())}
        (staging / paths.CXX_STAMP).write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
        os.replace(staging / paths.CXX_STAMP, folder / paths.CXX_STAMP)
    progress.end(f"C++ installed in {folder} ({time.monotonic() - start:.0f} s)")


def _add_rust(folder: Path, debian: bool, force: bool, quiet: bool) -> rust.Installed:
    start = time.monotonic()
    progress = Line(quiet)
    toolchain = rust_toolchain.choose(folder.parent, debian, progress)
    for one in rust.installed(folder):
        if one.identity == toolchain.identity and one.fits_package and not force:
            os.utime(one.folder / rust.STAMP)  # the one asked for last is the one that env means
            progress.end(f"Rust {one.version} is installed in {one.folder}")
            return one
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as scratch:
        made = rust.make(toolchain, Path(scratch), progress)
        target = folder / rust.HOME / toolchain.version
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            os.rename(target, Path(scratch) / "old")
        os.rename(made, target)
    whose = "Debian's" if toolchain.bin else toolchain.rustc
    progress.end(f"Rust {toolchain.version} ({whose}) installed in {target} ({time.monotonic() - start:.0f} s)")
    return rust.installed(folder)[0]


def _replace(new: Path, target: Path) -> None:
    """Put the finished tree in place; an old one is moved away first, for folders cannot be replaced."""
    if target.exists():
        old = new.parent / "old"
        if not (target / paths.STAMP).is_file() and any(target.iterdir()):
            raise SdkError(f"{target}: not empty, and no SDK; remove it or set WALI_SDK_DIR to another folder")
        os.rename(target, old)
        shutil.rmtree(old, ignore_errors=True)
    os.rename(new, target)
