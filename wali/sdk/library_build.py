"""Builds a row of libraries.py: fetch, unpack, run its scripts, take what it installs."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from . import debsource, paths, prefix, prefix_use
from .errors import SdkError
from .libraries import BY_NAME, Library, in_order

TIMEOUT = 3600.0  # seconds for one script: the tests of the largest take a quarter of that on a busy machine
LOGS = "logs"  # below the prefix' own folder: what the last build of each library has said
TAIL = 30  # lines of a log in an error
# The rest of the environment (CFLAGS, CONFIG_SITE, ...) would change what is built.
KEPT = (
    "HOME",
    "TMPDIR",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "WALI_SDK_DIR",
    "WALI_RUN",
    "WALI_QUIET",
    "WALI_CC",
    "WALI_LD",
)
# What programs are compiled and linked with. All else (manuals, programs, libtool's notes with their paths) is left.
WANTED = re.compile(r"include/.*|lib/.*|bin/[^/]*-config")
UNWANTED = re.compile(r".*\.la|.*\.so(\..*)?")
PACKAGES = {"cmake": "pip install cmake", "make": "apt install make", "perl": "apt install perl"}
Progress = Callable[[str], None]


def recipe(library: Library) -> str:
    """16 hex digits of what a library is made of and by, those that it needs included; not of its tests."""
    row = (library.source, library.build, library.install, [recipe(BY_NAME[need]) for need in library.needs])
    return sha256(repr(row).encode()).hexdigest()[:16]


def fetch(library: Library, folder: Path, given: Path | None = None) -> Path:
    """The source's tarball, from the folder `given`, else from Debian into `folder`. Raises SdkError."""
    source = library.source
    if given is None:
        return debsource.fetch(source.package, source.version, {source.tarball: source.sha256}, folder)[0]
    path = given / source.tarball
    if not path.is_file():
        raise SdkError(f"{path}: no such file ({library.name}'s source)")
    if (digest := debsource.checksum(path)) != source.sha256:
        raise SdkError(f"{path}: its sha256 is {digest}, not {source.sha256}")
    return path


def unpack(tarball: Path, tree: Path) -> None:
    """Into `tree`, without the folder at the top. The checksum has vouched for the members."""
    inside = tree.with_name(f"{tree.name}-unpacked")
    with tarfile.open(tarball) as archive:
        archive.extractall(inside)
    (top,) = [path for path in inside.iterdir() if path.is_dir()]
    top.rename(tree)
    shutil.rmtree(inside)


def missing_tools(library: Library, path: str) -> list[str]:
    """How to get those programs of this machine that the library takes, and that are not in `path`."""
    return [PACKAGES[tool] for tool in library.tools if not shutil.which(tool, path=path)]


def environment(tools: Mapping[str, str], home: Path, staging: Path, place: Path) -> dict[str, str]:
    """What the scripts run with: `tools` as of `wali sdk env`, the libraries needed in the prefix `home`, and where the
    library itself is to be (`place`), below `staging` at first."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {
        "LC_ALL": "C",
        "TZ": "UTC",
        "MAKEFLAGS": f"-j{len(os.sched_getaffinity(0))}",
        "CMAKE_BUILD_PARALLEL_LEVEL": str(len(os.sched_getaffinity(0))),
        "CTEST_OUTPUT_ON_FAILURE": "1",
        "PREFIX": str(place),
        "DESTDIR": str(staging),
    }
    return {"PATH": os.environ.get("PATH", os.defpath), **kept, **tools, **own, "WALI_PREFIX": str(home)}


def build(library: Library, tree: Path, env: Mapping[str, str], log: Path, say: Progress) -> None:
    """Build in the unpacked `tree`, and install below DESTDIR. Raises SdkError with the end of the log."""
    run(library.build, tree, env, log, f"building {library.name}", say)
    run(library.install, tree, env, log, f"installing {library.name}", say)


def check(library: Library, tree: Path, env: Mapping[str, str], log: Path, say: Progress) -> int:
    """Run its own tests in the built `tree`; returns how many have passed. Raises SdkError if they fail."""
    before = log.stat().st_size if log.exists() else 0
    run(library.check, tree, env, log, f"testing {library.name}", say)
    with log.open(errors="replace") as file:
        file.seek(before)
        return count(library, file.read())


def count(library: Library, said: str) -> int:
    """How many of its own tests have passed, by what they say."""
    return sum(
        int(next((group for group in match.groups() if group), 1)) for match in re.finditer(library.passed, said, re.M)
    )


def installed_files(library: Library, staging: Path) -> tuple[str, ...]:
    """The files below the staged prefix that are kept; raises SdkError if what the row promises is not among them."""
    found = []
    for parent, folders, files in os.walk(staging):
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        found += [os.path.relpath(os.path.join(parent, name), staging) for name in (*files, *links)]
    kept = tuple(sorted(name for name in found if WANTED.fullmatch(name) and not UNWANTED.fullmatch(name)))
    if absent := sorted(set(library.installs) - set(kept)):
        raise SdkError(f"{library.name} has not installed {', '.join(absent)}: a fault of the SDK's, please report it")
    return kept


def run(script: str, tree: Path, env: Mapping[str, str], log: Path, what: str, say: Progress) -> None:
    """Run a script in `tree`; what it says goes to the end of `log`. Nothing that it started outlives it."""
    start = time.monotonic()
    with log.open("ab") as said:
        process = subprocess.Popen(
            ["sh", "-eu", "-c", script],
            cwd=tree,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                say(f"{what} ({time.monotonic() - start:.0f} s)")
                if time.monotonic() - start > TIMEOUT:
                    raise SdkError(f"{what} took more than {TIMEOUT:.0f} s; its log: {log}")
                try:
                    process.wait(1.0)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL:])
        raise SdkError(f"{what} failed with status {process.returncode}; the end of {log}:\n{tail}")


def view(home: Path, names: tuple[str, ...], target: Path) -> None:
    """A prefix at `target` that shows of the prefix `home` only these libraries, and what they need: whatever else a user
    has there must not change what is built."""
    there = prefix.added(home)
    target.mkdir(parents=True)
    for library in in_order(names):
        for name in there[library.name].files:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).symlink_to(home / name)


def add(
    library: Library,
    home: Path,
    tools: Mapping[str, str],
    toolchain: str,
    say: Progress,
    tarball: Path,
    checked: bool = False,
    force: bool = False,
) -> int:
    """Build the library by `tools`, which `toolchain` names, and put it into the prefix `home`, whose lock is held and
    where what it needs is. Returns how many of its own tests have passed, if it is to be `checked`. Raises SdkError."""
    log = home / prefix_use.OWN / LOGS / f"{library.name}.log"
    log.parent.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    with scratch(home) as folder:
        tree, staging, needs = (Path(folder, name) for name in ("source", "staging", "needs"))
        unpack(tarball, tree)
        view(home, library.needs, needs)
        env = environment(tools, needs, staging, home)
        build(library, tree, env, log, say)
        passed = check(library, tree, env, log, say) if checked else 0
        staged = staging / home.relative_to("/")
        files = installed_files(library, staged)
        made = prefix.Added(library.name, library.version, toolchain, recipe(library), files)
        prefix.place(home, staged, made, force)
    return passed


def scratch(home: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder to build in, on the prefix's file system."""
    return tempfile.TemporaryDirectory(prefix=prefix.SCRATCH, dir=home / prefix_use.OWN, ignore_cleanup_errors=True)


def downloads() -> Path:
    """Where tarballs are kept."""
    return Path(paths.data_home()) / paths.DOWNLOADS
