"""A main of another type than int(void), int(int, char **) and int(int, char **, char **), called by what it is.

Natively any main gets what lies in registers, and leaves its result there. In wasm the caller must name its type. Where
libc's caller and the program's main differ, wasm-ld tells both types, also of what -flto makes. So the linker's front
adds a function that calls it: for void main(), one argument, or a main that clang did not rename, as those of
assembler and Rust. Of a main in an archive wasm-ld tells nothing, so archives are looked into.
"""

from __future__ import annotations

import mmap
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ..module import binary
from . import link_words, wasmobj

Type = tuple[tuple[str, ...], tuple[str, ...]]  # parameters, results
# clang's names for the forms of main, with the types that libc calls them by.
USUAL: dict[str, Type] = {
    "main": (("i32",) * 3, ("i32",)),
    "__main_argc_argv": (("i32",) * 2, ("i32",)),
    "__main_void": ((), ("i32",)),
}
ARGUMENTS = ("__wali_argc", "__wali_argv", "__environ")
PLAIN = ("i32", "i64", "f32", "f64")


def type_told(text: str) -> Type:
    """The type that wasm-ld writes as `(i32, i64) -> i32`, or `-> void`."""
    parameters, _, results = text.partition(" -> ")
    names = tuple(re.findall(r"\w+", parameters))
    return names, () if results == "void" else tuple(re.findall(r"\w+", results))


def objects(found: Sequence[re.Match[str]], assembler: list[str], folder: str) -> list[str]:
    """The object that calls main, made in `folder`, if a name of main is among the mismatches (linker.MISMATCH)."""
    for one in found:
        name = one["name"]
        types = {type_told(one["first"]), type_told(one["second"])} - {USUAL.get(name)}
        if name in USUAL and len(types) == 1:
            return make(name, types.pop(), assembler, folder)
    return []


def archived(inputs: Sequence[str], assembler: list[str], folder: str) -> list[str]:
    """The same for a main in an archive, if no object that is linked may define one."""
    for name, kind in _in_archives(inputs):
        if kind != USUAL[name] and not any(
            _mentions_main(path) for path in inputs if path.endswith(link_words.OBJECTS)
        ):
            return make(name, kind, assembler, folder)
    return []


def _mentions_main(path: str) -> bytes:
    """The file's contents, if the name of a main is in it; else nothing."""
    if os.path.basename(path) != "crt1.o":
        with (
            suppress(OSError, ValueError),
            open(path, "rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            if any(data.find(binary.text(name)) >= 0 for name in USUAL):
                return data[:]
    return b""


def _in_archives(inputs: Sequence[str]) -> Iterator[tuple[str, Type]]:
    for path in inputs:
        data = _mentions_main(path) if path.endswith(".a") else b""
        with suppress(wasmobj.FormatError):  # the linker will tell
            for _, member in wasmobj.members(data) if data.startswith(wasmobj.ARCHIVE) else []:
                if (found := type_of_main(member)) is not None:
                    yield found


def type_of_main(member: bytes) -> tuple[str, Type] | None:
    """Name and type of the main that an object defines. None: there is none, or the object cannot be read."""
    try:
        parts = {part.id: part for part in wasmobj.sections(member)}
        mains = [one for one in wasmobj.symbols(member) if one.name in USUAL and one.letter in "TtW"]
        if not mains:
            return None

        def reader(number: int) -> binary.Reader:
            part = parts[number]
            return binary.Reader(member, part.body, part.end, "object", error=wasmobj.FormatError)

        types = binary.function_types(reader(binary.TYPE))
        imports = binary.imports(reader(binary.IMPORT)) if binary.IMPORT in parts else []
        functions = [entry.detail for entry in imports if entry.kind == binary.K_FUNCTION]
        defined = reader(binary.FUNCTION)
        functions += [defined.leb() for _ in range(defined.count())]
        number = functions[mains[0].value]
        kind = types[number] if isinstance(number, int) else None
    except (wasmobj.FormatError, KeyError, IndexError):
        return None
    return None if kind is None else (mains[0].name, (kind.params, kind.results))


def assembly(name: str, kind: Type) -> str:
    """The text of the function that calls main."""
    parameters, results = kind
    lines = [f".functype {name} ({', '.join(parameters)}) -> ({', '.join(results)})"]
    lines += [".hidden __wali_main", '.section .text.__wali_main,"",@', ".globl __wali_main"]
    lines += [".type __wali_main,@function", "__wali_main:", ".functype __wali_main () -> (i32)"]
    for at, parameter in enumerate(parameters):
        if at < len(ARGUMENTS) and parameter in ("i32", "i64"):
            lines += ["i32.const 0", f"i32.load {ARGUMENTS[at]}"]
            lines += ["i64.extend_i32_u"] if parameter == "i64" else []
        else:
            lines.append(f"{parameter}.const 0")
    lines.append(f"call {name}")
    if results == ("i64",):
        lines.append("i32.wrap_i64")
    elif results != ("i32",):
        lines += ["drop"] * len(results) + ["i32.const 0"]
    lines += ["end_function", ""]
    return "\n".join(lines)


def make(name: str, kind: Type, assembler: list[str], folder: str) -> list[str]:
    """The object that calls a main of this name and type, made in `folder`. Empty if the type is beyond us."""
    if not {*kind[0], *kind[1]} <= {*PLAIN} or len(kind[1]) > 1:
        return []
    path = os.path.join(folder, "main.o")
    text = assembly(name, kind)
    done = subprocess.run([*assembler, "-x", "assembler", "-c", "-", "-o", path], input=text.encode())
    return [path] if done.returncode == 0 else []
