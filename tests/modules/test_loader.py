"""The loader: what it rewrites, what it refuses and how, and that no input gets past its checks."""

from __future__ import annotations

import hashlib
import random
import re
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, assemble
from tests.support.tools import ROOT
from wali.errors import WaliFormatError
from wali.module import binary as wasm
from wali.module import loader

DEMO = (ROOT / "wali/demo/demo.wasm").read_bytes()
HEADER = b"\0asm\1\0\0\0"


def section(number: int, body: bytes) -> bytes:
    return bytes([number]) + wasm.leb(len(body)) + body


def rewritten(text: str) -> loader.Layout:
    return loader.parse(loader.load(assemble(text)).wasm)


# --- what is rewritten ------------------------------------------------------------------------------------------------


def test_memory_becomes_a_shared_import_of_the_same_size() -> None:
    layout = rewritten('(module (memory 3 7 shared) (func (export "_start")))')
    assert layout.memories == ()
    assert layout.imports == (wasm.Import("wali", "memory", wasm.K_MEMORY, wasm.Limits(3, 7, True, False, False)),)


def test_a_memory_without_maximum_gets_one() -> None:
    layout = rewritten('(module (memory 3) (func (export "_start")))')
    assert loader.memory_of(layout) == wasm.Limits(3, 65536, True, False, False)


@pytest.mark.parametrize("place", ['"env" "memory"', '"wali" "memory"', '"x" "y"'])
def test_an_imported_memory_is_taken_from_anywhere(place: str) -> None:
    layout = rewritten(
        f"""(module (import {place} (memory 1 2)) (import "wali" "SYS_getpid" (func (result i64)))
        (func (export "_start")))"""
    )
    assert [(e.module, e.name, e.kind) for e in layout.imports] == [
        ("wali", "SYS_getpid", wasm.K_FUNCTION),
        ("wali", "memory", wasm.K_MEMORY),
    ]


def test_function_imports_keep_their_order() -> None:
    layout = rewritten(
        """(module (import "wali" "SYS_b" (func (result i64))) (import "wali" "SYS_a" (func (param i32)))
        (memory 1) (func (export "_start")))"""
    )
    assert [e.name for e in layout.imports] == ["SYS_b", "SYS_a", "memory"]


def test_table_and_stack_pointer_are_exported() -> None:
    layout = rewritten(
        """(module (memory 1) (table 2 funcref) (global (mut i64) (i64.const 0))
        (global $__stack_pointer (mut i32) (i32.const 4)) (func (export "_start")))"""
    )
    assert wasm.Export("wali:table", wasm.K_TABLE, 0) in layout.exports
    assert wasm.Export("wali:sp", wasm.K_GLOBAL, 1) in layout.exports


def test_stack_pointer_by_export_then_by_position() -> None:
    by_export = """(module (memory 1) (global (mut i32) (i32.const 0)) (global (mut i32) (i32.const 0))
        (export "__stack_pointer" (global 1)) (func (export "_start")))"""
    assert rewritten(by_export).exports[-1] == wasm.Export("wali:sp", wasm.K_GLOBAL, 1)
    by_position = '(module (memory 1) (global (mut i32) (i32.const 0)) (func (export "_start")))'
    assert rewritten(by_position).exports[-1] == wasm.Export("wali:sp", wasm.K_GLOBAL, 0)


@pytest.mark.parametrize("globals_", [0, 1, 3])
def test_a_module_without_stack_pointer_gets_one(globals_: int) -> None:
    constants = "(global i32 (i32.const 0))" * globals_
    layout = rewritten(f'(module (memory 1) {constants} (func (export "_start")))')
    assert layout.exports[-1] == wasm.Export("wali:sp", wasm.K_GLOBAL, globals_)


def test_code_is_untouched_and_its_shift_is_told() -> None:
    program = loader.load(DEMO)
    before = next(s for s in loader.parse(DEMO).sections if s.id == wasm.CODE)
    after = next(s for s in loader.parse(program.wasm).sections if s.id == wasm.CODE)
    assert DEMO[before.start : before.end] == program.wasm[after.start : after.end]
    assert before.start == after.start + program.code_delta


def test_a_script_line_is_skipped_and_does_not_shift_the_code() -> None:
    prefixed = loader.load(b"#!/usr/bin/wali-run\n" + DEMO)
    plain = loader.load(DEMO)
    assert (prefixed.wasm, prefixed.code_delta) == (plain.wasm, plain.code_delta)


def test_the_engine_accepts_what_is_rewritten() -> None:
    import wasmtime

    config = wasmtime.Config()
    config.wasm_threads = config.shared_memory = True
    engine = wasmtime.Engine(config)
    for data in (DEMO, assemble(MINIMAL), assemble('(module (memory 1) (tag) (func (export "_start")))')):
        wasmtime.Module(engine, loader.load(data).wasm)


def test_padded_numbers_are_read() -> None:
    """lld pads LEBs to five bytes where it leaves room for relocation."""
    memory = section(wasm.MEMORY, b"\x81\x80\x80\x80\x00" + b"\x00" + b"\x82\x80\x80\x80\x00")
    types = section(wasm.TYPE, b"\x01\x60\x00\x00")
    functions = section(wasm.FUNCTION, b"\x01\x00")
    exports = section(wasm.EXPORT, b"\x01\x06_start\x00\x00")
    code = section(wasm.CODE, b"\x01\x02\x00\x0b")
    layout = loader.parse(loader.load(HEADER + types + functions + memory + exports + code).wasm)
    assert loader.memory_of(layout).minimum == 2


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED = {
    "empty": (b"", "empty file"),
    "short": (b"\0as", "truncated"),
    "header": (HEADER[:6], "truncated"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(60), "native program"),
    "gzip": (b"\x1f\x8b\x08" + bytes(20), "compressed"),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(20), "compressed"),
    "text": (b"  (module)", "wasm text"),
    "script": (b"#!/bin/sh\necho hello\n", "script"),
    "script line only": (b"#!/bin/sh", "script"),
    "rubbish": (b"hello, world\n", "not a wasm module"),
    "component": (b"\0asm\x0d\0\x01\0", "component"),
    "version": (b"\0asm\x02\0\0\0", "version 2"),
    "section cut": (HEADER + b"\x01\x05\x01", "truncated"),
    "section kind": (HEADER + b"\x55\x00", "kind 85"),
    "section twice": (HEADER + section(1, b"\0") + section(1, b"\0"), "out of order"),
    "section order": (HEADER + section(3, b"\0") + section(1, b"\0"), "out of order"),
    "count": (HEADER + section(wasm.IMPORT, b"\xff\xff\xff\xff\x0f"), "items"),
    "leb too long": (HEADER + section(wasm.IMPORT, b"\x80\x80\x80\x80\x80\x00"), "too many bytes"),
    "leb too large": (HEADER + section(wasm.IMPORT, b"\xff\xff\xff\xff\x7f"), "too large"),
    "name": (HEADER + section(wasm.EXPORT, b"\x01\x01\xff\x00\x00"), "UTF-8"),
    "export kind": (HEADER + section(wasm.EXPORT, b"\x01\x01a\x09\x00"), "export kind 9"),
    "import kind": (HEADER + section(wasm.IMPORT, b"\x01\x01a\x01b\x09\x00\x00"), "import kind 9"),
    "rest": (HEADER + section(wasm.EXPORT, b"\x00\x00"), "after its last item"),
    "limits": (HEADER + section(wasm.MEMORY, b"\x01\x70\x00"), "limits flags"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_module_is_refused(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(WaliFormatError, match=words) as caught:
        loader.load(data)
    assert "\n" not in str(caught.value)


NOT_PROGRAMS = {
    "no start": ("(module (memory 1))", "_start"),
    "start is no function": ('(module (memory 1) (export "_start" (memory 0)))', "_start"),
    "two memories": ('(module (memory 1) (memory 1) (func (export "_start")))', "2 memories"),
    "memory64": ('(module (memory i64 1) (func (export "_start")))', "64-bit"),
    "name taken by --fix-calls": (
        '(module (memory 1) (func (export "_start")) (global (export "wali:call") i64 (i64.const 0)))',
        "wali:call",
    ),
    "taken name": ('(module (memory 1) (func (export "_start")) (func (export "wali:sp")))', "wali:sp"),
    "foreign": (
        """(module (import "env" "f" (func)) (import "wali" "g" (global i32)) (import "a" "t" (table 1 funcref))
        (import "wali" "SYS_read" (func)) (memory 1) (func (export "_start")))""",
        r"env\.f \(function\), wali\.g \(global\), a\.t \(table\)",
    ),
    "a function of WASI by a wrong type": (
        '(module (import "wasi_snapshot_preview1" "fd_write" (func)) (memory 1) (func (export "_start")))',
        r"wasi_snapshot_preview1\.fd_write has the type \(\) -> nothing, where WASI has \(i32, i32, i32, i32\) -> i32",
    ),
    "a function that WASI has not": (
        '(module (import "wasi_snapshot_preview1" "fd_dup" (func (param i32) (result i32)))'
        ' (memory 1) (func (export "_start")))',
        r"nothing provides its import wasi_snapshot_preview1\.fd_dup \(function\)",
    ),
    "a component's interface": (
        '(module (import "wasi:http/types@0.2.0" "f" (func (param i32))) (memory 1) (func (export "_start")))',
        r"not of the preview2 that is known here: nothing provides its import wasi:http/types@0\.2\.0\.f \(function\)",
    ),
    "both WALI and WASI": (
        '(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))) (import "wali" "SYS_getpid"'
        ' (func (result i64))) (memory 1) (func (export "_start")))',
        "functions of both WALI and WASI",
    ),
    "a library of WALI's": (
        '(module (import "wali" "SYS_getpid" (func (result i64))) (memory 1) (func (export "get")))',
        "not a program: it exports no function _start or main",
    ),
}


@pytest.mark.parametrize("name", NOT_PROGRAMS)
def test_what_is_no_program_is_refused(name: str) -> None:
    text, words = NOT_PROGRAMS[name]
    with pytest.raises(WaliFormatError, match=words):
        loader.load(assemble(text))


def test_the_offset_in_a_message_is_the_place() -> None:
    data = HEADER + section(wasm.EXPORT, b"\x01\x01a\x09\x00")
    with pytest.raises(WaliFormatError) as caught:
        loader.load(data)
    assert caught.value.offset is not None
    assert data[caught.value.offset] == 9


def test_files_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(WaliFormatError, match="directory"):
        loader.read_module(str(tmp_path))
    with pytest.raises(WaliFormatError, match="regular file"):
        loader.read_module("/dev/null")
    large = tmp_path / "large.wasm"
    with large.open("wb") as file:
        file.truncate(loader.MAX_SIZE + 1)
    with pytest.raises(WaliFormatError, match="GiB"):
        loader.read_module(str(large))


# --- whatever the input -----------------------------------------------------------------------------------------------


def load_or_refuse(data: bytes) -> bool:
    """Whether it loads; anything but success and WaliFormatError fails the test."""
    try:
        loader.load(data)
    except WaliFormatError:
        return False
    return True


def test_every_truncation_is_refused_or_loads() -> None:
    """Cut inside a section it must be refused; a cut between two can leave a valid module."""
    boundaries = {s.end for s in loader.parse(DEMO).sections}
    for length in range(len(DEMO)):
        if load_or_refuse(DEMO[:length]):
            assert length in boundaries


def test_every_damaged_byte_is_refused_or_loads() -> None:
    data = assemble((MINIMAL[:-1]) + "(table 2 funcref) (global $__stack_pointer (mut i32) (i32.const 4)))")
    for position in range(len(data)):
        for value in range(256):
            load_or_refuse(data[:position] + bytes([value]) + data[position + 1 :])


def test_random_damage_is_refused_or_loads() -> None:
    dice = random.Random(1)
    for _ in range(3000):
        data = bytearray(DEMO)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(600)] = dice.randrange(256)
        load_or_refuse(bytes(data))


def test_a_broken_name_section_is_only_a_hint_lost() -> None:
    names = section(wasm.CUSTOM, b"\x04name" + b"\x07\xff\xff\xff\xff\x0f")
    layout = loader.parse(assemble(MINIMAL) + names)
    assert layout.stack_pointer is None


# What the loader makes of two modules, by CODE_GENERATION in wali/native/engine/engine.c. When a change to the loader makes
# this fail, raise CODE_GENERATION and put the new digest here: cached code of the old form must not be found any more.
REWRITTEN = {
    1: "21778edd5712758fbe6c232d8413e134598e480e6decfff3950c153f8219d751",
    2: "21778edd5712758fbe6c232d8413e134598e480e6decfff3950c153f8219d751",  # another guard, the same module
    3: "21778edd5712758fbe6c232d8413e134598e480e6decfff3950c153f8219d751",  # likewise
    4: "21778edd5712758fbe6c232d8413e134598e480e6decfff3950c153f8219d751",  # other modules have more exports
    5: "21778edd5712758fbe6c232d8413e134598e480e6decfff3950c153f8219d751",  # the engine keeps lines of the source
    6: "21778edd5712758fbe6c232d8413e134598e480e6decfff3950c153f8219d751",  # volatile loads are calls (compiled/volatile_loads)
}
# An imported memory, a table, a stack pointer; and MINIMAL. As bytes, because assemblers change.
SAMPLES = (
    "0061736d010000000108026000017e6000000222020477616c690a5359535f676574706964000003656e76066d656d6f727902010102030201010404017000010606017f0141040b070a01065f737461727400010a040102000b0019046e616d65071201000f5f5f737461636b5f706f696e746572",
    "0061736d0100000001040160000003020100050401010102071302066d656d6f72790200065f737461727400000a040102000b",
)


def test_the_generation_is_raised_when_rewriting_changes() -> None:
    text = (ROOT / "wali/native/engine/engine.c").read_text()
    match = re.search(r"#define CODE_GENERATION (\d+)", text)
    assert match is not None
    digest = hashlib.sha256(b"".join(loader.load(bytes.fromhex(sample)).wasm for sample in SAMPLES)).hexdigest()
    assert REWRITTEN.get(int(match[1])) == digest
