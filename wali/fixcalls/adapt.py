"""Calls between functions of different types, as x86-64 would make them, in wasm.

Source: System V ABI, AMD64 supplement, 3.2.3 (parameter passing). A caller puts its first six
integers into integer registers, its first eight floating-point numbers into others, and the rest
on the stack; a callee looks where its own type says. So the n-th integer meets the n-th integer,
wherever the two stand in their lists. What nobody put there is rubbish natively, and 0 here.
Writing a 32-bit register clears its upper half: an int that is read as a long is zero-extended.

Variadic functions: tool-conventions, BasicCABI.md. The caller writes the further arguments into a
buffer on its shadow stack, each aligned to its size, and passes the address last, or 0 without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..module.binary import FuncType, leb
from .code import signed

INTEGERS = ("i32", "i64")
INTEGER_REGISTERS, FLOAT_REGISTERS = 6, 8
STACK_ALIGNMENT = 16

LOCAL_GET, LOCAL_TEE, GLOBAL_GET, GLOBAL_SET = b"\x20", b"\x22", b"\x23", b"\x24"
I32_CONST, I32_ADD, I32_SUB, I32_LT_U = b"\x41", b"\x6a", b"\x6b", b"\x49"
I64_ZERO, F64_PROMOTE = b"\x42\0", b"\xbb"
DROP, SELECT, RETURN, IF, VOID, END = b"\x1a", b"\x1b", b"\x0f", b"\x04", b"\x40", b"\x0b"
CALL, CALL_INDIRECT, RETURN_CALL, RETURN_CALL_INDIRECT = b"\x10", b"\x11", b"\x12", b"\x13"
TABLE_0 = b"\0"
NO_LOCALS, ONE_I32 = b"\0", b"\x01\x01\x7f"
ZERO = {"i32": b"\x41\0", "i64": b"\x42\0", "f32": b"\x43" + bytes(4), "f64": b"\x44" + bytes(8)}
# Through 64 bits, as a register holds them: i64.extend_i32_u, the reinterpretations, i32.wrap_i64.
TO_BITS = {"i32": b"\xad", "i64": b"", "f32": b"\xbc\xad", "f64": b"\xbd"}
FROM_BITS = {"i32": b"\xa7", "i64": b"", "f32": b"\xa7\xbe", "f64": b"\xbf"}
# As variadic arguments: size, conversion (C promotes a float to double), the store and its alignment.
STORES = {
    "i32": (4, b"", b"\x36\x02"),
    "i64": (8, b"", b"\x37\x03"),
    "f32": (8, F64_PROMOTE, b"\x39\x03"),
    "f64": (8, b"", b"\x39\x03"),
}


@dataclass(frozen=True)
class Stack:
    """The shadow stack: the global that points into it, and where the first thread's ends, if that is known."""

    pointer: int
    top: int | None


@dataclass(frozen=True)
class Way:
    """How to reach the callee: the instructions of a call, and of a tail call."""

    call: bytes
    tail_call: bytes


def directly(function: int) -> Way:
    """By a function's index."""
    return Way(CALL + leb(function), RETURN_CALL + leb(function))


def by_table(type_index: int, place: int) -> Way:
    """As a function of that type in table 0, by the index in global `place`."""
    operands = leb(type_index) + TABLE_0
    index = GLOBAL_GET + leb(place)
    return Way(index + CALL_INDIRECT + operands, index + RETURN_CALL_INDIRECT + operands)


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


def sources(given: Sequence[str], wanted: Sequence[str]) -> list[int | None]:
    """For each argument of the callee the caller's that it finds, None if there is none."""
    if tuple(given) == tuple(wanted):
        return list(range(len(given)))
    by_place = {place: index for index, place in enumerate(places(given))}
    return [by_place.get(place) for place in places(wanted)]


def arguments(given: Sequence[str], wanted: Sequence[str]) -> bytes:
    """Code that pushes what a callee finds; the caller's arguments are the locals from 0 on."""
    code = b""
    for name, index in zip(wanted, sources(given, wanted), strict=True):
        code += ZERO[name] if index is None else LOCAL_GET + leb(index) + converted(given[index], name)
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


def adapter(given: FuncType, wanted: FuncType, way: Way) -> bytes:
    """Body of a function of type `given` that calls one of type `wanted`."""
    return NO_LOCALS + _passed_on(given, wanted, way) + END


def _passed_on(given: FuncType, wanted: FuncType, way: Way) -> bytes:
    code = arguments(given.params, wanted.params)
    if given.results == wanted.results:
        return code + way.tail_call
    return code + way.call + result(given, wanted)


def packer(given: FuncType, wanted: FuncType, way: Way, stack: Stack) -> bytes:
    """As `adapter`, for a variadic callee: packs what its caller passes as if it were not variadic.

    A caller with as many arguments may pass a buffer. That lies in its own frame, and the stack pointer
    below it: any other number is an argument. Without `stack.top` such a caller is believed.
    """
    code = ONE_I32
    if len(given.params) == len(wanted.params) and given.params[-1] == "i32":
        if stack.top is None:
            return adapter(given, wanted, way)
        last = LOCAL_GET + leb(len(given.params) - 1)
        code += last + _above(stack, stack.top) + IF + VOID + _passed_on(given, wanted, way) + RETURN + END
    fixed = wanted.params[:-1]
    found = sources(given.params, fixed)
    further = [index for index in range(len(given.params)) if index not in found]
    buffer = LOCAL_GET + leb(len(given.params))
    stores, size = _stores(given.params, further, buffer)
    code += GLOBAL_GET + leb(stack.pointer) + I32_CONST + signed(size) + I32_SUB
    code += LOCAL_TEE + leb(len(given.params)) + GLOBAL_SET + leb(stack.pointer)
    code += stores + arguments(given.params, fixed) + buffer + way.call
    code += buffer + I32_CONST + signed(size) + I32_ADD + GLOBAL_SET + leb(stack.pointer)
    return code + result(given, wanted) + END


def _above(stack: Stack, top: int) -> bytes:
    """Code that tells whether the number on the stack is an address from the stack pointer to the stack's end.

    The first thread's ends at `top`; another thread's may end anywhere.
    """
    pointer = GLOBAL_GET + leb(stack.pointer)
    end = I32_CONST + signed(top) + I32_CONST + b"\0" + pointer + I32_CONST + signed(top) + I32_LT_U + SELECT
    return pointer + I32_SUB + end + pointer + I32_SUB + I32_LT_U


def _stores(given: Sequence[str], further: list[int], buffer: bytes) -> tuple[bytes, int]:
    """(code that writes these arguments into a buffer, the buffer's size). Two zeros come first: nobody gave more."""
    code = b"".join(buffer + I64_ZERO + b"\x37\x03" + leb(offset) for offset in (0, 8))
    offset = 0
    for index in further:
        size, conversion, store = STORES[given[index]]
        offset += -offset % size
        code += buffer + LOCAL_GET + leb(index) + conversion + store + leb(offset)
        offset += size
    return code, max(offset + -offset % STACK_ALIGNMENT, STACK_ALIGNMENT)
