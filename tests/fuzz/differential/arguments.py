"""Random arguments of the types that rows give them, for programs that must answer the same on both sides."""

from __future__ import annotations

import struct
from random import Random

from abi.layouts import IOVEC, POLLFD, SIGSET, SIGSET_ARG, STAT, STATX, TIMESPEC, TIMEVAL, Layout
from syscalls.rows import Direction, Extent, Form, Param, Pointer, Row, Scalar, Shape, Text
from tests.fuzz.differential.program import SLOT_SIZE, Program
from tests.fuzz.symbol_values import values

NAMES = [
    "f",
    "g",
    "d",
    "d/x",
    "l",
    "h",
    "q",
    "loop",
    "n1",
    "n2",
    "n3",
    "d/n1",
    "d/n2",
    "d/..",
    "d/.",
    ".",
    "..",
    "/",
    "nope",
    "nope/x",
    "f/x",
    "d/",
    "f/",
    "n1/",
    "l/",
    "./f",
    "d//x",
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "n1/n2",
    "n1/n3",
    "/proc/self/cwd/f",
    "d/../g",
]
EDGES = (0, 1, 2, 3, 4, 7, 8, 16, 100, 4096, -1, -2, -100, 0x7FFFFFFF, -0x80000000)
LENGTHS = (0, 1, 2, 3, 7, 8, 16, 44, 100, 512, 1000, 1024)
OFFSETS = (0, 1, 5, 44, 100, 4095, 4096, -1, -2, 0x7FFFFFFF, 1 << 32, 1 << 62, -(1 << 63))
NO_ALARM = ~(1 << 13 | 1 << 25) & 0xFFFFFFFFFFFFFFFF
FIELDS = {
    STAT.name: "i0:8 i8:8 v16:8 v24:4 v28:4 v32:4 v40:8 v48:8 v56:8 v64:8 t72:8 t88:8 t104:8",
    STATX.name: "v0:4 v4:4 v8:8 v16:4 v20:4 v24:4 v28:2 i32:8 v40:8 v48:8 t64:8 t96:8 t112:8 v128:4 v132:4",
}
"""What is compared of a structure: see show_field of place.c.  All of it, if it does not stand here."""


class Arguments:
    """Makes the words of a call's arguments, and the lines that fill and show what they point to."""

    def __init__(self, program: Program, random: Random) -> None:
        self.program, self.random = program, random
        self.descriptors: list[str] = []
        """Words of results that may be descriptors."""
        self.processes: list[str] = []
        """Words of results that may be children."""
        self.shows: list[tuple[str, ...]] = []
        """Lines to add behind the call."""

    def of(self, row: Row) -> list[str]:
        """The words of all arguments.  Lines that fill memory are added to the program; `shows` begins anew."""
        self.shows = []
        lengths = {param.meaning.extent.count for param in row.params if isinstance(param.meaning, Pointer)}
        sizes = {name: self._length(row, str(name)) for name in lengths if isinstance(name, str)}
        return [sizes[param.name] if param.name in sizes else self._one(param, sizes) for param in row.params]

    def _length(self, row: Row, name: str) -> str:
        """A count of bytes or elements that fits a slot."""
        if any(isinstance(p.meaning, Pointer) and p.meaning.extent.layout is IOVEC for p in row.params):
            return str(self.random.choice((0, 1, 2, 3, 4, -1, 1025)))
        pointers = (p.meaning for p in row.params if isinstance(p.meaning, Pointer))
        unit = max(1, *(p.extent.unit for p in pointers if p.extent.count == name), 1)
        few = [length for length in LENGTHS if length * unit + 64 <= SLOT_SIZE] or [1]
        return str(self.random.choice(few))

    def _one(self, param: Param, sizes: dict[str, str]) -> str:
        meaning = param.meaning
        if isinstance(meaning, Scalar):
            return str(self._scalar(meaning))
        if isinstance(meaning, Text):
            return self.path() if meaning.path else self.text()
        if isinstance(meaning, Pointer):
            return self._pointer(meaning, sizes)
        return self.random.choice(("null", "bad"))

    def _scalar(self, meaning: Scalar) -> object:
        random = self.random
        if meaning.shape in (Shape.FD, Shape.DIRFD):
            return self.fd(meaning.shape is Shape.DIRFD)
        if meaning.symbols:
            return self._named(meaning)
        if meaning.shape is Shape.OCTAL:
            return random.choice((0o644, 0o755, 0o600, 0, 0o777, 0o7777, 0o100644, 0o10600, 0o140755, 0o1000))
        if meaning.shape is Shape.SIGNAL:
            return self.signal()
        if meaning.shape is Shape.DEVICE:
            return 0
        few = OFFSETS if meaning.wide else EDGES
        # A size has 64 bits natively: -1 is another number there.
        return random.choice(few if meaning.signed else [value for value in few if value >= 0])

    def _named(self, meaning: Scalar) -> int:
        assert meaning.symbols
        known = values().get(meaning.symbols.name, (0,))
        if meaning.shape is Shape.CHOICE:
            value = (
                self.random.choice((*known, 0, 1, 2, 99)) if self.random.random() < 0.2 else self.random.choice(known)
            )
        else:
            value = 0
            for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3))):
                value |= self.random.choice(known)
            if self.random.random() < 0.03:
                value |= 1 << self.random.randrange(31)
        return value - (1 << 32) if 1 << 31 <= value < 1 << 32 and meaning.signed else value

    def fd(self, folder: bool = False) -> str:
        """A descriptor, mostly one that the program has opened."""
        if folder and self.random.random() < 0.7:
            return "-100"
        if self.descriptors and self.random.random() < 0.85:
            return self.random.choice(self.descriptors[-6:])
        return str(self.random.choice((0, 1, 2, 3, 4, 5, 6, 7, -1, 99, -100)))

    def pid(self) -> str:
        """An own process, or none."""
        return self.random.choice(("pid", "pid", *self.processes, "999999"))

    def signal(self) -> int:
        """A signal without a meaning of the guard's or of libc's own."""
        return self.random.choice((0, 1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18, 23, 28, 36, 40, 64, 65, -1))

    def path(self) -> str:
        """A place that holds the name of a file; or a bad one."""
        chance = self.random.random()
        if chance < 0.03:
            return self.random.choice(("bad", "null"))
        if chance < 0.05:
            at = self.program.slot()
            self.program.add("path", at, self.random.choice((255, 256)))
            return at
        return self.program.fill(self.random.choice(NAMES if chance < 0.9 else ("",)).encode() + b"\0")

    def text(self) -> str:
        """A place that holds another name."""
        names = ("user.a", "user.b", "user.", "trusted.a", "name", "/q1", "/q2", "")
        return self.program.fill(self.random.choice(names).encode() + b"\0") if self.random.random() < 0.95 else "bad"

    def _pointer(self, meaning: Pointer, sizes: dict[str, str]) -> str:
        chance = self.random.random()
        if chance < 0.08:
            return self.random.choice(("bad", "null"))
        extent = meaning.extent
        if extent.layout is IOVEC:
            return self.vectors()
        at = self._filled(extent) if meaning.direction is not Direction.OUT else self.painted()
        if meaning.direction is not Direction.IN:
            self._show(at, extent)
        del sizes
        return at

    def painted(self) -> str:
        """A slot full of a pattern, to see what a call writes."""
        at = self.program.slot()
        self.program.add("paint", at, SLOT_SIZE)
        return at

    def _show(self, at: str, extent: Extent) -> None:
        if extent.form is Form.RECORDS:
            self.shows.append(("show", "names", at))
        elif extent.layout and extent.layout.name in FIELDS:
            self.shows.append(("show", "fields", at, *FIELDS[extent.layout.name].split()))
        elif extent.layout not in (TIMESPEC, TIMEVAL):
            self.shows.append(("show", "bytes", at, str(SLOT_SIZE)))

    def vectors(self) -> str:
        """An array of iovecs, whose parts are shown behind the call."""
        parts: list[str] = []
        for _ in range(4):
            place = self.painted() if self.random.random() < 0.9 else self.random.choice(("bad", "null"))
            parts += [place, str(self.random.choice(LENGTHS))]
            if place[0] == "s":
                self.shows.append(("show", "bytes", place, str(SLOT_SIZE)))
        at = self.program.slot()
        self.program.add("iov", at, *parts)
        return at

    def _filled(self, extent: Extent) -> str:
        layout, random = extent.layout, self.random
        if extent.form is Form.SOCKADDR:
            return self.program.fill(self.address())
        if extent.bits:
            return self.program.fill(random.randrange(256).to_bytes(8, "little") + bytes(120))
        if layout is POLLFD:
            return self._polled()
        if layout is SIGSET:
            return self.program.fill(struct.pack("<Q", self.mask()))
        if layout is SIGSET_ARG:
            at = self.program.fill(struct.pack("<QQ", 0, 8))
            return at if random.random() < 0.5 else "null"
        if layout in (TIMESPEC, TIMEVAL):
            return self._times()
        if layout is None and extent.unit in (4, 8) and extent.count == 1:
            return self.program.fill(random.choice((0, 1, 16, 44, 100)).to_bytes(8, "little"))
        return self.program.fill(self._structure(layout) if layout else random.randbytes(64))

    def _structure(self, layout: Layout) -> bytes:
        content = bytearray(layout.size)
        for field in layout.fields:
            if field.count is None:
                value = self.random.choice((0, 0, 1, 2, 3, 5, 100))
                content[field.offset : field.offset + field.size] = value.to_bytes(field.size, "little")
        return bytes(content) * 2

    def _polled(self) -> str:
        at = self.program.slot()
        self.program.add("paint", at, 1024)
        for i in range(4):
            self.program.add("word", f"{at}+{8 * i}", 4, self.fd())
            self.program.add("word", f"{at}+{8 * i + 4}", 4, self.random.choice((1, 4, 5, 0, 0x2000, 0x20)))
        return at

    def _times(self) -> str:
        seconds = self.random.choice((0, 0, 0, 1, 5, 1 << 33, -1))
        fraction = self.random.choice((0, 0, 1000, 999999, 1000000, 999999999, 1000000000, 0x3FFFFFFF, -1))
        return self.program.fill(struct.pack("<qqqq", seconds, fraction, 0, 0))

    def mask(self) -> int:
        """A set of signals, never with the guard's."""
        chosen = 0
        for _ in range(self.random.randrange(4)):
            chosen |= 1 << (max(1, self.signal()) - 1) % 64
        return (chosen if self.random.random() < 0.9 else 0xFFFFFFFFFFFFFFFF) & NO_ALARM

    def address(self) -> bytes:
        """An address of a socket."""
        random = self.random
        kind = random.randrange(8)
        if kind < 4:
            return (
                struct.pack("<H", 1)
                + random.choice((b"sock1", b"sock2", b"d/s", b"\0abstract", b"f", b"", b"nope/s"))
                + b"\0" * 32
            )
        if kind < 7:
            port = random.choice((0, 4001, 4002, 4003))
            return struct.pack("<H", 2) + struct.pack(">H", port) + random.choice((b"\x7f\0\0\1", bytes(4))) + bytes(8)
        return random.randbytes(28)
