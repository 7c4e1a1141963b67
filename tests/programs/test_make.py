"""GNU make: upstream's suite, and a small C project built by native compilers that the wasm make starts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import ports, sources, upstream
from tests.programs.build import Pair

pytestmark = pytest.mark.apps

CATEGORIES = "features functions misc options targets variables".split()  # noqa: SIM905
HELLO = {
    "main.c": '#include <stdio.h>\n#include "part.h"\nint main(void) { printf("%d\\n", part(20)); return 0; }\n',
    "part.c": '#include "part.h"\n#include "made.h"\nint part(int x) { return 2 * x + MADE; }\n',
    "part.h": "int part(int);\n",
    "Makefile": r"""
CFLAGS = -O1
objects := $(patsubst %.c,%.o,$(wildcard *.c))
hello: $(objects); $(CC) -o $@ $^
%.o: %.c $(wildcard *.h) made.h ; $(CC) $(CFLAGS) -c -o $@ $<
made.h: ; @echo '#define MADE $(shell expr 1 + 1)' >$@
check: hello ; @test "$$(./hello)" = 42 && echo works
sub: ; @$(MAKE) -C sub list
wrong: ; @false
.PHONY: check sub wrong
""",
    "sub/Makefile": "list: a b c\na b c: ; @echo $@ $(MAKELEVEL) $(notdir $(CURDIR))\n",
}


@pytest.fixture(scope="module")
def results(make: Pair, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """For each category of upstream's suite, each script to why it failed, or nothing. They take time, so run at once."""
    if not shutil.which("perl"):
        pytest.skip("upstream's suite is written in perl")
    command = make.wasm[-1]
    with ThreadPoolExecutor(3) as pool:
        folders = [tmp_path_factory.mktemp(category) for category in CATEGORIES]
        return dict(zip(CATEGORIES, pool.map(_category, CATEGORIES, folders, [command] * len(CATEGORIES)), strict=True))


def _category(category: str, folder: Path, command: str) -> dict[str, str]:
    source = sources.tree(*ports.MAKE.sources)
    shutil.copytree(source / "tests", folder / "tests")
    (folder / "src").symlink_to(source / "src")
    (folder / "tests" / "config-flags.pm").write_text("%CONFIG_FLAGS = (USE_SYSTEM_GLOB => 'no');\n1;\n")
    scripts = sorted(path.name for path in (source / "tests" / "scripts" / category).iterdir())
    words = ["./run_make_tests.pl", "-srcdir", folder, "-make", command]
    limit = [sys.executable, "-c", LIMIT]  # as upstream's makefile does; one test opens files until there are none
    done = upstream.run([*limit, "perl", *words, *(f"{category}/{name}" for name in scripts)], folder / "tests", 300)
    verdicts = {}
    for name in scripts:
        found = re.search(rf"^{category}/{re.escape(name)} \.+ (.*?)(?=^\w+/\S+ \.\.|\Z)", done.stdout, re.M | re.S)
        text = found[1] if found else done.stdout
        if not text.startswith("N/A"):
            verdicts[f"{category}/{name}"] = "" if re.search(r"^ok ", text, re.M) else text + _differences(folder, name)
    return verdicts


LIMIT = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128)); os.execvp(sys.argv[1], sys.argv[1:])"


def _differences(folder: Path, name: str) -> str:
    found = sorted((folder / "tests" / "work").glob(f"*/{name}.diff*"))
    return "\n".join(path.read_text(errors="backslashreplace") for path in found)


@pytest.mark.parametrize("category", CATEGORIES)
def test_upstream(results: dict[str, dict[str, str]], category: str) -> None:
    """All scripts of a category succeed."""
    upstream.judge("make", results[category])


def _project(folder: Path) -> None:
    (folder / "sub").mkdir(parents=True)
    for name, text in HELLO.items():
        (folder / name).write_text(text)


def test_project(make: Pair, tmp_path: Path) -> None:
    """Builds, rebuilds what changed and only that, recurses, runs jobs side by side, and reports errors: as natively."""
    steps: list[tuple[list[str], str]] = [
        (["-n"], ""),
        (["-j4", "-s", "check"], ""),
        (["check"], ""),
        (["check"], "part.h"),
        (["-s", "sub"], ""),
        (["-k", "wrong", "nothing", "check"], ""),
        (["-q", "hello"], "main.c"),
        (["-p", "-f", "/dev/null"], ""),
    ]
    transcripts = {}
    for kind, command in make.both().items():
        folder = tmp_path / kind
        _project(folder)
        transcripts[kind] = [_step(command, folder, words, touched) for words, touched in steps]
    assert transcripts["native"][1] == (["works"], 0)
    for native, wasm in zip(transcripts["native"][:-1], transcripts["wasm"][:-1], strict=True):
        assert wasm == native
    assert transcripts["wasm"][-1][1] == transcripts["native"][-1][1] == 2  # no targets, and the built-in rules printed


def _step(command: tuple[str, ...], folder: Path, words: list[str], touched: str) -> tuple[list[str], int]:
    if touched:
        (folder / touched).touch()
    done = subprocess.run(
        [*command, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.replace(str(folder), "FOLDER").replace(command[-1], "make").splitlines(), done.returncode
