"""Walking through function bodies: where the instructions are that `wali.fixcalls` has to change.

Source: WebAssembly core specification 3.0, 5.4 (instructions) and its index of instructions; the
threads, exception-handling (old and new), wide-arithmetic and relaxed-SIMD proposals.

A module has a million instructions, so no Python runs for most of them: one regular expression,
made from the table below, passes over runs of instructions. What it does not know is read with
the table itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..module import binary

CALL_INDIRECT, RETURN_CALL_INDIRECT = 0x11, 0x13
GC, MISC, SIMD, ATOMIC = 0xFB, 0xFC, 0xFD, 0xFE
NOP = b"\x01"

# What follows an opcode, one letter each: l LEB128, m memory argument, b byte, 4 8 v so many bytes (v: 16),
# t block type, r value type, and vectors: T labels and one more, S value types, C catch clauses. w: it may write to
# table 0, whose index is the first (w) or second (W) LEB128.
_PLAIN = {
    "": [*range(0x02), 0x05, 0x0A, 0x0B, 0x0F, 0x19, 0x1A, 0x1B, *range(0x45, 0xC5), 0xD1, 0xD3, 0xD4],
    "l": [7, 8, 9, 0xC, 0xD, 0x10, 0x12, 0x14, 0x15, 0x18, *range(0x20, 0x26), *range(0x3F, 0x43)],
    "m": [*range(0x28, 0x3F)],
    "t": [2, 3, 4, 6],
    "4": [0x43],
    "8": [0x44],
    "T": [0x0E],
    "S": [0x1C],
    "tC": [0x1F],
    "w": [0x26],
}
_PLAIN["l"] += [0xD0, 0xD2, 0xD5, 0xD6]
_PREFIXED = {
    GC: {
        "": [0x0F, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E],
        "l": [0, 1, 6, 7, 0xB, 0xC, 0xD, 0xE, 0x10, *range(0x14, 0x18)],
        "ll": [*range(2, 6), 8, 9, 0xA, 0x11, 0x12, 0x13],
        "blll": [0x18, 0x19],
    },
    MISC: {
        "": [*range(8), *range(0x13, 0x17)],
        "l": [9, 0xB, 0xD, 0xF, 0x10, 0x12],
        "ll": [8, 0xA],
        "W": [0xC],
        "wl": [0xE],
        "w": [0x11],
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
OPERANDS = {opcode: letters for letters, opcodes in _PLAIN.items() for opcode in opcodes}
PREFIXED = {
    (prefix, opcode): letters
    for prefix, table in _PREFIXED.items()
    for letters, opcodes in table.items()
    for opcode in opcodes
}
_LEB = rb"[\x80-\xff]*[\x00-\x7f]"
_PATTERNS = {
    "": b"",
    "l": _LEB,
    "ll": _LEB * 2,
    "m": rb"[\x00-\x3f]" + _LEB,
    "mb": rb"[\x00-\x3f]" + _LEB + b".",
    "b": b".",
    "4": b".{4}",
    "8": b".{8}",
    "v": b".{16}",
    "t": rb"[\x00-\x62\x65-\x7f]",
}
BATCH = 200  # instructions, or runs of those without operands, in one match: bounds what `re` keeps for backtracking


def _charset(values: list[int]) -> bytes:
    return b"[" + b"".join(re.escape(bytes([value])) for value in values) + b"]"


def _run_pattern() -> re.Pattern[bytes]:
    order = ["l", "", "m", "t", "4", "8"]
    parts = [_charset(_PLAIN[letters]) + (_PATTERNS[letters] or b"+") for letters in order]
    for prefix, table in _PREFIXED.items():
        for letters, opcodes in table.items():
            short = [opcode for opcode in opcodes if opcode < 0x80]
            if letters in _PATTERNS and short:
                parts.append(re.escape(bytes([prefix])) + _charset(short) + _PATTERNS[letters])
    return re.compile(b"(?:%b){1,%d}" % (b"|".join(parts), BATCH), re.DOTALL)


_RUN = _run_pattern()


@dataclass(frozen=True)
class IndirectCall:
    """A call_indirect or return_call_indirect of table 0: data[start:end] is the instruction."""

    start: int
    end: int
    tail: bool
    type: int


@dataclass(frozen=True)
class Body:
    """A function body: its size field from `start`, its locals and instructions from `body` to `end`."""

    start: int
    body: int
    end: int
    calls: list[IndirectCall]


def bodies(reader: binary.Reader) -> list[Body]:
    """The bodies of a code section, the reader at its beginning. WaliFormatError if one cannot be decoded."""
    found = []
    for _ in range(reader.count()):
        start = reader.pos
        size = reader.leb()
        body = reader.pos
        reader.take(size)
        inner = binary.Reader(reader.data, body, reader.pos, "code section")
        for _ in range(inner.count()):
            inner.leb()
            binary.value_type(inner)
        found.append(Body(start, body, reader.pos, _calls(inner)))
    reader.done()
    return found


def _calls(reader: binary.Reader) -> list[IndirectCall]:
    """The indirect calls in the instructions from reader.pos on."""
    found = []
    data, end, match = reader.data, reader.end, _RUN.match
    while reader.pos < end:
        start = reader.pos
        run = match(data, start, end)
        if run is not None:
            reader.pos = run.end()
        elif data[start] in (CALL_INDIRECT, RETURN_CALL_INDIRECT):
            reader.pos += 1
            type_index, table = reader.leb(), reader.leb()
            if table == 0:
                found.append(IndirectCall(start, reader.pos, data[start] == RETURN_CALL_INDIRECT, type_index))
        else:
            _pass(reader)
    return found


def _pass(reader: binary.Reader) -> None:
    """Passes any one instruction."""
    start = reader.pos
    opcode = reader.byte()
    letters = OPERANDS.get(opcode)
    if letters is None and opcode in _PREFIXED:
        letters = PREFIXED.get((opcode, reader.leb()))
    if letters is None:
        raise reader.fail(f"instruction {opcode:#04x} is unknown to --fix-calls", start)
    for letter in letters:
        if letter in "wW":
            first, second = reader.leb(), reader.leb() if letter == "W" else 0
            if (second if letter == "W" else first) == 0:
                raise reader.fail("its function table changes as it runs, which --fix-calls cannot follow", start)
        else:
            _pass_operand(reader, letter)


def _pass_operand(reader: binary.Reader, letter: str) -> None:
    if letter == "l":
        reader.skip_leb(64)
    elif letter == "m":
        flags = reader.leb()
        if flags & 0x40:  # a memory index stands between
            reader.leb()
        reader.leb(64)
    elif letter in "b48v":
        reader.take({"b": 1, "4": 4, "8": 8, "v": 16}[letter])
    elif letter == "t":
        if reader.data[reader.pos : reader.pos + 1] in (b"\x63", b"\x64"):
            binary.value_type(reader)
        else:
            reader.skip_leb(33)
    elif letter == "T":
        for _ in range(reader.count() + 1):
            reader.leb()
    elif letter == "S":
        for _ in range(reader.count()):
            binary.value_type(reader)
    else:
        for _ in range(reader.count()):
            kind = reader.byte()  # catch, catch_ref, catch_all, catch_all_ref
            if kind < 2:
                reader.leb()
            reader.leb()


def padded(value: int, length: int) -> bytes:
    """The unsigned LEB128 of `value` in `length` bytes, of at most 5; the shortest if it does not fit."""
    shortest = binary.leb(value)
    length = min(length, 5)
    if len(shortest) >= length:
        return shortest
    body = bytes(byte | 0x80 for byte in shortest) + b"\x80" * (length - len(shortest) - 1)
    return body + b"\x00"


def through(call: IndirectCall, table: int, offset: int, place: int) -> bytes:
    """The call by another table, in as many bytes if they suffice; its index, kept in global `place`, counts from `offset`."""
    head = b"\x24" + binary.leb(place) + b"\x23" + binary.leb(place)
    if offset:
        head += b"\x41" + signed(offset) + b"\x6a"
    room = call.end - call.start - len(head) - 1
    kind = padded(call.type, room - len(binary.leb(table)))
    target = padded(table, room - len(kind))
    opcode = bytes([RETURN_CALL_INDIRECT if call.tail else CALL_INDIRECT])
    return head + opcode + kind + target + NOP * (room - len(kind) - len(target))


def signed(value: int) -> bytes:
    """The signed LEB128 of an i32 given as 0 <= value < 2**32."""
    value -= (value & 1 << 31) << 1
    out = bytearray()
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)
