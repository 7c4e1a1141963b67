"""Python in a checkout: the sources in ./wali come before the installed package, and work all the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import pytest

import wali
from tests.support.helpers import open_terminal
from tests.support.tools import ROOT
from wali.sdk import shell

CORE = ROOT / "wali/_core.abi3.so"
DEMO = "wali/demo/demo.wasm"
IN_PLACE = pytest.mark.skipif(not CORE.exists(), reason="no core beside the sources: make core")


def python(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@IN_PLACE
def test_the_sources_run(cache_dir: Path) -> None:  # noqa: ARG001
    code = f"import wali; print(wali.__file__); print(wali.run([{DEMO!r}], capture_output=True, text=True))"
    done = python("-c", code)
    where, result = done.stdout.splitlines()
    assert where == str(ROOT / "wali/__init__.py")
    assert "returncode=0" in result
    assert "Hello from WebAssembly" in result


@IN_PLACE
def test_the_command_runs(cache_dir: Path) -> None:  # noqa: ARG001
    assert python("-m", "wali", "--version").stdout.startswith("wali-runtime ")
    for _ in range(2):
        done = python("-m", "wali", "run", DEMO)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Hello from WebAssembly")
    assert python("-m", "wali", "inspect", DEMO).returncode == 0


@pytest.mark.parametrize("start", [["-m", "pytest"], ["-c", "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"]])
def test_whatever_starts_the_tests_they_test_one_package(start: list[str], tmp_path: Path) -> None:
    """The one that these tests test."""
    plugin = tmp_path / "where.py"
    plugin.write_text(
        "def pytest_collection_finish():\n    import wali.ffi\n    print('tests', wali.__file__, wali.ffi.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, *start, "-p", "where", "-p", "no:cacheprovider", "-sq", "--collect-only", __file__],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    package = Path(wali.__file__).parent
    assert f"tests {package}/__init__.py {package}/ffi.py\n" in done.stdout, done.stderr


def test_setting_up_leaves_the_shell_of_the_sdk(tmp_path: Path) -> None:
    """After `eval "$(wali sdk env)"` the core is built by this machine's compiler all the same."""
    code = (
        f"import os, sys; from pathlib import Path; sys.path.insert(0, {str(ROOT / 'tools')!r}); import bootstrap\n"
        f"bootstrap.STAMP = Path({str(tmp_path / 'stamp')!r}); bootstrap.place_core = lambda: None\n"
        "bootstrap.install = lambda *_: print(*os.environ); bootstrap.main([])"
    )
    given = {**os.environ, **dict.fromkeys(shell.NAMES, "/nowhere")}
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)
    assert "PATH" in done.stdout.split()
    assert set(shell.NAMES) & set(done.stdout.split()) == set()


def test_nothing_built_is_one_message(tmp_path: Path) -> None:
    """A checkout in which nobody ran make, and a Python that has pytest, but no wali."""
    ignored = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(ROOT / "wali", tmp_path / "checkout/wali", ignore=ignored)
    shutil.copytree(ROOT / "tests", tmp_path / "checkout/tests", ignore=ignored)
    (tmp_path / "packages").mkdir()
    for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for package in Path(place).iterdir():
            if not package.name.startswith(("wali", "_wali")):
                (tmp_path / "packages" / package.name).symlink_to(package)
    code = (
        f"import sys; sys.path.append({str(tmp_path / 'packages')!r}); import pytest; sys.exit(pytest.main(['tests']))"
    )
    done = python("-S", "-c", code, folder=tmp_path / "checkout")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "wali is not installed for" in done.stderr
    assert "`make test` sets up .venv" in done.stderr


def test_make_leaves_the_sdks_shell() -> None:
    """What `wali sdk env` sets would build the runtime for wasm."""
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    (line,) = re.findall(r"^ifdef WALI_HOST\nunexport (.*)\nendif$", makefile, re.MULTILINE)
    assert set(line.split()) == set(shell.NAMES)


WORKS = "import sys, time; w = lambda t: (sys.stderr.write(t), sys.stderr.flush()); w('a '); time.sleep(1.2); w('warning\\n'); w('and a half'); sys.exit({status})"


def set_up_step(status: int, stderr: int) -> int:
    """A step of setting up that takes a second, says something, and ends with that status."""
    words = [sys.executable, "-c", WORKS.format(status=status)]
    code = f"import sys; sys.path.insert(0, 'tools'); import bootstrap; bootstrap.run({words!r}, doing='working')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, check=False, timeout=60
    )
    assert done.stdout == b""
    return done.returncode


def test_setting_up_shows_that_it_goes_on() -> None:
    """On a terminal by seconds, below what the tools say; at the end by the time that it took."""
    leader, follower = open_terminal()
    assert set_up_step(0, follower) == 0
    os.close(follower)
    shown = b""
    with suppress(OSError):  # the end of a terminal
        while piece := os.read(leader, 1 << 16):
            shown += piece
    os.close(leader)
    assert shown.startswith(b"\r\x1b[Kbootstrap: working ... 0 s")
    assert b"\r\x1b[Ka warning\r\n" in shown
    assert b"\r\x1b[Kand a half\r\n" in shown
    assert re.search(rb"\r\x1b\[Kbootstrap: working: [1-9]\d* s\r\n$", shown)


@pytest.mark.parametrize("status", [0, 3])
def test_elsewhere_each_step_is_a_line(tmp_path: Path, status: int) -> None:
    with open(tmp_path / "log", "wb") as log:
        assert set_up_step(status, log.fileno()) == (1 if status else 0)
    first, second, third = (tmp_path / "log").read_text().splitlines()
    assert (first, second) == ("bootstrap: working", "a warning")
    assert third.startswith("and a halfbootstrap: failed with status 3" if status else "and a half")
