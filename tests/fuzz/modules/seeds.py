"""The modules that are damaged: made by hand, and compiled ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.fuzz import build
from tests.support import components
from tests.support.helpers import EXIT_BY_ARGUMENT, MINIMAL, assemble
from tests.support.tools import ROOT

CORPUS = build.HERE / "corpus" / "modules"
"""Modules that have shown something once."""
BY_HAND = (
    MINIMAL,
    EXIT_BY_ARGUMENT,
    """(module (type $t (func (param i32) (result i32)))
      (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
      (import "wali" "SYS_exit_group" (func $exit (param i32) (result i64)))
      (memory (export "memory") 1 2) (table (export "t") 4 8 funcref) (elem (i32.const 1) func $f $g)
      (global $__stack_pointer (mut i32) (i32.const 4096)) (global $late (export "late") (mut i64) (i64.const 0))
      (data (i32.const 8) "hello\\0a") (data $passive "more")
      (func $f (param i32) (result i32) local.get 0) (func $g (result i32) i32.const 7)
      (func $trap unreachable)
      (func $"odd \\1b[2J name" (export "_start") (local i32 i64 f32 f64)
        (block (loop (br_if 1 (i32.const 1)) (br 0)))
        (drop (call_indirect (type $t) (i32.const 3) (i32.const 1)))
        (memory.init $passive (i32.const 64) (i32.const 0) (i32.const 4))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 6)))
        (drop (call $exit (i32.const 0)))))""",
)


ADAPTED = components.adapted(
    """(import "wasi_snapshot_preview1" "args_get" (func (param i32 i32) (result i32)))
    (memory (export "memory") 1 2) (func (export "_start"))""",
    {"args_get": components.TWO},
)
LINKED = components.linked(
    """(memory (export "memory") 1 2) (table (export "table") 8 funcref) (global (export "base") i32 (i32.const 100))
    (tag (export "tag") (param i32)) (func $seven (export "seven") (result i32) (i32.const 7)) (elem (i32.const 1) $seven)
    (global (export "count") (mut i32) (i32.const 0)) (func (export "begin") (i32.store (i32.const 0) (i32.const 1)))""",
    """(import "m0" "begin" (func $begin)) (start $begin)""",
    """(import "m0" "memory" (memory 1 2)) (import "m0" "table" (table 8 funcref)) (import "m0" "base" (global $base i32))
    (import "m0" "seven" (func $seven (result i32))) (import "m0" "tag" (tag $t (param i32)))
    (import "m0" "count" (global $count (mut i32))) (type $two (func (param i32 i32) (result i32 i32)))
    (table $own 2 funcref) (global $far i32 (i32.add (global.get $base) (i32.const 4)))
    (data (global.get $far) "there") (data $kept "kept") (elem (offset (i32.const 2)) func $f) (elem $passive func $f $seven)
    (func $f (param i32 i32) (result i32 i32) (block (type $two) (local.get 0) (local.get 1) (br_table 0 1 (i32.const 0))))
    (func (export "all") (result i32) (memory.init $kept (i32.const 64) (i32.const 0) (i32.const 4)) (data.drop $kept)
      (table.init 0 $passive (i32.const 3) (i32.const 0) (i32.const 2)) (table.set $own (i32.const 0) (ref.func $f))
      (global.set $count (call_indirect (result i32) (i32.const 1)))
      (block $h (result i32) (try_table (catch $t $h) (throw $t (call $seven))) (i32.const 0)))""",
    f"""(import "m2" "all" (func $all (result i32))) (import "m0" "memory" (memory 1 2)) (data (i32.const 8) "x")
    (func (export "{components.ENTRY}") (result i32) (i32.ne (call $all) (i32.const 7)))""",
)
COMPONENTS = (components.alone(components.returns(0)), components.direct(), ADAPTED, LINKED)


def compiled() -> Path:
    """A C program with names, DWARF and calls of other types."""
    return build.compiled(
        "old_style.wasm",
        "wali-cc",
        [build.HERE / "modules" / "seeds" / "old_style.c"],
        "-Wno-cast-function-type-mismatch",
    )


@cache
def seeds() -> tuple[bytes, ...]:
    """All, the small ones first."""
    files = [compiled(), ROOT / "wali" / "demo" / "demo.wasm", *sorted(CORPUS.glob("*.wasm"))]
    return (*(assemble(text) for text in (*BY_HAND, *COMPONENTS)), *(file.read_bytes() for file in files))
