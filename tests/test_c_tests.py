"""Every program of c-tests/, run natively and as wasm: output and status must be equal.

The native run comes first and must succeed, so that a test which is wrong about Linux says so.
"""

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

SOURCES = ROOT / "c-tests"
BUILD = ROOT / "build" / "c-tests"
TOOLCHAIN = ROOT / "wali" / "sdk" / "wali-toolchain.cmake"
UNTESTED = SOURCES / "untested.txt"
"""Calls that no program can test, each with its reason: `name: reason`."""

KINDS = {"hostile", "ioctl", "seccomp", "setjmp", "stories", "terminals", "threads"}
"""Folders that hold a kind of programs; all others have the name of a family of the table (README.md says why)."""

SKIPPED = 77
"""The exit status with which a program says that this machine cannot run it."""

NATIVE_ONLY = os.environ.get("WALI_C_TESTS") == "native"
"""For writing tests: leave the wasm half out."""

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
        return self.source.parent.name == "hostile"

    def directive(self, key: str) -> str:
        """The text of all comment lines `KEY: text`, joined by spaces."""
        text = self.source.read_text()
        return " ".join(m[2] for m in _DIRECTIVE.finditer(text) if m[1] == key)

    def sidecar(self, suffix: str) -> Path | None:
        """The file of the same name with this suffix, if there is one."""
        path = self.source.with_suffix(suffix)
        return path if path.exists() else None


PROGRAMS = [Program(path) for path in sorted(SOURCES.glob("*/*.c"))]


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
    "cap-sys-admin": lambda _: _capability(21),
    "cap-sys-chroot": lambda _: _capability(18),
    "cap-mknod": lambda _: _capability(27),
    "cap-dac-read-search": lambda _: _capability(2),
    "ipv6": _ipv6,
    "xattr": _user_attributes,
}


def _missing(program: Program, directory: Path) -> str:
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
    """A build tree, and what went wrong in it."""

    def __init__(self, name: str, toolchain: Path | None, targets: list[str]) -> None:
        self.directory = BUILD / name
        self.trouble = ""
        """Why nothing could be built at all."""
        self._all_built = False
        if toolchain and not toolchain.exists():
            self.trouble = f"{toolchain} is missing"
            return
        with _locked(self.directory):
            self._build(toolchain, targets)

    def _build(self, toolchain: Path | None, targets: list[str]) -> None:
        # An earlier configuration may have known another compiler or SDK: configure again each time, it is cheap.
        settings = ["--toolchain", str(toolchain)] if toolchain else []
        status, text = tools.configure(SOURCES, self.directory, *settings)
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


def _selected(request: pytest.FixtureRequest) -> list[Program]:
    """The programs of the tests that this session runs, so that `-k one` builds one."""
    found = []
    for item in request.session.items:
        callspec = getattr(item, "callspec", None)
        program = callspec.params.get("program") if callspec else None
        if isinstance(program, Program):
            found.append(program)
    return found


@pytest.fixture(scope="session")
def native(request: pytest.FixtureRequest) -> Tree:
    """The native build of the selected programs."""
    return Tree("native", None, [p.target for p in _selected(request) if not p.wasm_only])


@pytest.fixture(scope="session")
def wasm(request: pytest.FixtureRequest) -> Tree | None:
    """The wasm build of the selected programs."""
    return None if NATIVE_ONLY else Tree("wasm", TOOLCHAIN, [p.target for p in _selected(request)])


# --- running ----------------------------------------------------------------------------------------------------------


def _environment(program: Program) -> dict[str, str]:
    kept = ("PATH", "HOME", "XDG_CACHE_HOME")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"LANG": "C"}
    if sidecar := program.sidecar(".env"):
        environment |= dict(line.split("=", 1) for line in sidecar.read_text().splitlines() if line)
    return environment


def _run(argv: list[str], program: Program, directory: Path, timeout: float) -> Outcome:
    """Runs in a fresh directory, with a fresh environment and (SESSION: inherit aside) a session of its own; ends whatever it has started."""
    directory.mkdir()
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


def _run_native(program: Program, tree: Tree, directory: Path) -> Outcome:
    outcome = _run([str(tree.program(program.target, ""))], program, directory, 10)
    expected = program.directive("EXPECT") or "status: 0"
    if outcome.status == f"status: {SKIPPED}":
        pytest.skip(outcome.stderr.strip())
    if outcome.status != expected:
        pytest.fail(f"the test itself is wrong: natively {outcome}")
    if outcome.stderr and not program.directive("STDERR"):
        pytest.fail(f"the test itself is wrong: natively it writes to stderr\n{outcome.stderr}")
    return outcome


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.target)
def test_program(program: Program, native: Tree, wasm: Tree | None, tmp_path: Path) -> None:
    """The program behaves as wasm as it does natively."""
    if need := _missing(program, tmp_path):
        pytest.skip(f"this machine lacks: {need}")
    if program.wasm_only:
        sidecar = program.sidecar(".expected")
        assert sidecar, f"{program.source.with_suffix('.expected')} is missing"
        expected = sidecar.read_text().rstrip("\n")
    else:
        before = _run_native(program, native, tmp_path / "native")
        expected = before.stdout + before.status
    if wasm is None:
        return
    module = wasm.program(program.target, ".wasm")
    outcome = _run([tools.wali_run(), str(module)], program, tmp_path / "wasm", 60)
    assert (outcome.stdout + outcome.status).splitlines() == expected.splitlines(), f"as wasm: {outcome}"


def test_folders_are_the_families_of_the_table() -> None:
    """Or one of a few kinds; a program that is named after a call (`open`, `open_tmpfile`) lies in the call's family."""
    from syscalls.table import FAMILIES

    families = {family.__name__.rpartition(".")[2]: family.ROWS for family in FAMILIES.values()}
    folders = {path.name for path in SOURCES.iterdir() if path.is_dir()}
    assert sorted(folders - families.keys() - KINDS) == [], "neither a family of syscalls/table/ nor one of the kinds"
    assert sorted(KINDS - folders) == []
    readme = (SOURCES / "README.md").read_text()
    assert [kind for kind in sorted(KINDS) if f"| `{kind}/` |" not in readme] == [], "README.md says what a kind is"

    home = {row.name: family for family, rows in families.items() for row in rows}
    astray = []
    for program in PROGRAMS:
        folder, words = program.source.parent.name, program.source.stem.split("_")
        begins = ("_".join(words[:count]) for count in range(len(words), 0, -1))
        call = next((name for name in begins if name in home), None)
        if folder in families and call and home[call] != folder:
            astray.append(f"{folder}/{program.source.name}: {call} is in {home[call]}")
    assert astray == []


def test_every_implemented_call_has_a_program() -> None:
    """A call that is not a stub is named by the CALLS line of some program, or has a reason why it is not."""
    from wali._generated.calls import CALLS

    tested = {name for p in PROGRAMS for name in p.directive("CALLS").replace(",", " ").split()}
    known = {name for _, name, *_ in CALLS}
    implemented = {name for _, name, _, kind, *_ in CALLS if kind != "stub"}
    excused = {line.split(":")[0] for line in UNTESTED.read_text().splitlines() if line and line[0] != "#"}
    assert sorted(tested - known) == [], "no such call is in the table"
    assert sorted(implemented - tested - excused) == [], f"no program tests them, nor has {UNTESTED.name} a reason"
    assert sorted(excused & tested) == [], f"tested, so {UNTESTED.name} need not list them"
    assert sorted(excused - implemented) == [], f"{UNTESTED.name} lists what is not implemented"
