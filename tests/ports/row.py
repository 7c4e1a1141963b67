"""One row of `make ports`, and what several rows use.

The scripts run by `sh` in a copy of a build's folder, natively and as wasm, with what the build was made with, and
SOURCES, the first unpacked source, and SCRATCH, an empty folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.programs.ports import Port

# A text of 12 MB, the same each time.
TEXT = """awk 'BEGIN { for (i = 0; i < 300000; i++) print i, i * 7919 % 1000003, "line of words and numbers", i % 97 }' \\
    > "$SCRATCH/text"
"""
AUTOMAKE_PASSED = r"^# PASS: +(\d+)$"
AUTOMAKE_FAILED = r"^# (?:FAIL|ERROR|XPASS): +(\d+)$"


@dataclass(frozen=True)
class Row:
    """One program of the page."""

    port: Port
    tests: str
    """Its own tests. What they say is counted, their status is not looked at."""
    passed: str
    """Finds one that passed: each match's number, or 1 for a match without one."""
    failed: str
    """The same for those that did not."""
    work: str
    """Something that takes the native program a second or so. Its output is compared."""
    about: str
    """What the work is, in a few words."""
    remarks: str = ""
    """What is to be said of the tests and the port."""
    prepare: str = ""
    """What the work needs, made before the clock runs, in SCRATCH."""
