"""The table of wali-run's options against everything that spells an option without being made from it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import wali
from tests.support.helpers import MINIMAL, WaliRun, launcher_alone
from tests.support.tools import ROOT
from wali.start import options
from wali.start.config import RunConfig
from wali.start.option_table import (
    ABSENT,
    AMOUNT,
    DESCRIPTOR,
    FILE,
    FLAG,
    NUMBER,
    OPTIONS,
    SIZE,
    TEXT,
    TEXTS,
    WORDS,
    Option,
)

PUBLIC = [option for option in OPTIONS if option.help]
# What subprocess offers already, what belongs to a run and not to a command, and what only a person asks for.
NO_PARAMETERS = {"env_file", "clear_env", "no_cache", "debug", "help", "version"}
# The sandbox is the command line's alone so far.
NO_PARAMETERS |= {"sandbox", "ro", "rw", "rootfs", "net", "exec", "no_exec", "confine", "deny", "allow", "user"}
NO_PARAMETERS |= {"memory", "processes", "files", "cpu"}
# What says nothing alone, or what not everybody can have.
NOT_ALONE = {"--ro", "--rw", "--rootfs", "--net", "--exec", "--allow", "--user", "--processes", "--sandbox"}
# The parameters that are called otherwise.
PARAMETERS = {"dir": "dirs"}
C_TYPES = {
    FLAG: r"int {}",
    SIZE: r"uint64_t {}",
    TEXT: r"const char \*{}",
    TEXTS: r"const char \*const \*{}",
    DESCRIPTOR: r"int {}",
    NUMBER: r"int64_t {}",
    AMOUNT: r"uint64_t {}",
    FILE: r"const char \*{}",
}


def test_the_header_is_not_stale() -> None:
    """wali/_generated/options.h is what tools/option_header.py writes."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools/option_header.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_rows_are_possible() -> None:
    words = [word for option in OPTIONS for word in (option.word, option.short) if word]
    assert len(words) == len(set(words))
    for option in OPTIONS:
        assert re.fullmatch(r"--[a-z0-9]+(-[a-z0-9]+)*", option.word), option.word
        assert bool(option.metavar) == (option in PUBLIC and option.kind in (SIZE, AMOUNT, TEXT, TEXTS, WORDS, FILE)), (
            option.word
        )
        assert option.core or not option.kept, option.word
        assert option.kind in ABSENT or not option.setting, option.word
        assert option.unset in ("", *words)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.core], ids=lambda option: option.word)
def test_the_settings_has_a_field(option: Option) -> None:
    """Of the type that its kind asks for."""
    settings_h = ROOT / "wali/native/process/settings.h"
    struct = settings_h.read_text().split("typedef struct wali_config {")[1].split("}")[0]
    assert re.search(rf"^ *{C_TYPES[option.kind].format(option.attribute)};", struct, re.MULTILINE), struct
    assert option.kind != TEXTS or f"int {option.attribute}_count;" in struct


def test_the_manual_has_a_paragraph_for_each() -> None:
    """In the order of --help, written in the same way."""
    manual = (ROOT / "docs/wali-run.1.md").read_text().split("## OPTIONS\n")[1].split("\n## ")[0]
    assert re.findall(r"^(.*)\n: ", manual, re.MULTILINE) == [heading(option) for option in PUBLIC]


def heading(option: Option) -> str:
    words = [f"`{word}`" for word in (option.short, option.word) if word]
    if option.kind == FILE:
        words.append(f"`{option.word}=`*{option.metavar}*")
    value = f" *{option.metavar}*" if option.metavar and option.kind != FILE else ""
    return ", ".join(words) + value


def test_python_has_a_parameter_for_each() -> None:
    wanted = {PARAMETERS.get(option.attribute, option.attribute) for option in PUBLIC} - NO_PARAMETERS
    assert wanted == set(inspect.signature(wali.command).parameters) - {"module", "arguments"}
    # What is no argument of subprocess.run: argument 0 is argv[0]'s, or the program's.
    assert wanted - {"argv0"} <= set(inspect.signature(wali.run).parameters)
    assert wanted - {"argv0", "fix_calls", "cache_dir", "code"} <= set(inspect.signature(wali.Program.run).parameters)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.word)
def test_each_is_parsed(option: Option) -> None:
    """Into its setting, from both ways to write it; what is no setting changes something else."""
    samples = {
        SIZE: "64K",
        AMOUNT: "64K",
        DESCRIPTOR: "7",
        NUMBER: "-7",
        TEXT: "x",
        TEXTS: "x",
        WORDS: "cli,tcp=n",
        FILE: "x",
    }
    wanted = {
        SIZE: 65536,
        AMOUNT: 65536,
        DESCRIPTOR: 7,
        NUMBER: -7,
        TEXT: "x",
        TEXTS: [b"x"],
        WORDS: [b"cli,tcp=n"],
        FILE: "x",
        FLAG: True,
    }
    if not option.setting:
        assert not hasattr(RunConfig("m", []), option.attribute) or option.attribute == "environment"
        return
    forms = [[option.word]] if option.kind == FLAG else [[f"{option.word}={samples[option.kind]}"]]
    forms += [[option.word, samples[option.kind]]] if option.kind not in (FLAG, FILE) else []
    forms += [[option.short, samples[option.kind]]] if option.short else []
    forms += [[option.short + samples[option.kind]]] if option.kind == WORDS else []
    for form in forms:
        config = options.parse([*form, "prog.wasm"])
        assert getattr(config, option.attribute) == wanted[option.kind]


def test_what_is_not_given_is_absent() -> None:
    config = options.parse(["prog.wasm"])
    for option in OPTIONS:
        if option.setting and option.attribute != "cache_dir":
            assert getattr(config, option.attribute) == ABSENT[option.kind]
    with pytest.raises(TypeError, match="no such settings: cachedir"):
        RunConfig("m", [], cachedir="x")


@pytest.mark.parametrize(
    "option",
    # Those ask for no cached one; tests/core/test_compiled_files.py has --code.
    [
        option
        for option in PUBLIC
        if option.launcher and option.word not in {"--no-cache", "--code", "--debug"} | NOT_ALONE
    ],
    ids=lambda option: option.word,
)
def test_the_launcher_reads_it_without_python(
    option: Option, module: Callable[..., Path], wali_run: WaliRun, tmp_path: Path
) -> None:
    """A wali-run that has no Python to hand over to starts a cached module by itself."""
    alone = launcher_alone(tmp_path / "alone")
    values = {
        "--trace-options": "-e trace=none -qq",
        "--dir": tmp_path,
        "--invoke": "_start",
        "--tcplisten": "127.0.0.1:0",
        "--wasi": "cli,tcp=n",
        "--deny": "read",
    }
    value = values.get(option.word, "64" if option.kind == AMOUNT else "2M" if option.kind == SIZE else tmp_path / "x")
    word = option.word + ("" if option.kind == FLAG else f"={value}")
    path = module(MINIMAL)
    assert wali_run(word, path).returncode == 0
    done = subprocess.run([alone, word, path], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [alone, "--env-file=/dev/null", path], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, "cannot be started" in done.stderr) == (126, True)
