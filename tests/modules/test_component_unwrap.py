"""Components that come down to one program: what that is, what its imports are bound to, and which others are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import components as made
from tests.support.components import ENTRY, RUN, TWO, adapted, alone, direct, returns
from tests.support.helpers import assemble
from wali.errors import WaliFormatError
from wali.module import binary, loader, unwrap

P1 = "wasi_snapshot_preview1"
FOUR = "(param i32 i32 i32 i32) (result i32)"
EXIT = "(param i32)"
PROGRAM = f"""
  (import "{P1}" "fd_write" (func $write {FOUR})) (import "{P1}" "proc_exit" (func $exit {EXIT}))
  (import "{P1}" "args_get" (func {TWO}))
  (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3)))"""
KINDS = {"fd_write": FOUR, "proc_exit": EXIT, "args_get": TWO}


def unwrapped(text: str) -> unwrap.Unwrapping:
    return unwrap.read(made.made(text), 0)


def parsed(text: str) -> loader.Layout:
    return loader.parse(made.made(text))


def names(layout: loader.Layout) -> list[tuple[str, str]]:
    return [(e.module, e.name) for e in layout.imports if e.kind == binary.K_FUNCTION]


# --- programs of preview1 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interface", [RUN, "wasi:cli/run@0.2", "wasi:cli/run@0.2.0-rc-2023-11-10", "run"])
def test_an_adapter_is_left_out(interface: str) -> None:
    text = adapted(PROGRAM, KINDS, interface)
    found = unwrapped(text)
    assert found.program.imports == tuple((P1, name) for name in KINDS)
    assert (found.program.entry, found.program.initialize, found.program.realloc) == ("_start", "", "")
    assert [part.role for part in found.parts()] == ["program", "adapter", "shim", "fixup"]
    found.program.check()


def test_the_program_is_rewritten_as_it_is_without_a_component() -> None:
    data, plain = made.made(adapted(PROGRAM, KINDS)), assemble(f"(module $main {PROGRAM})")
    layout, other = loader.parse(data), loader.parse(plain)
    wasm, delta = loader.rewrite(data, layout)
    other_wasm, other_delta = loader.rewrite(plain, other)
    assert wasm == other_wasm
    assert layout.start > layout.origin == 0
    assert delta == other_delta + layout.start


def test_offsets_are_those_of_the_file() -> None:
    for line in (b"", b"#!/usr/bin/wali-run\n"):
        data = line + made.made(alone(returns(0)))
        program = loader.load(data)
        (code,) = [s for s in loader.parse(data).sections if s.id == binary.CODE]
        (moved,) = [s for s in loader.parse(program.wasm).sections if s.id == binary.CODE]
        assert data[code.start : code.end] == program.wasm[moved.start : moved.end]
        assert program.start == len(line)
        assert moved.start + program.code_delta + program.start == code.start


def test_an_import_that_stands_twice_has_its_name_back() -> None:
    program = f"""(import "{P1}" "args_get" (func {TWO})) (import "{P1}" "args_get [v2]" (func {TWO}))
      (memory (export "memory") 1) (func (export "_start"))"""
    layout = parsed(adapted(program, {"args_get": TWO, "args_get [v2]": TWO}))
    assert names(layout) == [(P1, "args_get")] * 2


def test_an_adapter_beside_a_run_of_the_programs_own() -> None:
    """As with the adapter of reactors: it serves preview1, and does not run the program."""
    program = PROGRAM + f'(func (export "{ENTRY}") (result i32) (i32.const 0))'
    text = adapted(program, KINDS).replace(f'(core func $adapters "{ENTRY}")', f'(core func $mains "{ENTRY}")')
    layout = parsed(text)
    assert layout.program is not None
    assert (layout.program.entry, names(layout)[0]) == (ENTRY, (P1, "fd_write"))
    assert "_start" not in [e.name for e in layout.exports]


# --- programs of preview2 ---------------------------------------------------------------------------------------------

BOUND = (
    ("wasi:cli/stdout@0.2.3", "get-stdout"),
    ("wasi:io/streams@0.2.3", "[method]output-stream.blocking-write-and-flush"),
    ("wasi:io/streams@0.2.3", "[resource-drop]output-stream"),
)


def test_imports_are_named_by_what_serves_them() -> None:
    """By the version of the component's import, and a resource by the interface that it is of."""
    found = unwrapped(direct())
    assert found.program.imports == BOUND
    assert (found.program.entry, found.program.realloc) == (ENTRY, "cabi_realloc")
    assert [part.role for part in found.parts()] == ["program", "shim", "fixup"]
    assert names(parsed(direct())) == list(BOUND)


def test_the_names_in_the_program_mean_nothing() -> None:
    swapped = (
        direct()
        .replace('(export "get-stdout" (func $get))', '(export "get-stdout" (func $other))')
        .replace(
            "(core instance $stdouts",
            '(core func $other (canon lower (func $streams "[method]output-stream.check-write"))) (core instance $stdouts',
        )
    )
    assert unwrapped(swapped).program.imports[0] == ("wasi:io/streams@0.2.3", "[method]output-stream.check-write")


def test_a_program_of_preview2() -> None:
    """Its imports are named by the interfaces' versions that the component has."""
    layout = loader.parse(loader.load(made.made(direct())).wasm)
    assert [e.module for e in layout.imports][:2] == ["wasi:cli/stdout@0.2.3", "wasi:io/streams@0.2.3"]
    assert {loader.EXPORT_RUN, loader.EXPORT_REALLOC} <= {e.name for e in layout.exports}


INTERFACES = {
    "unknown": ("acme:shop/cart@1.0.0", r"nothing provides acme:shop/cart@1\.0\.0, which it imports"),
    "not of the command world": ("wasi:http/types@0.2.0", r"nothing provides wasi:http/types@0\.2\.0"),
    "release candidate": ("wasi:cli/stdout@0.2.0-rc-2023-11-10", "rc-2023-11-10, not of a release of preview2"),
    "another draft": ("wasi:cli/stdin", r"wasi:cli/stdin, not of a release of preview2 \(0\.2\), or of the draft of"),
    "0.3": ("wasi:cli/stdout@0.3.0", "not of a release of preview2"),
    "none": ("", "nothing provides functions without an interface"),
}


@pytest.mark.parametrize("name", INTERFACES)
def test_interfaces_that_do_not_run(name: str) -> None:
    interface, words = INTERFACES[name]
    program = unwrapped(direct()).program
    with pytest.raises(WaliFormatError, match=words):
        replace(program, imports=((interface, "get-stdout"), *program.imports)).check()


def test_a_function_without_an_interface() -> None:
    text = (
        direct()
        .replace('(func $stdout "get-stdout")', "(func $root)")
        .replace("(core module $main", '(import "root" (func $root (result u32))) (core module $main')
    )
    assert unwrapped(text).program.imports[0] == ("", "root")


# --- what is called ---------------------------------------------------------------------------------------------------

STARTER = """(core module $starter (import "" "" (func)) (start 0)) (core instance $called (export "" (func $mains "{0}")))
  (core instance (instantiate $starter (with "" (instance $called))))"""


def test_a_starter_calls_the_programs_initialize() -> None:
    layout = parsed(alone(returns(0) + '(func (export "set up"))', more=STARTER.format("set up")))
    assert layout.program is not None
    assert (layout.program.entry, layout.program.initialize) == (ENTRY, "set up")
    initialize, named = ([e.index for e in layout.exports if e.name == name] for name in ("_initialize", "set up"))
    assert initialize == named


def test_a_fixup_calls_the_programs_initialize() -> None:
    program = made.DIRECT_PROGRAM + '(func (export "_initialize"))'
    text = direct(
        program, fixed='(import "main" "_initialize" (func)) (start 1)', given='(with "main" (instance $mains))'
    )
    assert unwrapped(text).program.initialize == "_initialize"
    assert "_initialize" in [e.name for e in parsed(text).exports]


def test_nothing_else_is_called() -> None:
    """What the core calls wherever it is exported is called here only if the component says so."""
    text = alone(
        returns(0) + '(func (export "_start")) (func (export "_initialize")) (func (export "__wasm_call_ctors"))'
    )
    layout = parsed(text)
    assert [e.name for e in layout.exports] == ["memory", ENTRY]
    entry = loader.entry_point(layout)
    assert entry is not None
    assert entry.name == ENTRY
    rewritten = loader.parse(loader.load(made.made(text)).wasm)
    (main,) = [e for e in rewritten.exports if e.name == loader.EXPORT_RUN]
    assert main.index == entry.index


# --- what is refused --------------------------------------------------------------------------------------------------

OTHER = "(core module $other (memory 1)) (core instance (instantiate $other))"
LOWERED_LIFT = """(core module $inner (func (export "f") (result i32) (i32.const 0)))
  (core instance $inners (instantiate $inner)) (func $lifted (result u32) (canon lift (core func $inners "f")))
  (core func $get (canon lower (func $lifted)))"""
LOWERED_AGAIN = """(core func $low (canon lower (func $stdout "get-stdout")))
  (func $lifted (result u32) (canon lift (core func $low))) (core func $get (canon lower (func $lifted)))"""
REFUSED = {
    "nothing": ("(component)", "a library, not a program: it exports nothing, and no wasi:cli/run"),
    "a library": (
        '(component (core module $m (func (export "f"))) (core instance $mains (instantiate $m))'
        ' (func $f (canon lift (core func $mains "f"))) (instance $api (export "f" (func $f)))'
        ' (export "acme:lib/api" (instance $api)))',
        "a library, not a program: it exports acme:lib/api, and no wasi:cli/run",
    ),
    "a run that is an import": (
        f'(component (import "{RUN}" (instance $r (export "run" (func (result (result))))))'
        f' (instance $s (export "run" (func $r "run"))) (export "{RUN}" (instance $s)))',
        "its run is an import, not a function of its own",
    ),
    "a run of another sort": (
        f'(component (component $c) (instance $s (instantiate $c)) (export "{RUN}" (instance $s)))',
        "is no function of a core module",
    ),
    "a run that is asynchronous": (
        alone(returns(0)).replace(f'(core func $mains "{ENTRY}")', f'(core func $mains "{ENTRY}") async'),
        r"it is of WASI 0\.3 \(asynchronous functions\); build it for preview1",
    ),
    "a function of WASI 0.3": (alone(returns(0), more="(core func (canon task.cancel))"), r"it is of WASI 0\.3"),
    "an asynchronous lower": (
        direct(get='(core func $get (canon lower (func $stdout "get-stdout") async (memory $m)))',
               interfaces=made.STREAMS + made.STDOUT + '(core module $mm (memory (export "m") 1)) (core instance $mi '
               '(instantiate $mm)) (alias core export $mi "m" (core memory $m))'),
        r"it is of WASI 0\.3",
    ),
    "an import that is asynchronous": (
        direct(interfaces=made.STREAMS + made.STDOUT.replace('"get-stdout" (func', '"get-stdout" (func async')),
        r"it is of WASI 0\.3",
    ),
    "two memories": (alone(returns(0), more=OTHER), "its modules have 2 memories, being composed of components with memories of their own; one runs here"),
    "many modules": (
        alone(returns(0), more="(core module $n)" + "(core instance (instantiate $n))" * 600),
        "it instantiates 601 core modules",
    ),
    "a function of another component": (
        direct(get=LOWERED_LIFT),
        r"its program's import wasi:cli/stdout@0\.2\.0\.get-stdout is a function of another component in it",
    ),
    "a function that is lifted again": (
        direct(get=LOWERED_AGAIN),
        r"its program's import wasi:cli/stdout@0\.2\.0\.get-stdout is a function of another component in it",
    ),
    "a resource of its own": (
        direct(drop="(type $own (resource (rep i32))) (core func $drop (canon resource.drop $own))"),
        r"its program makes a resource of its own \(wasi:io/streams@0\.2\.0\.\[resource-drop\]output-stream\)",
    ),
    "strings in UTF-16": (
        direct(lower='(memory (core memory $mains "memory")) (realloc (core func $mains "cabi_realloc")) string-encoding=utf16'),
        "has strings in utf16; only UTF-8 runs here",
    ),
    "preview1 as an interface": (
        direct(interfaces=(made.STREAMS + made.STDOUT).replace("wasi:cli/stdout@0.2.3", P1)),
        r"its program's import wasi:cli/stdout@0\.2\.0\.get-stdout is served by no interface",
    ),
    "a start of something else": (
        alone(returns(0), more='(core module $s (import "" "" (func)) (start 0)) (import "f" (func $f))'
              '(core func $g (canon lower (func $f))) (core instance $c (export "" (func $g)))'
              '(core instance (instantiate $s (with "" (instance $c))))'),
        "nothing provides functions without an interface, which it imports",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_other_shapes_are_refused_by_one_line(name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(WaliFormatError, match=words) as caught:
        loader.load(made.made(text))
    assert str(caught.value).startswith("a component that does not run here: ")
    assert "\n" not in str(caught.value)
    assert caught.value.offset is None


# --- what makes no sense ----------------------------------------------------------------------------------------------

F = '(core module $m (func (export "f")) (memory (export "m") 1)) (core instance $i (instantiate $m)) '
INSTANCE = '(import "x" (instance $x (export "f" (func)) (export "t" (type (sub resource))))) '
NONSENSE = {
    "a module": ("(core instance (instantiate 0))", "core module 0 does not exist"),
    "a component": ("(instance (instantiate 3))", "component 3 does not exist"),
    "a type as a component": (
        '(import "c" (component $c)) (instance (instantiate $c))',
        "component 0 is not of the right kind",
    ),
    "a function": ("(core func (canon lower (func 2)))", "function 2 does not exist"),
    "a core function": ("(type $t (func)) (func (type $t) (canon lift (core func 1)))", "core function 1 does not exist"),
    "the type of a lift": (F + '(type u8) (core func (alias core export $i "f")) (func (type 0) (canon lift (core func 0)))',
                           "type 0 is not of the right kind"),
    "a resource": ("(type u8) (core func (canon resource.drop 0))", "type 0 is no resource"),
    "a use of a type": ("(type (list 7))", "type 7 does not exist"),
    "a destructor": ("(type (resource (rep i32) (dtor (core func 0))))", "core function 0 does not exist"),
    "an argument": ("(core module $m) (core instance (instantiate $m (with \"a\" (instance 4))))", "core instance 4 does not exist"),
    "an argument twice": (F + '(core instance (instantiate $m (with "a" (instance $i)) (with "a" (instance $i))))', "a name stands twice"),
    "an export twice": (INSTANCE + '(export "a" (func $x "f")) (export "a" (func $x "f"))', "a is exported twice"),
    "an import twice": ('(import "a" (func)) (import "a" (func))', "a is imported twice"),
    "an import that is not given": (
        '(core module $m (import "a" "b" (func))) (core instance (instantiate $m))',
        "nothing is given for a module's import a",
    ),
    "an import of another kind": (
        F + '(core module $n (import "a" "f" (global i32))) (core instance (instantiate $n (with "a" (instance $i))))',
        "a core instance exports no core global f",
    ),
    "an alias of nothing": (INSTANCE + '(alias export $x "g" (func))', "an instance exports no function g"),
    "an alias of another sort": (INSTANCE + '(alias export $x "f" (type))', "an instance exports no type f"),
    "a core alias of nothing": (F + '(alias core export $i "g" (core func))', "a core instance exports no core function g"),
    "a core alias of another sort": (F + '(alias core export $i "f" (core memory))', "exports no core memory f"),
    "an alias of a scope too far out": ("(alias outer 3 0 (type))", "an outer type of 3 scopes out does not exist"),
    "a component's import that is not given": (
        '(component $c (import "a" (func))) (instance (instantiate $c))',
        "no function is given for the import a",
    ),
    "an instance of a function's type": ('(type $t (func)) (import "a" (instance (type $t)))', "type 0 is not of the right kind"),
    "an instance of a component's type": ('(type $t (component)) (import "a" (instance (type $t)))', "a is of another type"),
    "a start": ('(import "f" (func $f)) (start $f)', "it has a start function"),
}  # fmt: skip


@pytest.mark.parametrize("name", NONSENSE)
def test_definitions_that_do_not_fit_are_refused(name: str) -> None:
    text, words = NONSENSE[name]
    with pytest.raises(WaliFormatError, match=words) as caught:
        unwrapped(f"(component {text})")
    assert str(caught.value).startswith("damaged wasm component: definition: ")
    assert caught.value.offset is not None


def test_resources_are_given_out_by_those_who_made_them() -> None:
    text = direct().replace("canon resource.drop $dropped", "canon resource.rep $dropped")
    with pytest.raises(WaliFormatError, match=r"resource\.rep of a resource that is imported"):
        loader.load(made.made(text))
