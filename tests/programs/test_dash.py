"""dash: scripts print the same, to the letter, when the native shell and the wasm one run them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs import ports, sources, upstream
from tests.programs.build import Pair
from tests.programs.terminal import job_control

pytestmark = pytest.mark.apps

SCRIPTS = sorted((Path(__file__).parent / "dash").glob("*.sh"))
# Folders of busybox's tests of its own ash: good scripts for any shell.
ASH_FOLDERS = "alias arith getopts glob heredoc invert misc parsing quoting redir vars".split()  # noqa: SIM905
# What these print depends on who is quicker.
UNFIT = {"ash-misc/exitcode_trap2", "ash-misc/exitcode_trap6"}


def _both(dash: Pair, script: Path, tmp_path: Path) -> dict[str, tuple[str, int]]:
    results = {}
    for kind, command in dash.both().items():
        folder = tmp_path / kind
        folder.mkdir(parents=True)
        done = upstream.run([*command, script], folder, THIS_SH=command[-1], HOME="/")
        results[kind] = (done.stdout.replace(str(folder), "FOLDER").replace(command[-1], "dash"), done.returncode)
    return results


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(dash: Pair, script: Path, tmp_path: Path) -> None:
    """Output, messages and status are the native ones."""
    results = _both(dash, script, tmp_path)
    assert results["wasm"][0].splitlines() == results["native"][0].splitlines()
    assert results["wasm"][1] == results["native"][1]


@pytest.mark.parametrize("folder", ASH_FOLDERS)
def test_ash_scripts(dash: Pair, folder: str, tmp_path: Path) -> None:
    """The scripts of busybox's suite, right or wrong, end as they do in the native dash."""
    top = sources.tree(*ports.BUSYBOX.sources) / "shell" / "ash_test" / f"ash-{folder}"
    results = {}
    for script in sorted(top.glob("*.tests")):
        case = f"ash-{folder}/{script.stem}"
        if case not in UNFIT:
            outcome = _both(dash, script, tmp_path / script.stem)
            same = outcome["native"] == outcome["wasm"]
            results[case] = "" if same else f"native: {outcome['native']}\nwasm:   {outcome['wasm']}"
    upstream.judge("dash", results)


def test_job_control(dash: Pair) -> None:
    """Jobs stop, go on, die and end as the keys say."""
    job_control([*dash.wasm, "-i"])
