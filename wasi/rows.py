"""What one row of a table says: a function of WASI, and the type of each parameter.

A row reads like the function's witx text::

    function("fd_seek", fd=FD, offset=FILEDELTA, whence=WHENCE, newoffset=Out(FILESIZE))

Everything generated comes from it: the C entry with its signature, the handler's prototype, what the loader
knows of imports, the text of the trace and the support page.

Types are those of witx and WIT, laid out by the canonical ABI (which for preview1's types is the same as C's).
A row's key is its interface and its name, so that tables of other interfaces stand beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from syscalls.rows import RowError as RowError
from syscalls.rows import called_from as called_from

MOST_WORDS = 16
"""Parameters of a core function that the linker can bind (wali/native/imports/interface.h)."""
MOST_CASES = 8
"""Cases of a variant, for the trace keeps them in a byte of bits."""


# Types.


@dataclass(frozen=True)
class Number:
    """An integer of 8, 16, 32 or 64 bits."""

    name: str
    bits: int
    signed: bool = False


@dataclass(frozen=True)
class Handle:
    """An index in a table of the runtime's, such as a descriptor: 32 bits."""

    name: str
    bits: int = 32


@dataclass(frozen=True)
class Enum:
    """One of several names, which count from 0. Any other number is an error of the caller's."""

    name: str
    bits: int
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Flags:
    """Bits with names, from the lowest. `any_bit`: further bits are no error, and mean nothing."""

    name: str
    bits: int
    names: tuple[str, ...]
    any_bit: bool = False


@dataclass(frozen=True)
class Bytes:
    """In a record: the address of bytes, whose count is the next field."""

    name: str = "bytes"
    bits: int = 32


@dataclass(frozen=True)
class String:
    """UTF-8 without a NUL at its end: address and bytes."""

    name: str = "string"


@dataclass(frozen=True)
class List:
    """Elements one behind the other: address and count."""

    element: Type

    @property
    def name(self) -> str:
        return f"list<{self.element.name}>"


@dataclass(frozen=True)
class Record:
    """Fields by name, in order."""

    name: str
    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True)
class Variant:
    """A tag, and behind it what the tag says: one type for each case, None for nothing."""

    name: str
    tag: Enum
    cases: tuple[Type | None, ...]


Value = Number | Handle | Enum | Flags
Type = Value | Bytes | String | List | Record | Variant


def size_of(kind: Type) -> int:
    """Bytes in memory."""
    if isinstance(kind, String | List):
        return 8
    if isinstance(kind, Record):
        end = 0
        for _, part in kind.fields:
            end = _aligned(end, part) + size_of(part)
        return _rounded(end, alignment_of(kind))
    if isinstance(kind, Variant):
        longest = max((size_of(case) for case in kind.cases if case is not None), default=0)
        return _rounded(payload_of(kind) + longest, alignment_of(kind))
    return kind.bits // 8


def alignment_of(kind: Type) -> int:
    """Bytes that the address is a multiple of."""
    if isinstance(kind, String | List):
        return 4
    if isinstance(kind, Record):
        return max((alignment_of(part) for _, part in kind.fields), default=1)
    if isinstance(kind, Variant):
        cases = [alignment_of(case) for case in kind.cases if case is not None]
        return max([size_of(kind.tag), *cases])
    return kind.bits // 8


def payload_of(kind: Variant) -> int:
    """Where the cases of a variant lie."""
    most = max((alignment_of(case) for case in kind.cases if case is not None), default=1)
    return _rounded(size_of(kind.tag), most)


def _rounded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


def _aligned(at: int, kind: Type) -> int:
    return _rounded(at, alignment_of(kind))


@dataclass(frozen=True)
class Place:
    """A field where it lies in a record, nested ones resolved.

    cases: bits of the cases of the tag at `tag_at` in which the field is there; 0 if it always is.
    """

    name: str
    offset: int
    type: Value | Bytes | String | List
    tag_at: int = 0
    cases: int = 0


def places(kind: Record | Variant) -> tuple[Place, ...]:
    """The fields of a record, those of records and variants inside it among them. ValueError if the trace cannot show it."""
    found: dict[tuple[str, int, int, Type], Place] = {}
    for place in _leaves(kind, 0, 0, 0):
        key = (place.name, place.offset, place.tag_at, place.type)
        bits = found[key].cases if key in found else 0
        found[key] = replace(place, cases=place.cases | bits)  # two cases may have the same
    return tuple(found.values())


def _leaves(kind: Record | Variant, at: int, tag_at: int, cases: int) -> Iterator[Place]:
    if isinstance(kind, Record):
        offset = 0
        for name, part in kind.fields:
            offset = _aligned(offset, part)
            yield from _leaf(name, part, at + offset, tag_at, cases)
            offset += size_of(part)
        return
    if len(kind.cases) != len(kind.tag.cases) or len(kind.cases) > MOST_CASES:
        raise ValueError(f"type {kind.name}: its cases are not those of its tag, or too many")
    yield from _leaf("type", kind.tag, at, tag_at, cases)
    for number, case in enumerate(kind.cases):
        if case is not None:
            yield from _leaf(case.name, case, at + payload_of(kind), at, 1 << number)


def _leaf(name: str, part: Type, at: int, tag_at: int, cases: int) -> Iterator[Place]:
    if isinstance(part, Record | Variant):
        yield from _leaves(part, at, tag_at, cases)
    else:
        yield Place(name, at, part, tag_at, cases)


# Parameters that are more than their type.


@dataclass(frozen=True)
class Out:
    """The address where the function stores a result."""

    type: Value | Record | Variant


@dataclass(frozen=True)
class Filled:
    """A list of buffers that the function fills; the result `count` is how many bytes."""

    type: List
    count: str


@dataclass(frozen=True)
class Buffer:
    """The address and size of bytes that the function fills: `count` of them, a result, or all ("")."""

    count: str = ""


@dataclass(frozen=True)
class Array:
    """The address of elements. `count` is the number or the result that says how many; `filled`: the function stores them."""

    type: Record
    count: str
    filled: bool = False


@dataclass(frozen=True)
class Opaque:
    """An address that only the handler follows, and the reason."""

    why: str


Meaning = Type | Out | Filled | Buffer | Array | Opaque
TWO_WORDS = String | List | Filled | Buffer


@dataclass(frozen=True)
class Param:
    """A parameter: its name in the interface's text, and its meaning. `at`: its first word in the core signature."""

    name: str
    meaning: Meaning
    at: int

    @property
    def letters(self) -> str:
        """Its words in wasm: `i` or `I` each."""
        if isinstance(self.meaning, TWO_WORDS):
            return "ii"
        wide = isinstance(self.meaning, Value) and self.meaning.bits == 64
        return "I" if wide else "i"

    @property
    def c_type(self) -> str:
        """The type that a handler takes it as."""
        if isinstance(self.meaning, TWO_WORDS):
            return "struct wasi_list"
        if self.letters == "i":
            return "uint32_t"
        return "int64_t" if isinstance(self.meaning, Number) and self.meaning.signed else "uint64_t"


# Rows.


@dataclass(frozen=True)
class Interface:
    """A module name that functions are imported from. Handlers' names begin with `prefix`.

    release: of which releases of WIT it is, such as "0.2"; "" of what has no versions.
    """

    module: str
    prefix: str
    release: str = ""

    @property
    def key(self) -> str:
        """What tells it from all others: the module name, and the release for all of its versions."""
        return f"{self.module}@{self.release}" if self.release else self.module


@dataclass(frozen=True)
class Row:
    """One function. `where` is the file and line of the row.

    returns: False if the function never does. limits: what users should know. served_by: the row whose entry answers,
    if another's does.
    """

    interface: Interface
    name: str
    family: str
    params: tuple[Param, ...]
    returns: bool = True
    limits: str = ""
    served_by: Row | None = None
    where: str = field(default="", compare=False)

    @property
    def signature(self) -> str:
        """The parameters of the core function: one letter each, `i` or `I`."""
        return "".join(param.letters for param in self.params)

    @property
    def core_result(self) -> str:
        """The result of the core function: `i`, `I` or `-` for none. Here an errno, if any."""
        return "i" if self.returns else "-"

    @property
    def symbol(self) -> str:
        """The name that entry and handler are called by."""
        return self.served_by.symbol if self.served_by is not None else f"{self.interface.prefix}_{self.name}"

    def param(self, name: str) -> Param:
        """The parameter of that name. RowError if there is none."""
        for param in self.params:
            if param.name == name:
                return param
        raise self.fail(f"{name} is no parameter")

    def fail(self, why: str) -> RowError:
        """An error about this row, to raise."""
        return RowError(f"{self.where}: {self.interface.module}.{self.name}: {why}")


def row(
    interface: Interface,
    family: str,
    name: str,
    meanings: dict[str, Meaning],
    where: str,
    *,
    returns: bool = True,
    limits: str = "",
) -> Row:
    """A checked row. RowError if it says something impossible."""
    params: list[Param] = []
    at = 0
    for word, meaning in meanings.items():
        params.append(Param(word, meaning, at))
        at += len(params[-1].letters)
    made = Row(interface, name, family, tuple(params), returns, limits, where=where)
    _check(made)
    return made


def _check(made: Row) -> None:
    if len(made.signature) > MOST_WORDS:
        raise made.fail(f"{len(made.signature)} words, the linker binds {MOST_WORDS}")
    if not made.returns and any(isinstance(param.meaning, Out) for param in made.params):
        raise made.fail("it never returns, and has a result")
    for param in made.params:
        _check_param(made, param)


def _check_param(made: Row, param: Param) -> None:
    meaning = param.meaning
    if isinstance(meaning, Opaque) and not meaning.why:
        raise made.fail(f"{param.name}: nobody follows this address, and there is no reason")
    if isinstance(meaning, List) and not isinstance(meaning.element, Record):
        raise made.fail(f"{param.name}: nothing shows a list of {meaning.element.name}")
    if isinstance(meaning, Filled | Buffer | Array) and meaning.count:
        _check_count(made, param, meaning.count, is_result=not isinstance(meaning, Array) or meaning.filled)
    for kind in _types(meaning):
        _check_type(made, param, kind)


def _types(meaning: Meaning) -> tuple[Type, ...]:
    if isinstance(meaning, Out | Array):
        return (meaning.type,)
    if isinstance(meaning, Filled):
        return (meaning.type.element,)
    if isinstance(meaning, List):
        return (meaning.element,)
    return () if isinstance(meaning, Buffer | Opaque) else (meaning,)


def _check_count(made: Row, param: Param, count: str, is_result: bool) -> None:
    other = made.param(count).meaning
    if is_result and not (isinstance(other, Out) and isinstance(other.type, Number)):
        raise made.fail(f"{param.name}: {count} is not a result that counts")
    if not is_result and not isinstance(other, Number):
        raise made.fail(f"{param.name}: {count} is not a number")


def _check_type(made: Row, param: Param, kind: Type) -> None:
    if isinstance(kind, Record | Variant):
        try:
            found = places(kind)
        except ValueError as error:
            raise made.fail(f"{param.name}: {error}") from None
        for place in found:
            _check_type(made, param, place.type)
    elif isinstance(kind, Enum) and len(kind.cases) > 1 << min(kind.bits, 16):
        raise made.fail(f"{param.name}: {kind.name} has more cases than {kind.bits} bits tell apart")
    elif isinstance(kind, Flags) and len(kind.names) > kind.bits:
        raise made.fail(f"{param.name}: {kind.name} has more flags than its {kind.bits} bits")
    elif isinstance(kind, Number | Enum | Flags) and kind.bits not in (8, 16, 32, 64):
        raise made.fail(f"{param.name}: {kind.name} has {kind.bits} bits")


def mask(kind: Flags) -> int:
    """The bits that have names."""
    return (1 << len(kind.names)) - 1
