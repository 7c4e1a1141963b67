"""--fix-calls: how a module is written anew, on modules made of text. Nothing but the wrong calls changes."""

from __future__ import annotations

import random
import re
import time
from typing import Any

import pytest
import wasmtime

from tests.support.helpers import MINIMAL, assemble
from tests.support.tools import ROOT
from wali import fixcalls
from wali.compiled import compiler
from wali.errors import WaliFormatError
from wali.fixcalls import code as fixcalls_code
from wali.fixcalls import module as fixcalls_module
from wali.fixcalls import tables as fixcalls_tables
from wali.fixcalls.adapt import places
from wali.fixcalls.code import signed
from wali.module import binary as wasm
from wali.module import loader

# Calls number 1 of the table by type $t, between instructions whose operands look like calls (0x11).
PROGRAM = """(module
  (type $t (func (param i32) (result i32))) (type $pair (func (result i32 i64)))
  (memory (export "memory") 1 2)
  (table 3 funcref)
  (elem (i32.const 1) $long $same)
  (tag $tag (param i32))
  (global $__stack_pointer (mut i32) (i32.const 0))
  (func $long (param i64 f64) (result i64) (i64.add (local.get 0) (i64.const 1)))
  (func $same (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func (export "_start"))
  (func (export "tail") (param i32 i32) (result i32) (return_call_indirect (type $t) (local.get 0) (local.get 1)))
  (func (export "run") (param i32 i32) (result i32) (local v128)
    (local.set 2 (v128.const i32x4 0x11001100 0x11111111 0x11 0x1100))
    (local.set 2 (i8x16.shuffle 17 0 17 0 17 0 17 0 17 0 17 0 17 0 17 0 (local.get 2) (local.get 2)))
    (drop (i32x4.extract_lane 1 (local.get 2)))
    (local.set 2 (v128.load8_lane offset=17 15 (i32.const 0) (local.get 2)))
    (drop (f64.const 0x1.1110011000011p+1)) (drop (f32.const 0x1.11p+1)) (drop (i64.const 0x1100110011))
    (memory.copy (i32.const 17) (i32.const 17) (i32.const 0)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))
    (drop (i32.atomic.load offset=17 (i32.const 3))) (atomic.fence)
    (drop (select (result i64) (i64.const 1) (i64.const 2) (i32.const 3)))
    (block (block (block (br_table 0 1 2 1 0 (i32.const 17)))))
    (block (result i32 i64) (i32.const 1) (i64.const 1)) (drop) (drop)
    (block $caught (result i32) (try_table (catch $tag $caught) (throw $tag (i32.const 1))) (i32.const 0)) (drop)
    (drop (i32.trunc_sat_f64_u (f64.const 1))) (drop (ref.is_null (ref.null func)))
    (call_indirect (type $t) (local.get 0) (local.get 1))))"""


def engine() -> wasmtime.Engine:
    """The engine as the core sets it up, but without threads: other tests fork this process."""
    config = wasmtime.Config()
    config.parallel_compilation = False
    config.wasm_threads = config.shared_memory = config.wasm_exceptions = config.wasm_tail_call = True
    return wasmtime.Engine(config)


def call(data: bytes, name: str, *arguments: int) -> Any:
    """Calls an export of a module in the engine; the result, or a Trap."""
    store = wasmtime.Store(engine())
    instance = wasmtime.Instance(store, wasmtime.Module(store.engine, data), [])
    function = instance.exports(store)[name]
    assert isinstance(function, wasmtime.Func)
    return function(store, *arguments)


@pytest.mark.parametrize("name", ["run", "tail"])
def test_calls_are_found_among_all_kinds_of_instructions(name: str) -> None:
    data = assemble(PROGRAM)
    fixed, delta = fixcalls.fix(data)
    with pytest.raises(wasmtime.Trap, match="indirect call type mismatch"):
        call(data, name, 41, 1)
    assert call(fixed, name, 41, 1) == 42
    assert call(fixed, name, 21, 2) == call(data, name, 21, 2) == 42
    for bad in (0, 3, -1):  # a null, and outside the table
        with pytest.raises(wasmtime.Trap, match=r"uninitialized element|out of bounds"):
            call(fixed, name, 1, bad)
    old, new = (next(s for s in loader.parse(d).sections if s.id == wasm.CODE) for d in (data, fixed))
    # The code keeps its place: all that moves it is what `delta` says.
    assert new.end - new.body > old.end - old.body
    start = old.body + 1
    assert fixed[start - delta : start - delta + 19] == data[start : start + 19]


def test_a_module_without_wrong_calls_stays_as_it_is() -> None:
    data = assemble(MINIMAL)
    assert fixcalls.fix(data) == (data, 0)


def test_functions_grow_where_the_new_call_is_longer() -> None:
    """A two-byte operand cannot hold the number of the 20000th function."""
    many = "(func)" * 20000
    data = assemble(PROGRAM.replace('(func (export "_start"))', f'(func (export "_start")) {many}'))
    fixed, _ = fixcalls.fix(data)
    assert call(fixed, "run", 41, 1) == 42
    assert call(fixed, "tail", 21, 2) == 42


def test_more_types_than_tables() -> None:
    """The engine takes 100 tables; those that get none of their own share one. The first types have most calls."""
    many = range(1, 131)
    types = "".join(f"(type $t{n} (func (param {'i32 ' * n}) (result i32)))" for n in many)
    one = "(call_indirect (type $t{0}) (local.get 0) {1} (local.get 1))"
    calls = "".join(
        f'(func (export "c{n}") (param i32 i32) (result i32) {"(drop " + one.format(n, "(i32.const 1)" * (n - 1)) + ")" if n < 50 else ""}'
        + one.format(n, "(i32.const 1)" * (n - 1))
        + ")"
        for n in many
    )
    data = assemble(
        f"""(module {types} (type $l (func (param i64) (result i32))) (memory 1) (table 5 funcref)
        (elem (i32.const 1) $plain $long) (elem (i32.const 4) $two)
        (func $plain (type $t1) (i32.add (local.get 0) (i32.const 1)))
        (func $long (type $l) (i32.wrap_i64 (local.get 0)))
        (func $two (type $t2) (i32.mul (local.get 0) (i32.add (local.get 1) (i32.const 1))))
        {calls})"""
    )
    fixed, _ = fixcalls.fix(data)
    store = wasmtime.Store(engine())
    exports = wasmtime.Instance(store, wasmtime.Module(store.engine, fixed), []).exports(store)
    for n in many:
        function = exports[f"c{n}"]
        assert isinstance(function, wasmtime.Func)
        assert [function(store, 21, index) for index in (1, 2, 4)] == [22, 21, 21 if n == 1 else 42]
        for bad in (0, 3, 5, 6, 9, -1, -4, 1 << 30):
            with pytest.raises(wasmtime.Trap, match=r"uninitialized element|out of bounds|type mismatch"):
                function(store, 21, bad)


def test_right_calls_go_straight_to_their_function() -> None:
    """The table for a type has the functions of that type themselves; adapters stand only for the others."""
    fixed, _ = fixcalls.fix(assemble(PROGRAM))
    layout = loader.parse(fixed)
    section = next(s for s in layout.sections if s.id == wasm.ELEMENT)
    # The last segment: active, table 1, from 1 on, two functions: an adapter, the last function, and $same.
    assert fixed[section.end - 9 : section.end].hex() == "020141010b00020501"


def test_names_go_on_behind_the_old_ones() -> None:
    fixed, _ = fixcalls.fix(assemble(PROGRAM))
    layout = loader.parse(fixed)
    bodies = fixcalls_code.bodies(next(s for s in layout.sections if s.id == wasm.CODE).reader(fixed))
    names = fixcalls_module.functions(fixed, layout, len(bodies)).names
    assert names[0] == "long"
    assert names[max(names)] == f"{fixcalls_tables.NAME} (i32) -> i32"
    assert max(names) == len(bodies) - 1
    assert list(names) == sorted(names)


REFUSED = {
    "a table that changes": ("(func (table.set (i32.const 0) (ref.null func)))", "changes as it runs"),
    "a table filled later": (
        "(elem $e func 1) (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)))",
        "changes",
    ),
    "a computed place": ("(global $g i32 (i32.const 0)) (elem (table 0) (global.get $g) func 1)", "is computed"),
    "a computed sum": ("(elem (table 0) (offset i32.const 0 i32.const 0 i32.add) func 1)", "is computed"),
    "a huge table": ("(elem (table 0) (i32.const 1000000000) func 1)", "too large"),
    "a taken name": ('(global (export "wali:call") (mut i32) (i32.const 0))', "needs"),
    "many types for a large table": (
        "(elem (table 0) (i32.const 1048575) func 1)"
        + "".join(
            f"(func (call_indirect (param {'i64 ' * n}) {'(i64.const 0)' * n} (i32.const 1)))" for n in range(10)
        ),
        "too many types",
    ),
    "a structure type": ("(type (struct))", "plain function types"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_refused(name: str) -> None:
    addition, words = REFUSED[name]
    with pytest.raises(WaliFormatError, match=f"{words}.*--fix-calls"):
        fixcalls.fix(assemble(PROGRAM[:-1] + addition + ")"))


# --- the parts --------------------------------------------------------------------------------------------------------


def test_arguments_go_where_the_abi_says() -> None:
    assert places(["i32", "f64", "i64", "f32"]) == [("i", 0), ("f", 0), ("i", 1), ("f", 1)]
    assert places(["i32"] * 8)[5:] == [("i", 5), ("s", 0), ("s", 1)]
    assert places(["f64"] * 9 + ["i32"])[8:] == [("s", 0), ("i", 0)]


@pytest.mark.parametrize(
    ("value", "raw"), [(0, "00"), (63, "3f"), (64, "c000"), (0xFFFFFFFF, "7f"), (1 << 31, "8080808078")]
)
def test_signed_numbers(value: int, raw: str) -> None:
    assert signed(value).hex() == raw


SAMPLES = {
    "": b"",
    "l": b"\x91\x11",
    "m": b"\x02\x91\x11",
    "b": b"\x11",
    "4": b"\x11" * 4,
    "8": b"\x11" * 8,
    "v": b"\x11" * 16,
}
SAMPLES |= {"ll": b"\x91\x11\x11", "mb": b"\x02\x91\x11\x05", "t": b"\x40"}


def test_the_pattern_and_the_table_agree() -> None:
    """Each instruction that the fast pattern passes over ends where the slow way ends it."""
    known = [
        (bytes([opcode]) if isinstance(opcode, int) else bytes([opcode[0]]) + wasm.leb(opcode[1]), letters)
        for opcode, letters in fixcalls_code.OPERANDS.items()
    ]
    fast = 0
    for opcode, letters in known:
        if letters not in SAMPLES:
            continue
        data = opcode + SAMPLES[letters]
        reader = wasm.Reader(data, 0, len(data), "test")
        fixcalls_code._pass(reader)
        assert reader.pos == len(data), data.hex()
        match = fixcalls_code._RUN.match(data)
        assert match is None or match.end() == len(data), data.hex()
        fast += match is not None
    assert fast > 400


# --- whatever the input -----------------------------------------------------------------------------------------------


def test_damage_is_refused_or_harmless() -> None:
    """Nothing but WaliFormatError; and what was invalid does not become valid by the change.

    But for the number of a function, type, table or global that did not exist and now does: safe, and nobody's program.
    """
    data = assemble(PROGRAM)
    dice = random.Random(1)
    judge = engine()
    for round_ in range(6000):
        damaged = bytearray(data[: dice.randrange(len(data))] if round_ % 4 == 0 else data)
        for _ in range(dice.randint(1, 3)):
            if damaged:
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            fixed, _ = fixcalls.fix(bytes(damaged))
        except WaliFormatError:
            continue
        if not problem(judge, fixed):
            assert re.match("$|unknown (function|type|table|global)", problem(judge, bytes(damaged)))


def problem(judge: wasmtime.Engine, data: bytes) -> str:
    """Why the engine refuses the module; "" if it does not."""
    try:
        wasmtime.Module.validate(judge, data)
    except wasmtime.WasmtimeError as error:
        return str(error)
    return ""


def test_large_modules_take_little_time() -> None:
    """Three megabytes of code, with 20000 calls."""
    work = "(local.set 0 (i32.add (local.get 0) (i32.load offset=1000 (i32.const 123456))))" * 12
    body = f"(func (param i32) {work} (drop (call_indirect (type $t) (local.get 0) (local.get 0))))"
    data = assemble(PROGRAM[:-1] + body * 20000 + ")")
    assert len(data) > 3 << 20
    start = time.process_time()
    fixed, _ = fixcalls.fix(data)
    assert time.process_time() - start < 3
    assert not problem(engine(), fixed)


def test_real_programs_stay_valid() -> None:
    """Every C test; test_c_tests.py, which runs before this, has built them."""
    built = sorted((ROOT / "build" / "c-tests" / "wasm").glob("*.wasm"))
    if not built:
        pytest.skip("the C tests are not built: run tests/test_c_tests.py first")
    judge = engine()
    for path in built:
        wasmtime.Module.validate(judge, compiler.prepared(path.read_bytes(), True).wasm)
