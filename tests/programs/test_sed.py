"""GNU sed: upstream's suite, run by the dash of the same kind."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.programs import upstream
from tests.programs.build import Pair

pytestmark = pytest.mark.apps


def test_upstream(sed: Path, dash: Pair, tmp_path: Path) -> None:
    """All scripts that upstream's makefile names, but those that it skips."""
    folder = tmp_path / "sed"
    shutil.copytree(sed.parent.parent, folder, symlinks=True)
    # The kernel starts a module by its first line and puts its path in place of argv[0], which messages begin with. A
    # shell that is a guest hands on argv[0] as it is.
    compiler = f"SH_LOG_COMPILER={dash.wasm[-1]}"
    done = upstream.run(["make", "-k", "-j2", "check", "SUBDIRS=.", compiler], folder, 240)
    results = {}
    for verdict, case in re.findall(r"^(PASS|FAIL|ERROR|XPASS): testsuite/(\S+)\.(?:sh|pl|xpl)$", done.stdout, re.M):
        log = folder / "testsuite" / f"{case}.log"
        results[case] = "" if verdict == "PASS" else log.read_text(errors="backslashreplace")
    assert len(results) > 40, done.stdout
    upstream.judge("sed", results)
