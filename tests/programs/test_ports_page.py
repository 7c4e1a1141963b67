"""docs/PORTS.md: lines of ports that were run, and no others."""

from __future__ import annotations

import re

from tests.ports import page
from tests.ports.rows import ROWS
from tests.ports.run import Result, Side
from tests.support.tools import ROOT


def test_a_run_replaces_its_own_lines_only() -> None:
    first, second = ROWS[:2]
    old = page.merged("", [Result(second, Side(5, 0, 1.0), Side(4, 1, 2.0))])
    both = page.merged(old, [Result(first, Side(0, 0, 0.5), Side(0, 0, 0.8))])
    again = page.merged(both, [Result(second, Side(5, 0, 1.0), Side(5, 0, 1.5))])
    lines = again.removeprefix(page.HEAD).splitlines()
    assert [line.split(" | ")[0] for line in lines] == [f"| {first.port.name}", f"| {second.port.name}"]
    assert "| none | none |" in lines[0]
    assert "| 1.60 |" in lines[0]
    assert "4 passed, 1 failed" in old
    assert "| 5 passed | 5 passed |" in lines[1]


def test_the_page_is_what_runs_have_written() -> None:
    text = page.PAGE.read_text()
    assert page.merged(text, []) == text


def test_every_row_can_be_built_and_counted() -> None:
    assert len({row.port.name for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert (ROOT / "tests" / "programs" / row.port.name / "build.sh").exists()
        assert re.compile(row.passed)
        assert re.compile(row.failed)
        assert bool(row.tests) or row.remarks
