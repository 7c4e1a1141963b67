"""bash: upstream's run-* scripts, and job control in a terminal."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import ports, sources, upstream
from tests.programs.terminal import Terminal, job_control

pytestmark = pytest.mark.apps

# The slow ones come first, since some run at once.
SCRIPTS = """
    jobs trap ifs-posix read func test coproc procsub assoc dynvar builtins dollars execscript
    alias appendop arith arith-for array array2 attr braces case casemod complete comsub comsub-eof comsub-posix cond
    cprint dbg-support dbg-support2 dirstack errors exp-tests exportfunc extglob extglob2 extglob3 getopts glob-test
    globstar heredoc herestr histexpand history ifs input-test intl invert iquote lastpipe mapfile more-exp nameref
    new-exp nquote nquote1 nquote2 nquote3 nquote4 nquote5 parser posix2 posixexp posixexp2 posixpat posixpipe precedence
    printf quote quotearray redir rhs-exp rsh set-e set-x shopt strip tilde tilde2 type varenv vredir
""".split()  # noqa: SIM905
HELPERS = ("recho", "zecho", "printenv", "xcase")


@pytest.fixture(scope="module")
def results(bash: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each script, what it says beyond its warnings: nothing if bash did as expected."""
    top = tmp_path_factory.mktemp("bash")
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(SCRIPTS, pool.map(lambda name: _outcome(bash, top, name), SCRIPTS), strict=True))


def _outcome(bash: Path, top: Path, name: str) -> str:
    """Runs one script in a copy of the tests; bash's output goes to a file, which the script compares."""
    folder = top / name / "tests"
    shutil.copytree(sources.tree(*ports.BASH.sources) / "tests", folder)
    for helper in HELPERS:
        (folder / helper).symlink_to(bash.parent / helper)
    temporary = top / name / "tmp"
    temporary.mkdir()
    environment = {
        "HOME": os.environ.get("HOME", "/"),
        "PATH": f".:{os.environ.get('PATH', os.defpath)}",
        "TERM": "dumb",
        "TMPDIR": str(temporary),
        "BASH_TSTOUT": str(temporary / "output"),
        "BUILD_DIR": str(bash.parent),
        "THIS_SH": str(bash),
        "XDG_CACHE_HOME": str(sources.CACHE),
        "WALI_QUIET": "1",
    }
    with Terminal(["/bin/sh", f"run-{name}"], str(folder), environment) as terminal:
        try:
            status = terminal.status(120)
        except AssertionError as error:
            return str(error)
    said = [line for line in terminal.seen.splitlines() if not line.startswith("warning: ")]
    if status < 0:
        said.append(f"died by signal {-status}")
    text = "\n".join(said).replace(str(bash), "BASH").replace(str(top / name), "TOP")
    return re.sub(r"line \d+: +\d+ ", "line N: PID ", text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_upstream(results: dict[str, str], name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """bash prints what upstream expects, or else exactly what the native bash prints here: locales, users and
    terminals differ between machines."""
    outcome = results[name]
    if outcome and name not in upstream.known("bash"):
        native: Path = request.getfixturevalue("native_bash")
        outcome = upstream.difference(_outcome(native, tmp_path, name), outcome)
    upstream.judge("bash", {name: outcome})


def test_job_control(bash: Path) -> None:
    """Jobs stop, go on, die and end as the keys say."""
    job_control([str(bash), "--norc", "--noediting", "-i"])


def test_line_editing(bash: Path, tmp_path: Path) -> None:
    """readline: cursor keys, history, completion, an interrupted search."""
    environment = {
        "PS1": "ready> ",
        "PATH": os.environ["PATH"],
        "TERM": "vt100",
        "HOME": str(tmp_path),
        "WALI_QUIET": "1",
    }
    (tmp_path / "a-file-to-complete").write_text("its text\n")
    with Terminal([str(bash), "--norc", "-i"], str(tmp_path), environment) as terminal:
        terminal.expect("ready> ")
        terminal.type("echo aXb\x1b[D\x7fY\n")  # one to the left, rub out X
        terminal.expect("\naYb\r\n")
        terminal.type("\x1b[A again\n")  # the last line once more
        terminal.expect("\naYb again\r\n")
        terminal.type("cat a-fi\t\n")
        terminal.expect("\nits text\r\n")
        terminal.type("\x12aY\x07\x15echo $((6 * 7))\n")  # search backwards, abort, empty the line
        terminal.expect("\n42\r\n")
        terminal.type("exit 3\n")
        assert terminal.status() == 3
