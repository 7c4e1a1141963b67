"""Our declarations of the engine's functions (wali/native/engine/engine.h) against the wheel's own ctypes ones."""

from __future__ import annotations

import ctypes
import re
import subprocess
import tempfile

import pytest

from tests.support.tools import ROOT

# C types that are no pointers, by (width in bytes, kind).
SCALARS = {
    "void": None,
    "bool": (1, "int"),
    "uint8_t": (1, "int"),
    "uint32_t": (4, "int"),
    "uint64_t": (8, "int"),
    "int64_t": (8, "int"),
    "size_t": (8, "int"),
}
CALLBACKS = {"wali_entry_t"}
SIMPLE = {ctypes.c_bool: (1, "int"), ctypes.c_void_p: (8, "pointer"), ctypes.c_char_p: (8, "pointer")}


def declared() -> dict[str, tuple[str, list[str]]]:
    """(result, parameters) of each function in ENGINE_FUNCTIONS, as C type texts."""
    text = (ROOT / "wali/native/engine/engine.h").read_text().replace("\\\n", " ")
    body = re.search(r"#define ENGINE_FUNCTIONS\(X\)(.*)", text)
    assert body is not None
    found = {}
    for entry in re.split(r"\bX\(", body[1])[1:]:
        match = re.fullmatch(r"\s*([\w\s*]+?),\s*(\w+),\s*\((.*)\)\)\s*", entry)
        assert match is not None, entry
        found[match[2]] = (match[1], split(match[3]))
    return found


def split(parameters: str) -> list[str]:
    """The parameters at commas outside parentheses; [] for void."""
    parts, depth = [""], 0
    for char in parameters:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    found = [part.strip() for part in parts]
    return [] if found == ["void"] else found


def c_kind(type_: str) -> tuple[int, str] | None:
    if "*" in type_ or type_ in CALLBACKS:
        return (8, "pointer")
    return SCALARS[type_]


def ctypes_kind(type_: type | None) -> tuple[int, str] | None:
    if type_ is None:
        return None
    if type_ in SIMPLE:
        return SIMPLE[type_]
    pointer = issubclass(type_, (ctypes._Pointer, ctypes._CFuncPtr))
    return (ctypes.sizeof(type_), "pointer" if pointer else "int")


FUNCTIONS = declared()


def test_there_are_declarations() -> None:
    assert len(FUNCTIONS) > 20


@pytest.mark.parametrize("name", FUNCTIONS)
def test_declaration_agrees_with_the_wheel(name: str) -> None:
    from wasmtime import _bindings

    theirs = getattr(_bindings, f"_{name}")
    result, parameters = FUNCTIONS[name]
    assert c_kind(result) == ctypes_kind(theirs.restype)
    assert [c_kind(p) for p in parameters] == [ctypes_kind(p) for p in theirs.argtypes]


LAYOUTS = [
    "wasmtime_func_t",
    "wasmtime_global_t",
    "wasmtime_table_t",
    "wasmtime_instance_t",
    "wasmtime_extern_t",
    "wasmtime_val_t",
    "wasmtime_val_raw_t",
]


@pytest.mark.parametrize("name", LAYOUTS)
def test_struct_has_the_same_fields_widths(name: str) -> None:
    """The engine writes these into our memory: a smaller one of ours would be overrun."""
    from wasmtime import _bindings

    size = ctypes.sizeof(getattr(_bindings, name.removesuffix("_t")))
    assert size == compiled_size(name)


def compiled_size(name: str) -> int:
    """sizeof by the C compiler, by way of a program that exits with it."""
    with tempfile.TemporaryDirectory() as folder:
        source = f'#include "wali/native/engine/engine.h"\nint main(void) {{ return sizeof({name}); }}\n'
        command = ["cc", f"-I{ROOT}", "-x", "c", "-", "-o", f"{folder}/size"]
        subprocess.run(command, input=source, text=True, check=True)
        return subprocess.run([f"{folder}/size"], check=False).returncode
