"""Components for tests: text as wit-component lays them out, and a small writer for what text cannot say."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.helpers import assemble
from wali.module import binary

VERSION = 0x0D
OLD_VERSION = 0x0C
CORE_MODULE, CORE_INSTANCE, CORE_TYPE, COMPONENT, INSTANCE, ALIAS, TYPE, CANON, START, IMPORT, EXPORT, VALUE = range(
    1, 13
)
RUN = "wasi:cli/run@0.2.3"
ENTRY = f"{RUN}#run"
TWO = "(param i32 i32) (result i32)"
"""The type of most functions of preview1."""


# --- bytes ------------------------------------------------------------------------------------------------------------


def header(version: int = VERSION) -> bytes:
    return binary.MAGIC + bytes([version, 0, 1, 0])


def section(number: int, body: bytes) -> bytes:
    return bytes([number]) + binary.leb(len(body)) + body


def items(*encoded: bytes) -> bytes:
    """A list."""
    return binary.leb(len(encoded)) + b"".join(encoded)


def written(*sections: tuple[int, bytes], version: int = VERSION) -> bytes:
    """A component of these sections."""
    return header(version) + b"".join(section(*one) for one in sections)


def nested(depth: int) -> bytes:
    """A component in a component, and so on."""
    data = header()
    for _ in range(depth):
        data = header() + section(COMPONENT, data)
    return data


# --- text -------------------------------------------------------------------------------------------------------------


def parameters(kind: str) -> int:
    """How many a function of that type has."""
    words = kind.replace("(", " ( ").replace(")", " ) ").split()
    return sum(
        word in ("i32", "i64", "f32", "f64") for word in words[: words.index("result") if "result" in words else None]
    )


def shim(kinds: list[str], name: str = "$shim") -> str:
    """The module whose function k, of type `kinds[k]`, calls slot k of its table."""
    functions = []
    for slot, kind in enumerate(kinds):
        gets = " ".join(f"(local.get {n})" for n in range(parameters(kind)))
        functions.append(f'(func (export "{slot}") {kind} (call_indirect {kind} {gets} (i32.const {slot})))')
    table = f'(table (export "$imports") {len(kinds)} {len(kinds)} funcref)'
    return f"(core module {name} {table} {' '.join(functions)})"


def fixup(
    kinds: list[str], name: str = "$fixup", table: str = "shim", functions: str = "actual", more: str = ""
) -> str:
    """The module that puts its imports into the shim's table. more: fields behind its imports of functions."""
    imports = "".join(f'(import "{functions}" "{slot}" (func {kind}))' for slot, kind in enumerate(kinds))
    numbers = " ".join(map(str, range(len(kinds))))
    size = f"{len(kinds)} {len(kinds)}"
    return (
        f'(core module {name} {imports} {more} (import "{table}" "$imports" (table {size} funcref)) '
        f"(elem (i32.const 0) func {numbers}))"
    )


def run_of(core: str, interface: str = RUN) -> str:
    """The export of a core function as what runs the component."""
    if "/" not in interface:
        return f'(func $run (result (result)) (canon lift (core func {core}))) (export "{interface}" (func $run))'
    return f"""
      (func $run (result (result)) (canon lift (core func {core})))
      (component $wrap (import "import-func-run" (func $f (result (result)))) (export "run" (func $f)))
      (instance $wrapped (instantiate $wrap (with "import-func-run" (func $run))))
      (export "{interface}" (instance $wrapped))"""


def adapted(
    program: str, kinds: Mapping[str, str], interface: str = RUN, served: str = "wasi_snapshot_preview1", more: str = ""
) -> str:
    """A program of preview1 with an adapter, as `wasm-tools component new --adapt` makes it.

    program: the fields of its module. kinds: its imports' types by name, which may end in `` [v2]``.
    served: the module name of those. more: fields of the adapter.
    """
    types = list(kinds.values())
    bundle = "".join(f'(export "{name}" (func $shims "{slot}"))' for slot, name in enumerate(kinds))
    real = [name.partition(" ")[0] for name in kinds]
    answers = "".join(
        f'(func (export "{name}") {kind} {"(i32.const 52)" if "result" in kind else ""})'
        for name, kind in dict(zip(real, types, strict=True)).items()
    )
    actual = "".join(f'(export "{slot}" (func $adapters "{name}"))' for slot, name in enumerate(real))
    entry = f"{interface}#run" if "/" in interface else interface
    return f"""(component
      (core module $main {program})
      (core module $adapter
        (import "__main_module__" "_start" (func $start)) (import "env" "memory" (memory 0))
        {more} {answers}
        (func (export "{entry}") (result i32) (call $start) (i32.const 0)))
      {shim(types)}
      {fixup(types)}
      (core instance $shims (instantiate $shim))
      (core instance $served {bundle})
      (core instance $mains (instantiate $main (with "{served}" (instance $served))))
      (core instance $env (export "memory" (memory $mains "memory")))
      (core instance $start (export "_start" (func $mains "_start")))
      (core instance $adapters (instantiate $adapter
        (with "env" (instance $env)) (with "__main_module__" (instance $start))))
      (core instance $actual {actual})
      (core instance (instantiate $fixup (with "actual" (instance $actual)) (with "shim" (instance $shims))))
      {run_of(f'$adapters "{entry}"', interface)})"""


STREAMS = """(import "wasi:io/streams@0.2.3" (instance $streams
  (export "output-stream" (type $s (sub resource)))
  (export "[method]output-stream.check-write" (func (param "self" (borrow $s)) (result u64)))
  (export "[method]output-stream.blocking-write-and-flush" (func (param "self" (borrow $s)) (param "contents" (list u8)) (result string)))))"""
STDOUT = """(alias export $streams "output-stream" (type $stream))
(import "wasi:cli/stdout@0.2.3" (instance $stdout
  (alias outer 1 $stream (type $t)) (export "output-stream" (type $e (eq $t)))
  (export "get-stdout" (func (result (own $e))))))"""
DIRECT_PROGRAM = f"""
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush" (func (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "{ENTRY}") (result i32) (i32.const 0))"""


def direct(
    program: str = DIRECT_PROGRAM,
    interfaces: str = STREAMS + STDOUT,
    lower: str = '(memory (core memory $mains "memory")) (realloc (core func $mains "cabi_realloc")) string-encoding=utf8',
    drop: str = '(alias export $stdout "output-stream" (type $dropped)) (core func $drop (canon resource.drop $dropped))',
    get: str = '(core func $get (canon lower (func $stdout "get-stdout")))',
    run: str = f'$mains "{ENTRY}"',
    more: str = "",
    fixed: str = "",
    given: str = "",
) -> str:
    """A program of preview2, as `wasm-tools component new` makes it: one import by shim and fixup, one lowered, one drop.

    fixed, given: more fields and arguments of the fixup.
    """
    write = "(param i32 i32 i32 i32)"
    return f"""(component
      {interfaces}
      (core module $main {program})
      {shim([write])}
      {fixup([write], table="", functions="", more=fixed)}
      (core instance $shims (instantiate $shim))
      {get}
      {drop}
      (core instance $stdouts (export "get-stdout" (func $get)))
      (core instance $streamss
        (export "[method]output-stream.blocking-write-and-flush" (func $shims "0"))
        (export "[resource-drop]output-stream" (func $drop)))
      (core instance $mains (instantiate $main
        (with "wasi:cli/stdout@0.2.0" (instance $stdouts)) (with "wasi:io/streams@0.2.0" (instance $streamss))))
      (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") {lower}))
      (alias core export $shims "$imports" (core table $table))
      (core instance $filled (export "$imports" (table $table)) (export "0" (func $write)))
      (core instance (instantiate $fixup (with "" (instance $filled)) {given}))
      {more}
      {run_of(run)})"""


def alone(program: str, export: str = ENTRY, run: str = RUN, more: str = "") -> str:
    """A program that imports nothing: `export` is its function that runs it."""
    return f"""(component
      (core module $main {program})
      (core instance $mains (instantiate $main))
      {more}
      {run_of(f'$mains "{export}"', run)})"""


def linked(*modules: str, run: str = ENTRY, more: str = "") -> str:
    """A component of modules on one memory: each is given the instances before it as ``m0``, ``m1``, ...; the last one runs.

    modules: their fields. more: fields of the component.
    """
    parts = []
    for number, fields in enumerate(modules):
        given = " ".join(f'(with "m{n}" (instance $i{n}))' for n in range(number))
        parts.append(f"(core module $m{number} {fields}) (core instance $i{number} (instantiate $m{number} {given}))")
    return f"""(component {" ".join(parts)} {more} {run_of(f'$i{len(modules) - 1} "{run}"')})"""


def returns(status: int, memory: str = '(memory (export "memory") 1 2)') -> str:
    """The fields of a program whose run answers that."""
    return f'{memory} (func (export "{ENTRY}") (result i32) (i32.const {status}))'


def made(text: str) -> bytes:
    """The binary of a component in text form."""
    return assemble(text)
