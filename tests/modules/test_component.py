"""The reader of components: what it finds in good ones, what it says about bad ones, and that no file costs much."""

from __future__ import annotations

import random
from functools import cache

import pytest

from tests.support import components as made
from tests.support.components import items, section, written
from wali.errors import WaliFormatError
from wali.module import binary, component, component_types, unwrap
from wali.module.component_reader import MOST_DEPTH, MOST_ITEMS, Reference
from wali.module.component_types import Alias, Described, FunctionType, ScopeType, TypeDefinition, ValueType

ASYNC_OPCODES = component.ASYNC_FUNCTIONS


def read(data: bytes) -> tuple[component.Definition, ...]:
    return component.read(data, 0).definitions


def read_text(text: str) -> tuple[component.Definition, ...]:
    return read(made.made(f"(component {text})"))


def types_of(text: str) -> list[object]:
    return [d.type for d in read_text(text) if isinstance(d, TypeDefinition)]


# --- what is read -----------------------------------------------------------------------------------------------------


def test_core_modules_have_their_place() -> None:
    data = made.made('(component (core module (func (export "f"))) (core module))')
    modules = [d for d in read(data) if isinstance(d, component.CoreModule)]
    assert len(modules) == 2
    for module in modules:
        assert data.startswith(binary.MAGIC, module.at)
    assert modules[1].end - modules[1].at == binary.HEADER


def test_core_instances() -> None:
    found = read_text(
        '(core module $m) (core instance $i (instantiate $m)) (core instance $j (instantiate $m (with "a" (instance $i))))'
        '(core module $n (memory (export "b") 1)) (core instance $k (instantiate $n))'
        '(alias core export $k "b" (core memory $b)) (core instance (export "c" (memory $b)))'
    )
    made_instances = [d for d in found if isinstance(d, component.Instantiation)]
    assert [(d.of, d.is_core, d.arguments) for d in made_instances] == [
        (0, True, ()),
        (0, True, (("a", Reference("core instance", 0)),)),
        (1, True, ()),
    ]
    (bundle,) = [d for d in found if isinstance(d, component.Bundle)]
    assert (bundle.is_core, bundle.exports) == (True, (("c", Reference("core memory", 0)),))


def test_instances_imports_and_exports() -> None:
    found = read_text(
        '(import "x" (func $f (param "a" u32))) (component $c (import "y" (func (param "a" u32))))'
        '(instance $i (instantiate $c (with "y" (func $f)))) (instance $j (export "z" (func $f)))'
        '(export "all" (instance $j)) (export "one" (func $f) (func (param "a" u32)))'
    )
    (imported,) = [d for d in found if isinstance(d, component.ComponentImport)]
    assert (imported.name, imported.what) == ("x", Described("function", 0))
    (instance,) = [d for d in found if isinstance(d, component.Instantiation)]
    assert (instance.of, instance.arguments) == (0, (("y", Reference("function", 0)),))
    one, two = (d for d in found if isinstance(d, component.ComponentExport))
    assert (one.name, one.of, one.what) == ("all", Reference("instance", 1), None)
    assert (two.name, two.of, two.what) == ("one", Reference("function", 0), Described("function", 1))
    (inner,) = [d for d in found if isinstance(d, component.Component)]
    assert [type(d) for d in inner.definitions] == [TypeDefinition, component.ComponentImport]


def test_aliases() -> None:
    found = read_text(
        '(core module $m (func (export "f"))) (core instance $i (instantiate $m)) (core func (alias core export $i "f"))'
        '(import "x" (instance $x (export "g" (func)))) (alias export $x "g" (func)) (type $t u8)'
        "(component (alias outer 1 $t (type)))"
    )
    aliases = [(d.sort, d.how, d.of, d.name, d.index) for d in found if isinstance(d, Alias)]
    assert aliases == [("core function", "core export", 0, "f", 0), ("function", "export", 0, "g", 0)]
    (inner,) = [d for d in found if isinstance(d, component.Component)]
    (outer,) = inner.definitions
    assert isinstance(outer, Alias)
    assert (outer.sort, outer.how, outer.of, outer.index) == ("type", "outer", 1, 1)


def test_canonical_functions_and_their_options() -> None:
    found = read_text(
        """(import "f" (func $f (param "a" string) (result string))) (import "t" (type $t (sub resource)))
        (core module $m (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
          (func (export "p") (param i32)) (func (export "g") (param i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $m)) (alias core export $i "m" (core memory $mem))
        (core func $low (canon lower (func $f) (memory $mem) (realloc (core func $i "r")) string-encoding=utf16))
        (core func (canon resource.drop $t)) (type $o (resource (rep i32)))
        (core func (canon resource.new $o)) (core func (canon resource.rep $o))
        (func (param "a" string) (result string) (canon lift (core func $i "g") (memory $mem) (realloc (core func $i "r"))
          (post-return (core func $i "p"))))"""
    )
    calls = [d for d in found if isinstance(d, component.Canonical)]
    assert [d.name for d in calls] == ["lower", "resource.drop", "resource.new", "resource.rep", "lift"]
    assert calls[0].options == component.Options("utf16", memory=0, realloc=0)
    assert (calls[4].options.encoding, calls[4].options.post_return) == ("utf8", 7)


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        *((name, ()) for name in ("bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char")),
        ("string", ()),
        ("error-context", ()),
        ('(record (field "a" 0) (field "b" u8))', (0,)),
        ('(variant (case "a" 0) (case "b"))', (0,)),
        ("(list 0)", (0,)),
        ("(list u8 4)", ()),
        ("(tuple 0 u8 0)", (0, 0)),
        ('(flags "a" "b")', ()),
        ('(enum "a" "b")', ()),
        ("(option 0)", (0,)),
        ("(result 0 (error u8))", (0,)),
        ("(result (error 0))", (0,)),
        ("(result)", ()),
        ("(map string 0)", (0,)),
        ("(stream 0)", (0,)),
        ("(future)", ()),
    ],
)
def test_value_types(text: str, uses: tuple[int, ...]) -> None:
    assert types_of(f"(type u8) (type {text})") == [ValueType(()), ValueType(uses)]


def test_function_and_resource_types() -> None:
    function, waits, resource, own, borrow = types_of(
        '(type (func (param "a" u8))) (type (func async (result u8))) (type $r (resource (rep i32)))'
        "(type (own $r)) (type (borrow $r))"
    )
    assert (function, waits) == (FunctionType((), False), FunctionType((), True))
    assert resource == component_types.ResourceType(None)
    assert own == borrow == ValueType((2,))


def test_types_of_instances_and_components() -> None:
    instance, outer = types_of(
        '(type (instance (type u8) (export "t" (type (eq 0))) (export "r" (type (sub resource))) (export "f" (func))))'
        '(type (component (import "i" (instance)) (export "o" (core module))))'
    )
    assert isinstance(instance, ScopeType)
    assert not instance.is_component
    declared = [d for d in instance.declarations if isinstance(d, component_types.Declared)]
    assert [(d.name, d.is_import, d.what.sort) for d in declared] == [
        ("t", False, "type"),
        ("r", False, "type"),
        ("f", False, "function"),
    ]
    assert declared[1].what == Described("type", None)
    assert isinstance(outer, ScopeType)
    assert outer.is_component


def test_core_types() -> None:
    found = read_text(
        '(core type (func (param i32 i64) (result f32))) (core type (module (type (func)) (import "a" "b" (func (type 0)))'
        '(alias outer 1 0 (type)) (export "c" (memory 1)) (export "d" (global i32)) (export "e" (table 1 funcref))))'
    )
    assert [d.sort for d in found if isinstance(d, TypeDefinition)] == ["core type", "core type"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"a:b/c@0.2.0"', "a:b/c@0.2.0"),
        ('"a:b/c@0.2" (versionsuffix ".6")', "a:b/c@0.2.6"),
        ('"a" (implements "x:y/z@0.2.0")', "a"),
    ],
)
def test_names_with_options(text: str, name: str) -> None:
    imported = read_text(f"(import {text} (instance))")[-1]
    assert isinstance(imported, component.ComponentImport)
    assert imported.name == name


@pytest.mark.parametrize("tag", [0, 1])
def test_names_of_both_older_tags(tag: int) -> None:
    (found,) = read(written((made.EXPORT, items(bytes([tag]) + binary.text("run") + b"\x01\x00\x00"))))
    assert isinstance(found, component.ComponentExport)
    assert (found.name, found.of) == ("run", Reference("function", 0))


def test_names_of_the_first_version() -> None:
    """Each import and export has a name and a URL; unions and cases that refine others are of that time, too."""
    instance = b"\x42" + items(b"\x04" + binary.text("f") + binary.text("") + b"\x01\x00")
    union, variant = b"\x6c" + items(b"\x7d", b"\x73"), b"\x71" + items(binary.text("a") + b"\x00\x01\x00")
    data = written(
        (made.TYPE, items(b"\x40\x00\x01\x00", instance, union, variant)),
        (made.IMPORT, items(binary.text("streams") + binary.text("path:/io/streams/streams") + b"\x05\x01")),
        (made.INSTANCE, items(b"\x01" + items(binary.text("g") + binary.text("url") + b"\x05\x00"))),
        (made.EXPORT, items(binary.text("out") + binary.text("") + b"\x05\x01\x00")),
        version=made.OLD_VERSION,
    )
    names = [d.name for d in read(data) if isinstance(d, component.ComponentImport | component.ComponentExport)]
    assert names == ["streams", "out"]


OPERANDS = {"i": b"\x00", "b": b"\x00", "o": items(b"\x06", b"\x03\x00"), "r": b"\x01\x00", "v": b"\x7f"}


@pytest.mark.parametrize("opcode", ASYNC_OPCODES)
def test_functions_of_wasi_03_are_read(opcode: int) -> None:
    name, operands = ASYNC_OPCODES[opcode]
    encoded = bytes([opcode]) + b"".join(OPERANDS[operand] for operand in operands)
    assert [d.name for d in read(written((made.CANON, items(encoded)))) if isinstance(d, component.Canonical)] == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("task.cancel", "task.cancel"),
        ("context.get i32 0", "context.get"),
        ("backpressure.inc", "backpressure.inc"),
        ("waitable-set.new", "waitable-set.new"),
        ("stream.new 0", "stream.new"),
        ("future.cancel-write 1", "future.cancel-write"),
        ("task.return (result u8)", "task.return"),
    ],
)
def test_opcodes_are_the_assemblers(text: str, name: str) -> None:
    found = read_text(f"(type (stream u8)) (type (future u8)) (core func (canon {text}))")[-1]
    assert isinstance(found, component.Canonical)
    assert found.name == name


def test_sections_that_are_only_hints_are_passed_over() -> None:
    assert read(written((0, b"\x04name\xff\xff"), (0, b""), (made.TYPE, items(b"\x7d")))) == (
        TypeDefinition(22, "type", ValueType(())),
    )


def test_a_component_behind_a_line_of_a_script() -> None:
    data = b"#!/usr/bin/wali-run\n" + written((made.TYPE, items(b"\x7d")))
    assert component.read(data, 20).definitions == (TypeDefinition(31, "type", ValueType(())),)


# --- what is refused --------------------------------------------------------------------------------------------------

MODULE = binary.MAGIC + b"\x01\0\0\0"
REFUSED = {
    "too old": (made.header(0x0A), r"version 0x0a of the format, which is too old.*\(at byte 4\)"),
    "too new": (made.header(0x0E), "version 0x0e of the format, which is unknown"),
    "section kind": (written((13, b"")), r"section kind 13 is unknown.*\(at byte 8\)"),
    "section cut": (made.header() + b"\x07\x05\x01", r"truncated wasm component: the type section wants 5 bytes"),
    "section cut inside": (written((made.COMPONENT, made.header() + b"\x07\x05\x01")), "truncated wasm component"),
    "no size": (made.header() + b"\x07", "ends too early"),
    "rest": (written((made.TYPE, items(b"\x7d") + b"\x00")), "bytes after its last item"),
    "count": (written((made.TYPE, b"\xff\xff\xff\xff\x0f")), "claims 4294967295 items"),
    "count too long": (written((made.TYPE, b"\x80\x80\x80\x80\x80\x00")), "too many bytes"),
    "no module": (written((made.CORE_MODULE, b"\0asm\x02\0\0\0")), "does not begin as a core module does"),
    "half a module": (written((made.CORE_MODULE, b"\0asm")), "does not begin as a core module does"),
    "module as component": (written((made.COMPONENT, MODULE)), "does not begin as its outer component does"),
    "component of another version": (written((made.COMPONENT, made.header(0x0C))), "as its outer component does"),
    "core instance": (written((made.CORE_INSTANCE, items(b"\x02\x00"))), "a core instance of kind 0x02 is unknown"),
    "core argument": (
        written((made.CORE_INSTANCE, items(b"\x00\x00" + items(b"\x01a\x11\x00")))),
        "an argument of kind 0x11 is unknown",
    ),
    "instance": (written((made.INSTANCE, items(b"\x05\x00"))), "an instance of kind 0x05 is unknown"),
    "sort": (written((made.ALIAS, items(b"\x06\x00\x00\x00"))), "a sort of kind 0x06 is unknown"),
    "core sort": (written((made.ALIAS, items(b"\x00\x05\x01\x00\x00"))), "a core sort of kind 0x05 is unknown"),
    "alias": (written((made.ALIAS, items(b"\x01\x03\x00\x00"))), "an alias of kind 0x03 is unknown"),
    "alias of the wrong instance": (
        written((made.ALIAS, items(b"\x01\x01\x00\x01a"))),
        "from the wrong sort of instance",
    ),
    "type": (written((made.TYPE, items(b"\x50"))), "a type of kind 0x50 is unknown"),
    "value type": (written((made.TYPE, items(b"\x70\x55"))), "a value type 0x55 is unknown"),
    "choice": (written((made.TYPE, items(b"\x66\x02"))), "a choice of kind 0x02 is unknown"),
    "result": (written((made.TYPE, items(b"\x40\x00\x02"))), "a result of kind 0x02 is unknown"),
    "representation": (written((made.TYPE, items(b"\x3f\x7e\x00"))), "a resource's representation of kind 0x7e"),
    "asynchronous destructor": (written((made.TYPE, items(b"\x3e\x7f\x00\x00"))), "is of WASI 0.3"),
    "declaration": (written((made.TYPE, items(b"\x42" + items(b"\x05")))), "a declaration of kind 0x05 is unknown"),
    "import in an instance": (written((made.TYPE, items(b"\x42" + items(b"\x03")))), "a declaration of kind 0x03"),
    "core type": (written((made.CORE_TYPE, items(b"\x5f"))), "a core type of kind 0x5f is not known in components"),
    "module type": (written((made.CORE_TYPE, items(b"\x50" + items(b"\x04")))), "a module's declaration of kind 0x04"),
    "canon": (written((made.CANON, items(b"\x7f"))), "a canonical function of kind 0x7f is unknown"),
    "lift": (written((made.CANON, items(b"\x00\x01\x00\x00\x00"))), "a lift or lower of kind 0x01 is unknown"),
    "option": (written((made.CANON, items(b"\x01\x00\x00" + items(b"\x09")))), "an option of kind 0x09 is unknown"),
    "option twice": (written((made.CANON, items(b"\x01\x00\x00" + items(b"\x00", b"\x01")))), "an option stands twice"),
    "operand": (written((made.CANON, items(b"\x0c\x02"))), "an operand of kind 0x02 is unknown"),
    "name": (written((made.IMPORT, items(b"\x03\x01a\x05\x00"))), "a name of kind 0x03 is unknown"),
    "name's option": (
        written((made.IMPORT, items(b"\x02\x01a" + items(b"\x03\x01b")))),
        "a name's option of kind 0x03",
    ),
    "name that is no text": (written((made.IMPORT, items(b"\x00\x01\xff\x05\x00"))), "a name is not UTF-8"),
    "import": (written((made.IMPORT, items(b"\x00\x01a\x06\x00"))), "an import or export of kind 0x06 is unknown"),
    "core import": (written((made.IMPORT, items(b"\x00\x01a\x00\x12\x00"))), "a core import or export of kind 0x12"),
    "import of a value": (written((made.IMPORT, items(b"\x00\x01a\x02\x7d"))), "values are imported or exported"),
    "bound": (written((made.IMPORT, items(b"\x00\x01a\x03\x02"))), "a type's bound of kind 0x02 is unknown"),
    "value": (written((made.VALUE, items(b"\x7d\x01\x00"))), "values are defined, which does not run here"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_malformed_is_refused(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(WaliFormatError, match=words) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    assert caught.value.offset is not None
    assert caught.value.offset <= len(data)


def test_the_place_of_an_error_is_the_files() -> None:
    inner = written((made.CANON, items(b"\x7f")))
    data = written((made.TYPE, items(b"\x7d")), (made.COMPONENT, inner))
    with pytest.raises(WaliFormatError) as caught:
        read(data)
    assert caught.value.offset == data.index(b"\x7f", 20)


# --- what a file may cost ---------------------------------------------------------------------------------------------


def test_depth_of_components() -> None:
    assert len(read(made.nested(MOST_DEPTH - 1))) == 1
    for depth in (MOST_DEPTH, 5000):
        with pytest.raises(WaliFormatError, match=f"nested more than {MOST_DEPTH} deep"):
            read(made.nested(depth))


def test_depth_of_types() -> None:
    with pytest.raises(WaliFormatError, match="nested more than"):
        read(written((made.TYPE, items(b"\x42\x01\x01" * 3000 + b"\x42\x00"))))
    assert read(written((made.TYPE, items(b"\x42\x01\x01" * (MOST_DEPTH - 2) + b"\x42\x00"))))


def test_number_of_items() -> None:
    """All lists of a file count together, and its sections."""
    read(written((made.TYPE, binary.leb(MOST_ITEMS - 1) + b"\x7d" * (MOST_ITEMS - 1))))
    half = MOST_ITEMS // 2 + 1
    for data in (
        written((made.TYPE, binary.leb(MOST_ITEMS) + b"\x7d" * MOST_ITEMS)),
        made.header() + section(0, b"") * (MOST_ITEMS + 1),
        written(*[(made.TYPE, binary.leb(half) + b"\x7d" * half)] * 2),
        written((made.TYPE, items(b"\x6f" + binary.leb(MOST_ITEMS) + b"\x7d" * MOST_ITEMS))),
    ):
        with pytest.raises(WaliFormatError, match=f"more than {MOST_ITEMS} items"):
            read(data)


def instances_of_instances(levels: int) -> str:
    """Component k makes two of component k - 1."""
    text = "(component $c0)"
    for level in range(1, levels + 1):
        text += (
            f"(component $c{level} (alias outer 1 $c{level - 1} (component $c))"
            " (instance (instantiate $c)) (instance (instantiate $c)))"
        )
    return f"(component {text} (instance (instantiate $c{levels})))"


def test_work_that_grows_without_end() -> None:
    with pytest.raises(WaliFormatError, match=f"more than {MOST_ITEMS} steps"):
        unwrap.read(made.made(instances_of_instances(40)), 0)
    with pytest.raises(WaliFormatError, match="instances are nested more than"):
        unwrap.read(made.made(instances_of_instances(200)), 0)
    assert unwrap.read(made.made(instances_of_instances(8)), 0).parts() == ()


# --- whatever the input -----------------------------------------------------------------------------------------------


@cache
def samples() -> tuple[bytes, ...]:
    program = f'(import "wasi_snapshot_preview1" "args_get" (func {made.TWO})) (memory (export "memory") 1) (func (export "_start"))'
    return (
        made.made(made.adapted(program, {"args_get": made.TWO})),
        made.made(made.direct()),
        made.made(made.alone(made.returns(1))),
    )


def unwrap_or_refuse(data: bytes) -> bool:
    """Whether there is a program; anything but success and WaliFormatError fails the test."""
    try:
        return bool(unwrap.read(data, 0).program)
    except WaliFormatError:
        return False


def test_every_truncation_is_refused() -> None:
    """A cut between two sections leaves a component, that exports nothing yet."""
    for data in samples():
        whole = component.read(data, 0)
        exported = next(d.at for d in whole.definitions if isinstance(d, component.ComponentExport))
        for length in range(binary.HEADER, exported):
            assert not unwrap_or_refuse(data[:length])


def test_every_damaged_byte_is_refused_or_read() -> None:
    dice = random.Random(3)
    for data in samples():
        for position in range(binary.HEADER, len(data)):
            for value in (1, 0x80, dice.randrange(256)):
                unwrap_or_refuse(data[:position] + bytes([value]) + data[position + 1 :])


def test_random_damage_is_refused_or_read() -> None:
    dice = random.Random(4)
    for _ in range(2000):
        data = bytearray(dice.choice(samples()))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(binary.HEADER, len(data))
            kind = dice.randrange(3)
            if kind == 0:
                data[at] = dice.randrange(256)
            elif kind == 1:
                del data[at : at + dice.randint(1, 4)]
            else:
                data[at:at] = bytes(data[dice.randrange(len(data)) :][: dice.randint(1, 8)])
        unwrap_or_refuse(bytes(data))


def test_sections_in_any_order_are_refused_or_read() -> None:
    dice = random.Random(5)
    for data in samples():
        parts, at = [], binary.HEADER
        while at < len(data):
            reader = binary.Reader(data, at, len(data), "section")
            number, size = reader.byte(), reader.leb()
            parts.append(section(number, reader.take(size)))
            at = reader.pos
        for _ in range(300):
            some = dice.choices(parts, k=len(parts)) if dice.random() < 0.5 else dice.sample(parts, len(parts))
            unwrap_or_refuse(data[: binary.HEADER] + b"".join(some))
