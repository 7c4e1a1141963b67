"""Programs in C that are built and run natively and as wasm: what stands in their comments, building, running."""

from __future__ import annotations

import fcntl
import os
import re
import resource
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import endings, tools
from tests.support.tools import ROOT

BUILD = ROOT / "build" / "c-tests"
TOOLCHAIN = ROOT / "wali" / "sdk" / "wali-toolchain.cmake"

SKIPPED = 77
"""The exit status with which a program says that this machine cannot run it."""

NATIVE_ONLY = os.environ.get("WALI_C_TESTS") == "native"
"""For writing tests: leave the wasm half out."""

WASM_ONLY = ("hostile", "parallel", "raw", "served")
"""Folders of programs that do what no native program can."""

_DIRECTIVE = re.compile(r"^(?://|/\*)\s*([A-Z]+):\s*(.*?)\s*(?:\*/)?$", re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """One source file, and what stands beside it and in its comments."""

    source: Path

    @property
    def target(self) -> str:
        """The build target: folder and name."""
        return f"{self.source.parent.name}-{self.source.stem}"

    @property
    def wasm_only(self) -> bool:
        """Whether it does what only a guest may try."""
        return self.source.parent.name in WASM_ONLY

    def directive(self, key: str) -> str:
        """The text of all comment lines `KEY: text`, joined by spaces."""
        text = self.source.read_text()
        return " ".join(m[2] for m in _DIRECTIVE.finditer(text) if m[1] == key)

    def sidecar(self, suffix: str) -> Path | None:
        """The file of the same name with this suffix, if there is one."""
        path = self.source.with_suffix(suffix)
        return path if path.exists() else None


@dataclass(frozen=True)
class Outcome:
    """How a run ended: what the caller of a program can see."""

    stdout: str
    status: str
    stderr: str

    def __str__(self) -> str:
        return f"{self.status}\n--- stdout\n{self.stdout}--- stderr\n{self.stderr}"


# --- what a test may require of the machine ---------------------------------------------------------------------------


def _capability(number: int) -> bool:
    text = Path("/proc/self/status").read_text()
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", text, re.MULTILINE)
    return bool(found and int(found[1], 16) >> number & 1)


def _user_attributes(directory: Path) -> bool:
    probe = directory / "xattr-probe"
    probe.touch()
    try:
        os.setxattr(probe, "user.probe", b"1")
    except OSError:
        return False
    finally:
        probe.unlink()
    return True


def _ipv6(_: Path) -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


PROBES: dict[str, Callable[[Path], bool]] = {
    "root": lambda _: os.geteuid() == 0,
    "not-root": lambda _: os.geteuid() != 0,
    "cancel-in-handler": lambda _: _glibc() < (2, 41),
    "cap-sys-admin": lambda _: _capability(21),
    "cap-sys-chroot": lambda _: _capability(18),
    "cap-mknod": lambda _: _capability(27),
    "cap-dac-read-search": lambda _: _capability(2),
    "ipv6": _ipv6,
    "xattr": _user_attributes,
}


def _glibc() -> tuple[int, ...]:
    """The version of the library that native programs get."""
    return tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")))


def missing(program: Program, directory: Path) -> str:
    """The first requirement that this machine does not meet, or nothing."""
    for need in program.directive("REQUIRES").replace(",", " ").split():
        if kernel := re.fullmatch(r"linux-(\d+)\.(\d+)", need):
            release = re.match(r"(\d+)\.(\d+)", os.uname().release)
            have = tuple(map(int, release.groups())) if release else (0, 0)
            if have < tuple(map(int, kernel.groups())):
                return need
        elif descriptors := re.fullmatch(r"descriptors-(\d+)", need):
            if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < int(descriptors[1]):
                return need
        elif need not in PROBES:
            pytest.fail(f"{program.source}: unknown requirement {need!r}")
        elif not PROBES[need](directory):
            return need
    return ""


# --- building ---------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """One builder at a time, also among parallel runs of pytest."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Tree:
    """A build tree of one CMake project, and what went wrong in it."""

    def __init__(self, name: str, sources: Path, settings: list[str], targets: list[str]) -> None:
        self.directory = BUILD / name
        self.sources = sources
        self.trouble = ""
        """Why nothing could be built at all."""
        self._all_built = False
        with _locked(self.directory):
            self._build(settings, targets)

    def _build(self, settings: list[str], targets: list[str]) -> None:
        # An earlier configuration may have known another compiler or SDK: configure again each time, it is cheap.
        status, text = tools.configure(self.sources, self.directory, *settings)
        if status:
            self.trouble = text
        elif targets:
            status, _ = tools.run("cmake", "--build", str(self.directory), "--target", *targets, "--", "-k", "0")
            self._all_built = status == 0

    def program(self, target: str, suffix: str) -> Path:
        """The built file; fails the test with the compiler's words if it cannot be built."""
        if self.trouble:
            pytest.fail(self.trouble)
        if not self._all_built:
            with _locked(self.directory):
                status, text = tools.run("cmake", "--build", str(self.directory), "--target", target)
            if status:
                pytest.fail(f"{target} does not build ({self.directory.name})\n{text}")
        built = self.directory / f"{target}{suffix}"
        if not built.exists():  # its CMakeCache.txt keeps the first toolchain
            pytest.fail(f"{built} is missing: the tree is configured for another machine; remove {self.directory}")
        return built


def selected(request: pytest.FixtureRequest, among: list[Program]) -> list[Program]:
    """The programs of the tests that this session runs, so that `-k one` builds one."""
    found = []
    for item in request.session.items:
        callspec = getattr(item, "callspec", None)
        program = callspec.params.get("program") if callspec else None
        if isinstance(program, Program) and program in among:
            found.append(program)
    return found


# --- running ----------------------------------------------------------------------------------------------------------


def _environment(program: Program) -> dict[str, str]:
    kept = ("PATH", "HOME", "XDG_CACHE_HOME", "WALI_QUIET")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"LANG": "C"}
    if sidecar := program.sidecar(".env"):
        environment |= dict(line.split("=", 1) for line in sidecar.read_text().splitlines() if line)
    return environment


def run(argv: list[str], program: Program, directory: Path, timeout: float) -> Outcome:
    """Runs in a fresh directory, with a fresh environment and (SESSION: inherit aside) a session of its own; ends whatever it has started."""
    directory.mkdir(exist_ok=True)
    arguments, stdin = program.sidecar(".args"), program.sidecar(".stdin") or Path(os.devnull)
    try:
        with stdin.open("rb") as standard_input:
            done = endings.run(
                argv + (arguments.read_text().splitlines() if arguments else []),
                timeout,
                stdin=standard_input,
                cwd=directory,
                env=_environment(program),
                start_new_session=program.directive("SESSION") != "inherit",
            )
    except subprocess.TimeoutExpired as error:
        return Outcome((error.stdout or b"").decode(errors="replace"), "timeout", "")
    code = done.returncode
    status = f"signal: {-code}" if code < 0 else f"status: {code}"
    return Outcome(done.stdout.decode(errors="backslashreplace"), status, done.stderr.decode(errors="replace"))


def run_native(program: Program, tree: Tree, directory: Path) -> Outcome:
    outcome = run([str(tree.program(program.target, ""))], program, directory, 10)
    expected = program.directive("EXPECT") or "status: 0"
    if outcome.status == f"status: {SKIPPED}":
        pytest.skip(outcome.stderr.strip())
    if outcome.status != expected:
        pytest.fail(f"the test itself is wrong: natively {outcome}")
    if outcome.stderr and not program.directive("STDERR"):
        pytest.fail(f"the test itself is wrong: natively it writes to stderr\n{outcome.stderr}")
    return outcome
