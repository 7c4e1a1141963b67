"""What the tests of modules share."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun
from wali import ffi
from wali.compiled import cwasm_file
from wali.module import loader

MakeModule = Callable[..., Path]


@pytest.fixture
def unchecked(module: MakeModule, wali_run: WaliRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> WaliRun:
    """Runs a module at which the loader has not looked: the core alone keeps it from running."""

    def run(text: str, *words: str) -> subprocess.CompletedProcess[str]:
        ffi.engine_open()
        with monkeypatch.context() as patch:
            patch.setattr(loader, "check", lambda _: None)
            cwasm_file.write_compiled(str(module(text)), str(tmp_path / "prog.cwasm"))
        return wali_run(*words, tmp_path / "prog.cwasm")

    return run
