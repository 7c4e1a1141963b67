"""Modules with features that this engine does not run: one line that names the feature and says what to do, in each command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, WaliRun, assemble
from tests.support.sdk_helpers import Compiler, cc, sysroot  # noqa: F401
from wali.module import binary as wasm
from wali.module import loader
from wali.module.explain import explain

MEMORY = b"\x01\x01\x01\x02"  # one, of 1 to 2 pages
OLD = "it has exceptions in their old encoding"
OLD_ADVICE = "-mllvm -wasm-use-legacy-eh=false, as wali-cc does"


def section(number: int, body: bytes) -> bytes:
    return bytes([number]) + wasm.leb(len(body)) + body


def module_of(code: bytes, memory: bytes = MEMORY, types: bytes = b"\x01\x60\x00\x00", globals_: bytes = b"") -> bytes:
    """A module with a tag, whose _start, of type 0, has that code."""
    body = b"\x00" + code + b"\x0b"
    parts = [(1, types), (3, b"\x01\x00"), (5, memory), (13, b"\x01\x00\x00"), (6, globals_)]
    parts += [(7, b"\x01\x06_start\x00\x00"), (10, b"\x01" + wasm.leb(len(body)) + body)]
    return wasm.MAGIC + b"\x01\0\0\0" + b"".join(section(number, part) for number, part in parts if part)


TRY, CATCH, RETHROW, DELEGATE, CATCH_ALL, END = b"\x06\x40", b"\x07\x00", b"\x09\x00", b"\x18\x00", b"\x19", b"\x0b"
# The module, what must be said of it, the byte that is to blame if that is said.
REFUSED = {
    "try and catch": (module_of(TRY + CATCH + END), OLD, b"\x06"),
    "try and catch_all": (module_of(TRY + CATCH_ALL + END), OLD, b"\x06"),
    "try and delegate": (module_of(TRY + DELEGATE), OLD, b"\x06"),
    "rethrow": (module_of(TRY + CATCH_ALL + RETHROW + END), OLD, b"\x06"),
    "64-bit memory": (module_of(b"", b"\x01\x05\x01\x02"), "it uses a 64-bit memory; build it for wasm32", b""),
    "page size": (module_of(b"", b"\x01\x09\x01\x02\x00"), "it uses a custom page size; build it with", b""),
    "two memories": (module_of(b"", b"\x02\x00\x01\x00\x01"), "it has 2 memories; a WALI program has one", b""),
    "stack switching": (
        module_of(b"", types=b"\x02\x60\x00\x00\x5d\x00"),
        "it uses stack switching, which this engine does not run; build it without",
        b"",
    ),
    "shared global": (module_of(b"", globals_=b"\x01\x7f\x03\x41\x00\x0b"), "it uses shared-everything threads", b""),
    "unknown instruction": (module_of(b"\xff"), "an instruction that this engine does not know", b"\xff"),
    "unknown instruction of two bytes": (
        module_of(b"\xfb\x80\x01"),
        "an instruction that this engine does not know",
        b"",
    ),
    "invalid": (
        module_of(b"\x1a"),
        "not valid wasm: type mismatch: expected a type but nothing on stack; build",
        b"\x1a",
    ),
    "component": (
        wasm.MAGIC + b"\x0d\0\1\0",
        "a component that does not run here: a library, not a program: it exports nothing, and no wasi:cli/run",
        b"",
    ),
    "component's version": (
        wasm.MAGIC + b"\x0e\0\1\0",
        "a wasm component in version 0x0e of the format, which is unknown",
        b"\x0e",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_command_says_it(wali_run: WaliRun, wali: WaliRun, tmp_path: Path, name: str) -> None:
    data, words, blamed = REFUSED[name]
    path = tmp_path / "prog.wasm"
    for prefix in (b"", b"#!/usr/bin/wali-run\n"):
        path.write_bytes(prefix + data)
        done = wali_run(path)
        message = done.stderr
        assert (done.returncode, done.stdout, message.count("\n")) == (126, "", 1)
        assert message.startswith(f"wali-run: {path}: ")
        assert words in message
        assert words != OLD or OLD_ADVICE in message
        if blamed:
            place = int(message.rpartition("(at byte ")[2].rstrip(")\n"))
            assert path.read_bytes()[place : place + 1] == blamed
    for command in (["run"], ["compile"], ["compile", "-o", tmp_path / "prog.cwasm"]):
        done = wali(*command, path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
        assert words in done.stderr
    assert not (tmp_path / "prog.cwasm").exists()
    done = wali("inspect", path)
    if name == "component's version":
        assert (done.returncode, done.stdout) == (126, "")
        assert words in done.stderr
    else:
        assert done.returncode == 1
        assert f"cannot run: {words}" in done.stdout or f"cannot run: it has {words}" in done.stdout
        assert words in json.loads(wali("inspect", "--json", path).stdout)["problem"]


RUNS = {
    "the new exceptions": '(tag $t) (func (export "_start") (block (try_table (catch_all 0) (throw $t))))',
    "tail calls": '(func $f) (func (export "_start") (return_call $f))',
    "relaxed SIMD": '(func (export "_start") (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i32x4 0 0 0 0))))',
    "references to functions": '(func $f) (elem declare func $f) (func (export "_start") (call_ref 0 (ref.func $f)))',
    "structures": '(type $s (struct (field i32))) (func (export "_start") (drop (struct.new $s (i32.const 1))))',
    "a 64-bit table": '(table i64 1 funcref) (func (export "_start"))',
    "computed constants": '(global i32 (i32.add (i32.const 1) (i32.const 2))) (func (export "_start"))',
}


@pytest.mark.parametrize("name", RUNS)
def test_newer_features_that_run(wali_run: WaliRun, wali: WaliRun, tmp_path: Path, name: str) -> None:
    path = tmp_path / "prog.wasm"
    path.write_bytes(assemble(f'(module (type (func)) (memory (export "memory") 1 2) {RUNS[name]})'))
    done = wali_run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert wali("inspect", path).returncode == 0


@pytest.mark.parametrize("shared", [b"\x00", b"\x02"])
def test_a_memory_without_a_maximum(wali_run: WaliRun, tmp_path: Path, shared: bytes) -> None:
    path = tmp_path / "prog.wasm"
    path.write_bytes(module_of(b"", b"\x01" + shared + b"\x01"))
    assert wali_run(path).returncode == 0


SJLJ = """
#include <setjmp.h>
static jmp_buf there;
__attribute__((noinline)) static void jump(int n) { longjmp(there, n); }
int main(void) { int n = setjmp(there); if (n < 42) jump(n + 1); return n; }
"""


def test_what_clang_makes(cc: Compiler, wali_run: WaliRun) -> None:  # noqa: F811
    new = cc.build(SJLJ, "-mwali-sjlj=wasm", output="new.wasm")
    assert wali_run(new).returncode == 42
    old = cc.build(SJLJ, "-mwali-sjlj=wasm", "-mllvm", "-wasm-use-legacy-eh=true", output="old.wasm")
    done = wali_run(old)
    assert (done.returncode, done.stderr.count("\n")) == (126, 1)
    assert f"{OLD} (try, catch), in function __original_main; compile and link it with {OLD_ADVICE}" in done.stderr


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("out of  memory", "cannot be compiled: out of memory"),
        (
            "custom_descriptors feature required for x (at offset 0x1)",
            "it uses custom descriptors, which this engine does not run; build it without, as wali-cc does",
        ),
        (
            "multi-memory support is not enabled (at offset 0x1)",
            "it uses multi-memory, which this engine does not run; build it without, as wali-cc does",
        ),
    ],
)
def test_what_else_the_engine_may_say(text: str, wanted: str) -> None:
    assert explain(text, loader.load(assemble(MINIMAL))) == wanted
