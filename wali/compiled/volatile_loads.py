"""Loads that stay loads: volatile ones, in loops that write nothing (wali/native/engine/volatile_loads.c).

Each becomes a call of a function that does the same load, for behind a call the engine takes nothing for known. The call
takes the load's place in the code, so that debugging information stays right; where it is longer than the load, numbers
that the linker has padded make room.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import ffi
from ..module import additions, binary, instructions, interfaces, loader, threads
from ..module.binary import FuncType

NAME = "volatile load"
PREFIXES = (None, instructions.GC, instructions.MISC, instructions.SIMD, instructions.ATOMIC)
LOADS = dict.fromkeys(range(0x28, 0x36), "i64") | dict.fromkeys((0x28, 0x2C, 0x2D, 0x2E, 0x2F), "i32")
LOADS |= {0x2A: "f32", 0x2B: "f64"}
CODES = {"i32": b"\x7f", "i64": b"\x7e", "f32": b"\x7d", "f64": b"\x7c"}
CALL, LOCAL_GET_0, END, NOP, NO_LOCALS = b"\x10", b"\x20\x00", b"\x0b", b"\x01", b"\x00"


def kept(wasm: bytes) -> tuple[bytes, int]:
    """(the module, how far its code was before where it is now, in bytes): one that the engine reads each time around."""
    layout = loader.parse(wasm)
    section = next((section for section in layout.sections if section.id == binary.CODE), None)
    if section is None or None in layout.types or not _others_write(layout):
        return wasm, 0
    reader = section.reader(wasm)
    count = reader.count()
    found = ffi.volatile_loads(memoryview(wasm)[reader.pos : section.end], count, _operands())
    loads = [(reader.pos + at, reader.pos + at + size, room and reader.pos + room) for at, size, room in found]
    patches, added, names = _changes(wasm, layout, loads)
    return additions.written(wasm, layout, added, patches, names) if patches else (wasm, 0)


def _others_write(layout: loader.Layout) -> bool:
    """Whether a signal's handler or another thread may write beside a loop: not in WASI without threads."""
    of_wali = any(e.kind == binary.K_FUNCTION and e.module == interfaces.WALI for e in layout.imports)
    return of_wali or threads.are_started(layout.imports)


def _operands() -> list[bytes]:
    """The letters of each instruction, as the core takes them."""
    known = instructions.OPERANDS
    numbers = range(ffi.INSTRUCTIONS)
    return [
        known.get(number if prefix is None else (prefix, number), "?").encode()
        for prefix in PREFIXES
        for number in numbers
    ]


def _changes(
    wasm: bytes, layout: loader.Layout, loads: Sequence[tuple[int, int, int]]
) -> tuple[list[additions.Patch], dict[int, list[bytes]], list[str]]:
    """The calls in the place of the loads, what they need in the module's sections, and its names."""
    numbers: dict[bytes, int] = {}  # function by the load
    types: list[FuncType | None] = list(layout.types)
    added: dict[int, list[bytes]] = {binary.FUNCTION: [], binary.CODE: []}
    patches = []
    for start, end, room in loads:
        load = wasm[start:end]
        number = numbers.get(load, len(layout.functions) + len(numbers))
        call = CALL + binary.leb(number)
        missing = len(call) - len(load)
        if missing > (room > 0):
            continue
        if missing > 0:
            patches.append((room - 1, room + 1, bytes([wasm[room - 1] & 0x7F])))
        if load not in numbers:
            kind = FuncType(("i32",), (LOADS[load[0]],))
            if kind not in types:
                types.append(kind)
                added.setdefault(binary.TYPE, []).append(_encoded(kind))
            numbers[load] = number
            body = NO_LOCALS + LOCAL_GET_0 + load + END
            added[binary.FUNCTION].append(binary.leb(types.index(kind)))
            added[binary.CODE].append(binary.leb(len(body)) + body)
        patches.append((start, end, (CALL + binary.padded(number, len(load) - 1)).ljust(len(load), NOP)))
    return sorted(patches), added, [NAME] * len(numbers)


def _encoded(kind: FuncType) -> bytes:
    params, results = (
        binary.leb(len(types)) + b"".join(CODES[t] for t in types) for types in (kind.params, kind.results)
    )
    return b"\x60" + params + results
