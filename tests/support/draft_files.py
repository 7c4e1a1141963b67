"""What guests of the draft open below their first folder, and by which flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.helpers import WaliRun
from tests.support.wit_guest import DRAFT, Guest, Result
from tests.support.wit_runs import MakeModule, Run, with_folder

READ, WRITE = 1, 2
FOLLOW = 1
CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE = 1, 2, 4, 8
READABLE, WRITABLE, EXECUTABLE = 1, 2, 4
ACCESS, EXISTS = 0, 1


@pytest.fixture
def run(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> Run:
    """Its folder is `tmp_path / "top"`."""
    return with_folder(module, wali_run, tmp_path / "top")


@pytest.fixture
def guest() -> Guest:
    return Guest(DRAFT)


def top(guest: Guest) -> str:
    """The handle of the first folder."""
    given = guest.call("preopens.get-directories")
    return f"(i32.load {given.word()})"


def opened(
    guest: Guest, path: str = "file", flags: int = READ, how: int = 0, modes: int = READABLE | WRITABLE
) -> Result:
    """A descriptor below the first folder."""
    return guest.call("open-at", top(guest), FOLLOW, path, how, flags, modes)
