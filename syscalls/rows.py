"""What one row of the table says: the kind of a call, and the meaning of each parameter.

A row reads like the call's manual page::

    passthrough(0, "read", fd=FD, buf=Out("count"), count=SIZE)

Everything generated comes from it: the C entry, the handler's prototype, the guest's
headers, the text of the trace and the support page.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from abi.layouts import IOVEC, SIGEVENT, Layout
from syscalls.symbols import Symbols

MAX_PARAMS = 6
REPACKED = (IOVEC, SIGEVENT)
"""The narrow layouts that entries repack by themselves; all others need a handler."""


class RowError(Exception):
    """A row that says something impossible.  The message names its file, line and name."""


class Kind(Enum):
    """How a call is answered."""

    PASSTHROUGH = "passthrough"
    REPACK = "repack"
    CUSTOM = "custom"
    STUB = "stub"


class Direction(Enum):
    """Which way the bytes behind a pointer travel, seen from the guest's call."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"


class Shape(Enum):
    """What a scalar means, for the trace."""

    INT = "int"
    FD = "fd"
    DIRFD = "dirfd"
    HEX = "hex"
    OCTAL = "octal"
    FLAGS = "flags"
    CHOICE = "choice"
    DEVICE = "device"
    SIGNAL = "signal"
    REQUEST = "request"
    ARGUMENT = "argument"
    OPTION = "option"
    FILE_MODE = "file_mode"
    SIGSET = "sigset"
    HANDLER = "handler"
    TIME = "time"
    LIMIT = "limit"
    EPOLL_DATA = "epoll_data"


@dataclass(frozen=True)
class Scalar:
    """A number.  `wide` is 64 bits, else 32; `signed` says how a narrower argument widens."""

    shape: Shape = Shape.INT
    signed: bool = True
    wide: bool = False
    symbols: Symbols | None = None


@dataclass(frozen=True)
class Text:
    """The address of a string that ends with NUL; `path` if it names a file."""

    path: bool


@dataclass(frozen=True)
class Vector:
    """The address of a NULL-terminated vector of string addresses (execve).

    `counted`: the trace tells how many there are, and no string (an environment holds secrets).
    """

    counted: bool = False


@dataclass(frozen=True)
class Address:
    """A guest address that is not followed by the entry: the handler knows what it is.

    With `option` it is the value of a socket option, which travels that way: the options of
    syscalls/sockopts/ tell the trace what it is. `shown` is what the trace finds there.
    """

    why: str
    option: Direction | None = None
    shown: Pointer | None = None


class Form(Enum):
    """What bytes without a layout are, for the trace."""

    PLAIN = "plain"
    SOCKADDR = "sockaddr"
    TEXT = "text"
    RECORDS = "records"
    RANDOM = "random"
    STATUS = "status"
    SIGINFO = "siginfo"
    SOCKLEN = "socklen"


@dataclass(frozen=True)
class Extent:
    """How many bytes lie behind a pointer: plus + unit * count.

    `count` is a number or the name of the parameter that holds it.  `bits` means that the
    count is of bits, in words of 64 (fd_set).  `guarded` says why the kernel itself cannot run
    past the guard behind guest memory, when the length is not known before the call.
    `form` is what the bytes are, for the trace.
    """

    unit: int = 1
    count: int | str = 1
    plus: int = 0
    bits: bool = False
    layout: Layout | None = None
    guarded: str = ""
    form: Form = Form.PLAIN


@dataclass(frozen=True)
class Pointer:
    """The address of bytes that the kernel reads, writes or both.  NULL passes as NULL."""

    direction: Direction
    extent: Extent
    opaque: str = ""


Meaning = Scalar | Text | Vector | Address | Pointer


@dataclass(frozen=True)
class Param:
    """A parameter: its name in the manual page, and its meaning."""

    name: str
    meaning: Meaning

    @property
    def wide(self) -> bool:
        """64 bits in wasm."""
        return isinstance(self.meaning, Scalar) and self.meaning.wide

    @property
    def signed(self) -> bool:
        """Widens with its sign."""
        return isinstance(self.meaning, Scalar) and self.meaning.signed

    @property
    def letter(self) -> str:
        """`i` or `I`, as signatures write it."""
        return "I" if self.wide else "i"

    @property
    def c_type(self) -> str:
        """The type that a handler takes it as."""
        if not isinstance(self.meaning, Scalar):
            return "gaddr_t"
        sign = "" if self.meaning.signed else "u"
        return f"{sign}int{64 if self.meaning.wide else 32}_t"


@dataclass(frozen=True)
class Row:
    """One system call.  `where` is the file and line of the row."""

    number: int
    name: str
    kind: Kind
    params: tuple[Param, ...]
    note: str = ""
    errno: str = ""
    enters: str = ""
    address_result: bool = False
    where: str = ""

    @property
    def signature(self) -> str:
        """The canonical wasm parameters: one letter each, `i` or `I`."""
        return "".join(param.letter for param in self.params)

    @property
    def kernel_name(self) -> str:
        """The kernel's name of the call that is entered."""
        return self.enters or self.name

    def fail(self, why: str) -> RowError:
        """An error about this row, to raise."""
        return RowError(f"{self.where}: row {self.number} {self.name}: {why}")


class Result(Enum):
    """The result that an auxiliary import must be declared with, as a letter of C's list."""

    ANY = "0"
    I32 = "'i'"
    NONE = "'-'"


@dataclass(frozen=True)
class Auxiliary:
    """An import of the binary interface that is no system call.

    All `names` are served by the C function `entry`.  `where` is the file and line of the row.
    """

    names: tuple[str, ...]
    params: tuple[Param, ...]
    result: Result
    entry: str
    note: str
    where: str

    @property
    def signature(self) -> str:
        """The wasm parameters: one letter each, `i` or `I`."""
        return "".join(param.letter for param in self.params)

    def fail(self, why: str) -> RowError:
        """An error about this row, to raise."""
        return RowError(f"{self.where}: import {self.names[0]}: {why}")


# Scalars.

INT = Scalar()
UINT = Scalar(signed=False)
LONG = Scalar(wide=True)
ULONG = Scalar(wide=True, signed=False)
SIZE = Scalar(signed=False)
LENGTH = Scalar()
OFFSET = Scalar(wide=True)
FD = Scalar(Shape.FD)
DIRFD = Scalar(Shape.DIRFD)
HEX = Scalar(Shape.HEX, signed=False)
HEX64 = Scalar(Shape.HEX, signed=False, wide=True)
MODE = Scalar(Shape.OCTAL, signed=False)
HEX_OFFSET = Scalar(Shape.HEX, wide=True)
DEVICE = Scalar(Shape.DEVICE, signed=False)
PID = Scalar()
# -1 means "no change": the kernel's ids are unsigned, and -1 reads better.
ID = Scalar()
SIGNAL = Scalar(Shape.SIGNAL)
# A request of ioctl(2); and the parameter after it, which is what syscalls/ioctls/ says of the request.
REQUEST = Scalar(Shape.REQUEST, signed=False)
ARGUMENT = Scalar(Shape.ARGUMENT, signed=False)
# An option of a socket, whose level is the parameter before it; its value is the parameter after it.
OPTION = Scalar(Shape.OPTION)


def Flags(symbols: Symbols, signed: bool = False, wide: bool = False) -> Scalar:
    """Bits with names."""
    return Scalar(Shape.FLAGS, signed, wide, symbols)


def Choice(symbols: Symbols, signed: bool = True) -> Scalar:
    """One of several named values."""
    return Scalar(Shape.CHOICE, signed, False, symbols)


# Pointers.

PATH = Text(path=True)
STR = Text(path=False)
VECTOR = Vector()
ENVIRONMENT = Vector(counted=True)


def OPAQUE(why: str, shown: Pointer | None = None) -> Address:
    """An address that only a handler (or nobody) follows, and what the trace shows of it."""
    return Address(why, shown=shown)


def OptionValue(direction: Direction) -> Address:
    """The value of a socket option, of as many bytes as the parameter after it says."""
    return Address("the option says what it is", direction)


Sized = Layout | int | str | Extent


def _extent(what: Sized, count: int | str | None) -> Extent:
    if isinstance(what, Extent):
        return what
    if isinstance(what, str):
        return Extent(count=what)
    unit = what if isinstance(what, int) else what.size
    layout = what if isinstance(what, Layout) else None
    return Extent(unit=unit, count=1 if count is None else count, layout=layout)


def In(what: Sized, count: int | str | None = None) -> Pointer:
    """The kernel reads: `In("size")` bytes, `In(STRUCT)`, `In(STRUCT, "count")`, `In(4, "count")`."""
    return Pointer(Direction.IN, _extent(what, count))


def Out(what: Sized, count: int | str | None = None) -> Pointer:
    """The kernel writes."""
    return Pointer(Direction.OUT, _extent(what, count))


def InOut(what: Sized, count: int | str | None = None) -> Pointer:
    """The kernel reads and writes."""
    return Pointer(Direction.INOUT, _extent(what, count))


def Guarded(why: str) -> Extent:
    """A length that is known only inside the kernel, and small: it cannot pass over the guard."""
    return Extent(unit=0, guarded=why)


def FdSet(count: str) -> Extent:
    """An fd_set of so many bits; the kernel touches whole words of 64."""
    return Extent(count=count, bits=True)


def Shown(count: str, form: Form) -> Extent:
    """So many bytes, which the trace prints in another way than as they are."""
    return Extent(count=count, form=form)


def Plus(bytes_before: int, count: str) -> Extent:
    """A header, and as many bytes as the parameter says."""
    return Extent(count=count, plus=bytes_before)


def SockAddr(count: str) -> Extent:
    """The address of a socket, of so many bytes."""
    return Extent(count=count, form=Form.SOCKADDR)


SOCKADDR = Extent(unit=0, guarded="the kernel writes at most 128 bytes of an address", form=Form.SOCKADDR)
SOCKLEN = Extent(unit=4, form=Form.SOCKLEN)
STATUS = Extent(unit=4, form=Form.STATUS)
"""What wait(2) tells of a child."""
SIGINFO = Extent(unit=128, form=Form.SIGINFO)
"""A guest's siginfo has the kernel's size and offsets; only sival_ptr and si_addr are narrower."""
ROOT = Path(__file__).parent.parent
"""The folder of the project."""

# Rows.


def called_from(depth: int = 2) -> str:
    """The file and line that called the caller: where a row stands. `depth`: calls from there to here."""
    frame = sys._getframe(depth)
    path = Path(frame.f_code.co_filename)
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return f"{name}:{frame.f_lineno}"


def _params(meanings: dict[str, Meaning]) -> tuple[Param, ...]:
    return tuple(Param(name, meaning) for name, meaning in meanings.items())


def passthrough(number: int, name: str, /, enters: str = "", **meanings: Meaning) -> Row:
    """The kernel answers; addresses are checked, and bytes are the same on both sides.

    `enters` names another kernel call that answers in its place.
    """
    row = Row(number, name, Kind.PASSTHROUGH, _params(meanings), enters=enters, where=called_from())
    return _checked(row)


def repack(number: int, name: str, /, **meanings: Meaning) -> Row:
    """The kernel answers, after structures with addresses inside were rewritten."""
    return _checked(Row(number, name, Kind.REPACK, _params(meanings), where=called_from()))


def custom(number: int, name: str, /, why: str = "", **meanings: Meaning) -> Row:
    """`sys_<name>` answers, a C function by hand."""
    return _checked(Row(number, name, Kind.CUSTOM, _params(meanings), note=why, where=called_from()))


def stub(number: int, name: str, errno: str, why: str, /, **meanings: Meaning) -> Row:
    """Nobody answers: always -errno, for the reason given."""
    row = Row(number, name, Kind.STUB, _params(meanings), note=why, errno=errno, where=called_from())
    return _checked(row)


def auxiliary(
    name: str, /, *aliases: str, why: str, result: Result = Result.ANY, entry: str = "", **meanings: Meaning
) -> Auxiliary:
    """`wali_aux_<name>` without leading underscores serves the import and its aliases, unless `entry` names another."""
    function = entry or f"wali_aux_{name.lstrip('_')}"
    row = Auxiliary((name, *aliases), _params(meanings), result, function, why, called_from())
    for param in row.params:
        if param.wide:
            raise row.fail(f"{param.name}: auxiliary imports have parameters of 32 bits")
    return row


def returns_address(row: Row) -> Row:
    """The result is an address: the trace prints it in hexadecimal."""
    return replace(row, address_result=True)


def _checked(row: Row) -> Row:
    if len(row.params) > MAX_PARAMS:
        raise row.fail(f"{len(row.params)} parameters, the kernel takes {MAX_PARAMS}")
    if row.kind is Kind.STUB and not (row.errno and row.note):
        raise row.fail("a stub needs an errno and a reason")
    repacked = [param for param in row.params if _narrow(param)]
    if row.kind is Kind.REPACK and not repacked:
        raise row.fail("nothing to repack: it is a passthrough")
    for param in row.params:
        _check_param(row, param)
    return row


def _narrow(param: Param) -> bool:
    meaning = param.meaning
    if not isinstance(meaning, Pointer) or meaning.extent.layout is None:
        return False
    return not meaning.extent.layout.same


def _check_param(row: Row, param: Param) -> None:
    meaning = param.meaning
    to_kernel = row.kind in (Kind.PASSTHROUGH, Kind.REPACK)
    if to_kernel and isinstance(meaning, Address | Vector):
        raise row.fail(f"{param.name}: the kernel cannot follow this address")
    if not isinstance(meaning, Pointer):
        return
    _check_count(row, param, meaning.extent.count)
    layout = meaning.extent.layout
    if layout is None or layout.same:
        return
    if row.kind is Kind.PASSTHROUGH:
        raise row.fail(f"{param.name}: struct {layout.name} holds addresses: repack it")
    if row.kind is Kind.REPACK and layout not in REPACKED:
        raise row.fail(f"{param.name}: no entry repacks struct {layout.name}: write a handler")


def _check_count(row: Row, param: Param, count: int | str) -> None:
    if isinstance(count, int):
        return
    for other in row.params:
        if other.name == count:
            if not isinstance(other.meaning, Scalar):
                raise row.fail(f"{param.name}: its length {count} is not a number")
            return
    raise row.fail(f"{param.name}: its length {count} is not a parameter")
