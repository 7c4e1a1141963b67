"""The instructions of wasm, by what stands behind each opcode, and a fast way past those that nobody asks about.

Source: WebAssembly core specification 3.0, 5.4 (instructions) and its index of instructions; the threads,
exception-handling (old and new), wide-arithmetic and relaxed-SIMD proposals.

One letter stands for each operand. Numbers of what a module defines: f function, y type, g global, x table, e element
segment, d data segment, k tag, n memory; r heap type, t block type. Other numbers: l LEB128 (a label, a local, a
constant), m memory argument, b byte, 4 8 v so many bytes (v: 16). Vectors: T labels and one more, S value types, C catch
clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

GC, MISC, SIMD, ATOMIC = 0xFB, 0xFC, 0xFD, 0xFE
CALL, CALL_INDIRECT, RETURN_CALL_INDIRECT, LOCAL_GET, GLOBAL_GET, GLOBAL_SET = 0x10, 0x11, 0x13, 0x20, 0x23, 0x24
I32_CONST, I64_CONST, F32_CONST, F64_CONST, REF_NULL, REF_FUNC, END = 0x41, 0x42, 0x43, 0x44, 0xD0, 0xD2, 0x0B
TABLE_SET, TABLE_INIT, TABLE_COPY, TABLE_FILL = 0x26, (MISC, 0x0C), (MISC, 0x0E), (MISC, 0x11)
MEMORY_INIT, DATA_DROP, ELEM_DROP = (MISC, 0x08), (MISC, 0x09), (MISC, 0x0D)
V128_CONST = (SIMD, 0x0C)

_PLAIN = {
    "": [*range(0x02), 0x05, 0x0A, 0x0B, 0x0F, 0x19, 0x1A, 0x1B, *range(0x45, 0xC5), 0xD1, 0xD3, 0xD4],
    "l": [9, 0xC, 0xD, 0x18, *range(0x20, 0x23), 0x41, 0x42, 0xD5, 0xD6],
    "f": [0x10, 0x12, 0xD2],
    "yx": [0x11, 0x13],
    "y": [0x14, 0x15],
    "g": [0x23, 0x24],
    "x": [0x25, 0x26],
    "k": [7, 8],
    "n": [0x3F, 0x40],
    "r": [0xD0],
    "m": [*range(0x28, 0x3F)],
    "t": [2, 3, 4, 6],
    "4": [0x43],
    "8": [0x44],
    "T": [0x0E],
    "S": [0x1C],
    "tC": [0x1F],
}
_PREFIXED = {
    GC: {
        "": [0x0F, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E],
        "y": [0, 1, 6, 7, 0xB, 0xC, 0xD, 0xE, 0x10],
        "r": [*range(0x14, 0x18)],
        "yl": [*range(2, 6), 8],
        "yd": [9, 0x12],
        "ye": [0xA, 0x13],
        "yy": [0x11],
        "blrr": [0x18, 0x19],
    },
    MISC: {
        "": [*range(8), *range(0x13, 0x17)],
        "d": [9],
        "e": [0xD],
        "x": [0xF, 0x10, 0x11],
        "n": [0xB, 0x12],
        "dn": [8],
        "nn": [0xA],
        "ex": [0xC],
        "xx": [0xE],
    },
    SIMD: {
        "": [0xE, 0xF, 0x10, 0x11, 0x12, 0x13, 0x14, *range(0x23, 0x54), *range(0x5E, 0x115)],
        "m": [*range(0xC), 0x5C, 0x5D],
        "v": [0xC, 0xD],
        "b": [*range(0x15, 0x23)],
        "mb": [*range(0x54, 0x5C)],
    },
    ATOMIC: {"m": [0, 1, 2, *range(0x10, 0x4F)], "b": [3]},
}
Opcode = int | tuple[int, int]
"""A byte, or a prefix and the number behind it."""
OPERANDS: dict[Opcode, str] = {opcode: letters for letters, opcodes in _PLAIN.items() for opcode in opcodes}
OPERANDS |= {
    (prefix, opcode): letters
    for prefix, table in _PREFIXED.items()
    for letters, opcodes in table.items()
    for opcode in opcodes
}
PREFIXES = frozenset(_PREFIXED)
LEB = rb"[\x80-\xff]*[\x00-\x7f]"
# What stands behind an opcode, for `run_pattern`; memory arguments are those of memory 0.
PATTERNS = {
    "l": LEB,
    "": b"",
    "m": rb"[\x00-\x3f]" + LEB,
    "4": b".{4}",
    "8": b".{8}",
    "mb": rb"[\x00-\x3f]" + LEB + b".",
    "b": b".",
    "v": b".{16}",
}
BATCH = 200  # instructions, or runs of those without operands, in one match: bounds what `re` keeps for backtracking


def run_pattern(operands: Mapping[Opcode, str], patterns: Mapping[str, bytes]) -> re.Pattern[bytes]:
    """Passes over a run of those instructions whose operands have a pattern, the commonest first.

    A module has a million instructions, so no Python runs for most of them.
    """
    parts = []
    for prefix in (None, *sorted(PREFIXES)):
        for letters, pattern in patterns.items():
            known = [opcode for opcode, others in operands.items() if others == letters]
            plain = [opcode for opcode in known if isinstance(opcode, int)]
            short = [opcode[1] for opcode in known if not isinstance(opcode, int) and opcode[0] == prefix]
            short = [opcode for opcode in short if opcode < 0x80]
            if prefix is None and plain:
                parts.append(_charset(plain) + (pattern or b"+"))
            elif prefix is not None and short:
                parts.append(re.escape(bytes([prefix])) + _charset(short) + pattern)
    return re.compile(b"(?:%b){1,%d}" % (b"|".join(parts), BATCH), re.DOTALL)


def _charset(values: Iterable[int]) -> bytes:
    return b"[" + b"".join(re.escape(bytes([value])) for value in values) + b"]"
