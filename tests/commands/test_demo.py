"""The guest of `make run`: it runs, and the module that ships is what its source compiles to."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun
from tests.support.tools import ROOT

MODULE = ROOT / "wali/demo/demo.wasm"


def test_it_shows_the_machine_and_the_folder(wali_run: WaliRun, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    done = wali_run(MODULE, "x", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Linux {os.uname().release}" in done.stdout
    assert f"started as {MODULE} x." in done.stdout
    assert "a file" in done.stdout.split(f"{tmp_path}:")[1]


@pytest.mark.skipif(find_spec("ziglang") is None, reason="ziglang is not installed")
def test_it_is_current(tmp_path: Path) -> None:
    built = tmp_path / "demo.wasm"
    subprocess.run([sys.executable, str(ROOT / "tools/build_demo.py"), str(built)], check=True)
    assert built.read_bytes() == MODULE.read_bytes(), "run: python tools/build_demo.py"
