"""Components of several modules that do not become one: types that differ, circles, numbers of what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
import wasmtime

from tests.modules.test_merge import ARGUMENTS, MEMORY, USES, place, run
from tests.support import components as made
from tests.support.components import ENTRY, linked, returns, run_of
from tests.support.helpers import WaliRun, assemble
from tests.wasi.other_engine import run_component
from wali.errors import WaliFormatError
from wali.module import loader, merge


@pytest.fixture(scope="module")
def store() -> wasmtime.Store:
    config = wasmtime.Config()
    for feature in ("wasm_exceptions", "wasm_threads"):
        setattr(config, feature, True)
    return wasmtime.Store(wasmtime.Engine(config))


# --- what is refused --------------------------------------------------------------------------------------------------

EXPORTS = f"""{MEMORY} (func (export "f") (param i32)) (global (export "g") i32 (i32.const 0)) (global (export "v") (mut i32) (i32.const 0))
  (table (export "t") 2 4 funcref) (table (export "o") 2 funcref) (tag (export "k") (param i32))"""
WRONG_TYPES = {
    "function": '(import "m0" "f" (func (param i64)))',
    "result": '(import "m0" "f" (func (param i32) (result i32)))',
    "global": '(import "m0" "g" (global i64))',
    "mutability": '(import "m0" "g" (global (mut i32)))',
    "immutability": '(import "m0" "v" (global i32))',
    "table": '(import "m0" "t" (table 2 4 externref))',
    "larger table": '(import "m0" "t" (table 3 4 funcref))',
    "smaller table": '(import "m0" "t" (table 2 3 funcref))',
    "unlimited table": '(import "m0" "o" (table 2 4 funcref))',
    "larger memory": '(import "m0" "memory" (memory 2 2))',
    "smaller memory": '(import "m0" "memory" (memory 1 1))',
    "shared memory": '(import "m0" "memory" (memory 1 2 shared))',
    "wide memory": '(import "m0" "memory" (memory i64 1 2))',
    "tag": '(import "m0" "k" (tag (param i64)))',
}


@pytest.mark.parametrize("name", WRONG_TYPES)
def test_an_import_of_another_type_is_refused(store: wasmtime.Store, name: str) -> None:
    data = made.made(linked(EXPORTS, WRONG_TYPES[name] + run("(i32.const 1)")))
    with pytest.raises(wasmtime.WasmtimeError):
        run_component(store, data)
    with pytest.raises(WaliFormatError, match=r"one of its modules imports the \w+ m0\.\w+ by a type that it has not"):
        loader.load(data)


CIRCLE = f"""(component
  {made.shim(["(param i32)"])} (core instance $shims (instantiate $shim))
  (core module $x (import "s" "0" (func $f (param i32))) (export "f" (func $f))) (core instance $x (instantiate $x (with "s" (instance $shims))))
  (core module $main (import "x" "f" (func (param i32))) {returns(0)})
  (core instance $mains (instantiate $main (with "x" (instance $x))))
  {made.fixup(["(param i32)"])}
  (core instance $actual (export "0" (func $x "f")))
  (core instance (instantiate $fixup (with "shim" (instance $shims)) (with "actual" (instance $actual))))
  {run_of(f'$mains "{ENTRY}"')})"""
OWN = """(type $own (resource (rep i32))) (core func $new (canon resource.new $own)) (core instance $news (export "new" (func $new)))
  (core module $lib (import "r" "new" (func (param i32) (result i32)))) (core instance (instantiate $lib (with "r" (instance $news))))"""
BY_ITSELF = f"""(component (import "wasi:cli/environment@0.2.3" (instance $environment (export "get-arguments" (func (result (list string))))))
  {made.shim(["(param i32)"])} (core instance $shims (instantiate $shim))
  (core module $x (import "s" "0" (func $f (param i32))) (export "f" (func $f)) {MEMORY}) (core instance $x (instantiate $x (with "s" (instance $shims))))
  (core func $get (canon lower (func $environment "get-arguments") (memory (core memory $x "memory")) (realloc (core func $x "f"))))
  (core module $main (import "x" "f" (func (param i32))) {returns(0, "")}) (core instance $mains (instantiate $main (with "x" (instance $x))))
  {made.fixup(["(param i32)"])} (core instance $actual (export "0" (func $get)))
  (core instance (instantiate $fixup (with "shim" (instance $shims)) (with "actual" (instance $actual))))
  {run_of(f'$mains "{ENTRY}"')})"""
REFUSED = {
    "memory by what asks for it": (BY_ITSELF, r"its function s\.0 comes from nowhere"),
    "a circle": (CIRCLE, "its modules import from each other in a circle"),
    "two memories": (linked(MEMORY, returns(0, "(memory 1)")), "its modules have 2 memories, being composed of components"),
    "two memories of one module": (linked(MEMORY + '(memory (export "other") 1)', returns(0, "")), "its modules have 2 memories"),
    "a memory twice": (linked(MEMORY, USES * 2 + returns(0, "")), "one of its modules has several memories"),
    "types of structures": (linked(f"{MEMORY} (type (struct (field i32)))", USES + returns(0, "")), "types other than those of functions, and runs only alone"),
    "typed references": (linked(f"{MEMORY} (type $t (func)) (func (param (ref null $t)))", USES + returns(0, "")), "references with types of their own"),
    "a constant of structures": (linked(f"{MEMORY} (global anyref (ref.i31 (i32.const 1)))", USES + returns(0, "")), "a constant that is computed in a way not known here"),
    "a resource of its own": (linked(MEMORY, USES + returns(0, ""), more=OWN), r"its program makes a resource of its own \(r\.new\)"),
    "too much": (
        f"""(component (core module $big (data "{"x" * 300000}")) {"(core instance (instantiate $big))" * 20}
          (core module $main {returns(0)}) (core instance $mains (instantiate $main)) {run_of(f'$mains "{ENTRY}"')})""",
        "its modules are instantiated so often that they have 6",
    ),
    "a run of another type": (linked(MEMORY, USES + f'(func (export "{ENTRY}") (result i64) (i64.const 0))'), "has another type than programs have"),
    "realloc of another type": (
        f"""(component {ARGUMENTS} (core module $env {MEMORY} (func (export "r") (param i32) (result i32) (unreachable)))
          (core instance $env (instantiate $env))
          (core func $get (canon lower (func $environment "get-arguments") (memory (core memory $env "memory")) (realloc (core func $env "r"))))
          (core instance $gets (export "get" (func $get)))
          (core module $main (import "h" "get" (func (param i32))) {returns(0, "")}) (core instance $mains (instantiate $main (with "h" (instance $gets))))
          {run_of(f'$mains "{ENTRY}"')})""",
        "gets memory by a function of another type",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_put_together_is_refused_by_one_line(wali: WaliRun, tmp_path: Path, name: str) -> None:
    text, words = REFUSED[name]
    path = place(tmp_path, text)
    with pytest.raises(WaliFormatError, match=words) as caught:
        loader.load(path.read_bytes())
    assert "\n" not in str(caught.value)
    done = wali("inspect", path)
    assert (done.returncode, done.stderr) == (1, "")
    assert str(caught.value) in done.stdout


LATER = """(component
  (import "wasi:io/streams" (instance $streams
    (type $e (enum "open" "ended")) (export "{status}" (type $s (eq $e)))
    (export "write" (func (param "this" u32) (param "buf" (list u8)) (result (tuple u64 $s))))))
  (core module $env (memory (export "memory") 1)) (core instance $env (instantiate $env))
  (core func $write (canon lower (func $streams "write") (memory (core memory $env "memory"))))
  (core instance $host (export "write" (func $write)))
  (core module $main (import "env" "memory" (memory 1)) (import "streams" "write" (func (param i32 i32 i32 i32))) {run})
  (core instance $main (instantiate $main (with "env" (instance $env)) (with "streams" (instance $host))))
  {entry})"""


def test_a_later_draft_is_refused() -> None:
    """Its results are larger, which only the types of the component tell."""
    words = {"run": run("(i32.const 1)"), "entry": run_of(f'$main "{ENTRY}"')}
    with pytest.raises(WaliFormatError, match=r"imports wasi:io/streams\.write of a later draft"):
        merge.read(assemble(LATER.format(status="stream-status", **words)))
    assert merge.read(assemble(LATER.format(status="status", **words)))


def test_interfaces_that_nobody_has_are_refused() -> None:
    text = f"""(component (import "acme:shop/cart@1.0.0" (instance $cart (export "add" (func))))
      (core func $add (canon lower (func $cart "add"))) (core instance $adds (export "add" (func $add)))
      (core module $lib (import "cart" "add" (func)) {MEMORY}) (core instance $lib (instantiate $lib (with "cart" (instance $adds))))
      (core module $main (import "lib" "memory" (memory 1)) {returns(0, "")}) (core instance $main (instantiate $main (with "lib" (instance $lib))))
      {run_of(f'$main "{ENTRY}"')})"""
    with pytest.raises(WaliFormatError, match=r"nothing provides acme:shop/cart@1\.0\.0, which it imports"):
        loader.load(made.made(text))


# --- damaged modules --------------------------------------------------------------------------------------------------

BAD_MODULES = {
    "a function": b"\x10\x05\x00\x0b",
    "a global": b"\x23\x07\x1a\x0b",
    "a type": b"\x41\x00\x11\x63\x00\x0b",
    "a block's type": b"\x02\x20\x0b\x0b",
    "a table": b"\x41\x00\x25\x44\x1a\x0b",
    "a segment": b"\xfc\x09\x09\x0b",
    "a tag": b"\x08\x05\x0b",
    "a reference": b"\xd2\x33\x1a\x0b",
    "a heap type": b"\xd0\x30\x1a\x0b",
    "another memory": b"\x3f\x01\x1a\x0b",
    "another memory of a load": b"\x41\x00\x28\x42\x01\x00\x1a\x0b",
    "an unknown instruction": b"\xe0\x0b",
    "an unknown prefixed instruction": b"\xfc\xff\x01\x0b",
    "an end that is missing": b"\x41",
    "a number without end": b"\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00\x0b",
}


@pytest.mark.parametrize("name", BAD_MODULES)
def test_a_body_that_names_what_is_not_there(name: str) -> None:
    """Numbers beyond what the module has, which another module might have."""
    body = b"\x00\x01\x01\x01\x01\x01" + BAD_MODULES[name]
    filler = b"\x00" + b"\x01" * (len(body) - 2) + b"\x0b"
    nops = "(nop)" * (len(body) - 2)
    data = made.made(linked(f"{MEMORY} (func {nops})", USES + "(func) (func) (table 3 funcref)" + run("(i32.const 1)")))
    assert data.count(filler) == 1
    loader.load(data)
    with pytest.raises(WaliFormatError) as caught:
        loader.load(data.replace(filler, body))
    assert "\n" not in str(caught.value)
