"""Programs in C++ by their own tests, which say how many they are: googletest and ninja, and more when asked for.

fmt, nlohmann-json, leveldb, re2 and abseil take minutes to build: `make cxx-programs` asks for them.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import build, ports_cxx
from tests.programs.built import built
from tests.programs.ports import Port
from tests.support import endings

pytestmark = pytest.mark.apps

asked_for = pytest.mark.skipif(
    not os.environ.get("WALI_CXX_PROGRAMS"), reason="takes minutes to build; make cxx-programs runs it"
)
TIMEOUT = 300
"""Seconds for one program of tests."""

# Cases of upstream's that fail, with the reason.
LEFT_OUT: dict[str, str] = {}

_PASSED = re.compile(r"^\[  PASSED  \] (\d+) tests?\.", re.M)


def _program(port: Port, name: str) -> Path:
    """The wasm program; with WALI_APPS_NATIVE the native one, to see what the tests owe to the machine."""
    builder = build.native if os.environ.get("WALI_APPS_NATIVE") else build.wasm
    return built(builder, port)[name]


def _run(program: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return endings.run([str(program), *words], TIMEOUT, cwd=folder, stdin=subprocess.DEVNULL)


def _passes(port: Port, name: str, folder: Path, least: int) -> None:
    """All of a program's tests pass, by googletest's count, and they are no fewer than `least`."""
    words = [f"--gtest_filter=-{LEFT_OUT[name]}"] if name in LEFT_OUT else []
    done = _run(_program(port, name), folder, *words)
    said = done.stdout.decode(errors="replace")
    passed = _PASSED.search(said)
    assert done.returncode == 0, said[-3000:] + done.stderr.decode(errors="replace")[-3000:]
    assert passed, said[-3000:]
    assert int(passed[1]) >= least


GOOGLETEST = {
    "gtest_unittest": 300,
    "googletest-printers-test": 150,
    "googletest-port-test": 45,
    "googletest-death-test-test": 40,
    "googletest-param-test-test": 85,
    "gtest-typed-test_test": 40,
}


@pytest.mark.parametrize("name", GOOGLETEST)
def test_googletest(name: str, tmp_path: Path) -> None:
    _passes(ports_cxx.GOOGLETEST, name, tmp_path, GOOGLETEST[name])


def test_syscall_suite(tmp_path: Path) -> None:
    """What suites of system-call tests are made of: death tests of both styles, tests with parameters and types, mocks,
    std::filesystem, handlers that are lambdas, children, what epoll waits for, and mappings."""
    _passes(ports_cxx.SYSCALL_SUITE, "suite", tmp_path, 55)


def test_ninja_tests(tmp_path: Path) -> None:
    done = _run(_program(ports_cxx.NINJA, "ninja_test"), tmp_path)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-3000:] + done.stderr.decode(errors="replace")[-3000:]
    counts = re.findall(r"\[(\d+)/(\d+)\]", said)
    assert counts, said[-1000:]
    assert counts[-1][0] == counts[-1][1]
    assert int(counts[-1][1]) >= 380


def test_ninja_builds(tmp_path: Path) -> None:
    """Commands beside each other, what depends on what, a second time nothing, and a failure's status."""
    (tmp_path / "build.ninja").write_text(
        "rule join\n  command = cat $in > $out\nrule make\n  command = echo $text > $out\n"
        + "".join(f"build part{i}: make\n  text = {i}\n" for i in range(30))
        + f"build all: join {' '.join(f'part{i}' for i in range(30))}\n"
        "rule fail\n  command = exit 3\nbuild none: fail\ndefault all\n"
    )
    ninja = _program(ports_cxx.NINJA, "ninja")
    assert _run(ninja, tmp_path, "-j4").returncode == 0
    assert (tmp_path / "all").read_text().split() == [str(i) for i in range(30)]
    assert b"no work to do" in _run(ninja, tmp_path).stdout
    (tmp_path / "part7").unlink()
    assert b"[2/2]" in _run(ninja, tmp_path).stdout
    failed = _run(ninja, tmp_path, "none")
    assert failed.returncode == 1
    assert b"FAILED: none" in failed.stdout


FMT = {"core-test": 55, "format-test": 105, "args-test": 5}


@asked_for
@pytest.mark.parametrize("name", FMT)
def test_fmt(name: str, tmp_path: Path) -> None:
    _passes(ports_cxx.FMT, name, tmp_path, FMT[name])


def _names(port: Port) -> list[str]:
    return [Path(program).name for program in port.programs]


_CASES = re.compile(r"test cases: +(\d+) \| +(\d+) passed \| +0 failed")


@asked_for
@pytest.mark.parametrize("name", _names(ports_cxx.NLOHMANN_JSON))
def test_nlohmann_json(name: str, tmp_path: Path) -> None:
    """By doctest's count. Left out are cases that want files of test data, which the tarball lacks."""
    without = "--test-case-exclude=check test suite*,single MessagePack*"
    done = _run(_program(ports_cxx.NLOHMANN_JSON, name), tmp_path, "--no-colors=true", without)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-3000:] + done.stderr.decode(errors="replace")[-3000:]
    cases = _CASES.search(said)
    assert cases, said[-1000:]
    assert int(cases[1]) == int(cases[2]) > 0


@asked_for
@pytest.mark.parametrize("name", _names(ports_cxx.LEVELDB))
def test_leveldb(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_TMPDIR", str(tmp_path))
    if name != "c_test":
        _passes(ports_cxx.LEVELDB, name, tmp_path, 1)
        return
    done = _run(_program(ports_cxx.LEVELDB, name), tmp_path)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    assert done.stderr.endswith(b"PASS\n")


@asked_for
@pytest.mark.parametrize("name", _names(ports_cxx.RE2))
def test_re2(name: str, tmp_path: Path) -> None:
    """Its tests have a little frame of their own, which names each test and ends the program where one fails."""
    done = _run(_program(ports_cxx.RE2, name), tmp_path)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    assert done.stdout.endswith(b"\nPASS\n"), done.stdout[-1000:]


@asked_for
@pytest.mark.parametrize("name", [name for name in _names(ports_cxx.ABSEIL) if name != "flags"])
def test_abseil(name: str, tmp_path: Path) -> None:
    _passes(ports_cxx.ABSEIL, name, tmp_path, 1)


@asked_for
def test_flags_of_abseil(tmp_path: Path) -> None:
    """In a main that parses googletest's words before them; a death test's child is executed with them again."""
    flags = _program(ports_cxx.ABSEIL, "flags")
    done = _run(flags, tmp_path, "--number=-3", "--yes", "--wait", "5ms", "--list=a,b", "left", "over")
    said = done.stdout.decode()
    assert done.returncode == 0, said + done.stderr.decode(errors="replace")
    assert "number=-3 yes=1 wait=5ms list=a+b left=3\n" in said
    assert (passed := _PASSED.search(said))
    assert passed[1] == "2"
    wrong = _run(flags, tmp_path, "--number=many")
    assert wrong.returncode == 1
    assert b"Illegal value 'many' specified for flag 'number'" in wrong.stderr
