"""What the core takes for granted of the engine beyond its API, one test a fact: docs/ENGINE.md lists them.

Facts about the running engine are checks in C, in tests/native/engine: each program is linked with the core's own
units, and has the text of its module beside it. The engine is the one that wali finds: in the wheel of this
environment, or the library that WALI_ENGINE names.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from tests.support import dwarf
from tests.support.helpers import assemble, python_command
from tests.support.tools import ROOT
from wali import ffi
from wali.fixcalls.tables import MOST_TABLES
from wali.module import binary, explain

PROGRAMS = ROOT / "tests" / "native" / "engine"
CORE = ROOT / "wali" / "native"
FLAGS = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-pthread", f"-I{ROOT}"]
BASE = ["error.c", "fatal.c", "half_done.c", "host_maps.c", "kernel.c", "printable.c"]
UNITS = ["engine/engine.c", "engine/compile.c", "engine/code_range.c", "jumps/jump_stack.c"]
UNITS += ["memory/limits.c", "memory/page_map.c"]
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

FACT = re.compile(r'^    \{"(\w+)", [a-z]\w+\},$', re.M)
FACTS = [(path.stem, name) for path in sorted(PROGRAMS.glob("*.c")) for name in FACT.findall(path.read_text())]

# What stands for the line ";; MORE" of a module's text, by its program.
TRAPS = (
    "(unreachable)",
    "(drop (i32.div_s (i32.const 1) (i32.sub (local.get 0) (i32.const {0}))))",
    "(drop (i32.load offset=64 (i32.const -16)))",
    "(drop (i32.trunc_f32_s (f32.const nan)))",
)
CHOICE = "(if (i32.eq (local.get 0) (i32.const {0})) (then {1}))"
FUNCTION = '(func (export "f{0}") (param i32) (result i32) (i32.mul (local.get 0) (i32.const {0})))'
MORE = {
    "traps": [CHOICE.format(n, TRAPS[n % len(TRAPS)].format(n)) for n in range(700)],
    "running": [FUNCTION.format(n) for n in range(200)],
}
# For one fact: a constant with the bytes of the code that loads the limit of the stack, from another place.
FORGED = ['(func (export "constant") (result i64) (i64.const 0x40528b4d08578b4c))']
# For another: a function that throws, which makes an object of the collector's.
THROWING = ['(tag $problem) (func (export "throws") (throw $problem))']
OF_FACT = {
    "a_forged_stack_limit_is_left_alone": FORGED,
    "code_with_objects_is_known_by_its_symbols": THROWING,
}
# And custom sections behind the module.
SECTIONS_OF_FACT = {"texts_of_traps_have_lines_of_the_source": dwarf.sections(dwarf.INLINED)}


def module_text(program: str, fact: str) -> str:
    text = (PROGRAMS / f"{program}.wat").read_text()
    more = OF_FACT.get(fact, MORE.get(program, []))
    return text.replace(";; MORE", "\n".join(more))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Compiles a program of tests/native/engine; once, and the core's units once for all."""
    if COMPILER is None:
        pytest.skip("no C compiler for native tests")
    folder = tmp_path_factory.mktemp("engine")
    sources = [PROGRAMS / "facts.c", *(CORE / unit for unit in UNITS), *(CORE / "base" / unit for unit in BASE)]
    sources += sorted((CORE / "engine/internals").glob("*.c"))
    subprocess.run([COMPILER, *FLAGS, "-c", *sources], check=True, cwd=folder)

    def build(program: str) -> Path:
        output = folder / program
        if not output.exists():
            command = [COMPILER, *FLAGS, PROGRAMS / f"{program}.c", *folder.glob("*.o"), "-ldl", "-o", output]
            subprocess.run(command, check=True)
        return output

    return build


@pytest.mark.parametrize(("program", "fact"), FACTS, ids=[fact for _, fact in FACTS])
def test_native(built: Callable[[str], Path], tmp_path: Path, program: str, fact: str) -> None:
    module = tmp_path / f"{program}.wasm"
    module.write_bytes(assemble(module_text(program, fact)) + SECTIONS_OF_FACT.get(fact, b""))
    command = [built(program), ffi.library_path(), module, fact]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stdout + done.stderr


# --- the library as a file --------------------------------------------------------------------------------------------


def needed_libraries() -> set[str]:
    done = subprocess.run(["readelf", "-dW", ffi.library_path()], capture_output=True, text=True, check=True)
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", done.stdout))


def test_the_wheel_has_the_library_where_we_look() -> None:
    (launcher,) = re.findall(r'#define LIBRARY "(.*)"', (CORE / "launcher/installation.c").read_text())
    assert launcher == ffi.LIBRARY
    assert ffi.LIBRARY in {str(path) for path in distribution("wasmtime").files or ()}


@pytest.mark.skipif(shutil.which("readelf") is None, reason="no readelf")
def test_the_library_needs_what_is_loaded() -> None:
    text = (ROOT / "CMakeLists.txt").read_text()
    loaded = {"libc.so.6", "ld-linux-x86-64.so.2", "libgcc_s.so.1"}
    for variable in ("engine_libraries", "stand_ins"):
        loaded |= set(re.findall(rf"set\({variable} (lib.*?)\)", text)[0].split())
    assert needed_libraries() <= loaded


def test_one_major_version_is_named_everywhere() -> None:
    major = int(distribution("wasmtime").version.split(".")[0])
    pin = ("wasmtime>=", ",<")
    places = {
        "pyproject.toml": (pin, [major, major + 1]),
        "wali/ffi.py": (pin, [major, major + 1]),
        "wali/native/engine/engine.h": (("the core uses (wasmtime ",), [major]),
        "wali/native/engine/engine.c": (('"wasmtime',), [major]),
        "tests/commands/test_cli.py": (('"wasmtime ',), [major]),
        "docs/ENGINE.md": (("The engine is wasmtime ",), [major]),
    }
    for path, (words, wanted) in places.items():
        pattern = "".join(rf"{re.escape(word)}(\d+)" for word in words)
        found = re.search(pattern, (ROOT / path).read_text())
        assert found is not None, path
        assert [int(number) for number in found.groups()] == wanted, path


# --- what is declared -------------------------------------------------------------------------------------------------

# Fields of engine.h's structures, by the wheel's names for them.
FIELDS = {
    "wasm_byte_vec_t": {"size": "size", "data": "data"},
    "wasm_frame_vec_t": {"size": "size", "data": "data"},
    "wasm_importtype_vec_t": {"size": "size", "data": "data"},
    "wasm_valtype_vec_t": {"size": "size", "data": "data"},
    "wasmtime_func_t": {"store_id": "store_id", "private_": "__private"},
    "wasmtime_global_t": {"store_id": "store_id", "private1": "__private1", "private2": "__private2"},
    "wasmtime_table_t": {
        "anon.store_id": "_anon_1.store_id",
        "anon.private1": "_anon_1.__private1",
        "private2": "__private2",
    },
    "wasmtime_instance_t": {"store_id": "store_id", "private_": "__private"},
    "wasmtime_val_t": {"kind": "kind", "of.i32": "of.i32", "of.funcref": "of.funcref", "of.ref": "of.externref"},
    "wasmtime_val_raw_t": {
        "i32": "i32",
        "i64": "i64",
        "f32": "f32",
        "f64": "f64",
        "v128": "v128",
        "funcref": "funcref",
    },
    "wasmtime_extern_t": {
        "kind": "kind",
        "of.func": "of.func",
        "of.global": "of.global_",
        "of.table": "of.table",
        "of.sharedmemory": "of.sharedmemory",
    },
}


def offsets_by_c(folder: Path) -> dict[str, int]:
    """Of each field above, by the C compiler: "type.field" -> bytes."""
    fields = [(struct, field) for struct, names in FIELDS.items() for field in names]
    lines = [f'printf("{struct}.{field} %zu\\n", offsetof({struct}, {field}));' for struct, field in fields]
    includes = '#include "wali/native/engine/engine.h"\n#include <stdio.h>\n'
    source = f"{includes}int main(void) {{ {' '.join(lines)} return 0; }}\n"
    assert COMPILER is not None
    command = [COMPILER, f"-I{ROOT}", "-x", "c", "-", "-o", folder / "offsets"]
    subprocess.run(command, input=source, text=True, check=True)
    told = subprocess.run([folder / "offsets"], capture_output=True, text=True, check=True).stdout
    return {name: int(offset) for name, offset in map(str.split, told.splitlines())}


def offset_in_wheel(struct: str, path: str) -> int:
    from wasmtime import _bindings

    offset, kind = 0, getattr(_bindings, struct)
    for name in path.split("."):
        offset += getattr(kind, name).offset
        kind = dict(kind._fields_)[name]
    return offset


@pytest.mark.skipif(COMPILER is None, reason="no C compiler")
def test_fields_lie_where_the_wheel_has_them(tmp_path: Path) -> None:
    ours = offsets_by_c(tmp_path)
    theirs = {f"{s}.{ours}": offset_in_wheel(s, name) for s, names in FIELDS.items() for ours, name in names.items()}
    assert ours == theirs


# --- what it compiles, and what it says -------------------------------------------------------------------------------


def ask_engine(code: str) -> Any:
    """Runs Python code in another process that has opened the engine; what it leaves in `answer`."""
    before = "import json, os; from wali import ffi; ffi.engine_open(); "
    done = subprocess.run(
        python_command(f"{before}{code}; print(json.dumps(answer))"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(wasm: bytes, compiles: bool = False) -> str | None:
    """What the engine says about the module; None if it takes it."""
    call = "ffi.engine_compile(wasm, os.memfd_create('code'), True)" if compiles else "ffi.engine_validate(wasm)"
    code = f"""
wasm, answer = bytes.fromhex("{wasm.hex()}"), None
try:
    {call}
except Exception as error:
    answer = str(error)
"""
    text = ask_engine(f"exec({code!r})")
    assert text is None or isinstance(text, str)
    return text


TAKEN = {
    "threads": "(memory 1 2 shared) (func (drop (i32.atomic.load (i32.const 0))))",
    "exceptions": "(tag $t) (func (block (try_table (catch_all 0) (throw $t))))",
    "tail_calls": "(func $f (return_call $f))",
    "wide_arithmetic": "(func (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1)))",
    "bulk_memory": "(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))",
    "simd": "(func (result v128) (i8x16.splat (i32.const 1)))",
    "several_results": "(func (result i32 i32) (i32.const 1) (i32.const 2))",
    "saturating_conversion": "(func (result i32) (i32.trunc_sat_f32_s (f32.const 1)))",
    "computed_constants": "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
}


@pytest.mark.parametrize("proposal", TAKEN)
def test_proposals_that_guests_use_are_on(proposal: str) -> None:
    assert refusal(assemble(f"(module {TAKEN[proposal]})")) is None


def module_of(code: bytes, types: bytes = b"\x01\x60\x00\x00", globals_: bytes = b"", names: bytes = b"") -> bytes:
    """A module of one function, of type 0, with that code."""
    body = b"\x00" + code + b"\x0b"
    parts = [(1, types), (3, b"\x01\x00"), (13, b"\x01\x00\x00"), (6, globals_)]
    parts += [(10, b"\x01" + binary.leb(len(body)) + body), (0, names)]
    sections = (bytes([number]) + binary.leb(len(part)) + part for number, part in parts if part)
    return binary.MAGIC + b"\x01\0\0\0" + b"".join(sections)


OLD_TRY = b"\x06\x40\x07\x00\x0b"
OLD_EXCEPTIONS, STACK_SWITCHING, SHARED_EVERYTHING = (re.compile(row[0]) for row in explain.KNOWN)
# The module, and which of the patterns in wali/module/explain.py must be found in what the engine says.
TOLD = {
    "old_exceptions": (module_of(OLD_TRY), OLD_EXCEPTIONS),
    "stack_switching": (module_of(b"", types=b"\x02\x60\x00\x00\x5d\x00"), STACK_SWITCHING),
    "shared_globals": (module_of(b"", globals_=b"\x01\x7f\x03\x41\x00\x0b"), SHARED_EVERYTHING),
    "an_unknown_instruction": (module_of(b"\xff"), explain.UNKNOWN),
    "an_unknown_instruction_of_two_bytes": (module_of(b"\xfb\x80\x01"), explain.UNKNOWN),
    "a_feature": (module_of(b"", types=b"\x01\x4d\x00\x60\x00\x00"), explain.FEATURE),
}


@pytest.mark.parametrize("what", TOLD)
def test_refusals_are_told_as_explain_reads_them(what: str) -> None:
    module, pattern = TOLD[what]
    said = refusal(module) or ""
    assert pattern.search(said)
    assert explain.PLACE.search(said)


def test_refusals_have_the_offset_of_what_is_wrong() -> None:
    module = module_of(b"\x1a")
    said = refusal(module) or ""
    place = explain.PLACE.search(said)
    assert place is not None
    assert place[1] is not None
    assert module[int(place[1], 16)] == 0x1A


def test_refusals_by_the_compiler_name_the_function() -> None:
    names = b"\x04name\x01\x08\x01\x00\x05hello"
    said = refusal(module_of(OLD_TRY, names=names), compiles=True) or ""
    named = explain.FUNCTION.search(said)
    assert named is not None
    assert named[1] == "hello"
    assert "Caused by:" in said
    assert explain.PLACE.search(said)


def test_a_module_may_have_100_tables() -> None:
    most, more = (assemble(f"(module {'(table 1 funcref)' * count})") for count in (MOST_TABLES, MOST_TABLES + 1))
    assert refusal(most) is None
    assert "limit of 100" in (refusal(more) or "")


# Which leaf of CPUID tells of a feature: those that engine.c hashes into the key of the cache.
LEAF_1 = {"sse3", "ssse3", "cmpxchg16b", "sse41", "sse42", "avx", "fma", "popcnt"}
LEAF_7 = {"avx2", "bmi1", "bmi2", "avx512bitalg", "avx512dq", "avx512vl", "avx512vbmi", "avx512f", "avx512vnni"}
LEAF_80000001 = {"lzcnt"}
LEAF_7_1 = {"avx_vnni", "apx"}


def compiled_settings() -> dict[str, str]:
    """The settings that the engine notes in compiled code: a name, 0 and a word, or 2 and yes or no."""
    code = """
fd = os.memfd_create("code")
ffi.engine_compile(bytes.fromhex("{}"), fd, True)
answer = os.pread(fd, 4096, 0).hex()
""".format(assemble("(module (func))").hex())
    image = bytes.fromhex(ask_engine(f"exec({code!r})"))
    words = re.findall(rb"([a-z]\w+)(?:\x02([\x00\x01])|\x00.([a-z_]+))", image, re.DOTALL)
    return {name.decode(): word.decode() or str(flag[0]) for name, flag, word in words}


def test_the_cache_key_knows_each_feature() -> None:
    features = {name.removeprefix("has_") for name in compiled_settings() if name.startswith("has_")}
    assert features == LEAF_1 | LEAF_7 | LEAF_80000001 | LEAF_7_1


def test_code_is_for_speed_with_frame_pointers() -> None:
    settings = compiled_settings()
    assert settings["opt_level"] == "speed"
    assert settings["preserve_frame_pointers"] == "1"


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_lists_the_tests() -> None:
    """Each of this file, by its name; and what is listed has a test."""
    page = (ROOT / "docs/ENGINE.md").read_text()
    listed = set(re.findall(r"^\| `(\w+)` \| .+ \|$", page, re.M))
    own = set(re.findall(r"^def test_(\w+)\(", Path(__file__).read_text(), re.M)) - {
        "native",
        "the_page_lists_the_tests",
    }
    assert listed == {fact for _, fact in FACTS} | own
