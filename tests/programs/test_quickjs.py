"""QuickJS: it measures its stack by addresses of locals, and ends recursions in errors of its own, as natively."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.programs.build import Pair

pytestmark = pytest.mark.apps

SCRIPT = Path(__file__).parent / "quickjs" / "depth.js"


def _quickjs(command: Sequence[str], *arguments: str) -> tuple[str, str, int]:
    """Standard output, standard error, status."""
    done = subprocess.run([*command, *arguments], capture_output=True, timeout=120, check=False)
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def test_errors_are_caught(quickjs: Pair) -> None:
    """Calls, parsers of source, JSON and patterns, and library functions that call back: the same error for each."""
    native, wasm = (_quickjs(command, str(SCRIPT)) for command in (quickjs.native, quickjs.wasm))
    assert native[0].endswith("true\n")
    assert native[1:] == ("", 0)
    assert native[0].count("stack overflow") > 25
    assert wasm[0].splitlines() == native[0].splitlines()
    assert wasm[1:] == native[1:]


@pytest.mark.parametrize("size", ["64k", "256k", "1M", "4M", "7M"])
@pytest.mark.parametrize(
    "code",
    [
        "function f(n) { return f(n + 1) + 1; } f(0)",
        "JSON.parse('['.repeat(1e6))",
        "eval('('.repeat(1e6))",
        "new RegExp('(?:'.repeat(1e6) + ')'.repeat(1e6))",
        "var s = () => { [2, 1].sort(s); return 0 }; s()",
    ],
    ids=["function", "json", "source", "pattern", "callback"],
)
def test_limits(quickjs: Pair, code: str, size: str) -> None:
    """Under each limit that lies in the stack, what nobody catches ends the program with its message and status."""
    native, wasm = (_quickjs(command, "--stack-size", size, "-e", code) for command in (quickjs.native, quickjs.wasm))
    for output, errors, status in (native, wasm):
        assert (output, errors.splitlines()[0].partition(": ")[2], status) == ("", "stack overflow", 1)
