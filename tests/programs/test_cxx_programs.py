"""Programs in C++ by their own tests, which say how many they are: googletest and ninja, and more when asked for.

fmt takes minutes to build: `make cxx-programs` asks for it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import build, ports
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
    _passes(ports.GOOGLETEST, name, tmp_path, GOOGLETEST[name])


def test_ninja_tests(tmp_path: Path) -> None:
    done = _run(_program(ports.NINJA, "ninja_test"), tmp_path)
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
    ninja = _program(ports.NINJA, "ninja")
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
    _passes(ports.FMT, name, tmp_path, FMT[name])
