"""What many tests need: modules made of text, a private cache, and the commands to run.

Tests lie in folders named after what they test: core/ (the C core, by guests), modules/ (loading, refusing, rewriting
and caching of modules), commands/, sdk/, table/ (the table of calls and what is generated from it), wasi/ (programs
for WASI), programs/ (real ones). support/ holds what tests share, with its own test, native/ what they compile;
bench/ measures. What concerns all folders stands beside this file.

The installed package is what is tested, whether by `pytest` or by `python -m pytest`, which puts the checkout first
on the path: the checkout comes last, for the parts that are not installed (syscalls, abi).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent))

from tests.support import start_state
from tests.support.helpers import WaliRun, assemble, run_command
from tests.support.tools import ROOT

sys.path[:] = [*(place for place in sys.path if Path(place).resolve() != ROOT), str(ROOT)]
start_state.restore()
os.environ["WALI_PREFIX"] = str(ROOT / "build" / "no-libraries")  # the user's are not found
os.environ["WALI_QUIET"] = "1"  # a busy machine takes seconds to compile, and stderr is compared


def pytest_configure() -> None:
    if find_spec("wali._core") is None:
        raise pytest.UsageError(
            f"wali is not installed for {sys.executable}, and not built in {ROOT}: `make test` sets up .venv and runs the "
            "tests there; for some of them: python3 tools/bootstrap.py sdk test && .venv/bin/pytest tests/test_x.py"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The C tests come first: others take the modules that they have built."""
    items.sort(key=lambda item: item.path.name != "test_c_tests.py")


@pytest.fixture
def cache_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own, for this process and those it starts."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "wali"


@pytest.fixture
def module(tmp_path: Path) -> Callable[[str], Path]:
    """Makes files of modules: module(text) gives the path of prog.wasm."""

    def make(text: str, name: str = "prog.wasm") -> Path:
        path = tmp_path / name
        path.write_bytes(assemble(text))
        return path

    return make


@pytest.fixture
def wali_run(cache_dir: Path) -> WaliRun:  # noqa: ARG001
    """Runs wali-run with arguments; options are those of subprocess.run, text and captured output by default."""
    return partial(run_command, "wali-run")


@pytest.fixture
def wali(cache_dir: Path) -> WaliRun:  # noqa: ARG001
    """Runs the command wali the same way."""
    return partial(run_command, "wali")
