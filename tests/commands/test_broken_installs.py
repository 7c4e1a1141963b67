"""Installations that are not whole, or not for this user: one line that names the file, the error, and what to do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, launcher_alone, python_command

MakeModule = Callable[..., Path]
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def broken(module: MakeModule, tmp_path: Path, cache_dir: Path) -> Callable[[str | None], Done]:  # noqa: ARG001
    """Runs a first start by a wali-run beside which the script `wali` has that first line, or is not."""
    launcher = launcher_alone(tmp_path / "own")
    path = module(MINIMAL)

    def run(first_line: str | None) -> Done:
        if first_line is not None:
            (tmp_path / "own/bin/wali").write_text(f"{first_line}\nprint('never')\n")
        return subprocess.run([launcher, path], capture_output=True, text=True, check=False, timeout=60)

    return run


def told(done: Done, *parts: str) -> None:
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
    assert done.stderr.startswith("wali-run: ")
    for part in parts:
        assert part in done.stderr


def test_no_script(broken: Callable[[str | None], Done], tmp_path: Path) -> None:
    told(broken(None), f"{tmp_path}/own/bin/wali: No such file or directory: Python, ", "install wali-runtime again")


def test_python_that_is_gone(broken: Callable[[str | None], Done], tmp_path: Path) -> None:
    told(broken(f"#!{tmp_path}/gone"), f"wali-run: {tmp_path}/gone: No such file", "install wali-runtime again")


def test_python_of_somebody_else(broken: Callable[[str | None], Done], tmp_path: Path) -> None:
    """Its links are followed, because the last one is what cannot be reached."""
    (tmp_path / "python").write_text("")  # nobody may execute that, root included
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(tmp_path / "python")
    done = broken(f"#!{tmp_path}/first")
    told(done, f"wali-run: {tmp_path}/first -> {tmp_path}/python: Permission denied: ", "wali compile --system")


def test_links_without_end(broken: Callable[[str | None], Done], tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    told(broken(f"#!{tmp_path}/loop"), "Too many levels of symbolic links")


def test_a_script_that_is_none(broken: Callable[[str | None], Done], tmp_path: Path) -> None:
    """Installed in another way, it is executed as it is: here it may not be."""
    told(broken("#!/bin/sh"), f"{tmp_path}/own/bin/wali: Permission denied")


@pytest.mark.parametrize("missing", ["_cffi_backend", "wali._core", "wali.start.options", "wali.commands.dispatch"])
@pytest.mark.parametrize("words", [["inspect", "x.wasm"], ["run", "x.wasm"]])
def test_packages_that_are_missing(missing: str, words: list[str], tmp_path: Path) -> None:
    if (missing, words[0]) in (("wali.start.options", "inspect"), ("wali.commands.dispatch", "run")):
        pytest.skip("not needed there")
    code = f"sys.modules[{missing!r}] = None; from wali.cli import main; sys.exit(main({words!r}))"
    done = subprocess.run(python_command(code), capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
    assert missing in done.stderr
    assert "install wali-runtime again" in done.stderr
