"""Walking through function bodies: where the instructions are that `wali.fixcalls` has to change.

One regular expression passes over runs of instructions. What it does not know is read with the table (`instructions`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..module import binary, instructions
from ..module.instructions import CALL_INDIRECT, RETURN_CALL_INDIRECT

NOP = b"\x01"
WRITE_TABLES = {instructions.TABLE_SET, instructions.TABLE_INIT, instructions.TABLE_COPY, instructions.TABLE_FILL}


def _operands(opcode: instructions.Opcode, letters: str) -> str:
    """The letters of `instructions`, with l for all numbers of things, and w for a table that it may write to."""
    if opcode in WRITE_TABLES:
        letters = letters.replace("x", "w", 1)
    return letters.translate(str.maketrans("fygxedknr", "lllllllll"))


OPERANDS = {
    opcode: _operands(opcode, letters)
    for opcode, letters in instructions.OPERANDS.items()
    if opcode not in (CALL_INDIRECT, RETURN_CALL_INDIRECT)
}
_PATTERNS = instructions.PATTERNS | {"t": rb"[\x00-\x62\x65-\x7f]", "ll": instructions.LEB * 2}
_RUN = instructions.run_pattern(OPERANDS, _PATTERNS)


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
    letters = OPERANDS.get((opcode, reader.leb()) if opcode in instructions.PREFIXES else opcode)
    if letters is None:
        raise reader.fail(f"instruction {opcode:#04x} is unknown to --fix-calls", start)
    for letter in letters:
        if letter == "w":
            if reader.leb() == 0:
                raise reader.fail("its function table changes as it runs, which --fix-calls cannot follow", start)
        else:
            pass_operand(reader, letter)


def pass_operand(reader: binary.Reader, letter: str) -> None:
    """Passes one operand, by its letter in `OPERANDS`; w is l."""
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


def through(call: IndirectCall, table: int, offset: int, place: int) -> bytes:
    """The call by another table, in as many bytes if they suffice; its index, kept in global `place`, counts from `offset`."""
    head = b"\x24" + binary.leb(place) + b"\x23" + binary.leb(place)
    if offset:
        head += b"\x41" + signed(offset) + b"\x6a"
    room = call.end - call.start - len(head) - 1
    kind = binary.padded(call.type, room - len(binary.leb(table)))
    target = binary.padded(table, room - len(kind))
    opcode = bytes([RETURN_CALL_INDIRECT if call.tail else CALL_INDIRECT])
    return head + opcode + kind + target + NOP * (room - len(kind) - len(target))


def signed(value: int) -> bytes:
    """The signed LEB128 of an i32 given as 0 <= value < 2**32."""
    return binary.signed(value - ((value & 1 << 31) << 1))
