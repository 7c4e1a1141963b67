"""The options of sockets that a guest may set and get, and its control messages, by family.

A row may stand only as option.py says.  What has no row gets the kernel's answer to an option that
it does not know: handlers/socket.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syscalls.sockopts import (
    any_socket,
    buses,
    control,
    ipv4,
    ipv6,
    kernel_services,
    links,
    packet_radio,
    radio,
    sctp,
    tcp,
    udp,
)
from syscalls.sockopts.control import Message
from syscalls.sockopts.option import Level, Meaning, Option, Refused, Value
from syscalls.symbols import Symbols

FAMILIES = (any_socket, ipv4, ipv6, tcp, udp, sctp, links, kernel_services, buses, radio, packet_radio)


def _levels() -> dict[int, Level]:
    found: dict[int, Level] = {}
    for family in FAMILIES:
        for level in family.LEVELS:
            found.setdefault(level.number, level)
    return found


LEVELS = Symbols("sol", (), tuple(f"{level.name}={level.number}" for level in _levels().values()))
"""Names of levels, for the trace: of several with one number, the first."""

Key = tuple[int, int]
"""Level and number of an option, or of a control message."""


@dataclass(frozen=True)
class Ways:
    """What may be set and what may be got; several options may share a number."""

    set: dict[Key, Meaning]
    get: dict[Key, Meaning]


def _merged(row: Option, one: Meaning, other: Meaning | None) -> Meaning:
    """Two options of one number: the kernel sees what the longer one needs."""
    if other is None:
        return one
    if not isinstance(one, Value) or not isinstance(other, Value):
        raise row.fail("its number is another option's, and one of them holds addresses")
    most = max(one.most, other.most) if one.most and other.most else 0
    cut = min(most, max(one.most, other.most)) if one.cut or other.cut else 0
    return Value(f"{other.what}, or {one.what}", min(one.least, other.least), most, cut)


def _enter(ways: dict[Key, Meaning], row: Option, meaning: Meaning | None) -> None:
    if meaning is not None:
        key = (row.level.number, row.number)
        ways[key] = _merged(row, meaning, ways.get(key))


def ways_of(options: tuple[Option, ...]) -> Ways:
    """What each number means, both ways; refused ones are not among them."""
    ways = Ways({}, {})
    for row in options:
        _enter(ways.set, row, row.set)
        _enter(ways.get, row, row.get)
    allowed = Ways({}, {})
    for found, kept in ((ways.set, allowed.set), (ways.get, allowed.get)):
        kept.update({key: meaning for key, meaning in found.items() if not isinstance(meaning, Refused)})
    return allowed


def _sides(row: Option) -> Iterator[tuple[str, str, int]]:
    for side, meaning in (("set", row.set), ("get", row.get)):
        if meaning is not None:
            yield side, row.level.name, row.number


def check(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options as they are, if no level has a number twice for one way, and no name; else raises RowError."""
    taken: dict[tuple[str, str, int], Option] = {}
    names: dict[tuple[str, str], Option] = {}
    for row in options:
        for side in _sides(row):
            other = taken.setdefault(side, row)
            if other is not row:
                raise row.fail(f"its number is taken by the row at {other.where}")
        other = names.setdefault((row.level.name, row.name), row)
        if other is not row:
            raise row.fail(f"stands at {other.where} already")
    ways_of(options)
    return options


def check_messages(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The control messages as they are, if no level has a type twice; else raises RowError."""
    taken: dict[tuple[str, int], Message] = {}
    for row in messages:
        other = taken.setdefault((row.level.name, row.number), row)
        if other is not row:
            raise row.fail(f"its number is taken by the row at {other.where}")
    return messages


def all_options() -> tuple[Option, ...]:
    """Every option, by family, checked."""
    return check(tuple(row for family in FAMILIES for row in family.ROWS))


def all_messages() -> tuple[Message, ...]:
    """Every control message, checked."""
    return check_messages(control.MESSAGES)
