"""What messages say to do can be done: commands, options, targets of make and requirements are there."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, WaliRun
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from tests.support.tools import ROOT
from wali.commands.dispatch import COMMANDS
from wali.sdk import cli as sdk
from wali.sdk import help as help_of
from wali.sdk import paths
from wali.start import habits
from wali.start.options import NAMES

MakeModule = Callable[..., Path]
COMMAND = re.compile(r"(?<![\w/$.-])wali (?!or )(--?[a-z][\w-]*|[a-z]+)(?: (--?[a-z][\w-]*|[a-z]+))?")
# Sentences that speak of the thing, and the command with which the launcher asks Python.
NO_COMMANDS = {"wali launched", "wali sdk", "wali run"}


def python_strings(path: Path) -> Iterator[str]:
    """The texts of a file but for docstrings; of formatted ones the parts between the braces, with gaps."""
    tree = ast.parse(path.read_text())
    documents = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    inner: set[ast.expr] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inner.update(node.values)
            yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documents | inner:
            yield node.value


def texts() -> Iterator[str]:
    for path in [*(ROOT / "wali").rglob("*.py"), *(ROOT / "tools").glob("*.py")]:
        yield from python_strings(path)
    for path in (ROOT / "wali/native").rglob("*.c"):
        joined = re.sub(r'"\s*"', "", path.read_text())
        yield from re.findall(r'"((?:[^"\\]|\\.)*)"', joined)


def options_of(command: str) -> set[str]:
    import argparse

    parser = argparse.ArgumentParser()
    __import__(f"wali.commands.{command}", fromlist=["add_arguments"]).add_arguments(parser)
    return set(parser._option_string_actions)


def test_commands_that_messages_name_exist() -> None:
    verbs = dict(sdk._parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    seen = set()
    for text in texts():
        for command, word in COMMAND.findall(text):
            named = f"wali {command}"
            if command.startswith("-"):
                assert command in ("-V", "--version", "--help"), text
            elif named not in NO_COMMANDS:
                assert command in dict(COMMANDS), text
                seen.add(command)
            if command == "sdk" and word and not word.startswith("-"):
                assert word in verbs, text
            elif command not in ("sdk", "run", "launched") and word.startswith("--") and word != "--help":
                assert word in options_of(command), text
    assert {"compile", "inspect", "syscalls"} <= seen


def test_options_that_messages_name_exist() -> None:
    for text in texts():
        for option in re.findall(r"wali-run (--[a-z][a-z-]*)", text):
            assert option in NAMES, text


def test_targets_of_make_that_messages_name_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    for text in texts():
        for target in re.findall(r"`make ([a-z]+)`", text):
            assert target in targets, text


def test_requirements_that_messages_name_are_ours() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert f'"{paths.ZIGLANG}"' in project
    for text in texts():
        for words in re.findall(r"pip install ([^\n;)]+)", text):
            for word in re.findall(r"[\w.\[\]]+[=<>!][^ \"']*|wali-runtime\S*", words):
                assert f'"{word}"' in project, text


def test_without_the_compiler_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths.sys, "path", [])
    with pytest.raises(paths.SdkError, match=r"-m pip install ziglang=="):
        paths.zig_dir()


# --- hints ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--trace", "--stats"])
def test_a_file_that_is_not_joined(wali_run: WaliRun, module: MakeModule, tmp_path: Path, option: str) -> None:
    path = module(MINIMAL)
    file = tmp_path / "file.txt"
    for status in (127, 126):
        done = wali_run(option, file, path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
        assert done.stderr.endswith(f"; if it is not the module but that option's file: {option}={file}\n")
        file.write_text("of an earlier run")
    assert "that option's file" not in wali_run(option, file).stderr, "nothing else could be the module"
    assert "that option's file" not in wali_run(option, "--", file, path).stderr
    assert "that option's file" not in wali_run(option, "--argv0", "x", file, path).stderr
    assert wali_run(option, path, file).returncode == 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--mapdir", "/app::.", "x.wasm"], "--mapdir; write it as --dir HOST::GUEST"),
        (["--mapdir=/app::.", "x.wasm"], "--mapdir=/app::.; write it as --dir HOST::GUEST"),
        (["--listenfd", "x.wasm"], "--listenfd; write it as -S listenfd, or --tcplisten ADDR:PORT"),
        (["-W", "max-memory-size=1", "x.wasm"], "-W; leave it out; what limits a guest is --max-memory and"),
        (["-Wall", "x.wasm"], "-Wall; leave it out; what limits a guest is --max-memory and --stack-size"),
        (["-O2", "x.wasm"], "-O2; leave it out"),
    ],
)
def test_options_of_other_runtimes(wali_run: WaliRun, words: list[str], hint: str) -> None:
    done = wali_run(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"wali-run: unknown option {hint}")


def test_what_hints_name_is_there() -> None:
    for hint in habits.OPTIONS.values():
        for option in re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", hint):
            assert option in NAMES
    assert not habits.OPTIONS.keys() & NAMES.keys()


def test_modules_of_other_runtimes(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    path = module(MINIMAL)
    run = "wali-run: run: No such file or directory"
    dash = "wali-run: -: No such file or directory; a module from stdin is /dev/stdin\n"
    assert wali_run("run", path, cwd=tmp_path).stderr == f"{run}; wali-run has no subcommands: leave out this word\n"
    assert wali_run("run", cwd=tmp_path).stderr == f"{run}\n"
    assert wali_run("-", cwd=tmp_path).stderr == dash
    path.rename(tmp_path / "run")
    assert wali_run("run", path, cwd=tmp_path).returncode == 0


def test_the_compilers_help(cc: Compiler) -> None:  # noqa: F811
    """Our options are those of the manual; clang's own list is a word away."""
    done = cc.run("--help")
    assert (done.returncode, done.stdout, done.stderr) == (0, help_of.CC, "")
    own_part = help_of.CC.partition("\ntargets:")[2].partition("\ncommon options")[0]
    page = (ROOT / "docs/SDK.md").read_text().split("## Options of wali-cc")[1].split("\n## ")[0]
    assert set(re.findall(r"^`(-[\w-]+).*\n: ", page, re.M)) == set(re.findall(r"^  (-[\w-]+)", own_part, re.M))
    variables = set(re.findall(r"\bWALI_\w+", help_of.CC))
    assert variables <= set(re.findall(r"`(WALI_\w+)`", (ROOT / "docs/SDK.md").read_text()))
    own = cc.run("-help")
    assert own.returncode == 0
    assert "-fsyntax-only" in own.stdout
    assert all(len(line) <= 100 for line in help_of.CC.splitlines())


def test_help_without_a_compiler() -> None:
    """It needs neither the sysroot nor the compiler."""
    import sys

    code = "from wali.sdk import driver, paths; paths.zig_dir = None; sys.exit(driver.main_cc(['--help']))"
    words = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, help_of.CC)
