"""Functions that are handed over by a program of another type than they are called by: found when it is linked.

Natively `void worker(void)` is a thread's function as good as any. In wasm the call traps, far from the mistake and
perhaps never in a test. What libc calls by which type is known (`ROWS`). So is a function that passes its own
parameter on, as uv_thread_create does, and what is handed over as a constant. Nothing else is told: what comes out of
memory, or by several ways, may be right.

Looked at is the linked module: it has all calls, those of archives and of -flto, too, and none that were dropped.
"""

from __future__ import annotations

import os
from bisect import bisect
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..errors import WaliFormatError
from ..fixcalls import code, module
from ..module import binary, instructions, loader
from ..module.binary import FuncType, Reader
from . import wasmobj


@dataclass(frozen=True)
class Row:
    """Parameter `at` (from 0) of libc's function `name`, which has so many parameters, is called as `type`.

    The linked module may know the function by its name inside of libc, with two underscores in front.
    """

    name: str
    parameters: int
    at: int
    type: FuncType
    prototype: str  # the same in C, with f for the function


def _type(parameters: int, results: int) -> FuncType:
    return FuncType(("i32",) * parameters, ("i32",) * results)


_COMPARES = (_type(2, 1), "int f(const void *, const void *)")
_NOTHING = (_type(0, 0), "void f(void)")
_DESTROYS = (_type(1, 0), "void f(void *)")
# POSIX.1-2017, C11 and, of the rest, musl's headers.
ROWS = (
    Row("pthread_create", 4, 2, _type(1, 1), "void *f(void *)"),
    Row("thrd_create", 3, 1, _type(1, 1), "int f(void *)"),
    Row("pthread_once", 2, 1, *_NOTHING),
    Row("pthread_key_create", 2, 1, *_DESTROYS),
    *(Row("pthread_atfork", 3, at, *_NOTHING) for at in range(3)),
    Row("signal", 2, 1, _type(1, 0), "void f(int)"),
    Row("atexit", 1, 0, *_NOTHING),
    Row("at_quick_exit", 1, 0, *_NOTHING),
    Row("qsort", 4, 3, *_COMPARES),
    Row("qsort_r", 5, 3, _type(3, 1), "int f(const void *, const void *, void *)"),
    Row("bsearch", 5, 4, *_COMPARES),
    *(Row(name, 5, 4, *_COMPARES) for name in ("lfind", "lsearch")),
    *(Row(name, 3, 2, *_COMPARES) for name in ("tsearch", "tfind", "tdelete")),
    Row("tdestroy", 2, 1, *_DESTROYS),
    Row("twalk", 2, 1, _type(3, 0), "void f(const void *, VISIT, int)"),
    Row("scandir", 4, 2, _type(1, 1), "int f(const struct dirent *)"),
    Row("scandir", 4, 3, _type(2, 1), "int f(const struct dirent **, const struct dirent **)"),
    Row("ftw", 3, 1, _type(3, 1), "int f(const char *, const struct stat *, int)"),
    Row("nftw", 4, 1, _type(4, 1), "int f(const char *, const struct stat *, int, struct FTW *)"),
    Row("glob", 4, 2, _type(2, 1), "int f(const char *, int)"),
)
MAINS = ("__original_main", "__main_void", "__main_argc_argv")  # clang's names for it


@dataclass(frozen=True)
class Finding:
    """In `caller` the function `given`, of `type`, is passed to `callee`, which leads to `row`."""

    caller: str
    callee: str
    given: str
    type: FuncType
    row: Row

    def text(self, places: str) -> str:
        """The warning; `places`: what is known of files, "" or in parentheses behind the name."""
        by = self.callee if self.callee == self.row.name else f"{self.callee}, which leads to {self.row.name}"
        return (
            f"{self.given}{places} has the type {self.type} and will be called as {self.row.type}, "
            f"{self.row.prototype}: passed to {by}, in {self.caller}"
        )


def find(data: bytes) -> list[Finding]:
    """What is wrong in a linked module with names. Empty, too, if the module cannot be read."""
    try:
        return _Search(data).run()
    except WaliFormatError:
        return []


def place(function: str, inputs: list[str]) -> str:
    """Which of the files that were linked defines the function, as " (FILE)"; "" if that cannot be told."""
    found = []
    for path in inputs:
        if path.startswith("-") or not os.path.isfile(path):
            continue
        with suppress(OSError, wasmobj.FormatError), open(path, "rb") as file:
            data = file.read()
            if function.encode() in data:
                parts = wasmobj.members(data) if data.startswith(wasmobj.ARCHIVE) else [("", data)]
                found += [f" ({path}{f'({name})' if name else ''})" for name, part in parts if _defines(part, function)]
    return found[0] if len(found) == 1 else ""


def _defines(part: bytes, function: str) -> bool:
    with suppress(wasmobj.FormatError):
        return any(symbol.name == function and symbol.letter in "TtW" for symbol in wasmobj.symbols(part))
    return False


Value = tuple[str, int] | None
"""("const", number), ("param", index), ("local", index) that is yet to be asked, FRAME, or what is not known."""
FRAME = ("frame", 0)  # an address in the function's own frame
MOST_WALKS = 5  # through one function
MOST_CODE = 1 << 17  # bytes of code that are gone through, again and again counted: some 0.3 s


class _Search:
    def __init__(self, data: bytes) -> None:
        self.data = data
        layout = loader.parse(data)
        self.section = next((one for one in layout.sections if one.id == binary.CODE), None)
        self.spans = [] if self.section is None else list(_spans(self.section.reader(data)))
        self.starts = [start for start, _ in self.spans]
        self.stack_pointer = layout.stack_pointer
        self.functions = module.functions(data, layout, len(self.spans))
        self.table = module.table(data, layout, len(self.functions.kinds))
        self.bodies: dict[int, _Body] = {}
        self.budget = MOST_CODE

    def run(self) -> list[Finding]:
        named: dict[str, int] = {}
        for number, name in self.functions.names.items():
            named[name] = -1 if name in named else number
        found: dict[tuple[int, int, int], Finding] = {}
        queue = []
        for row in ROWS:
            for number in (named.get(row.name, -1), named.get(f"__{row.name}", -1)):
                if number >= 0 and self._fits(number, row):
                    queue.append((number, row.at, row))
        seen = set(queue)
        for callee, at, row in queue:
            for caller in self._callers(callee):
                for kind, number in self._given(caller, callee, at):
                    if kind == "param" and (caller, number, row) not in seen:
                        seen.add((caller, number, row))
                        queue.append((caller, number, row))
                    elif kind == "const" and (wrong := self._wrong(number, row)) is not None:
                        names = self._name(caller), self._shown(callee, row), self._name(wrong)
                        found.setdefault((caller, callee, wrong), Finding(*names, self._type(wrong), row))
        return list(found.values())

    def _type(self, function: int) -> FuncType:
        return self.functions.types[self.functions.kinds[function]]

    def _fits(self, number: int, row: Row) -> bool:
        """Whether this is libc's function, not one of the program's own by that name."""
        return self._type(number).params == ("i32",) * row.parameters

    def _name(self, function: int) -> str:
        name = self.functions.names.get(function, f"function {function}")
        return "main" if name in MAINS else name

    def _shown(self, callee: int, row: Row) -> str:
        name = self._name(callee)
        return row.name if name == f"__{row.name}" else name

    def _wrong(self, place: int, row: Row) -> int | None:
        """The function at this place of the table, if its type is not the row's."""
        given = self.table.get(place)
        return None if given is None or self._type(given) == row.type else given

    def _callers(self, callee: int) -> Iterator[int]:
        """The functions that may call `callee`: in which the bytes of such a call stand."""
        assert self.section is not None
        found = set()
        for opcode in (b"\x10", b"\x12"):  # call, return_call
            call = opcode + binary.padded(callee, 5)  # as wasm-ld writes it
            at = self.data.find(call, self.section.body, self.section.end)
            while at >= 0:
                place = bisect(self.starts, at) - 1
                found.add(place)
                at = self.data.find(call, max(at + 1, self.spans[place][1]), self.section.end)
        return (self.functions.imported + place for place in sorted(found) if place >= 0)

    def _given(self, caller: int, callee: int, at: int) -> Iterator[tuple[str, int]]:
        """What is known of parameter `at` in the calls of `callee`."""
        if caller not in self.bodies:
            self.bodies[caller] = _Body(self, caller)
        for value in self.bodies[caller].given_to(callee, at):
            if value is not None:
                yield value

    def may_walk(self, size: int) -> bool:
        """Whether so many bytes of code may be gone through: a link must not get slow by it."""
        self.budget -= size
        return self.budget >= 0


def _spans(reader: Reader) -> Iterator[tuple[int, int]]:
    """Begin and end of each function body."""
    for _ in range(reader.count()):
        size = reader.leb()
        start = reader.pos
        reader.take(size)
        yield start, reader.pos


_UNARY = {
    0x45,
    0x50,
    *range(0x67, 0x6A),
    *range(0x79, 0x7C),
    *range(0x8B, 0x92),
    *range(0x99, 0xA0),
    *range(0xA7, 0xC5),
}
_BINARY = set(range(0x46, 0xA7)) - _UNARY
_I32_ADD, _I32_SUB = 0x6A, 0x6B
_TEE, _SET, _DROP, _SELECT, _I32_LOAD, _I32_STORE = 0x22, 0x21, 0x1A, 0x1B, 0x28, 0x36
Slot = tuple[int, int]
"""A word in the frame: the local that holds an address there, and the offset from it."""


class _Body:
    """One function, gone through until nothing new is known.

    What a local or a word of the frame gets in one place and in no other is its value.
    """

    def __init__(self, search: _Search, function: int) -> None:
        self.search = search
        self.start, self.end = search.spans[function - search.functions.imported]
        self.parameters = len(search._type(function).params)
        self.known: dict[int | Slot, Value] = {at: ("param", at) for at in range(self.parameters)}
        self.given: dict[int | Slot, set[Value]] = {}
        self.found: list[tuple[int, list[Value]]] = []
        self.stack: list[Value] = []
        self.walks = 0

    def given_to(self, callee: int, at: int) -> list[Value]:
        """Parameter `at` in each call of `callee`."""
        while True:
            values = [arguments[at] for called, arguments in self.found if called == callee and at < len(arguments)]
            if (values and None not in values) or not self._again():
                return values

    def _again(self) -> bool:
        """Goes through it once more, if that may tell more."""
        if self.walks >= MOST_WALKS or not self.search.may_walk(self.end - self.start):
            return False
        before = dict(self.known)
        for place, values in self.given.items():
            is_parameter = isinstance(place, int) and place < self.parameters
            self.known[place] = next(iter(values)) if len(values) == 1 and not is_parameter else None
        if self.walks > 0 and self.known == before:
            self.walks = MOST_WALKS
            return False
        self.walks += 1
        self._walk()
        return True

    def _walk(self) -> None:
        self.found, self.stack, self.given = [], [], {}
        reader = Reader(self.search.data, self.start, self.end, "code section")
        for _ in range(reader.count()):
            reader.leb()
            binary.value_type(reader)
        while reader.pos < self.end:
            self._step(reader)

    def _pop(self, count: int = 1) -> list[Value]:
        """The topmost values, None for those that are not known; the lowest first."""
        got = self.stack[-count:] if count else []
        del self.stack[len(self.stack) - len(got) :]
        return [None] * (count - len(got)) + got

    def _value(self, value: Value) -> Value:
        """What a local holds."""
        return self.known.get(value[1]) if value is not None and value[0] == "local" else value

    def _step(self, reader: Reader) -> None:
        opcode = reader.byte()
        if opcode == instructions.GLOBAL_GET:
            self.stack.append(FRAME if reader.leb() == self.search.stack_pointer else None)
        elif opcode == instructions.I32_CONST:
            self.stack.append(("const", reader.signed(32) & 0xFFFFFFFF))
        elif opcode == instructions.LOCAL_GET:
            self.stack.append(("local", reader.leb()))
        elif opcode in (_SET, _TEE):
            value = self._value(self._pop()[0])
            local = reader.leb()
            self.given.setdefault(local, set()).add(value)
            self.stack += [("local", local)] if opcode == _TEE else []
        elif opcode in (0x10, 0x12):
            self._call(reader.leb())
        elif opcode in (instructions.CALL_INDIRECT, instructions.RETURN_CALL_INDIRECT):
            kind = self.search.functions.types[reader.leb()]
            reader.leb()
            self._pop(1 + len(kind.params))
            self.stack += [None] * len(kind.results)
        elif opcode in (_I32_LOAD, _I32_STORE):
            self._access(opcode, reader)
        else:
            self._other(opcode, reader)

    def _call(self, callee: int) -> None:
        if callee >= len(self.search.functions.kinds):
            raise WaliFormatError("damaged wasm module: a call of no function")
        kind = self.search._type(callee)
        self.found.append((callee, [self._value(value) for value in self._pop(len(kind.params))]))
        self.stack += [None] * len(kind.results)

    def _access(self, opcode: int, reader: Reader) -> None:
        flags = reader.leb()
        if flags & 0x40:
            reader.leb()
        offset = reader.leb()
        value = self._value(self._pop()[0]) if opcode == _I32_STORE else None
        base = self._pop()[0]
        slot = (base[1], offset) if base is not None and base[0] == "local" and self._value(base) == FRAME else None
        if opcode == _I32_STORE and slot is not None:
            self.given.setdefault(slot, set()).add(value)
        elif opcode == _I32_LOAD:
            self.stack.append(None if slot is None else self.known.get(slot))

    def _other(self, opcode: int, reader: Reader) -> None:
        key = (opcode, reader.leb()) if opcode in instructions.PREFIXES else opcode
        letters = code.OPERANDS.get(key)
        if letters is None:
            raise reader.fail("unknown instruction")
        for letter in letters:
            code.pass_operand(reader, "l" if letter == "w" else letter)
        if opcode in (instructions.I64_CONST, instructions.F32_CONST, instructions.F64_CONST):
            self.stack.append(None)
        elif opcode in (_I32_ADD, _I32_SUB):
            values = [self._value(value) for value in self._pop(2)]
            self.stack.append(
                FRAME if FRAME in values and any(v is not None and v[0] == "const" for v in values) else None
            )
        elif opcode in (instructions.GLOBAL_SET, _DROP):
            self._pop()
        elif opcode in _UNARY or 0x29 <= opcode <= 0x35:  # loads
            self._pop()
            self.stack.append(None)
        elif opcode in _BINARY:
            self._pop(2)
            self.stack.append(None)
        elif 0x37 <= opcode <= 0x3E:  # stores
            self._pop(2)
        elif opcode == _SELECT:
            self._pop(3)
            self.stack.append(None)
        elif key in ((instructions.MISC, 0x0A), (instructions.MISC, 0x0B)):  # memory.copy, memory.fill
            self._pop(3)
        elif opcode != 0x01:  # control, vectors and the rest: what is below is not known any more
            self.stack.clear()
