"""The draft of 2023: modules that import the interfaces' functions themselves; names, clocks, random, the trace."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.support import draft_files
from tests.support.draft_files import (
    ACCESS,
    EXECUTABLE,
    FOLLOW,
    READ,
    READABLE,
    top,
)
from tests.support.helpers import WaliRun
from tests.support.wit_guest import Guest
from tests.support.wit_runs import MakeModule, Run
from wasi.table import draft

guest, run = draft_files.guest, draft_files.run  # fixtures


def test_arguments_and_environment(guest: Guest, run: Run) -> None:
    guest.call("get-arguments")
    guest.call("get-environment")
    guest.call("get-directories")
    arguments, environment, folders = run(guest, "--env=A=b=c")
    assert arguments[1:] == ["one", "zwölf"]
    assert environment == [{"name": "A", "value": "b=c"}]
    assert [folder["name"] for folder in folders] == ["/top"]


@pytest.mark.parametrize("status", [0, 1])
def test_exit(module: MakeModule, wali_run: WaliRun, guest: Guest, status: int) -> None:
    guest.call("exit.exit", status)
    done = wali_run(module(guest.text()))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize("status", [0, 1])
def test_the_result_of_run(module: MakeModule, wali_run: WaliRun, guest: Guest, status: int) -> None:
    done = wali_run(module(guest.text(f"(return (i32.const {status}))")))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_run_is_an_entry_of_the_draft_alone(module: MakeModule, wali_run: WaliRun) -> None:
    text = """(module (import "wasi:clocks/monotonic-clock@0.2.3" "now" (func (result i64)))
      (memory (export "memory") 1) (func (export "run") (result i32) (i32.const 0)))"""
    done = wali_run(module(text))
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert wali_run(module(text.replace("@0.2.3", ""))).returncode == 0


def test_a_run_of_another_type(module: MakeModule, wali_run: WaliRun) -> None:
    """The first worlds gave it the arguments."""
    text = """(module (import "monotonic-clock" "now" (func (result i64)))
      (memory (export "memory") 1) (func (export "run") (param i32 i32) (result i32) (i32.const 0)))"""
    done = wali_run(module(text))
    assert done.returncode == 126
    assert "its run has the type (i32, i32) -> i32, where programs have () -> i32" in done.stderr


@pytest.mark.parametrize("alias", draft.ALIASES)
def test_names_of_interfaces(module: MakeModule, wali_run: WaliRun, unchecked: WaliRun, alias: str) -> None:
    """The loader and the core know the same ones."""
    rows = [row for row in draft.ROWS if row.interface.module == draft.ALIASES[alias]]
    types = {"i": "i32", "I": "i64"}
    imports = "".join(
        f'(import "{alias}" "{row.name}" (func (param {" ".join(types[letter] for letter in row.signature)})'
        f"{'' if row.core_result == '-' else f' (result {types[row.core_result]})'}))"
        for row in rows
    )
    text = f'(module {imports} (memory (export "memory") 1) (func (export "_start")))'
    for done in (wali_run(module(text)), unchecked(text)):
        assert (done.returncode, done.stderr) == (0, "")


OTHER_SHAPES = [
    ("filesystem", "read-via-stream", "(param i32 i64) (result i32)"),
    ("wasi:filesystem/filesystem", "append-via-stream", "(param i32) (result i32)"),
    ("wasi:sockets/tcp", "address-family", "(param i32 i32)"),
]


@pytest.mark.parametrize(("interface", "name", "kind"), OTHER_SHAPES)
def test_shapes_of_other_drafts(module: MakeModule, wali_run: WaliRun, interface: str, name: str, kind: str) -> None:
    """Told by their types."""
    text = f"""(module (import "{interface}" "{name}" (func {kind}))
      (memory (export "memory") 1) (func (export "_start")))"""
    done = wali_run(module(text))
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert f"its import {interface}.{name} has the type" in done.stderr


@pytest.mark.parametrize(
    ("interface", "name"),
    [
        ("preopens", "get-stdio"),
        ("wasi:cli-base/environment", "initial-cwd"),
        ("wasi:cli-base/terminal-stdin", "get-terminal-stdin"),
        ("wasi:io/streams", "check-write"),
        ("wasi:io/streams", "[method]output-stream.check-write"),
        ("streams@0.2.0", "read"),
        ("wasi:filesystem/filesystem@0.2.0", "sync"),
    ],
)
def test_functions_that_are_not_there(
    module: MakeModule, wali_run: WaliRun, unchecked: WaliRun, interface: str, name: str
) -> None:
    text = f"""(module (import "{interface}" "{name}" (func (param i32)))
      (memory (export "memory") 1) (func (export "_start")))"""
    for done in (wali_run(module(text)), unchecked(text)):
        assert (done.returncode, done.stderr.count("\n")) == (126, 1)
        assert f"{interface}.{name}" in done.stderr


def test_both_beside_each_other(module: MakeModule, wali_run: WaliRun) -> None:
    """Handles are of one table, so what is of a release and what is of the draft may be mixed."""
    text = """(module
      (import "wasi:cli/stdout@0.2.3" "get-stdout" (func $get (result i32)))
      (import "wasi:io/streams" "blocking-write" (func $write (param i32 i32 i32 i32)))
      (import "wasi:io/streams@0.2.3" "[resource-drop]output-stream" (func $drop (param i32)))
      (memory (export "memory") 1) (data (i32.const 8) "both\\0a")
      (func (export "run") (result i32)
        (call $write (call $get) (i32.const 8) (i32.const 5) (i32.const 64)) (call $drop (i32.const 1)) (i32.const 0)))"""
    done = wali_run(module(text))
    assert (done.returncode, done.stdout, done.stderr) == (0, "both\n", "")


def test_clocks(guest: Guest, run: Run) -> None:
    names = ["monotonic-clock.now", "monotonic-clock.resolution", "wall-clock.now", "wall-clock.resolution"]
    for name in names:
        guest.call(name)
    soon = guest.call("monotonic-clock.subscribe", 3_000_000, 0)
    later = guest.call("monotonic-clock.subscribe", 3600 * 10**9, 0)
    past = guest.call("monotonic-clock.subscribe", 1, 1)
    future = guest.call("monotonic-clock.subscribe", -1, 1)
    at_once = guest.call("poll-oneoff", guest.handles(later, past, future))
    waited = guest.call("poll-oneoff", guest.handles(later, soon, future))
    both = guest.call("poll-oneoff", guest.handles(soon, past))
    none = guest.call("poll-oneoff", (64, 0))
    after = guest.call("monotonic-clock.now")
    guest.call("drop-pollable", soon.handle)
    before = time.time()
    results = run(guest)
    told = {id(made): result for made, result in zip(guest.results, results, strict=True)}
    assert before - 1 <= results[2]["seconds"] <= time.time() + 1
    assert results[1] == results[3]["nanoseconds"] == 1
    assert told[id(after)] - results[0] >= 3_000_000
    assert told[id(at_once)] == b"\0\1\0"
    assert told[id(waited)] == b"\0\1\0"
    assert told[id(both)] == b"\1\1"
    assert told[id(none)] == b""


def test_many_pollables(guest: Guest, run: Run) -> None:
    past, future = guest.call("monotonic-clock.subscribe", 0, 1), guest.call("monotonic-clock.subscribe", -1, 1)
    guest.call("poll-oneoff", guest.handles(*[past, future, future] * 40))
    assert run(guest)[-1] == b"\1\0\0" * 40


def test_random(guest: Guest, run: Run) -> None:
    for name in ("random.get-random-bytes", "insecure.get-insecure-random-bytes"):
        guest.call(name, 16)
        guest.call(name, 0)
    for name in ("get-random-u64", "get-insecure-random-u64", "insecure-seed.insecure-seed"):
        guest.call(name)
    one, empty, other, _, *numbers, seed = run(guest)
    assert len(one) == len(other) == 16
    assert one != other
    assert empty == b""
    assert numbers[0] != numbers[1]
    assert seed["first"] != seed["second"]


def test_the_trace(module: MakeModule, wali_run: WaliRun, guest: Guest, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    folder = top(guest)
    file = guest.call("open-at", folder, FOLLOW, "file", 0, READ, READABLE).handle
    guest.call("access-at", folder, FOLLOW, "file", ACCESS, READABLE | EXECUTABLE)
    guest.call("streams.read", guest.call("read-via-stream", file, 0).handle, 9)
    guest.call("try-lock-shared", file)
    guest.call("open-at", folder, FOLLOW, "nowhere", 0, READ, 0)
    done = wali_run("--trace-options=-a1 -qq", f"--dir={tmp_path}", module(guest.text()))
    assert done.returncode == 0
    for line in (
        'open-at(1, symlink-follow, "file", 0, read, readable) = ok(2)',
        'access-at(1, symlink-follow, "file", access, 5) = ',
        "read-via-stream(2, 0) = ok(3)",
        'read(3, 9) = ok({data="abc", is-end=false})',
        "try-lock-shared(2) = ok",
        'open-at(1, symlink-follow, "nowhere", 0, read, 0) = err(no-entry)',
    ):
        assert line in done.stderr


def test_every_function_is_called() -> None:
    """By name, by a test or a program in C."""
    root = Path(__file__).parents[2]
    text = "".join(path.read_text() for path in (root / "tests").glob("*/test_draft*.py"))
    text += (root / "c-tests/wasi/draft_imports.h").read_text()
    called = set(re.findall(r"[a-z0-9-]+", text))
    made = {f"set-{name}" for name in called}
    assert {row.name for row in draft.ROWS} <= called | made
