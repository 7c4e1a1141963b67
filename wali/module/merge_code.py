"""Function bodies and constants of one module, written anew with other numbers of what they name (merge.py).

Source: WebAssembly core specification 3.0, 5.4 (instructions), 5.5.13 (code). What an instruction has behind its opcode
is in `instructions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import binary
from .binary import Reader
from .instructions import (
    CALL,
    END,
    F32_CONST,
    F64_CONST,
    GLOBAL_GET,
    GLOBAL_SET,
    I32_CONST,
    I64_CONST,
    OPERANDS,
    PATTERNS,
    PREFIXES,
    REF_FUNC,
    REF_NULL,
    V128_CONST,
    Opcode,
    run_pattern,
)
from .merge_reader import plain_type, unknown

# What has no number of the module's in it; of block types and heap types, those without a type of their own.
_RUN = run_pattern(
    OPERANDS, PATTERNS | {"n": b"\x00", "nn": b"\x00\x00", "t": rb"[\x40\x65-\x7f]", "r": rb"[\x40-\x7f]"}
)
_ADD, _SUB, _MULTIPLY = range(3)
# Of the instructions that compute constants: bits of their numbers, and what they do.
_ARITHMETIC = {0x6A: (32, _ADD), 0x6B: (32, _SUB), 0x6C: (32, _MULTIPLY)}
_ARITHMETIC |= {0x7C: (64, _ADD), 0x7D: (64, _SUB), 0x7E: (64, _MULTIPLY)}
_INTEGERS = {I32_CONST: 32, I64_CONST: 64}
WHAT = {"f": "function", "y": "type", "g": "global", "x": "table", "e": "segment", "d": "segment", "k": "tag"}


@dataclass(frozen=True)
class Constant:
    """The value of a constant expression, as one instruction. number: of an integer, else None."""

    code: bytes
    bits: int = 0
    number: int | None = None


def integer(bits: int, number: int) -> Constant:
    """The constant of an i32 or i64; `number` may lie beyond what it holds."""
    number = (number + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)
    opcode = I32_CONST if bits == 32 else I64_CONST
    return Constant(bytes([opcode]) + binary.signed(number), bits, number)


@dataclass(frozen=True, eq=False)
class Renumbering:
    """New numbers of one instance's functions, types, ..., by the letters of `instructions`.

    constants: values of its globals by their old numbers, as far as they are constants; filled while those are read.
    referenced: the new numbers of functions to which its code makes references.
    """

    numbers: Mapping[str, Sequence[int]]
    constants: dict[int, Constant] = field(default_factory=dict)
    referenced: set[int] = field(default_factory=set)
    encoded: dict[str, list[bytes]] = field(init=False)

    def __post_init__(self) -> None:
        encoded = {letter: [binary.leb(number) for number in numbers] for letter, numbers in self.numbers.items()}
        object.__setattr__(self, "encoded", encoded)

    def index(self, reader: Reader, letter: str) -> int:
        """The new number of what is named next."""
        at, old = reader.pos, reader.leb()
        return self.at(letter, old, at)

    def at(self, letter: str, old: int, place: int) -> int:
        """The new number of an old one, which stands at that place."""
        numbers = self.numbers[letter]
        if old >= len(numbers):
            raise binary.damaged(f"{WHAT[letter]} {old} does not exist", "a module of the component", place)
        return numbers[old]

    # --- bodies ---

    def body(self, reader: Reader) -> bytes:
        """A function's locals and instructions, with its size before them."""
        out = bytearray()
        start = reader.pos
        for _ in range(reader.count()):
            reader.leb()
            plain_type(reader)
        out += reader.data[start : reader.pos]
        self._instructions(reader, out)
        return binary.leb(len(out)) + out

    def _instructions(self, reader: Reader, out: bytearray) -> None:
        data, end, match = reader.data, reader.end, _RUN.match
        functions, globals_ = self.encoded["f"], self.encoded["g"]
        copied = pos = reader.pos
        while pos < end:
            run = match(data, pos, end)
            if run is not None:
                pos = run.end()
                continue
            opcode = data[pos]
            out += data[copied:pos]
            reader.pos = pos + 1
            if opcode in (CALL, GLOBAL_GET, GLOBAL_SET):
                old = reader.leb()
                known = functions if opcode == CALL else globals_
                if old >= len(known):
                    raise reader.fail(f"{WHAT['f' if opcode == CALL else 'g']} {old} does not exist", pos + 1)
                out.append(opcode)
                out += known[old]
            else:
                reader.pos = pos
                self._instruction(reader, out)
            copied = pos = reader.pos
        out += data[copied:end]

    def _instruction(self, reader: Reader, out: bytearray) -> None:
        """Any one instruction."""
        start = reader.pos
        code = reader.byte()
        opcode: Opcode = (code, reader.leb()) if code in PREFIXES else code
        letters = OPERANDS.get(opcode)
        if letters is None:
            raise unknown(f"an instruction that is not known here ({_spelled(opcode)})", start)
        out += reader.data[start : reader.pos]
        for letter in letters:
            if letter in self.numbers:
                number = self.index(reader, letter)
                out += binary.leb(number)
                if opcode == REF_FUNC:
                    self.referenced.add(number)
            else:
                self._operand(reader, letter, out)

    def _operand(self, reader: Reader, letter: str, out: bytearray) -> None:
        start = reader.pos
        if letter in "tr":
            self._heap_or_block_type(reader, out)
            return
        if letter == "C":
            self._catches(reader, out)
            return
        if letter == "S":
            for _ in range(reader.count()):
                plain_type(reader)
        elif letter == "T":
            for _ in range(reader.count() + 1):
                reader.leb()
        elif letter == "n":
            if reader.leb() != 0:
                raise reader.fail("a memory does not exist", start)
        elif letter == "l":
            reader.skip_leb(64)
        elif letter == "m":
            if reader.leb() & ~0x3F:
                raise unknown("several memories", start)
            reader.leb(64)
        else:
            reader.take({"b": 1, "4": 4, "8": 8, "v": 16}[letter])
        out += reader.data[start : reader.pos]

    def _heap_or_block_type(self, reader: Reader, out: bytearray) -> None:
        start = reader.pos
        if reader.data[start : start + 1] in (b"\x63", b"\x64"):
            raise unknown("references with types of their own", start)
        old, types = reader.signed(33), self.numbers["y"]
        if old >= len(types):
            raise reader.fail(f"type {old} does not exist", start)
        out += reader.data[start : reader.pos] if old < 0 else binary.signed(types[old])

    def _catches(self, reader: Reader, out: bytearray) -> None:
        start, count = reader.pos, reader.count()
        out += reader.data[start : reader.pos]
        for _ in range(count):
            kind = reader.byte()  # catch, catch_ref, catch_all, catch_all_ref
            out.append(kind)
            if kind < 2:
                out += binary.leb(self.index(reader, "k"))
            out += binary.leb(reader.leb())

    # --- constants ---

    def constant(self, reader: Reader) -> Constant:
        """The value of the expression that comes next, and its end."""
        start = reader.pos
        values: list[Constant] = []
        while (opcode := reader.byte()) != END:
            if opcode in _ARITHMETIC:
                bits, operation = _ARITHMETIC[opcode]
                if len(values) < 2:
                    raise reader.fail("a constant lacks a value", start)
                second, first = values.pop(), values.pop()
                if first.number is None or second.number is None or {first.bits, second.bits} != {bits}:
                    raise reader.fail("a constant is computed of values of another type", start)
                values.append(integer(bits, _computed(operation, first.number, second.number)))
            else:
                values.append(self._value(reader, opcode))
        if len(values) != 1:
            raise reader.fail(f"a constant has {len(values)} values", start)
        return values[0]

    def _value(self, reader: Reader, opcode: int) -> Constant:
        start = reader.pos - 1
        if opcode in _INTEGERS:
            return integer(_INTEGERS[opcode], reader.signed(_INTEGERS[opcode]))
        if opcode == GLOBAL_GET:
            old = reader.leb()
            if old not in self.constants:
                raise reader.fail(f"global {old} is no constant that is known before", start)
            return self.constants[old]
        if opcode == REF_FUNC:
            return reference(self.index(reader, "f"))
        if opcode == REF_NULL:
            if reader.signed(33) >= 0:
                raise unknown("references with types of their own", start)
        elif opcode in (F32_CONST, F64_CONST):
            reader.take(4 if opcode == F32_CONST else 8)
        elif (opcode, reader.leb()) == V128_CONST:
            reader.take(16)
        else:
            raise unknown("a constant that is computed in a way not known here", start)
        return Constant(reader.data[start : reader.pos])


def reference(function: int) -> Constant:
    """The constant that is a reference to a function."""
    return Constant(bytes([REF_FUNC]) + binary.leb(function))


def _computed(operation: int, first: int, second: int) -> int:
    if operation == _MULTIPLY:
        return first * second
    return first + second if operation == _ADD else first - second


def _spelled(opcode: Opcode) -> str:
    return f"{opcode:#04x}" if isinstance(opcode, int) else f"{opcode[0]:#04x} {opcode[1]:#x}"
