"""Guests that call functions of preview2 or of the draft one after the other: modules that import the interfaces' functions.

What the functions return is read in Python, from the memory that the guest writes to standard output at its end.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from wasi.rows import Enum, Flags, List, Record, String, Type, Variant, alignment_of, payload_of, size_of
from wasi.table import draft, preview2
from wasi.table.preview2_types import OUTGOING_DATAGRAM
from wasi.wit import WitRow

VERSION = "0.2.3"
LETTERS = {"i": "i32", "I": "i64"}
PIECE = 4096  # that a waiting write takes
TEXTS, RESULTS, HEAP, PAGES = 1024, 65536, 2 * 65536, 8


@dataclass(frozen=True)
class World:
    """What guests import: `run` is the export that begins one, `write` the function that it tells its results by."""

    rows: tuple[WitRow, ...]
    run: str
    write: str


PREVIEW2 = World(preview2.ROWS, f"wasi:cli/run@{VERSION}#run", "output-stream.blocking-write-and-flush")
DRAFT = World(draft.ROWS, "run", "streams.blocking-write")


def row_of(name: str, world: World = PREVIEW2) -> WitRow:
    """The row by the end of its name: ``descriptor.stat``, ``drop:pollable``, ``stdin.get-stdin``."""
    for row in world.rows:
        told = row.name.replace("[method]", "").replace("[resource-drop]", "drop:")
        if name in (told, f"{row.interface.module.rpartition('/')[2]}.{told}"):
            return row
    raise KeyError(name)


@dataclass(frozen=True)
class Result:
    """Where a call's result will lie."""

    row: WitRow
    at: int

    def word(self, offset: int = 0) -> str:
        """An i32 of it, as an argument of another call."""
        return f"(i32.load (i32.const {self.at + offset}))"

    @property
    def handle(self) -> str:
        """The handle that it is, or that its `ok` or `some` is."""
        return self.word(payload_of(self.row.result) if isinstance(self.row.result, Variant) else 0)


def imported(row: WitRow) -> str:
    """The import's text."""
    params = " ".join(LETTERS[letter] for letter in row.signature)
    result = "" if row.core_result == "-" else f"(result {LETTERS[row.core_result]})"
    params = f"(param {params})" if params else ""
    module = f"{row.interface.module}@{VERSION}" if row.interface.release else row.interface.module
    return f'(import "{module}" "{row.name}" (func ${row.symbol} {params} {result}))'


class Guest:
    """The calls of a guest, in order."""

    def __init__(self, world: World = PREVIEW2, texts: bytearray | None = None) -> None:
        """texts: where the bytes of several guests of one module lie."""
        self.world = world
        self.lines: list[str] = []
        self.results: list[Result] = []
        self._texts = bytearray() if texts is None else texts
        self._next = RESULTS

    def bytes(self, data: bytes) -> tuple[int, int]:
        """A list of bytes, as two arguments."""
        at = TEXTS + len(self._texts)
        if (known := self._texts.find(data)) >= 0:
            return TEXTS + known, len(data)
        self._texts += data
        assert TEXTS + len(self._texts) <= RESULTS
        return at, len(data)

    def handles(self, *results: Result) -> tuple[int, int]:
        """A list of their handles."""
        self._next += -self._next % 4
        at = self._next
        self._next += 4 * len(results)
        self.lines += [f"(i32.store (i32.const {at + 4 * n}) {one.handle})" for n, one in enumerate(results)]
        return at, len(results)

    def datagrams(self, all_: list[tuple[bytes, tuple[int | str, ...] | None]], room: int = 0) -> tuple[int, int]:
        """A list of datagrams: data, and the flat words of an address. `room` is for data that texts have none for."""
        self._next += -self._next % 4
        at = self._next
        self._next += size_of(OUTGOING_DATAGRAM) * len(all_)
        for number, (data, address) in enumerate(all_):
            here = at + number * size_of(OUTGOING_DATAGRAM)
            place = (RESULTS, room) if room else self.bytes(data)
            words: list[tuple[str, int, int | str]] = [("i32.store", 0, place[0]), ("i32.store", 4, place[1])]
            if address is not None:
                words += [("i32.store8", 8, 1), ("i32.store8", 12, address[0]), ("i32.store16", 16, address[1])]
                sizes = [("i32.store8", 1)] * 4 if address[0] == 0 else [("i32.store", 4), *[("i32.store16", 2)] * 8]
                offset = 18 if address[0] == 0 else 20
                for (store, step), word in zip(sizes, address[2:], strict=False):
                    words.append((store, offset, word))
                    offset += step
            for store, offset, word in words:
                given = word if isinstance(word, str) else f"(i32.const {word})"
                self.lines.append(f"({store} (i32.const {here + offset}) {given})")
        return at, len(all_)

    def call(self, name: str, *words: int | str | tuple[int, int]) -> Result:
        """A call with these flat arguments; a str is WebAssembly text, or a path if it begins with ``/`` or a letter."""
        row = row_of(name, self.world)
        flattened: list[int | str] = []
        for word in words:
            if isinstance(word, str) and not word.startswith("("):
                word = self.bytes(word.encode())
            flattened += list(word) if isinstance(word, tuple) else [word]
        self._next += -self._next % 8
        made = Result(row, self._next)
        self._next += max(size_of(row.result), 8) if row.result is not None else 0
        if row.has_area:
            flattened.append(made.at)
        assert len(flattened) == len(row.signature), (name, row.signature, flattened)
        arguments = " ".join(
            word if isinstance(word, str) else f"({LETTERS[letter]}.const {word})"
            for letter, word in zip(row.signature, flattened, strict=True)
        )
        called = f"(call ${row.symbol} {arguments})"
        letter = row.core_result
        self.lines.append(called if letter == "-" else f"({LETTERS[letter]}.store (i32.const {made.at}) {called})")
        self.results.append(made)
        return made

    def write(self, stream: str, data: bytes) -> Result:
        """A write that has been permitted."""
        self.call("output-stream.check-write", stream)
        return self.call("output-stream.write", stream, self.bytes(data))

    def send(self, stream: str, datagrams: tuple[int, int]) -> Result:
        """A send that has been permitted."""
        self.call("outgoing-datagram-stream.check-send", stream)
        return self.call("outgoing-datagram-stream.send", stream, datagrams)

    def text(self, ending: str = "") -> str:
        """The module."""
        out, write = row_of("stdout.get-stdout", self.world), row_of(self.world.write, self.world)
        used = {row.symbol: row for row in [out, write, *(result.row for result in self.results)]}
        return f"""(module {"".join(map(imported, used.values()))} {memory(self._texts)}
          (func $tell (param $out i32) (param $at i32) (local $size i32)
            (loop $on
              (local.set $size (i32.sub (global.get $free) (local.get $at)))
              (if (i32.gt_u (local.get $size) (i32.const {PIECE})) (then (local.set $size (i32.const {PIECE}))))
              (call ${write.symbol} (local.get $out) (local.get $at) (local.get $size) (i32.const 512))
              (local.set $at (i32.add (local.get $at) (local.get $size)))
              (br_if $on (i32.lt_u (local.get $at) (global.get $free)))))
          (func (export "{self.world.run}") (result i32)
            {" ".join(self.lines)} {ending}
            (call $tell (call ${out.symbol}) (i32.const {RESULTS}))
            (i32.const 0)))"""

    def read(self, memory: bytes) -> list[Any]:
        """What each call returned, from what the guest has written."""
        return [
            None if made.row.result is None else value(made.row.result, memory, made.at - RESULTS)
            for made in self.results
        ]


def memory(texts: bytes) -> str:
    """Memory, with what is known from the beginning, and its allocator."""
    data = "".join(f"\\{byte:02x}" for byte in texts)
    return f"""(memory (export "memory") {PAGES}) (data (i32.const {TEXTS}) "{data}")
      (global $free (mut i32) (i32.const {HEAP}))
      (func (export "cabi_realloc") (param $old i32) (param i32) (param $align i32) (param $size i32) (result i32)
        (local $at i32)
        (if (local.get $old) (then unreachable))
        (local.set $at (i32.and (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
        (global.set $free (i32.add (local.get $at) (local.get $size)))
        (local.get $at))"""


class Book:
    """Several guests in one module, each an export of its own: compiled once, and run by ``--invoke``."""

    def __init__(self) -> None:
        self._texts = bytearray()
        self._guests: dict[str, Guest] = {}
        self._entries: dict[str, tuple[str, str, tuple[WitRow, ...]]] = {}

    def guest(self, name: str) -> Guest:
        """A new guest, by the name of its export."""
        assert name not in self._guests
        return self._guests.setdefault(name, Guest(texts=self._texts))

    def entry(self, name: str, parameter: str, body: str, *rows: WitRow) -> None:
        """An export of this text, which calls these functions; ``$given`` is its parameter, of type `parameter`."""
        self._entries[name] = (f"(param $given {parameter})", body, rows)

    def text(self) -> str:
        """The module."""
        rows = [result.row for guest in self._guests.values() for result in guest.results]
        rows += [row for _, _, used in self._entries.values() for row in used]
        imports = {row.symbol: imported(row) for row in rows}
        entries = [f'(func (export "{name}") {" ".join(guest.lines)})' for name, guest in self._guests.items()]
        entries += [f'(func (export "{name}") {head} {body})' for name, (head, body, _) in self._entries.items()]
        return f"(module {''.join(imports.values())} {memory(self._texts)} {' '.join(entries)})"


def value(kind: Type, memory: bytes, at: int) -> Any:
    """A value in memory: a dict, (case, value), str, bytes, list or int."""
    if isinstance(kind, String | List):
        start, count = struct.unpack_from("<II", memory, at)
        start -= RESULTS
        if isinstance(kind, String):
            return memory[start : start + count].decode() if count else ""
        if size_of(kind.element) == 1:
            return memory[start : start + count] if count else b""
        return [value(kind.element, memory, start + n * size_of(kind.element)) for n in range(count)]
    if isinstance(kind, Record):
        found = {}
        offset = 0
        for name, part in kind.fields:
            offset += -offset % alignment_of(part)
            found[name] = value(part, memory, at + offset)
            offset += size_of(part)
        return found
    if isinstance(kind, Variant):
        tag = memory[at]
        case = kind.cases[tag]
        return (kind.tag.cases[tag], None if case is None else value(case, memory, at + payload_of(kind)))
    number = int.from_bytes(memory[at : at + kind.bits // 8], "little")
    if isinstance(kind, Enum):
        return kind.cases[number]
    if isinstance(kind, Flags):
        return {name for bit, name in enumerate(kind.names) if number >> bit & 1}
    return number
