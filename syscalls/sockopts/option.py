"""What one row says of a socket option: its level and number, and what its value is, set and got.

A row reads like the option's manual page::

    option("SO_LINGER", 13, sized("struct linger", 8, shown=INT))

A row may stand only if the kernel finds no address in the value, however long the guest says that
it is: `most` is where the kernel stops, today's and each older one.  A later kernel may know more
of a structure, and an address may be in that part; it never sees it.  What holds an address is
rewritten by a C function, or refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from abi.layouts import Layout
from syscalls.rows import RowError, Scalar, called_from

NUMBER_SPAN = 1 << 31
CUT_SPAN = 1 << 16
"""As in syscalls/sockopts.h."""
FUNCTION = re.compile(r"option_[a-z0-9_]+")
NO_HEADER = ""
"""Of names that only the kernel's own headers have, or those of a library."""


@dataclass(frozen=True)
class Level:
    """A level of options: its name in the trace, and its number."""

    name: str
    number: int


NO_LEVEL = Level("", 0)
"""Until `of` says which."""


@dataclass(frozen=True)
class Value:
    """Bytes that hold no address.

    `what` is their type in C.  The kernel takes `least` bytes, and looks at `most` of them at the
    most; 0 is no bound, for elements of one size.  `shown` is what the trace prints: numbers, text
    (str) or a structure that it knows.

    A longer value reaches the kernel as one of `cut` bytes: the kernel ignores the rest, or, with
    `refused`, refuses that length as it refuses the longer one.  With 0 it finds no value at all.
    """

    what: str
    least: int
    most: int
    cut: int
    shown: Scalar | Layout | type[str] | None = None
    refused: bool = False


@dataclass(frozen=True)
class Rewritten:
    """`function` of handlers/option_rewrite.c answers: the value `what` holds an address, or a structure of its own."""

    function: str
    what: str


@dataclass(frozen=True)
class Refused:
    """The value holds an address: the kernel is asked for an option that it does not know."""

    why: str


Meaning = Value | Rewritten | Refused


@dataclass(frozen=True)
class Option:
    """One option.  `set` and `get` are None where the kernel has none.

    `header` is the system header that has the name.  `where` is the file and line of the row.
    """

    name: str
    number: int
    set: Meaning | None
    get: Meaning | None
    why: str = ""
    level: Level = NO_LEVEL
    header: str = ""
    where: str = ""

    def fail(self, why: str) -> RowError:
        """An error about this row, to raise."""
        return RowError(f"{self.where}: option {self.name}: {why}")


def sized(what: str | Layout, size: int = 0, shown: Scalar | type[str] | None = None) -> Value:
    """So many bytes; the kernel ignores what is behind them."""
    if isinstance(what, Layout):
        return Value(f"struct {what.name}", what.size, what.size, what.size, what)
    return Value(what, size, size, size, shown)


def exact(what: str, size: int, shown: Scalar | None = None) -> Value:
    """So many bytes; any other length is an error."""
    return Value(what, size, size, size - 1, shown, refused=True)


def upto(what: str, least: int, most: int, cut: int, shown: Scalar | type[str] | None = None) -> Value:
    """`least` to `most` bytes; what is longer is cut to `cut` bytes."""
    return Value(what, least, most, cut, shown)


def within(what: str, least: int, most: int, never: int, shown: Scalar | None = None) -> Value:
    """`least` to `most` bytes; longer ones are refused, and so is the length of `never` bytes (0: none is)."""
    return Value(what, least, most, never, shown, refused=True)


def text(most: int) -> Value:
    """A name of at most so many bytes; the kernel ignores what is behind them."""
    return Value("char[]", 0, most, most, str)


def array(what: str, least: int = 0, shown: Scalar | None = None) -> Value:
    """Elements of one size, as many as there are, perhaps behind a header of `least` bytes."""
    return Value(what, least, 0, 0, shown)


def number(what: Scalar) -> Value:
    """An int or a long."""
    size = 8 if what.wide else 4
    name = ("" if what.signed else "unsigned ") + ("long" if what.wide else "int")
    return Value(name, size, size, size, what)


Given = Meaning | Scalar | Layout | None


def _meaning(given: Given) -> Meaning | None:
    if isinstance(given, Scalar):
        return number(given)
    return sized(given) if isinstance(given, Layout) else given


def option(
    name: str, number: int, both: Given = None, *, sets: Given = None, gets: Given = None, why: str = ""
) -> Option:
    """An option with one meaning `both` ways, or with what setsockopt `sets`, and what getsockopt `gets`."""
    row = Option(name, number, _meaning(both or sets), _meaning(both or gets), why, where=called_from())
    return _checked(row, both is not None and (sets is not None or gets is not None))


def only_set(name: str, number: int, given: Given, why: str = "") -> Option:
    """An option that cannot be got."""
    return _checked(Option(name, number, _meaning(given), None, why, where=called_from()))


def only_get(name: str, number: int, given: Given, why: str = "") -> Option:
    """An option that cannot be set."""
    return _checked(Option(name, number, None, _meaning(given), why, where=called_from()))


def refused(name: str, number: int, why: str) -> Option:
    """An option with addresses, which nobody rewrites."""
    return _checked(Option(name, number, Refused(why), Refused(why), where=called_from()))


def of(level: Level, header: str, *options: Option) -> tuple[Option, ...]:
    """The options of one level that a system header names."""
    return tuple(replace(one, level=level, header=header) for one in options)


def _checked(row: Option, twice: bool = False) -> Option:
    if not 0 <= row.number < NUMBER_SPAN:
        raise row.fail("a number is an int, and not negative")
    if twice:
        raise row.fail("one meaning for both ways, or one for each")
    if row.set is None and row.get is None:
        raise row.fail("neither set nor got")
    for meaning in (row.set, row.get):
        if isinstance(meaning, Rewritten) and not FUNCTION.fullmatch(meaning.function):
            raise row.fail(f"{meaning.function}: functions are called option_<what>")
        if isinstance(meaning, Value):
            _check_value(row, meaning)
    return row


def _check_value(row: Option, value: Value) -> None:
    if isinstance(value.shown, Layout) and not value.shown.same:
        raise row.fail(f"{value.what} holds addresses: rewrite it")
    longest = value.most + 1 if value.refused else value.most
    if value.cut >= CUT_SPAN:
        raise row.fail(f"{value.what}: cut to {value.cut} bytes, where C has room for {CUT_SPAN - 1}")
    if (value.most and not value.cut <= longest) or value.least > value.most > 0:
        raise row.fail(f"{value.what}: at least {value.least}, at most {value.most}, cut to {value.cut}")
    if not value.most and (value.cut or not value.what.endswith("[]")):
        raise row.fail(f"{value.what}: only elements of one size may be as many as they like")
