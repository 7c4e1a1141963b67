"""What is said to people: nothing in it drives a terminal, nothing of it is on stdout, and what is lost is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import EXIT_BY_ARGUMENT, MINIMAL, WaliRun, command_path
from wali.messages import printable

MakeModule = Callable[..., Path]

# The escape character, C1's one-byte form of it, right-to-left override, a byte that is no UTF-8, and a newline.
NASTY = "a\x1b[31m\u009b\u202e\udcff\n\u00e9"
SAFE = r"a\x1b[31m\u009b\u202e\xff\n" + "\u00e9"
CRASHES = '(module (memory (export "memory") 1 2) (func $inner unreachable) (func (export "_start") (call $inner)))'


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_letters_of_unicode() -> None:
    """Control and format characters are escaped, letters and signs stay; those that this Python does not know, either."""
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        category = unicodedata.category(letter)
        shown = printable(letter)
        if category in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            assert shown.isascii(), hex(number)
            assert shown.startswith("\\"), hex(number)
        elif category != "Cn":
            assert shown == letter, hex(number)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\xc0\x80", r"\xc0\x80"),  # too long
        (b"\xe0\x9f\xbf", r"\xe0\x9f\xbf"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),  # a surrogate
        (b"\xf4\x90\x80\x80", r"\xf4\x90\x80\x80"),  # behind the last letter
        (b"\xf5\x80\x80\x80", r"\xf5\x80\x80\x80"),
        (b"\xe2\x82", r"\xe2\x82"),  # cut off
        (b"\xc3\xa9\x80z", "\u00e9\\x80z"),
        (b"\\n\t\r\0", "\\n" + r"\t\r\x00"),
        (b"\xf3\xa0\x80\x81", r"\U000e0001"),
    ],
)
def test_bytes_that_are_no_letters(raw: bytes, shown: str) -> None:
    assert printable(os.fsdecode(raw)) == shown


# --- where names come from others -------------------------------------------------------------------------------------


def nasty(tmp_path: Path, name: str = NASTY) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


@pytest.mark.parametrize("first", [True, False])
def test_a_guest_that_dies(wali_run: WaliRun, module: MakeModule, tmp_path: Path, first: bool) -> None:
    """By the core: the module's path and the names of functions. A first run comes through Python."""
    path = nasty(tmp_path) / "prog.wasm"
    module(CRASHES.replace("$inner", '$"\\1b\\c2\\9b\\e2\\80\\aename"')).rename(path)
    for _ in range(1 if first else 2):
        done = wali_run(path)
    assert (done.returncode, done.stdout) == (-4, "")
    said, *frames = done.stderr.splitlines()
    assert said.startswith("wali: ")
    assert said.endswith(f"/{SAFE}/prog.wasm: unreachable code (SIGILL)")
    assert frames[0].endswith(r" \x1b\u009b\u202ename")


def test_a_long_path_leaves_room_for_the_reason(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(12):
        folder = folder / ("\x01" * 250)
    subprocess.run(["mkdir", "-p", folder], check=True)
    module(CRASHES).rename(folder / "prog.wasm")
    first = wali_run(folder / "prog.wasm").stderr.splitlines()[0]
    assert first.startswith("wali: ...")
    assert first.endswith("(SIGILL)")


def one_line(done: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    """Its message is one line on stderr, with nothing in it that a terminal obeys."""
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.endswith("\n")
    line = done.stderr.splitlines()[-1]
    assert printable(line) == line
    assert "\x1b" not in done.stderr
    for part in parts:
        assert part in line


def test_errors_of_the_commands(wali_run: WaliRun, wali: WaliRun, tmp_path: Path) -> None:
    path = nasty(tmp_path) / "none.wasm"
    one_line(wali_run(path), 127, SAFE)
    one_line(wali("inspect", path), 127, SAFE)
    one_line(wali("compile", path), 127, SAFE)
    one_line(wali("compile", "-o", path, path), 2, SAFE)
    one_line(wali(NASTY), 2)
    one_line(wali("ps", NASTY), 2, SAFE)
    one_line(wali("sdk", "path", NASTY), 2, SAFE)


@pytest.mark.parametrize(
    "option", ["--max-memory", "--stack-size", "--env-file", "--trace", "--stats", "--trace-fd", "--environment"]
)
def test_values_of_options(wali_run: WaliRun, module: MakeModule, tmp_path: Path, option: str) -> None:
    value = tmp_path / "none" / NASTY if option in ("--env-file", "--trace", "--stats") else NASTY
    one_line(wali_run(f"{option}={value}", module(MINIMAL)), 2, SAFE)


def test_an_unknown_option(wali_run: WaliRun) -> None:
    one_line(wali_run(f"--{NASTY}"), 2, SAFE)


def test_what_is_printed(wali: WaliRun, wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    """Reports are for people, too; paths for programs stay as they are."""
    path = nasty(tmp_path) / "prog.wasm"
    module(EXIT_BY_ARGUMENT).rename(path)
    for words in (["inspect", path], ["compile", path], ["compile", path, "-o", path.with_suffix(".cwasm")]):
        done = wali(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert SAFE in done.stdout
        assert "\x1b" not in done.stdout
    assert SAFE in wali_run("--stats", path).stderr
    done = wali("cache", "path", "--cache-dir", path.parent, text=False)
    assert done.stdout == os.fsencode(path.parent) + b"\n"


def test_letters_that_the_locale_has_not(wali: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    path = nasty(tmp_path, "na\u00efve") / "prog.wasm"
    module(MINIMAL).rename(path)
    done = wali("inspect", path, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "na\\xefve" in done.stdout


# --- output that goes nowhere -----------------------------------------------------------------------------------------

PRINTS = {
    "wali-run": [["--help"], ["--version"]],
    "wali": [["--help"], ["--version"], ["run", "--help"], ["ps", "--help"], ["sdk", "--help"], ["cache", "path"], ["cache", "list"]],
    "wali-nm": [["--help"], ["--version"]],
    "wali-strip": [["--help"]],
    "wali-profdata": [["--help"]],
    "wali-cov": [["--help"]],
    "wali-cc": [["-print-sysroot"]],
}  # fmt: skip
PRINTING = [(name, *words) for name, lines in PRINTS.items() for words in lines]


def run(name: str, *words: str, close: int = -1, full: int = -1) -> subprocess.CompletedProcess[str]:
    """Runs a command with one descriptor closed, and one whose disk is full."""
    with open("/dev/full", "w") as disk:
        streams = {1: subprocess.PIPE, 2: subprocess.PIPE, **({full: disk.fileno()} if full > 0 else {})}
        return subprocess.run(
            [*command_path(name), *words],
            stdin=subprocess.DEVNULL,
            stdout=streams[1],
            stderr=streams[2],
            text=True,
            timeout=60,
            check=False,
            preexec_fn=(lambda: os.close(close)) if close >= 0 else None,
        )


@pytest.mark.usefixtures("cache_dir")
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_full_disk_is_told(words: tuple[str, ...]) -> None:
    done = run(*words, full=1)
    assert done.stderr.endswith(": cannot write: No space left on device\n")
    assert done.stderr.count("\n") == 1
    assert done.returncode == 1


@pytest.mark.usefixtures("cache_dir")
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_closed_output_is_told(words: tuple[str, ...]) -> None:
    done = run(*words, close=1)
    assert done.stderr.endswith(": cannot write: Bad file descriptor\n")
    assert done.stderr.count("\n") == 1
    assert done.returncode == 1


WRONG = [
    ("wali-run", "/nonexistent.wasm", 127),
    ("wali-run", "--unknown", 2),
    ("wali", "inspect", "/nonexistent.wasm", 127),
    ("wali", "nonsense", 2),
    ("wali", "ps", "--nonsense", 2),
    ("wali", "sdk", "nonsense", 2),
    ("wali-nm", "/nonexistent.o", 1),
    ("wali-strip", "/nonexistent.o", 1),
    ("wali-strip", 1),
    ("wali-c++", "--target=wasm32-wasip1", "x.cc", 1),
]


@pytest.mark.usefixtures("cache_dir")
@pytest.mark.parametrize("words", WRONG, ids=lambda words: " ".join(words[:-1]))
@pytest.mark.parametrize("way", ["close", "full"])
def test_errors_stay_off_stdout(words: tuple[str | int, ...], way: str) -> None:
    """Also where there is no stderr to tell them; the status is the same."""
    *command, status = words
    done = run(*map(str, command), **{way: 2})
    assert (done.returncode, done.stdout, done.stderr or "") == (status, "", "")


def test_numbers_that_go_nowhere(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    """The guest's status is what matters; that its numbers or its trace are lost is told once."""
    path = module(EXIT_BY_ARGUMENT.replace('(import "wali" "__proc', '(import "wali" "SYS_getpid" (func $pid (result i64)))\n  (import "wali" "__proc').replace("(call $exit (i32.const 0))", "(drop (call $pid)) (drop (call $pid)) (call $exit (i32.const 4))"))  # fmt: skip
    for _ in range(2):
        done = wali_run("--stats=/dev/full", path)
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr == "wali-run: --stats=/dev/full: cannot write: No space left on device\n"
        done = wali_run("--trace=/dev/full", path)
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr == "wali: --trace: cannot write: No space left on device\n"
    for way in ("close", "full"):
        done = run("wali-run", "--stats", str(path), **{way: 2})
        assert (done.returncode, done.stdout) == (4, "")
    numbers = tmp_path / "numbers"
    done = run("wali-run", f"--stats={numbers}", str(path), close=2)
    assert (done.returncode, done.stdout, json.loads(numbers.read_text())["exit_status"]) == (4, "", 4)
