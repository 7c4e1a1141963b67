"""Every option of sockets, natively and as wasm: equal answers, and no option of this kernel is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from syscalls.rows import Scalar
from syscalls.sockopts import LEVELS, Key, all_options
from syscalls.sockopts.option import Option, Refused, Rewritten, Value
from tests.support import sdk_helpers
from tests.support.helpers import command_path
from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

SOURCE = Path(__file__).parent.parent / "support" / "every_option.c"
LISTED_FOR = (6, 18)
"""The Linux whose options the table has; a later one may know more."""
NAMESPACE = ["unshare", "--user", "--map-root-user", "--net"]
VARYING = [
    "SO_COOKIE",
    "SO_INCOMING_CPU",
    "SO_INCOMING_NAPI_ID",
    "SO_MEMINFO",
    "SO_NETNS_COOKIE",
    "SO_PEERCRED",
    "SO_PEERPIDFD",
    "TCP_TIMESTAMP",
]
"""What each run gets another value of."""
UNNAMED = " 0 98 "
"""Between two numbers of arptables, which takes it for its own and does not know it."""


def _line(key: Key, options: list[Option]) -> str:
    ways = [[one.set for one in options], [one.get for one in options]]
    most = max((one.most for way in ways for one in way if isinstance(one, Value)), default=0)
    skips = [str(any(isinstance(one, Rewritten | Refused) for one in way)).lower() for way in ways]
    known = [one for one in ways[1] if isinstance(one, Value) and isinstance(one.shown, Scalar)]
    shown = str(bool(known) and options[0].name not in VARYING).lower()
    return f"    {{{key[0]}, {key[1]}, {most}, {', '.join(skips)}, {shown}}}, /* {options[0].name} */"


def header() -> str:
    """The rows as C: those of one level and number are one."""
    rows: dict[Key, list[Option]] = {}
    for one in all_options():
        rows.setdefault((one.level.number, one.number), []).append(one)
    levels = [int(word.partition("=")[2]) for word in LEVELS.names]
    lines = ["#include <stdbool.h>", "static const struct row {"]
    lines += ["    int level, number, most;", "    bool skip_set, skip_get, shown;"]
    lines += ["} rows[] = {", *(_line(key, options) for key, options in rows.items()), "};"]
    return "\n".join([*lines, f"static const int levels[] = {{{', '.join(map(str, levels))}}};", ""])


def _run(command: list[str], cwd: Path) -> list[str]:
    done = subprocess.run([*NAMESPACE, *command], cwd=cwd, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout.splitlines()


@pytest.fixture
def native(tmp_path: Path) -> Path:
    """The program, for this machine."""
    if shutil.which("unshare") is None or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("no namespaces of users and networks")
    (tmp_path / "every_option.h").write_text(header())
    program = tmp_path / "every_option"
    subprocess.run(["cc", "-O1", "-I", str(tmp_path), "-o", str(program), str(SOURCE)], check=True)
    return program


def test_answers_are_the_kernels(native: Path, cc: Compiler) -> None:
    """Of options with a row those of themselves; of others those of an option that no level has."""
    module = cc.build(SOURCE.read_text(), "-I.")
    expected = _run([str(native), "nothing"], cc.folder)
    found = _run([*command_path("wali-run"), str(module), "itself"], cc.folder)
    assert len(expected) > 1000
    differences = [f"{one}\n{other}" for one, other in zip(expected, found, strict=True) if one != other]
    assert not differences, "\n".join(differences)


def test_no_option_of_this_kernel_is_missing(native: Path) -> None:
    """What has no row is answered as an option that no level has."""
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if release is None or tuple(map(int, release.groups())) > LISTED_FOR:
        pytest.skip("a kernel that may have more options")
    asked, nothing = (_run([str(native), what], native.parent) for what in ("itself", "nothing"))
    known = [one for one, other in zip(asked, nothing, strict=True) if one != other and UNNAMED not in one]
    assert not known, "\n".join(known)
