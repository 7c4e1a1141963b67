"""The recipes of docs/DEBUGGING.md for coverage and profiles run as they are written."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers
from tests.support.profile_helpers import need_readers
from tests.support.tools import ROOT, path_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAM = '#include <stdio.h>\nint main(void) {\n    puts("hello");\n    return 0;\n}\n'


def recipe(heading: str) -> str:
    """The first lines of commands below a heading."""
    text = (ROOT / "docs/DEBUGGING.md").read_text()
    found = re.search(rf"^#+ {heading}\n\n((?:    .*\n)+)", text, re.M)
    assert found, heading
    return found[1]


@pytest.mark.parametrize(
    ("heading", "said", "made"),
    [
        ("Coverage", "Lines executed:100.00% of 3", "prog.c.gcov"),
        ("By regions", 'puts("hello");', "prog.profdata"),
        ("Profiles", "hello", "prog.profdata"),
    ],
)
def test_recipe(cc: Compiler, cache_dir: Path, heading: str, said: str, made: str) -> None:  # noqa: ARG001
    need_readers()
    cc.write(PROGRAM)
    done = subprocess.run(
        ["sh", "-e"],
        input=recipe(heading),
        cwd=cc.folder,
        env={**os.environ, "PATH": path_first()},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert (cc.folder / made).exists()
