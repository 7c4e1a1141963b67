"""What one row says of a request of ioctl(2): its number, and what the third argument is.

A row reads like the request's manual page::

    request("FIONREAD", 0x541B, Out(INT))

A row may stand only if the kernel reads or writes no more than the row says, and finds no
address there: an address in a structure would be one of the host's, and the guest could put
any there.  What holds an address is rewritten by a C function, or has no row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from abi.layouts import Layout
from syscalls.rows import Direction, RowError, Scalar, called_from

NUMBER_SPAN = 1 << 32
SIZE_SHIFT, SIZE_MASK, DIRECTION_SHIFT = 16, 0x3FFF, 30
"""Where a request's number holds the size of its argument, and whether the kernel reads or writes it."""
FUNCTION = re.compile(r"ioctl_[a-z0-9_]+")
NEVER_MAPPED = 1 << 16
"""No process has anything below this address (vm.mmap_min_addr); the runtime maps nothing there either."""


@dataclass(frozen=True)
class Nothing:
    """The kernel does not look at the argument."""


@dataclass(frozen=True)
class Counted:
    """Elements of `each` bytes follow; a number of `width` bytes at offset `at` counts them."""

    at: int
    width: int
    each: int


@dataclass(frozen=True)
class Bytes:
    """The argument is the address of bytes that hold no address.

    `what` is their type in C.  `size` is None where the request's number tells the size.
    `shown` is what the trace prints: `count` numbers, or a structure that it knows.
    """

    direction: Direction
    what: str
    size: int | None
    shown: Scalar | Layout | None = None
    count: int = 1
    elements: Counted | None = None


@dataclass(frozen=True)
class Rewritten:
    """`function` of handlers/ioctl_rewrite.c answers: the structure `what` holds an address, or depends on the file."""

    function: str
    what: str = ""


class Only(Enum):
    """A kind of file, by what the kernel says of it."""

    VFS = "any file: the kernel answers before it asks the file"
    TUN = "a TUN device"
    NAMESPACE = "a namespace"
    ANONYMOUS = "an anonymous file"


@dataclass(frozen=True)
class Number:
    """A number by value, though the request is encoded as if the argument were an address.

    A file that knows no requests of its own (FUSE, CUSE) takes it for one, and copies as many bytes
    there as the request's number says.  So the number has a bound: with those bytes it ends below
    NEVER_MAPPED.  What is above `most` reaches the kernel as most + 1, which it refuses alike.  Where
    larger numbers are needed, `only` names the kind of file that they may be told.
    """

    shown: Scalar
    most: int
    only: Only | None = None


Argument = Nothing | Scalar | Number | Bytes | Rewritten
"""A Scalar is a number by value.  For Nothing the kernel gets 0."""

NONE = Nothing()

NO_HEADER = ""
"""Of requests that only the kernel's own headers name."""
UNUSED = "encoded with an address; the kernel looks at no argument"
"""Why a number with direction bits may stand without an argument."""


def by_value(shown: Scalar, most: int, only: Only | None = None) -> Number:
    """A number of at most `most`, or to a kind of file `only`, where the request is encoded with an address."""
    return Number(shown, most, only)


@dataclass(frozen=True)
class Request:
    """One request, or several with consecutive numbers from `number` to `last`.

    `kernel` is the kernel's number, where the guest's is another one.  `any_size` says that the
    numbers stand without their size field, which tells the kernel as well how long the argument
    is; of what grows with each kernel it hears of `most` bytes (0: of all).  `header` is the system header that has the name; empty if only the kernel's own have.
    `where` is the file and line of the row.
    """

    name: str
    number: int
    last: int
    argument: Argument
    why: str = ""
    kernel: int = 0
    any_size: bool = False
    most: int = 0
    header: str = ""
    where: str = ""

    def fail(self, why: str) -> RowError:
        """An error about this row, to raise."""
        return RowError(f"{self.where}: ioctl {self.name}: {why}")


Sized = Scalar | Layout | str


def _bytes(direction: Direction, what: Sized, size: int | None, elements: Counted | None) -> Bytes:
    if isinstance(what, str):
        return Bytes(direction, what, size, None, 1, elements)
    if isinstance(what, Layout):
        return Bytes(direction, f"struct {what.name}", what.size, what, 1, elements)
    count = 1 if size is None else size
    name = ("" if what.signed else "unsigned ") + ("long" if what.wide else "int")
    return Bytes(
        direction, name if count == 1 else f"{name}[{count}]", count * (8 if what.wide else 4), what, count, elements
    )


def In(what: Sized, size: int | None = None, elements: Counted | None = None) -> Bytes:
    """The kernel reads: `In(INT)`, `In(INT, 2)` two of them, `In("struct termios", 36)` bytes, `In(TIMEVAL)`."""
    return _bytes(Direction.IN, what, size, elements)


def Out(what: Sized, size: int | None = None, elements: Counted | None = None) -> Bytes:
    """The kernel writes."""
    return _bytes(Direction.OUT, what, size, elements)


def InOut(what: Sized, size: int | None = None, elements: Counted | None = None) -> Bytes:
    """The kernel reads and writes."""
    return _bytes(Direction.INOUT, what, size, elements)


def request(name: str, number: int, argument: Argument, why: str = "", kernel: int = 0) -> Request:
    """One request with the kernel's number on x86-64, or with a guest's, which `kernel` answers."""
    return _checked(Request(name, number, number, argument, why, kernel, where=called_from()))


def any_size(name: str, first: int, argument: Bytes, last: int = 0, most: int = 0) -> Request:
    """A request of whatever size its number says; to `last`, if the number holds an index as well.

    A structure that the kernel reads needs `most`, as a later kernel might find an address behind that.
    """
    return _checked(Request(name, first, last or first, argument, any_size=True, most=most, where=called_from()))


def of(header: str, *requests: Request) -> tuple[Request, ...]:
    """The requests that a system header names."""
    return tuple(replace(one, header=header) for one in requests)


def size_field(number: int) -> int:
    """The size that a request's number says."""
    return number >> SIZE_SHIFT & SIZE_MASK


def _checked(one: Request) -> Request:
    if not 0 <= one.number <= one.last < NUMBER_SPAN:
        raise one.fail("a number has 32 bits")
    argument = one.argument
    if one.any_size and (size_field(one.number) or size_field(one.last)):
        raise one.fail("a request of any size stands without its size field")
    if isinstance(argument, Nothing | Scalar):
        _check_value(one)
    elif isinstance(argument, Number):
        _check_number(one, argument)
    elif isinstance(argument, Bytes):
        _check_bytes(one, argument)
    elif not FUNCTION.fullmatch(argument.function):
        raise one.fail(f"{argument.function}: functions are called ioctl_<what>")
    if one.kernel and not one.why:
        raise one.fail("another number for the kernel needs a reason")
    return one


def _check_value(one: Request) -> None:
    """The direction bits say that the kernel follows an address: one of the host's, were it passed as a number."""
    if isinstance(one.argument, Scalar) and one.argument.wide:
        raise one.fail("the argument has 32 bits")
    if not one.number >> DIRECTION_SHIFT:
        return
    if isinstance(one.argument, Scalar):
        raise one.fail("the number says that the argument is an address: a plain number needs a bound (by_value)")
    if not one.why:
        raise one.fail("the number says that the argument is an address: none at all needs a reason")


def _check_number(one: Request, argument: Number) -> None:
    """No file takes the number for an address where anything of the host's may lie."""
    if not one.number >> DIRECTION_SHIFT:
        raise one.fail("the number does not say that the argument is an address: it needs no bound")
    if argument.shown.wide or not 0 <= argument.most < NUMBER_SPAN:
        raise one.fail("the argument has 32 bits")
    reached = argument.most + 1 + size_field(one.number)
    if argument.only is None and reached > NEVER_MAPPED:
        raise one.fail(f"a file that takes {argument.most} for an address reaches {reached:#x}: say which files may")
    if argument.only is not None and reached <= NEVER_MAPPED:
        raise one.fail("a number so low may be told any file")


def _check_bytes(one: Request, argument: Bytes) -> None:
    if isinstance(argument.shown, Layout) and not argument.shown.same:
        raise one.fail(f"{argument.what} holds addresses: rewrite it")
    if (argument.size is None) != one.any_size:
        raise one.fail("either the row says the size, or the number of any size does")
    if argument.size is None:
        if argument.direction is not Direction.OUT and not argument.what.endswith("[]") and not one.most:
            raise one.fail(f"{argument.what} grows, and the kernel reads it: say how much of it is known")
        return
    if argument.size < 1:
        raise one.fail("no bytes")
    if one.number >> DIRECTION_SHIFT and argument.size < size_field(one.number) and not one.why:
        raise one.fail(f"{argument.size} bytes where the number says {size_field(one.number)}: needs a reason")
    elements = argument.elements
    if elements and (elements.width not in (2, 4) or elements.at + elements.width > argument.size):
        raise one.fail("the count of elements is not within the bytes")
