"""Compiled files: what the launcher takes for native code, by itself, and what it refuses in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

import wali as wali_package
from tests.support.helpers import EXIT_BY_ARGUMENT, MINIMAL, WaliRun, assemble, command_path, launcher_alone
from wali import ffi

MakeModule = Callable[..., Path]
HEADER = 4096
# Executes its first argument with one more.
EXECUTE_ARGUMENT = """(module
  (import "wali" "SYS_execve" (func $execve (param i32 i32 i32) (result i64)))
  (import "wali" "__cl_copy_argv" (func $copy (param i32 i32) (result i32)))
  (memory (export "memory") 1 2)
  (func (export "_start")
    (drop (call $copy (i32.const 1024) (i32.const 1)))
    (drop (call $copy (i32.const 8192) (i32.const 2)))
    (i32.store (i32.const 16) (i32.const 1024))
    (i32.store (i32.const 20) (i32.const 8192))
    (drop (call $execve (i32.const 1024) (i32.const 16) (i32.const 0)))
    unreachable))"""
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def pair(wali: WaliRun, module: MakeModule, tmp_path: Path) -> tuple[Path, Path]:
    """A module, and the file of its code."""
    path, compiled = module(EXIT_BY_ARGUMENT), tmp_path / "prog.cwasm"
    assert wali("compile", path, "-o", compiled).returncode == 0
    return path, compiled


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A wali-run without a Python to ask, and without a cache."""
    program = launcher_alone(tmp_path / "alone")

    def run(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [program, *map(str, words)], capture_output=True, text=True, check=False, timeout=60, **options
        )

    return run


Alone = Callable[..., "subprocess.CompletedProcess[str]"]


def test_both_ways_start_without_python(alone: Alone, pair: tuple[Path, Path], tmp_path: Path) -> None:
    path, compiled = pair
    assert alone(compiled, "abc").returncode == 3
    assert alone(f"--code={compiled}", path, "abc").returncode == 3
    other = compiled.rename(tmp_path / "code")
    assert alone("--code", other, path, "abcd").returncode == 4
    done = alone(other)
    assert (done.returncode, "cannot be started" in done.stderr) == (126, True), "only --code takes any name"


def test_what_a_guest_executes_is_a_module(
    wali_run: WaliRun, alone: Alone, module: MakeModule, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    """Whatever its name: it was one when execve looked, and native code would have none of the guest's filters."""
    path, compiled = pair
    done = wali_run("--executed", compiled, "abc")
    assert (done.returncode, "compiled code" in done.stderr) == (126, True), done.stderr
    done = alone("--executed", compiled, "abc")
    assert (done.returncode, "cannot be started" in done.stderr) == (126, True), "the launcher does not take it either"
    named = tmp_path / "named.cwasm"
    named.write_bytes(path.read_bytes())
    named.chmod(0o755)
    done = wali_run(module(EXECUTE_ARGUMENT), named, "abc")
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize("way", ["wali run", "stats", "env", "api", "program"])
def test_python_leaves_it_to_the_launcher(pair: tuple[Path, Path], way: str) -> None:
    path, compiled = pair
    commands = {
        "wali run": [*command_path("wali"), "run", f"--code={compiled}", str(path), "abc"],
        "stats": [*command_path("wali-run"), "--stats=/dev/null", str(compiled), "abc"],
        "env": [*command_path("wali-run"), "--env=A=1", f"--code={compiled}", str(path), "abc"],
        "api": wali_package.command(path, "abc", code=compiled),
        "program": wali_package.Program(compiled).command("abc"),
    }
    assert subprocess.run(commands[way], check=False, timeout=60).returncode == 3


def one_line(done: subprocess.CompletedProcess[str], path: Path, words: str, status: int = 126) -> None:
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(f"wali-run: {path}: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_code_of_another_module(wali_run: WaliRun, pair: tuple[Path, Path]) -> None:
    """A module that has changed since is one."""
    path, compiled = pair
    path.write_bytes(assemble(MINIMAL))
    one_line(wali_run(f"--code={compiled}", path), compiled, f"not the code of {path} as it is now")
    path.unlink()
    one_line(wali_run(f"--code={compiled}", path), compiled, f"{path}: No such file", 127)


def test_no_file(wali_run: WaliRun, pair: tuple[Path, Path], tmp_path: Path) -> None:
    path, compiled = pair
    one_line(wali_run("--code", tmp_path / "none", path), tmp_path / "none", "No such file", 127)
    one_line(wali_run(tmp_path / "none.cwasm"), tmp_path / "none.cwasm", "No such file", 127)
    one_line(wali_run("--code", compiled / "x", path), compiled / "x", "Not a directory", 127)
    one_line(wali_run("--code", tmp_path, path), tmp_path, "not a regular file")
    (tmp_path / "loop.cwasm").symlink_to(tmp_path / "loop.cwasm")
    one_line(wali_run(tmp_path / "loop.cwasm"), tmp_path / "loop.cwasm", "Too many levels")


# --- who may have made it ---------------------------------------------------------------------------------------------


def test_what_others_can_write_is_refused(wali_run: WaliRun, pair: tuple[Path, Path]) -> None:
    _, compiled = pair
    for mode in (0o620, 0o602):
        compiled.chmod(mode)
        one_line(wali_run(compiled), compiled, "native code that others can write")
    compiled.chmod(0o444)
    assert wali_run(compiled, "ab").returncode == 2, "others may read it"


def test_so_is_what_they_can_put_in_its_place(wali_run: WaliRun, pair: tuple[Path, Path], tmp_path: Path) -> None:
    """Each folder of the way counts, and that of each link."""
    _, compiled = pair
    (tmp_path / "upper/lower").mkdir(parents=True)
    moved = compiled.rename(tmp_path / "upper/lower/prog.cwasm")
    (tmp_path / "links").mkdir()
    link, chain = tmp_path / "links/a.cwasm", tmp_path / "b.cwasm"
    link.symlink_to("../upper/lower/prog.cwasm")
    chain.symlink_to(link)
    places = {
        tmp_path / "upper/lower": (moved, link, chain),
        tmp_path / "upper": (moved, link, chain),
        tmp_path / "links": (link, chain),
    }
    for folder, files in places.items():
        folder.chmod(0o777)
        for file in files:
            one_line(wali_run(file), file, f"native code, and {folder.name} on the way to it can be written by others")
        folder.chmod(0o1777)
        for file in files:
            assert wali_run(file, "abc").returncode == 3, "sticky: others can neither remove nor rename it"
        folder.chmod(0o755)
    assert wali_run(link, "abc", cwd="/").returncode == 3
    (tmp_path / "here").mkdir()
    shutil.copy(moved, tmp_path / "here/prog.cwasm")
    (tmp_path / "here").chmod(0o777)
    one_line(wali_run("prog.cwasm", cwd=tmp_path / "here"), Path("prog.cwasm"), "and . on the way to it can be written")


@ROOT_ONLY
def test_owners(wali_run: WaliRun, pair: tuple[Path, Path], tmp_path: Path) -> None:
    """Root's code is every user's, another user's is nobody else's."""
    _, compiled = pair
    (tmp_path / "folder").mkdir()
    moved = compiled.rename(tmp_path / "folder/prog.cwasm")
    for path in (moved, moved.parent):
        os.chown(path, 12345, -1)
        one_line(wali_run(moved), moved, "another user")
        os.chown(path, 0, -1)
    (tmp_path / "link.cwasm").symlink_to(moved)
    os.chown(tmp_path / "link.cwasm", 12345, -1, follow_symlinks=False)
    one_line(wali_run(tmp_path / "link.cwasm"), tmp_path / "link.cwasm", "belongs to another user")
    assert wali_run(moved, "abc").returncode == 3


@ROOT_ONLY
def test_root_makes_code_for_all(pair: tuple[Path, Path]) -> None:
    """A user without a cache or a right to write anywhere runs it; another one's file is refused."""
    launcher = Path(command_path("wali-run")[0])
    for folder in launcher.parents:
        if folder.stat().st_mode & 0o001 == 0:
            pytest.skip(f"{folder} is closed to other users")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder_name:
        Path(folder_name).chmod(0o755)
        compiled = Path(shutil.copy(pair[1], folder_name))
        compiled.chmod(0o644)
        command = [str(launcher), str(compiled), "abc"]
        nobody: dict[str, Any] = {"user": 12345, "group": 12345, "extra_groups": [], "env": {}}
        assert subprocess.run(command, check=False, timeout=60, **nobody).returncode == 3
        os.chown(compiled, 12346, -1)
        assert subprocess.run(command, check=False, timeout=60, capture_output=True, **nobody).returncode == 126


# --- what it says -----------------------------------------------------------------------------------------------------


def damaged(compiled: Path, line: bytes, name: str) -> Path:
    path = compiled.with_name(name)
    path.write_bytes(line.ljust(HEADER, b"\0") + compiled.read_bytes()[HEADER:])
    return path


HUGE = ["0", "-1", "1e3", "0x10", " 5", "+5", "9" * 18, "9" * 19, "9" * 4000, "18446744073709551615", "", "\u0665"]


@pytest.mark.parametrize("place", [3, 4, 5, 6, 7])
def test_hostile_numbers_are_one_line(wali_run: WaliRun, pair: tuple[Path, Path], place: int) -> None:
    """Length, checksum, code_delta, and the module's: none is believed that was not written so."""
    path, compiled = pair
    words = compiled.read_bytes()[:HEADER].rstrip(b"\0").rstrip(b"\n").split(b" ")
    assert len(words) == 8
    for number in HUGE[2:] if place == 5 else HUGE:  # a distance may be anything small
        wrong = [*words[:place], number.encode(), *words[place + 1 :]]
        file = damaged(compiled, b" ".join(wrong) + b"\n", "wrong.cwasm")
        one_line(wali_run("--code", file, path), file, "compile")


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"wali-cwasm", b"wali-cwasm v3\n", b"wali-cwasm v2 k 1 2 3\n", b" " * HEADER, b"\xff" * HEADER]
)
def test_other_first_lines(wali_run: WaliRun, pair: tuple[Path, Path], line: bytes) -> None:
    file = damaged(pair[1], line, "wrong.cwasm")
    one_line(wali_run(file), file, "not made by this version's `wali compile -o`")


def test_other_engines(wali_run: WaliRun, pair: tuple[Path, Path]) -> None:
    head = pair[1].read_bytes()[:HEADER].rstrip(b"\0").replace(ffi.engine_key().encode(), b"wasmtime49-g1-0")
    file = damaged(pair[1], head, "wrong.cwasm")
    one_line(wali_run(file), file, "compiled by another version or on another machine")


def test_no_damage_starts(wali_run: WaliRun, pair: tuple[Path, Path]) -> None:
    """Bytes changed, cut off or added, from the header to the end."""
    path, compiled = pair
    data, random = compiled.read_bytes(), Random(5)
    file = compiled.with_name("wrong.cwasm")
    places = [random.randrange(len(data)) for _ in range(20)] + [random.randrange(200) for _ in range(20)]
    for place in places:
        wrong = bytearray(data)
        wrong[place] ^= 1 << random.randrange(8)
        if (
            any(wrong[HEADER:])
            and bytes(wrong[HEADER:]) == data[HEADER:]
            and wrong[:HEADER].split(b"\n")[0] == data.split(b"\n")[0]
        ):
            continue  # in the zeros behind the line, which say nothing
        file.write_bytes(wrong)
        one_line(wali_run("--code", file, path, "abc"), file, "")
    for wrong in (data[:-1], data + b"\0", data[:HEADER], data[: HEADER - 1], b""):
        file.write_bytes(wrong)
        one_line(wali_run(file), file, "")


def test_limits_on_files(wali_run: WaliRun, pair: tuple[Path, Path]) -> None:
    command = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", *command_path("wali-run"), str(pair[1]), "abc"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    one_line(done, pair[1], "larger than files may be (ulimit -f)")
    assert wali_run(pair[1], "abc").returncode == 3
