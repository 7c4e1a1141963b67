"""Functions of WASI with addresses that are bad, and with arguments at the edges: an errno, never the host's memory.

The calls are made from the rows, so a new function is tried, too.
"""

from __future__ import annotations

import random
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.helpers import WaliRun
from wasi.rows import Array, Buffer, Filled, Handle, List, Opaque, Out, Param, Row, String
from wasi.table import preview1, unstable

MakeModule = Callable[..., Path]

PAGES = 2
END = PAGES * 65536
FAULT, NOSYS = 21, 52
# The guest: a folder 3 with "file" and "link", the file open as 4. Results of 16 bits are gathered at 4096, and written
# to standard output at the end.
FRAME = """(module {imports}
  (memory (export "memory") {pages})
  (data (i32.const 64) "file") (data (i32.const 72) "link") (data (i32.const 80) "new")
  (data (i32.const 96) "\\80\\00\\00\\00\\04\\00\\00\\00")
  (data (i32.const 104) "\\f0\\ff\\ff\\ff\\20\\00\\00\\00")
  (data (i32.const 112) "\\fc\\ff\\01\\00\\08\\00\\00\\00")
  (global $at (mut i32) (i32.const 4096))
  (func $keep (param i32)
    (i32.store16 (global.get $at) (local.get 0))
    (global.set $at (i32.add (global.get $at) (i32.const 2))))
  (func (export "_start")
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 4) (i32.const 0) (i64.const -1)
          (i64.const -1) (i32.const 0) (i32.const 0)) (then unreachable))
    {body}))"""
TELL = """
    (i32.store (i32.const 0) (i32.const 4096))
    (i32.store (i32.const 4) (i32.sub (global.get $at) (i32.const 4096)))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))"""
LETTERS = {"i": "i32", "I": "i64"}
GOOD_VECTOR, WRAPPING_VECTOR, CROSSING_VECTOR = 96, 104, 112
POINTERS = (String, List, Filled, Buffer, Array, Opaque, Out)


def imports(rows: tuple[Row, ...]) -> str:
    return "".join(
        f'(import "{row.interface.module}" "{row.name}" (func ${row.name}'
        f" (param {' '.join(LETTERS[letter] for letter in row.signature)}) {'(result i32)' if row.returns else ''}))"
        for row in rows
    )


def call(row: Row, words: list[int]) -> str:
    arguments = " ".join(f"({LETTERS[letter]}.const {word})" for letter, word in zip(row.signature, words, strict=True))
    return f"(call $keep (call ${row.name} {arguments}))"


def good(row: Row, param: Param) -> list[int]:
    """Words that are right, so that the call comes to whichever parameter is not."""
    meaning = param.meaning
    on_folder = row.name.startswith(("path_", "fd_prestat")) or row.name == "fd_readdir"
    if isinstance(meaning, Handle):
        return [3 if on_folder else 4]
    if isinstance(meaning, String):
        return [{"path_readlink": 72, "path_symlink": 80}.get(row.name, 64) if param.name != "new_path" else 80, 4]
    if isinstance(meaning, List | Filled):
        return [GOOD_VECTOR, 1]
    if isinstance(meaning, Buffer):
        return [256, 64]
    if isinstance(meaning, Array | Out | Opaque):
        return [512 + 64 * param.at]
    return [1] if param.name in ("nsubscriptions", "how") else [0]


def bad(param: Param) -> Iterator[list[int]]:
    """Addresses outside, at the end, and across it; for vectors those that hold such addresses."""
    outside = [0xFFFFFFFF, 0x80000000, END, END - 1]
    if isinstance(param.meaning, List | Filled):
        yield from ([vector, 1] for vector in (WRAPPING_VECTOR, CROSSING_VECTOR))
        yield from ([at, count] for at in [*outside, END - 4] for count in (1, 64, 0xFFFFFFFF))
    elif isinstance(param.meaning, String | Buffer):
        yield from ([at, count] for at in outside for count in (2, 64, 0xFFFFFFFF))
        yield [0xFFFFFFF0, 0x20]
    else:
        yield from ([at] for at in outside)


def cases(row: Row) -> Iterator[list[int]]:
    """Argument lists with one bad parameter each."""
    for wrong in row.params:
        if isinstance(wrong.meaning, POINTERS):
            for words in bad(wrong):
                parts = [words if param is wrong else good(row, param) for param in row.params]
                yield [word for part in parts for word in part]


# Which do not come to their addresses: 4 is no socket, and a file is no link.
BEFORE = {"sock_accept", "sock_recv", "sock_send"}


def run(wali_run: WaliRun, path: Path, folder: Path) -> bytes:
    """The output of a guest that ends well."""
    (folder / "file").write_text("12345678")
    (folder / "link").symlink_to("file")
    out = path.with_suffix(".out")
    with open(out, "wb") as file:
        options = {"capture_output": False, "stdout": file, "stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = wali_run(f"--dir={folder}", "--env=A=1", path, **options)
    assert done.returncode == 0
    return out.read_bytes()


@pytest.mark.parametrize("table", [preview1, unstable], ids=lambda table: table.INTERFACE.prefix)
def test_bad_addresses(module: MakeModule, wali_run: WaliRun, tmp_path: Path, table: object) -> None:
    """Each function, with one address after the other bad: FAULT, or another errno that comes first. None succeeds."""
    rows: tuple[Row, ...] = table.ROWS  # type: ignore[attr-defined]
    tried = [(row, words) for row in rows if row.returns for words in cases(row)]
    body = "\n".join(call(row, words) for row, words in tried)
    text = FRAME.format(imports=imports(rows), body=body + TELL, pages=PAGES)
    found = [code for (code,) in struct.iter_unpack("<H", run(wali_run, module(text), tmp_path))]
    assert len(found) == len(tried)
    wrong = [(row.name, words, code) for (row, words), code in zip(tried, found, strict=True) if code in (0, NOSYS)]
    # As in the kernel, so much is moved as lies inside.
    assert [words[1] for _, words, code in wrong if code == 0] == [CROSSING_VECTOR] * len(wrong)
    assert {name for name, *_ in wrong} == {"fd_pread", "fd_pwrite", "fd_read", "fd_write"}
    faulted = {row.name for (row, _), code in zip(tried, found, strict=True) if code == FAULT}
    have = {row.name for row in rows if any(isinstance(param.meaning, POINTERS) for param in row.params)}
    assert have - faulted <= BEFORE


EDGES = [
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    64,
    255,
    4095,
    65535,
    65536,
    END - 8,
    END - 1,
    END,
    2**31 - 1,
    2**31,
    2**32 - 2,
    2**32 - 1,
]
WIDE = [*EDGES, 2**32, 2**63 - 1, 2**63, 2**64 - 1]
# These end the process, or may wait for ever.
LEFT_OUT = {"proc_exit", "proc_raise", "poll_oneoff", "random_get"}


@pytest.mark.parametrize("seed", range(4))
def test_random_calls(module: MakeModule, wali_run: WaliRun, tmp_path: Path, seed: int) -> None:
    """With whatever is in memory: every call returns, and the process ends as it should."""
    choose = random.Random(seed)
    rows = [row for row in preview1.ROWS if row.name not in LEFT_OUT]
    lines = []
    for _ in range(1200):
        row = choose.choice(rows)
        words = [choose.choice(EDGES if letter == "i" else WIDE) for letter in row.signature]
        if row.name.startswith(("fd_close", "fd_renumber")):
            words[0] = choose.choice((5, 6, 7, 4294967295))
            words[1:] = [choose.choice((5, 6, 99))] * len(words[1:])
        lines.append(f"(drop {call(row, words).removeprefix('(call $keep ').removesuffix(')')})")
    text = FRAME.format(imports=imports(preview1.ROWS), body="\n".join(lines), pages=PAGES)
    run(wali_run, module(text), tmp_path)
