"""--trace and --stats of a WASI program, made by its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.modules.test_wasi_modules import EXECUTES
from tests.support.helpers import WaliRun
from tests.support.traces import whole_lines

MakeModule = Callable[..., Path]

IMPORTS = {
    "args_sizes_get": "ii",
    "clock_res_get": "ii",
    "clock_time_get": "iIi",
    "fd_close": "i",
    "fd_fdstat_get": "ii",
    "fd_filestat_get": "ii",
    "fd_prestat_get": "ii",
    "fd_prestat_dir_name": "iii",
    "fd_read": "iiii",
    "fd_seek": "iIii",
    "fd_write": "iiii",
    "path_filestat_get": "iiiii",
    "path_open": "iiiiiIIii",
    "path_readlink": "iiiiii",
    "path_symlink": "iiiii",
    "poll_oneoff": "iiii",
    "random_get": "ii",
    "sched_yield": "",
    "sock_shutdown": "ii",
}


def program(body: str, data: str = "", interface: str = "wasi_snapshot_preview1") -> str:
    """A module with these functions under their names, two pages of memory, and a vector of 13 bytes at 64."""
    letters = {"i": "i32", "I": "i64"}
    imports = "".join(
        f'(import "{interface}" "{name}" (func ${name} (param {" ".join(letters[one] for one in signature)})'
        " (result i32)))"
        for name, signature in IMPORTS.items()
    )
    return f"""(module {imports}
      (import "{interface}" "proc_exit" (func $proc_exit (param i32)))
      (memory (export "memory") 2)
      (data (i32.const 64) "\\00\\01\\00\\00\\0d\\00\\00\\00\\0d\\01\\00\\00\\02\\00\\00\\00")
      (data (i32.const 256) "hello, world\\0aab") {data}
      (func (export "_start") {body}))"""


def calls(*lines: str) -> str:
    """`name a b c` each, arguments with `L` behind are of 64 bits."""
    text = []
    for line in lines:
        name, *words = line.split()
        arguments = " ".join(
            f"(i64.const {word[:-1]})" if word.endswith("L") else f"(i32.const {word})" for word in words
        )
        call = f"(call ${name} {arguments})"
        text.append(call if name == "proc_exit" else f"(drop {call})")
    return "\n".join(text)


def traced(wali_run: WaliRun, path: Path, *options: str, **more: object) -> list[str]:
    """The lines of the trace, in a file."""
    out = path.with_suffix(".trace")
    wali_run(f"--trace={out}", "--trace-options=-a1 -qq", *options, path, **more)
    return [line for _, line in whole_lines(out.read_text())]


# What is called, and how its line looks.
LINES = {
    "fd_write 1 64 2 32": r'fd_write(1, [{buf="hello, world\n", buf_len=13}, {buf="ab", buf_len=2}], [15]) = 0',
    "fd_write 99 64 1 32": r'fd_write(99, [{buf="hello, world\n", buf_len=13}], 0x20) = 8 BADF',
    "fd_write 1 131064 2 32": "fd_write(1, 0x1fff8, 0x20) = 21 FAULT",
    "fd_write 1 64 0 32": "fd_write(1, [], [0]) = 0",
    "fd_close 17": "fd_close(17) = 8 BADF",
    "fd_seek 0 -1L 1 32": "fd_seek(0, -1, CUR, 0x20) = 70 SPIPE",
    "fd_seek 0 0L 7 32": "fd_seek(0, 0, 7, 0x20) = 28 INVAL",
    "args_sizes_get 0 4": r"args_sizes_get\(\[1\], \[\d+\]\) = 0",
    "clock_time_get 1 5L 0": r"clock_time_get\(MONOTONIC, 5, \[\d+\]\) = 0",
    "clock_res_get 4 0": "clock_res_get(4, 0x0) = 28 INVAL",
    "random_get 1024 8": r'random_get\(".*"\) = 0',
    "random_get 131071 2": "random_get(0x1ffff) = 21 FAULT",
    "sched_yield": "sched_yield() = 0",
    "sock_shutdown 0 3": "sock_shutdown(0, RD|WR) = 57 NOTSOCK",
    "sock_shutdown 0 8": "sock_shutdown(0, 0x8) = 28 INVAL",
    "fd_prestat_get 3 32": "fd_prestat_get(3, {type=DIR, pr_name_len=5}) = 0",
    "fd_prestat_dir_name 3 1024 5": 'fd_prestat_dir_name(3, "/data") = 0',
    "path_open 3 1 300 5 1 -1L 66L 4 32": r'path_open(3, SYMLINK_FOLLOW, "no\0ne", CREAT, ALL, '
    "FD_READ|FD_WRITE, NONBLOCK, 0x20) = 28 INVAL",
    f"path_open 3 0 320 4 0 {0x1FFFFFFF}L {1 << 60}L 0 32": 'path_open(3, 0, "file", 0, ~(SOCK_ACCEPT), '
    "0x1000000000000000, 0, [4]) = 0",
    "fd_close 4": "fd_close(4) = 0",
    "path_open 3 0 320 4 0 2L 0L 0 32": 'path_open(3, 0, "file", 0, FD_READ, 0, 0, [4]) = 0',
    "path_filestat_get 3 0 320 4 1024": r'path_filestat_get\(3, 0, "file", \{dev=\d+, ino=\d+, filetype=REGULAR_FILE, '
    r"nlink=1, size=5, atim=\d+, mtim=\d+, ctim=\d+\}\) = 0",
    "path_symlink 320 4 3 324 4": 'path_symlink("file", 3, "link") = 0',
    "path_readlink 3 324 4 1024 100 32": 'path_readlink(3, "link", "file", [4]) = 0',
    "fd_fdstat_get 3 1024": r"fd_fdstat_get\(3, \{fs_filetype=DIRECTORY, fs_flags=0, fs_rights_base=\S+, "
    r"fs_rights_inheriting=\S+\}\) = 0",
    "poll_oneoff 2048 4096 1 32": "poll_oneoff([{userdata=7, type=CLOCK, id=MONOTONIC, timeout=1, precision=2, flags=0}], "
    "[{userdata=7, error=SUCCESS, type=CLOCK, nbytes=0, flags=0}], 1, [1]) = 0",
    "poll_oneoff 2096 4096 1 32": "poll_oneoff([{userdata=8, type=FD_READ, file_descriptor=88}], 0x1000, 1, 0x20) = 8 BADF",
}
DATA = """
  (data (i32.const 300) "no\\00ne\\00") (data (i32.const 320) "filelink")
  (data (i32.const 2048) "\\07\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\01\\00\\00\\00\\00\\00\\00\\00")
  (data (i32.const 2072) "\\01\\00\\00\\00\\00\\00\\00\\00\\02\\00\\00\\00\\00\\00\\00\\00")
  (data (i32.const 2096) "\\08\\00\\00\\00\\00\\00\\00\\00\\01\\00\\00\\00\\00\\00\\00\\00\\58")"""


def test_lines(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_text("12345")
    path = module(program(calls(*LINES, "proc_exit 259"), DATA))
    lines = traced(wali_run, path, f"--dir={folder}::/data", input="")
    assert lines[-1] == "proc_exit(259) = ?"
    assert len(lines) == len(LINES) + 1
    for (call, wanted), line in zip(LINES.items(), lines, strict=False):
        matches = re.fullmatch(wanted, line) if "\\(" in wanted else line == wanted
        assert matches, (call, line)


def test_a_read_shows_what_it_has_read(module: MakeModule, wali_run: WaliRun) -> None:
    """Of each buffer as much as was filled."""
    path = module(program(calls("fd_read 0 64 2 32", "fd_read 0 64 2 32")))
    (first, second) = traced(wali_run, path, input="fourteen bytes")
    assert first == r'fd_read(0, [{buf="fourteen byte", buf_len=13}, {buf="s", buf_len=2}], [14]) = 0'
    assert second == r'fd_read(0, [{buf="", buf_len=13}, {buf="", buf_len=2}], [0]) = 0'


def test_the_other_interface_has_its_own_names(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """Its whence counts otherwise, and so do its records."""
    (tmp_path / "file").write_text("12345")
    body = calls("fd_seek 0 0L 0 32", "fd_seek 0 0L 2 32", "path_filestat_get 3 0 320 4 1024")
    path = module(program(body, DATA, "wasi_unstable"))
    with open(tmp_path / "file") as file:
        lines = traced(wali_run, path, f"--dir={tmp_path}", stdin=file)
    assert lines[:2] == ["fd_seek(0, 0, CUR, [0]) = 0", "fd_seek(0, 0, SET, [0]) = 0"]
    assert re.search(r"nlink=1, size=5, atim=\d+", lines[2])


@pytest.mark.parametrize(
    "call", ["fd_write 1 -8 1 -4", "fd_read 0 -1 -1 32", "random_get 0 -1", "poll_oneoff -1 -1 -1 -1"]
)
def test_bad_addresses_are_shown_as_such(module: MakeModule, wali_run: WaliRun, call: str) -> None:
    (line,) = traced(wali_run, module(program(calls(call))), input="")
    assert re.fullmatch(r"\w+\(.*\) = \d+ [A-Z]+", line)


def test_stats(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """How often, and how many failed; one that never returns is counted, too."""
    path = module(program(calls("fd_write 1 64 1 32", "fd_write 99 64 1 32", "sched_yield", "proc_exit 3")))
    out = tmp_path / "stats.json"
    done = wali_run(f"--stats={out}", path)
    assert (done.returncode, done.stdout) == (3, "hello, world\n")
    told = {call["name"]: (call["count"], call["errors"]) for call in json.loads(out.read_text())["calls"]}
    assert told == {"fd_write": (2, 1), "sched_yield": (1, 0), "proc_exit": (1, 0)}


def test_a_linux_program_executes_one_of_wasi(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """Trace and counters go on, with lines that are whole."""
    path = module(program(calls("fd_seek 0 0L 7 32", "proc_exit 3")), "wasi.wasm")
    path.chmod(0o755)
    first = module(EXECUTES.format(path=path, filter=""))
    lines = traced(wali_run, first)
    assert lines[0].startswith(f'execve("{path}", ')
    assert lines[0].endswith(") = 0")
    assert lines[1:] == ["fd_seek(0, 0, 7, 0x20) = 28 INVAL", "proc_exit(3) = ?"]
    wali_run(f"--stats={tmp_path / 'stats'}", first)
    told = {call["name"]: call["count"] for call in json.loads((tmp_path / "stats").read_text())["calls"]}
    assert told == {"execve": 1, "fd_seek": 1, "proc_exit": 1}


def test_the_guest_has_no_part_of_the_trace(module: MakeModule, wali_run: WaliRun, tmp_path: Path) -> None:
    """Its numbers are none of the host's: whatever it closes, the trace goes on."""
    path = module(program(calls(*(f"fd_close {fd}" for fd in range(3, 40)))))
    lines = traced(wali_run, path, f"--stats={tmp_path / 'stats'}")
    assert lines == [f"fd_close({fd}) = 8 BADF" for fd in range(3, 40)]
