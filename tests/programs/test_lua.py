"""Lua: scripts that cover the language and its libraries print the same natively and as wasm."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile

import pytest

from tests.programs.build import Pair

pytestmark = pytest.mark.apps

SCRIPTS = sorted((Path(__file__).parent / "lua").glob("*.lua"))
STDIN = "line one\n 42 rest\nand the tail"


def _lua(
    command: Sequence[str], folder: Path, *arguments: str, stdin: str = "", **environment: str
) -> tuple[str, str, int]:
    """Standard output, standard error without the program's own path, status."""
    done = subprocess.run(
        [*command, *arguments],
        input=stdin.encode(),
        capture_output=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )
    errors = done.stderr.decode(errors="backslashreplace").replace(command[-1], "lua")
    return done.stdout.decode(errors="backslashreplace"), errors, done.returncode


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(lua: Pair, script: Path, tmp_path: Path) -> None:
    """The whole script runs, and its output is the native one."""
    results = {}
    for kind, command in lua.both().items():
        folder = tmp_path / kind
        folder.mkdir()
        copyfile(script, folder / script.name)
        variables = {"APP_TEST_VARIABLE": "a value", "APP_TEST_EMPTY": ""}
        results[kind] = _lua(command, folder, script.name, "one", "two words", stdin=STDIN, **variables)
    assert results["native"][2] == 0, f"the script itself is wrong: {results['native']}"
    assert results["wasm"][0].splitlines() == results["native"][0].splitlines()
    assert results["wasm"][1:] == results["native"][1:]


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["-v"], ""),
        (["-e", "print(1)", "-e", "print(2)"], ""),
        (["-"], "print('from standard input', ...)"),
        ([], "print('a program on standard input') os.exit(4)"),
        (["-i"], "1 + 1\n=_VERSION\nfor i = 1, 2 do\nprint(i)\nend\nerror('x')\n"),
        (["-e", "os.exit(3)"], ""),
        (["-e", "os.exit(true)"], ""),
        (["-e", "os.exit(false)"], ""),
        (["-e", "os.exit(300, true)"], ""),
        (["-e", "local x <close> = setmetatable({}, {__close = function() print('closed') end}) os.exit(5, true)"], ""),
        (["-e", "error('uncaught')"], ""),
        (["-e", "error({})"], ""),
        (["-e", "error(setmetatable({}, {__tostring = function() return 'object' end}))"], ""),
        (["-e", "local function f() f() + 1 end"], ""),
        (["-e", "io.stdout:write('unflushed') os.exit(0, false)"], ""),
        (["-W", "-e", "warn('@on') warn('careful ', 'now')"], ""),
        (["no-such-file.lua"], ""),
        (["-x"], ""),
        (["-e", "local function f() return f() .. f() end f()"], ""),
        (["-e", "io.popen('kill -9 ' .. io.popen('echo $PPID'):read('a')) while true do end"], ""),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_command_line(lua: Pair, arguments: list[str], stdin: str, tmp_path: Path) -> None:
    """Options, exit statuses, messages and death by signal are the native ones."""
    native, wasm = (_lua(command, tmp_path, *arguments, stdin=stdin) for command in (lua.native, lua.wasm))
    assert wasm == native


def test_environment(lua: Pair, tmp_path: Path) -> None:
    """LUA_INIT runs first; -E ignores it."""
    for options in ([], ["-E"]):
        arguments = [*options, "-e", "print(set)"]
        native, wasm = (
            _lua(command, tmp_path, *arguments, LUA_INIT="set = 'by LUA_INIT'") for command in (lua.native, lua.wasm)
        )
        assert wasm == native


def test_bytecode(lua: Pair, tmp_path: Path) -> None:
    """Each build loads what it dumped itself, and refuses a truncated dump."""
    code = """
        local dump = string.dump(load("local a = ... return a * 2, 'text', 1.5"))
        print(load(dump)(21))
        print(load(dump:sub(1, #dump // 2), "half", "b"))
    """
    native, wasm = (_lua(command, tmp_path, "-e", code) for command in (lua.native, lua.wasm))
    assert wasm == native
    assert native[2] == 0


def test_ten_at_once(lua: Pair, tmp_path: Path) -> None:
    """Processes side by side, each with its own memory."""
    code = "local t = {} for i = 1, 2e5 do t[i] = {i} end print(#t * tonumber(arg[1]))"
    script = tmp_path / "work.lua"
    script.write_text(code)
    running = [
        subprocess.Popen([*lua.wasm, str(script), str(n)], stdout=subprocess.PIPE, text=True) for n in range(1, 11)
    ]
    assert [int(process.communicate(timeout=120)[0]) for process in running] == [200000 * n for n in range(1, 11)]
