"""Optimising by a profile: Lua is built to count, runs, and is built by what it has counted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.programs import ports, sources
from tests.support.helpers import command_path
from tests.support.profile_helpers import merged, need_readers, read

pytestmark = pytest.mark.apps

WORK = Path(__file__).parent / "lua/work.lua"
OPTIONS = ("-O2", "-std=gnu99", "-DLUA_USE_POSIX", "-DLUA_COMPAT_5_3")


def _build(source: Path, output: Path, *options: str) -> str:
    """What the compiler says. The sources are named as seen from the folder above, for functions of files are, too."""
    files = sorted(str(path.relative_to(source.parent)) for path in source.glob("*.c") if path.name != "luac.c")
    command = [*command_path("wali-cc"), *OPTIONS, *options, *files, "-o", str(output)]
    done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def _run(program: Path, script: Path, **environment: str) -> str:
    return subprocess.run(
        [*command_path("wali-run"), program, script],
        cwd=program.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    ).stdout


def test_lua_by_its_profile(tmp_path: Path) -> None:
    """The profile fits, so that nothing is warned of; the interpreter's loop is what is hot; output stays."""
    need_readers()
    try:
        source = sources.tree(ports.LUA.sources[0]) / "src"
    except sources.NoSourcesError as error:
        pytest.skip(str(error))
    _build(source, tmp_path / "counting.wasm", "-fprofile-generate")
    expected = _run(tmp_path / "counting.wasm", WORK, LLVM_PROFILE_FILE="lua-%m.profraw")
    again = _run(tmp_path / "counting.wasm", WORK, LLVM_PROFILE_FILE="lua-%m.profraw")
    profile = merged(tmp_path.glob("lua-*.profraw"), tmp_path / "lua.profdata")
    told = read("wali-profdata", "show", "--topn=20", profile)
    assert "luaV_execute, max count" in told
    said = _build(source, tmp_path / "used.wasm", f"-fprofile-use={profile}", "-Werror=profile-instr-out-of-date")
    assert "profile" not in said
    assert _run(tmp_path / "used.wasm", WORK) == expected == again
    plain = _build(source, tmp_path / "plain.wasm")
    assert plain == said
    assert (tmp_path / "plain.wasm").read_bytes() != (tmp_path / "used.wasm").read_bytes()
