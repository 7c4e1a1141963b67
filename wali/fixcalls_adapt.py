"""Calls between functions of different types, as x86-64 would make them, in wasm.

Source: System V ABI, AMD64 supplement, 3.2.3 (parameter passing). A caller puts its first six
integers into integer registers, its first eight floating-point numbers into others, and the rest
on the stack; a callee looks where its own type says. So the n-th integer meets the n-th integer,
wherever the two stand in their lists. What nobody put there is rubbish natively, and 0 here.
Writing a 32-bit register clears its upper half: an int that is read as a long is zero-extended.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import wasm
from .wasm import FuncType, leb

INTEGERS, FLOATS = ("i32", "i64"), ("f32", "f64")
INTEGER_REGISTERS, FLOAT_REGISTERS = 6, 8
CODES = {name: bytes([code]) for code, name in wasm.VALUE_TYPES.items()}

LOCAL_GET, I32_CONST, I32_SUB, DROP = b"\x20", b"\x41", b"\x6b", b"\x1a"
BR_TABLE, RETURN, END = b"\x0e", b"\x0f", b"\x0b"
BLOCK, VOID = b"\x02", b"\x40"
CALL, CALL_INDIRECT, RETURN_CALL_INDIRECT = b"\x10", b"\x11", b"\x13"
TABLE_0 = b"\x00"
ZERO = {"i32": b"\x41\0", "i64": b"\x42\0", "f32": b"\x43" + bytes(4), "f64": b"\x44" + bytes(8)}
# Through 64 bits, as a register holds them: i64.extend_i32_u, the reinterpretations, i32.wrap_i64.
TO_BITS = {"i32": b"\xad", "i64": b"", "f32": b"\xbc\xad", "f64": b"\xbd"}
FROM_BITS = {"i32": b"\xa7", "i64": b"", "f32": b"\xa7\xbe", "f64": b"\xbf"}


def adaptable(kind: FuncType) -> bool:
    """Whether calls of and by this type can be adapted: numbers only, and at most one result."""
    return len(kind.results) <= 1 and ZERO.keys() >= {*kind.params, *kind.results}


def places(types: Sequence[str]) -> list[tuple[str, int]]:
    """Where the ABI puts arguments of these types: ("i", 0) is the first integer register, "f" floats, "s" stack."""
    found = []
    used = {"i": 0, "f": 0, "s": 0}
    for name in types:
        kind, limit = ("i", INTEGER_REGISTERS) if name in INTEGERS else ("f", FLOAT_REGISTERS)
        if used[kind] == limit:
            kind = "s"
        found.append((kind, used[kind]))
        used[kind] += 1
    return found


def converted(source: str, target: str) -> bytes:
    """Code that turns the value on the stack into one of another type with the same low bits."""
    return b"" if source == target else TO_BITS[source] + FROM_BITS[target]


def arguments(given: FuncType, wanted: FuncType) -> bytes:
    """Code that pushes what a callee of type `wanted` finds; the caller's arguments are the locals from 0 on."""
    if given.params == wanted.params:
        return b"".join(LOCAL_GET + leb(index) for index in range(len(given.params)))
    sources = {place: index for index, place in enumerate(places(given.params))}
    code = b""
    for name, place in zip(wanted.params, places(wanted.params), strict=True):
        index = sources.get(place)
        code += ZERO[name] if index is None else LOCAL_GET + leb(index) + converted(given.params[index], name)
    return code


def result(given: FuncType, wanted: FuncType) -> bytes:
    """Code that turns the callee's result into the one that a caller of type `given` takes."""
    if given.results == wanted.results:
        return b""
    if not given.results:
        return DROP
    name = given.results[0]
    if not wanted.results:
        return ZERO[name]
    source = wanted.results[0]
    if (source in INTEGERS) != (name in INTEGERS):
        return DROP + ZERO[name]
    return converted(source, name)


def bridge(given: FuncType, wanted: FuncType, function: int) -> bytes:
    """Body of a function of type `given` that calls `function`, of type `wanted`."""
    return b"\0" + arguments(given, wanted) + CALL + leb(function) + result(given, wanted) + END


def dispatcher(given: FuncType, own: int, arms: Sequence[tuple[FuncType, int]], first: int, depths: bytes) -> bytes:
    """Body of the function that stands for call_indirect of type `given`; its last parameter is the table index.

    own: type index of `given`. arms: the other types (and their indexes) that have adapters here.
    depths: a br_table's labels, LEB128 each, for the table indexes from `first` on: n for
    arms[n], len(arms) for an entry to be called as it is.
    """
    index = LOCAL_GET + leb(len(given.params))
    code = bytearray(b"\0")
    code += (BLOCK + VOID) * (len(arms) + 1)
    code += index + I32_CONST + signed(first) + I32_SUB if first else index
    code += BR_TABLE + depths + leb(len(arms))
    for kind, number in arms:
        code += END + arguments(given, kind) + index
        if kind.results == given.results:
            code += RETURN_CALL_INDIRECT + leb(number) + TABLE_0
        else:
            code += CALL_INDIRECT + leb(number) + TABLE_0 + result(given, kind) + RETURN
    code += END + arguments(given, given) + index + RETURN_CALL_INDIRECT + leb(own) + TABLE_0 + END
    return bytes(code)


def signed(value: int) -> bytes:
    """The signed LEB128 of an i32 given as 0 <= value < 2**32."""
    value -= (value & 1 << 31) << 1
    out = bytearray()
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def function_type(kind: FuncType) -> bytes:
    """A function type as the type section holds it."""
    return b"\x60" + b"".join(
        leb(len(part)) + b"".join(CODES[name] for name in part) for part in (kind.params, kind.results)
    )
