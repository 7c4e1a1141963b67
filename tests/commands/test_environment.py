"""The guest's environment: --env, --env-file, and what the caller hands over, string by string."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, WaliRun, command_path, python_command
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from wali.start import env_file

MakeModule = Callable[..., Path]

# Prints its environment, each string ended by a NUL.
PRINTS = """
#include <stdio.h>
extern char **environ;
int main(void) {
    for (char **p = environ; *p != 0; p++) { fputs(*p, stdout); putchar(0); }
    return 0;
}
"""
STRANGE = [
    b"Z=1",
    b"A=x\ny",
    b"A=2",
    b"",
    b"NAME",
    b"=value",
    b"A=2",
    b"",
    b"BASH_FUNC_f%%=() {  true\n}",
    b"\xff=\xfe",
]


@pytest.fixture
def prints(cc: Compiler) -> Path:  # noqa: F811
    return cc.build(PRINTS)


def executed(environment: list[bytes], *words: object) -> list[bytes]:
    """What a program prints that was executed with these strings, which no dictionary holds."""
    arguments = [str(word).encode() for word in words]
    code = (
        "import ctypes; from ctypes import c_char_p; libc = ctypes.CDLL(None); "
        f"argv = (c_char_p * {len(arguments) + 1})(*{arguments!r}, None); "
        f"envp = (c_char_p * {len(environment) + 1})(*{environment!r}, None); "
        "libc.execve(argv[0], argv, envp)"
    )
    done = subprocess.run(python_command(code), capture_output=True, timeout=60, check=True)
    assert done.stderr == b""
    return done.stdout.split(b"\0")[:-1]


def test_strings_come_as_they_are(prints: Path, tmp_path: Path) -> None:
    """In their order: twice the same name, empty ones, newlines. A first start comes through Python, a second does not."""
    for _ in range(2):
        words = [*command_path("wali-run"), f"--cache-dir={tmp_path / 'cache'}", prints]
        assert executed(STRANGE, *words) == STRANGE
    words = [*command_path("wali-run"), f"--cache-dir={tmp_path / 'cache'}", "--env", "NEW=\n", prints]
    assert executed(STRANGE, *words) == [*STRANGE, b"NEW=\n"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--env", "A=9"], [b"A=9", b"B=2", b"AB=4"]),
        (["-e", "A"], [b"B=2", b"AB=4"]),
        (["--env=C=", "-e=B"], [b"A=1", b"A=3", b"AB=4", b"C="]),
        (["-e", "B=3", "--env=A=9", "-e", "B=4"], [b"A=9", b"B=4", b"AB=4"]),
        (["--env", "A=9", "--clear-env", "--env", "B"], [b"A=9"]),
    ],
)
def test_a_variable_is_set_in_its_place(prints: Path, tmp_path: Path, words: list[str], left: list[bytes]) -> None:
    """By the launcher, and the first time by way of Python."""
    command = [*command_path("wali-run"), f"--cache-dir={tmp_path / 'cache'}", *words, prints]
    for _ in range(2):
        assert executed([b"A=1", b"B=2", b"A=3", b"AB=4"], *command) == left


@pytest.mark.parametrize("word", ["", "=", "=1", "A B=1", "export A=1", " A=1", "A\t=1", "A\n=1", "'A=1", "A\x1b=1"])
def test_what_is_no_variable_is_refused(wali_run: WaliRun, module: MakeModule, word: str) -> None:
    done = wali_run(f"--env={word}", module(MINIMAL))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.endswith("not a variable; write it as KEY=VALUE\n")


# As a file has it, and the variables.
FILES = {
    b"A=1\nB=2": [b"A=1", b"B=2"],
    b"": [],
    b"\n \n# comment\n  # comment = too\n#": [],
    b"  A=1  \n\tB=2\t\r\n": [b"A=1", b"B=2"],
    b"export A=1\nexport\tB=2\nexports=3\nexport=4": [b"A=1", b"B=2", b"exports=3", b"export=4"],
    b"A=two words # comment\nB=a#b #c # d\nC=#d\nD= # e\nE=x #": [b"A=two words", b"B=a#b", b"C=", b"D=", b"E=x"],
    b"A='one # \"two\" \\n $x' # comment\n": [b'A=one # "two" \\n $x'],
    b'A="a \\"b\\" \\\\ \\$x \\`y\\` \\n $z"': [b'A=a "b" \\ $x `y` \\n $z'],
    b"A='first\nsecond'\nB=\"one\\\ntwo\n\"\nC=3": [b"A=first\nsecond", b"B=onetwo\n", b"C=3"],
    b"A=''\nB=\"\"\nC=\nD": None,
    b"A=''\nB=\"\"\nC=": [b"A=", b"B=", b"C="],
    b"A=it's\nB=5\" x\nC=a=b=c": [b"A=it's", b'B=5" x', b"C=a=b=c"],
    b"\xef\xbb\xbfA=1\n": [b"A=1"],
    b"A=\xff\xfe\nB=\xc3\xa9": [b"A=\xff\xfe", b"B=\xc3\xa9"],
    b"A=1\nA=2": [b"A=1", b"A=2"],
}


@pytest.mark.parametrize("text", [text for text, found in FILES.items() if found is not None])
def test_how_a_file_writes_them(text: bytes) -> None:
    assert env_file.parse(text) == FILES[text]


def test_a_shell_reads_the_same(tmp_path: Path) -> None:
    """What both understand: quotes, comments, export."""
    text = (
        "export A='one # \"two\" \\n $x' # comment\n# B=0\n"
        'B="a \\"b\\" \\\\ \\$x \\`y\\` \\n" # c\nC=\nD=a#b #c\nE="1\\\n2\n3"\nF=\'1\n2\'\nexport G=x\n'
    )
    (tmp_path / "vars").write_text(text)
    names = "ABCDEFG"
    script = '. ./vars; for n in A B C D E F G; do eval "printf \'%s=%s\\0\' $n \\"\\$$n\\""; done'
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=True, env={})
    assert env_file.parse(text.encode()) == done.stdout.split(b"\0")[:-1]
    assert len(names) == len(env_file.parse(text.encode()))


# As a file has it, the line that is to blame, and what is said.
WRONG = {
    "A=1\n\nnonsense": (3, "not a variable"),
    "A=1\nB C=2": (2, "not a variable"),
    "=1": (1, "not a variable"),
    "unset A": (1, "not a variable"),
    "export A": (1, "not a variable"),
    "\x7fELF=\0": (1, "a NUL"),
    "A=1\nB='2\nC=3": (2, "the quote ' is not closed"),
    'A="\\"': (1, 'the quote " is not closed'),
    "A='1'2": (1, "something behind the closing quote"),
    "A='1' 2": (1, "something behind the closing quote"),
    "A='1\n2'\nB": (3, "not a variable"),
    "A=1\0B=2": (1, "a NUL"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_line_that_is_none_is_told(wali_run: WaliRun, module: MakeModule, tmp_path: Path, text: str) -> None:
    file = tmp_path / "vars"
    file.write_text(text)
    line, message = WRONG[text]
    done = wali_run("--env-file", file, module(MINIMAL))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"wali-run: --env-file {file}: line {line}: {message}")


def test_files_that_are_none(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    for path, message in ((tmp_path, "Is a directory"), ("/dev/zero", "larger than 16 MiB"), ("/none", "No such file")):
        done = wali_run("--env-file", path, module(MINIMAL))
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr


def test_a_long_file_takes_little_time() -> None:
    text = b"A=" + b" #" * 3 + b"x " * 500_000 + b"\n" + b"B='" + b"\n" * 500_000 + b"'\n" + b"C=1\n" * 20_000
    assert len(env_file.parse(text)) == 20_002
