"""What the SDK's tools say to --help, and that nobody takes it for a failure."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.support.sdk_helpers import tool
from tests.support.tools import ROOT
from wali.sdk import driver
from wali.sdk import help as texts

TOOLS = {"cc": texts.CC, "c++": texts.CXX, "ar": texts.AR, "ranlib": texts.RANLIB, "nm": texts.NM, "strip": texts.STRIP}


@pytest.mark.parametrize("name", TOOLS)
def test_help_goes_to_stdout(name: str) -> None:
    done = subprocess.run([*tool(name), "--help"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (TOOLS[name], "", 0)
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"usage: wali-{name} ")
    assert max(map(len, lines)) <= 100
    assert "exit status" in done.stdout


def test_every_option_of_ours_is_told() -> None:
    source = (ROOT / "wali/sdk/driver.py").read_text()
    page = (ROOT / "docs/SDK.md").read_text()
    for option in set(re.findall(r'"(-mwali-[a-z-]+)', source)):
        assert option in texts.CC, option
        assert f"`{option}" in page, option
    for variable in re.findall(r"`(WALI_(?:SDK_DIR|CC|LD|RUN))`", page):
        assert variable in texts.CC, variable


@pytest.mark.parametrize("words", [["--version"], ["-v"], ["-dumpmachine"], ["-print-prog-name=ld"], ["-E", "-"]])
def test_what_configure_asks_is_clangs_to_answer(words: list[str]) -> None:
    done = subprocess.run([*tool("cc"), *words], capture_output=True, text=True, input="", timeout=60, check=False)
    assert done.returncode == 0
    assert "usage: wali-cc" not in done.stdout


def test_other_helps_are_clangs() -> None:
    """--help alone is ours: scripts look into the rest for options of clang's."""
    done = subprocess.run([*tool("cc"), "-help"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "-fsanitize=" in done.stdout
    assert driver.Request(["--help-hidden"]).rest == ["--help-hidden"]
