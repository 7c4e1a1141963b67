"""Reading a wasm binary: just enough of the format to see its parts.

Source: WebAssembly core specification 3.0, chapter 5 (binary format); threads and
exception-handling proposals for shared limits and tags; tool conventions for the
custom sections ``name`` and ``producers``.

Every read is checked: malformed input raises the reader's error with the offset in
the file, never anything else. For programs that is `WaliFormatError`; the SDK's tools have their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import WaliFormatError

MAGIC = b"\0asm"
HEADER = 8  # bytes: magic, version and layer
COMPONENT_LAYER = b"\x01\0"
CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT = 0, 1, 2, 3, 4, 5, 6, 7
START, ELEMENT, CODE, DATA, DATA_COUNT, TAG = 8, 9, 10, 11, 12, 13
SECTION_NAMES = {
    CUSTOM: "custom",
    TYPE: "type",
    IMPORT: "import",
    FUNCTION: "function",
    TABLE: "table",
    MEMORY: "memory",
    GLOBAL: "global",
    EXPORT: "export",
    START: "start",
    ELEMENT: "element",
    CODE: "code",
    DATA: "data",
    DATA_COUNT: "data count",
    TAG: "tag",
}
# The order in which the specification wants them; custom sections go anywhere.
SECTION_ORDER = (
    TYPE,
    IMPORT,
    FUNCTION,
    TABLE,
    MEMORY,
    TAG,
    GLOBAL,
    EXPORT,
    START,
    ELEMENT,
    DATA_COUNT,
    CODE,
    DATA,
)
KINDS = ("function", "table", "memory", "global", "tag")
K_FUNCTION, K_TABLE, K_MEMORY, K_GLOBAL, K_TAG = range(5)
TYPES_TOLD = 16  # of the parameters of a function
NAME_TOLD = 100  # letters
VALUE_TYPES = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64", 0x7B: "v128", 0x70: "funcref", 0x6F: "externref"}


def damaged(problem: str, what: str, at: int) -> WaliFormatError:
    """The error of a program: malformed or cut-off input, and what helps."""
    return WaliFormatError(f"damaged wasm module: {what}: {problem}; build or copy the file again", at)


def is_component(data: bytes, start: int) -> bool:
    """Whether the header at `start` is a component's, of whatever version."""
    return data.startswith(MAGIC, start) and data[start + 6 : start + HEADER] == COMPONENT_LAYER


class Reader:
    """A cursor over data[pos:end]. `error` makes an error of the problem, of `what` is read, and of a position in `data`."""

    def __init__(
        self, data: bytes, pos: int, end: int, what: str, error: Callable[[str, str, int], Exception] = damaged
    ) -> None:
        self.data, self.pos, self.end, self.what, self.error = data, pos, end, what, error

    def fail(self, problem: str, at: int | None = None) -> Exception:
        """The error to raise."""
        return self.error(problem, self.what, self.pos if at is None else at)

    def byte(self) -> int:
        if self.pos >= self.end:
            raise self.fail("ends too early")
        value = self.data[self.pos]
        self.pos += 1
        return value

    def leb(self, bits: int = 32) -> int:
        """An unsigned LEB128 of at most `bits` bits; padding to the full length is legal."""
        start, result, shift = self.pos, 0, 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
            if shift >= bits:
                raise self.fail("a number has too many bytes", start)
        if result >> bits:
            raise self.fail("a number is too large", start)
        return result

    def skip_leb(self, bits: int) -> None:
        """Passes a LEB128, signed or not, of at most `bits` bits."""
        start = self.pos
        for _ in range(-(-bits // 7)):
            if not self.byte() & 0x80:
                return
        raise self.fail("a number has too many bytes", start)

    def signed(self, bits: int) -> int:
        """A signed LEB128 of at most `bits` bits."""
        start = self.pos
        self.skip_leb(bits)
        value = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(self.data[start : self.pos]))
        if self.data[self.pos - 1] & 0x40:
            value -= 1 << 7 * (self.pos - start)
        if not -(1 << bits - 1) <= value < 1 << bits - 1:
            raise self.fail("a number is too large", start)
        return value

    def take(self, count: int) -> bytes:
        if count > self.end - self.pos:
            raise self.fail("ends too early")
        self.pos += count
        return self.data[self.pos - count : self.pos]

    def name(self) -> str:
        start = self.pos
        try:
            return self.take(self.leb()).decode()
        except UnicodeDecodeError:
            raise self.fail("a name is not UTF-8", start) from None

    def count(self) -> int:
        """The length of a vector. Each item takes at least one byte, so larger is a lie."""
        start = self.pos
        count = self.leb()
        if count > self.end - self.pos:
            raise self.fail(f"claims {count} items but has not the bytes for them", start)
        return count

    def done(self) -> None:
        if self.pos != self.end:
            raise self.fail("has bytes after its last item")


@dataclass(frozen=True)
class Section:
    """Section `id`, header from `start`, payload data[body:end]."""

    id: int
    start: int
    body: int
    end: int

    def reader(self, data: bytes) -> Reader:
        return Reader(data, self.body, self.end, f"{SECTION_NAMES[self.id]} section")


@dataclass(frozen=True)
class Limits:
    """Sizes of a memory (64 KiB pages) or a table (elements); `maximum` None if unlimited."""

    minimum: int
    maximum: int | None
    shared: bool
    is64: bool
    custom_page: bool


@dataclass(frozen=True)
class Import:
    """One import; `detail` is the type index (function, tag), Limits, or (type, mutable)."""

    module: str
    name: str
    kind: int
    detail: int | Limits | tuple[str, bool]


@dataclass(frozen=True)
class Export:
    """One export: `index` counts in the index space of `kind`."""

    name: str
    kind: int
    index: int


@dataclass(frozen=True)
class FuncType:
    """Parameter and result types by name, as in ("i32", "i64")."""

    params: tuple[str, ...]
    results: tuple[str, ...]

    def __str__(self) -> str:
        return f"({_listed(self.params)}) -> {_listed(self.results) or 'nothing'}"


def _listed(types: tuple[str, ...]) -> str:
    more = f" and {len(types) - TYPES_TOLD} more" if len(types) > TYPES_TOLD else ""
    return ", ".join(types[:TYPES_TOLD]) + more


def short(name: str) -> str:
    """A name for a message: not longer than a line."""
    return name if len(name) <= NAME_TOLD else f"{name[:NAME_TOLD]}..."


def sections(data: bytes, start: int, end: int | None = None) -> Iterator[Section]:
    """The sections of the module whose magic is at `start`, up to `end` or the data's, order checked."""
    position = start + HEADER
    end = len(data) if end is None else end
    last = -1
    while position < end:
        reader = Reader(data, position, end, "section header")
        number = reader.byte()
        size = reader.leb()
        if number not in SECTION_NAMES:
            raise reader.fail(f"section kind {number} is unknown", position)
        if size > end - reader.pos:
            raise WaliFormatError(
                f"truncated wasm module: the {SECTION_NAMES[number]} section wants {size} bytes, "
                f"the file has {end - reader.pos}; build or copy the file again",
                reader.pos,
            )
        if number != CUSTOM:
            rank = SECTION_ORDER.index(number)
            if rank <= last:
                raise reader.fail(f"the {SECTION_NAMES[number]} section is out of order", position)
            last = rank
        yield Section(number, position, reader.pos, reader.pos + size)
        position = reader.pos + size


def value_type(reader: Reader) -> str:
    """A value type; typed references are read but not told apart."""
    byte = reader.byte()
    if byte in (0x63, 0x64):  # (ref null ht), (ref ht)
        reader.skip_leb(33)
        return "ref"
    return VALUE_TYPES.get(byte, "ref")


def limits(reader: Reader) -> Limits:
    flags = reader.byte()
    if flags & ~0x0F:
        raise reader.fail(f"unknown limits flags {flags:#x}", reader.pos - 1)
    bits = 64 if flags & 4 else 32
    minimum = reader.leb(bits)
    maximum = reader.leb(bits) if flags & 1 else None
    if flags & 8:
        reader.leb()
    return Limits(minimum, maximum, bool(flags & 2), bool(flags & 4), bool(flags & 8))


def imports(reader: Reader) -> list[Import]:
    return [_import(reader) for _ in range(reader.count())]


def _import(reader: Reader) -> Import:
    return Import(reader.name(), reader.name(), *extern_type(reader))


def extern_type(reader: Reader) -> tuple[int, int | Limits | tuple[str, bool]]:
    """(kind, detail) of an import."""
    kind = reader.byte()
    if kind == K_FUNCTION:
        return kind, reader.leb()
    if kind == K_TABLE:
        value_type(reader)
        return kind, limits(reader)
    if kind == K_MEMORY:
        return kind, limits(reader)
    if kind == K_GLOBAL:
        return kind, global_type(reader)
    if kind == K_TAG:
        reader.byte()
        return kind, reader.leb()
    raise reader.fail(f"unknown import kind {kind}", reader.pos - 1)


def exports(reader: Reader) -> list[Export]:
    found = []
    for _ in range(reader.count()):
        name, kind = reader.name(), reader.byte()
        if kind >= len(KINDS):
            raise reader.fail(f"unknown export kind {kind}", reader.pos - 1)
        found.append(Export(name, kind, reader.leb()))
    return found


def global_type(reader: Reader) -> tuple[str, bool]:
    """(value type, mutable)"""
    return value_type(reader), bool(reader.byte() & 1)


def global_types(reader: Reader) -> list[tuple[str, bool]]:
    """Types of the globals defined here, up to the first whose initial value is exotic."""
    found = []
    for _ in range(reader.count()):
        found.append(global_type(reader))
        if not skip_constant(reader):
            break
    return found


# Operand sizes of the instructions that may stand in a constant expression.
_OPERAND_BITS = {0x41: 32, 0x42: 64, 0x23: 32, 0xD0: 33, 0xD2: 32}
_OPERAND_BYTES = {0x43: 4, 0x44: 8, 0x6A: 0, 0x6B: 0, 0x6C: 0, 0x7C: 0, 0x7D: 0, 0x7E: 0}


def skip_constant(reader: Reader) -> bool:
    """Passes a constant expression with its end; False at an instruction not known here."""
    while (opcode := reader.byte()) != 0x0B:
        if opcode in _OPERAND_BITS:
            reader.skip_leb(_OPERAND_BITS[opcode])
        elif opcode in _OPERAND_BYTES:
            reader.take(_OPERAND_BYTES[opcode])
        elif opcode == 0xFD and reader.leb() == 0x0C:  # v128.const
            reader.take(16)
        else:
            return False
    return True


def function_types(reader: Reader) -> list[FuncType | None]:
    """The types by index; None from the first that is not a plain function type on."""
    count = reader.count()
    found: list[FuncType | None] = []
    while len(found) < count and reader.byte() == 0x60:
        params = tuple(value_type(reader) for _ in range(reader.count()))
        results = tuple(value_type(reader) for _ in range(reader.count()))
        found.append(FuncType(params, results))
    return found + [None] * (count - len(found))


def leb(value: int) -> bytes:
    """The shortest unsigned LEB128 of `value`."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def padded(value: int, length: int) -> bytes:
    """The unsigned LEB128 of `value` in `length` bytes, of at most 5; the shortest if it does not fit."""
    shortest = leb(value)
    length = min(length, 5)
    if len(shortest) >= length:
        return shortest
    body = bytes(byte | 0x80 for byte in shortest) + b"\x80" * (length - len(shortest) - 1)
    return body + b"\x00"


def signed(value: int) -> bytes:
    """The shortest signed LEB128 of `value`."""
    out = bytearray()
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def section(number: int, body: bytes) -> bytes:
    """A section with its header."""
    return bytes([number]) + leb(len(body)) + body


def text(name: str) -> bytes:
    """`name` as the binary format writes it: length, then UTF-8."""
    raw = name.encode()
    return leb(len(raw)) + raw
