"""Loads in loops that write nothing: which become calls, and that the module is the same otherwise.

That such loops end is shown by c-tests/signals/volatile.c.
"""

from __future__ import annotations

import random

import pytest

from tests.support.helpers import assemble, is_valid
from wali import ffi
from wali.compiled import volatile_loads
from wali.errors import WaliError
from wali.module import additions, binary, loader

GETPID = '(import "wali" "SYS_getpid" (func $getpid (result i64)))'


def program(body: str, before: str = GETPID, also: str = "") -> bytes:
    """A module as the loader leaves it, with a function of that body: two numbers of 32 bits, and one local of 64."""
    return loader.load(
        assemble(
            f"""(module {before} (memory (export "memory") 1 2)
              (func (export "f") (param i32 i32) (local i64) {body}) (func (export "_start")) {also})"""
        )
    ).wasm


def names(wasm: bytes) -> list[str]:
    return [part.name() for _, reader in additions.name_parts(wasm, loader.parse(wasm)) for part in _entries(reader)]


def _entries(reader: binary.Reader) -> list[binary.Reader]:
    found = []
    for _ in range(reader.count()):
        reader.leb()
        found.append(binary.Reader(reader.data, reader.pos, reader.end, "name"))
        reader.name()
    return found


def code(wasm: bytes) -> bytes:
    section = next(section for section in loader.parse(wasm).sections if section.id == binary.CODE)
    return wasm[section.body : section.end]


def changed(wasm: bytes) -> int:
    """How many kinds of load became functions; that the module is valid, and its code where the delta says."""
    kept, delta = volatile_loads.kept(wasm)
    ffi.engine_open()
    ffi.engine_validate(kept)
    before, after = (next(s for s in loader.parse(m).sections if s.id == binary.CODE).reader(m) for m in (wasm, kept))
    before.count(), after.count()
    assert before.pos == after.pos + delta
    assert (kept == wasm) == (delta == 0)
    return len(loader.parse(kept).functions) - len(loader.parse(wasm).functions)


LOAD_0 = "(i32.load (local.get 0))"


@pytest.mark.parametrize(
    ("body", "loads"),
    [
        (f"(loop $l (br_if $l (i32.eqz {LOAD_0})))", 1),
        ("(loop $l (br_if $l (i32.eqz (i32.load (i32.const 64)))))", 1),
        ("(loop $l (br_if $l (i64.eqz (i64.load offset=300 (local.get 1)))))", 1),
        ("(loop $l (br_if $l (f64.eq (f64.const 1) (f64.load (local.get 1)))))", 1),
        ("(loop $l (br_if $l (i32.load8_s (i32.add (local.get 0) (i32.const 8)))))", 1),
        ("(loop $l (br_if $l (i32.load16_u (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))))))", 1),
        ("(loop $l (br_if $l (i32.load (i32.load offset=4 (local.get 0)))))", 1),
        (f"(loop $l (if (local.get 1) (then (br_if $l {LOAD_0}))) (br_if $l (i32.load offset=8 (local.get 0))))", 2),
        (f"(loop $l (i64.store (local.get 1) (local.get 2)) (loop $m (br_if $m {LOAD_0})) (br_if $l {LOAD_0}))", 1),
        # The same load in two loops is one function.
        (f"(loop $l (br_if $l {LOAD_0})) (loop $l (br_if $l {LOAD_0}))", 1),
        # Not in a loop, behind one, or before one.
        (f"(drop {LOAD_0})", 0),
        (f"(loop $l (br_if $l (local.get 1))) (drop {LOAD_0})", 0),
        # What may write in between.
        (f"(loop $l (i32.store (local.get 1) (i32.const 1)) (br_if $l {LOAD_0}))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (drop (call $getpid)))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (memory.fill (i32.const 0) (i32.const 0) (i32.const 1)))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (memory.copy (i32.const 0) (i32.const 0) (i32.const 1)))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (drop (memory.grow (i32.const 0))))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (atomic.fence))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (v128.store (local.get 1) (v128.const i64x2 0 0)))", 0),
        (f"(loop $l (loop $m (i32.store (local.get 1) (i32.const 1))) (br_if $l {LOAD_0}))", 0),
        # An address that changes.
        (f"(loop $l (local.set 0 (i32.add (local.get 0) (i32.const 4))) (br_if $l {LOAD_0}))", 0),
        (f"(loop $l (br_if $l {LOAD_0}) (loop $m (br_if $m (local.tee 0 (i32.const 1)))))", 0),
        ("(loop $l (br_if $l (i32.load (i32.wrap_i64 (local.get 2)))))", 0),
    ],
)
def test_a_load_whose_address_stays_in_a_loop_that_writes_nothing(body: str, loads: int) -> None:
    assert changed(program(body)) == loads


@pytest.mark.parametrize(
    ("before", "also", "loads"),
    [
        ("", "", 0),
        ('(import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))', "", 0),
        (
            '(import "wasi" "thread-spawn" (func (param i32) (result i32))) (memory (import "env" "memory") 1 2 shared)',
            '(func (export "wasi_thread_start") (param i32 i32))',
            1,
        ),
    ],
)
def test_a_program_beside_which_nobody_writes_stays_as_it_is(before: str, also: str, loads: int) -> None:
    text = f"""(module {before} {"" if "memory" in before else '(memory (export "memory") 1 2)'}
      (func (export "f") (param i32) (loop $l (br_if $l {LOAD_0}))) (func (export "_start")) {also})"""
    assert changed(loader.load(assemble(text)).wasm) == loads


def test_the_functions_have_a_name() -> None:
    kept, _ = volatile_loads.kept(program("(loop $l (br_if $l (i32.eqz (i32.load (local.get 0)))))"))
    assert names(kept) == ["getpid", volatile_loads.NAME]


def _many_functions(constant: str) -> bytes:
    body = f"(drop (i32.const {constant})) (loop $l (br_if $l (i32.eqz {LOAD_0})))"
    return program(body, also="(func)" * 16_500)


@pytest.mark.parametrize(("constant", "loads"), [("1", 0), ("100000", 0), ("padded", 1)])
def test_where_the_call_is_longer_a_padded_number_makes_room(constant: str, loads: int) -> None:
    wasm = _many_functions(constant.replace("padded", "100000"))
    if constant == "padded":
        assert wasm.count(b"\x41\xa0\x8d\x06") == 1
        wasm = wasm.replace(b"\x41\xa0\x8d\x06", b"\x41\x81\x80\x00")
    assert changed(wasm) == loads
    kept, _ = volatile_loads.kept(wasm)
    moved = code(kept)[: len(code(wasm))]
    assert (b"\x41\x81\x00" in moved) == (loads == 1)
    if not loads:
        assert kept == wasm


def test_damaged_bodies_are_left_to_the_engine() -> None:
    loops = f"(loop $l (br_if $l (i32.eqz {LOAD_0})) (loop $m (br_if $m (i32.load8_u offset=200 (local.get 1)))))"
    wasm = program(loops, also=f"(func (param i32 i32) (local i64 f64) {loops} {loops})")
    place = wasm.index(code(wasm))
    chance = random.Random(5)
    ffi.engine_open()
    damaged = 0
    for _ in range(2000):
        other = bytearray(wasm)
        for _ in range(chance.randrange(1, 4)):
            other[place + chance.randrange(len(code(wasm)))] = chance.choice(
                [0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)]
            )
        try:
            kept, _ = volatile_loads.kept(bytes(other))
        except WaliError:
            damaged += 1
            continue
        if is_valid(bytes(other)):
            assert is_valid(kept)
        else:
            damaged += 1
    assert damaged > 100
