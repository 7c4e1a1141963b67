"""What the tests of profiles share: the SDK's readers of LLVM's, and what they say."""

from __future__ import annotations

import functools
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import command_path
from wali.sdk import profile_tools
from wali.sdk.errors import SdkError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@functools.cache
def _problem() -> str:
    try:
        profile_tools.find("llvm-profdata")
        profile_tools.find("llvm-cov")
    except SdkError as error:
        return str(error)
    return ""


def need_readers() -> None:
    """Skips the test where there are none, and no way to fetch them."""
    if _problem():
        pytest.skip(_problem())


def read(tool: str, *words: object) -> str:
    """What wali-profdata or wali-cov prints."""
    command = [*command_path(tool), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def merged(files: Iterable[Path], output: Path) -> Path:
    """The files as one that the compiler reads."""
    found = sorted(files)
    assert found, "no profile was written"
    read("wali-profdata", "merge", "-o", output, *found)
    return output


def calls(profile: Path) -> dict[str, int]:
    """How often each function was called, by -fprofile-instr-generate; without the file's name."""
    text = read("wali-profdata", "show", "--all-functions", "--counts", profile)
    found = re.findall(r"^  (\S+):\n    Hash: \S+\n    Counters: \d+\n    Function count: (\d+)", text, re.M)
    return {name.rpartition(":")[2]: int(count) for name, count in found}
