"""Damages modules: their sections, the numbers in them, names, and bytes anywhere."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

HEAD = b"\0asm\1\0\0\0"
COMPONENT_HEAD = b"\0asm\x0d\0\1\0"
CUSTOM = 0
CORE_MODULE = 1  # a component's section that is one
CUSTOM_NAMES = (b"name", b"producers", b"target_features", b"linking", b"dylink.0", b".debug_info", b".debug_abbrev",
                b".debug_line", b".debug_str", b".debug_ranges", b"sourceMappingURL", b"", b"\x1b[2J\n", b"\xff\xfe")  # fmt: skip
EDGES = (
    0,
    1,
    2,
    3,
    7,
    63,
    64,
    127,
    128,
    255,
    4096,
    65535,
    65536,
    1 << 20,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
)

Sections = list[tuple[int, bytes]]


def leb(value: int, padded: int = 0) -> bytes:
    """The number as LEB128, in at least so many bytes."""
    out = bytearray()
    while value > 0x7F or len(out) + 1 < padded:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def read_leb(data: bytes, at: int) -> tuple[int, int]:
    """(value, offset behind it); whatever is there."""
    value = shift = 0
    while at < len(data) and shift < 63:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            break
    return value, at


def sections_of(data: bytes) -> Sections:
    """The sections, as far as their sizes make sense."""
    found: Sections = []
    at = len(HEAD)
    while at < len(data):
        size, begin = read_leb(data, at + 1)
        found.append((data[at], data[begin : begin + size]))
        at = begin + size
    return found


def joined(sections: Sections, head: bytes = HEAD) -> bytes:
    """A module of these sections, or by another head a component."""
    return head + b"".join(bytes([number]) + leb(len(body)) + body for number, body in sections)


def _drop(sections: Sections, dice: Random) -> None:
    del sections[dice.randrange(len(sections))]


def _twice(sections: Sections, dice: Random) -> None:
    sections.insert(dice.randrange(len(sections) + 1), dice.choice(sections))


def _swap(sections: Sections, dice: Random) -> None:
    one, other = dice.randrange(len(sections)), dice.randrange(len(sections))
    sections[one], sections[other] = sections[other], sections[one]


def _renumber(sections: Sections, dice: Random) -> None:
    at = dice.randrange(len(sections))
    sections[at] = (dice.choice((*range(14), 255)), sections[at][1])


def _custom(sections: Sections, dice: Random) -> None:
    name = dice.choice(CUSTOM_NAMES)
    length = dice.choice((len(name), len(name), len(name), dice.choice(EDGES)))
    body = leb(length) + name + dice.randbytes(dice.choice((0, 1, 5, 40)))
    sections.insert(dice.randrange(len(sections) + 1), (CUSTOM, body))


def _cut(sections: Sections, dice: Random) -> None:
    at = dice.randrange(len(sections))
    number, body = sections[at]
    sections[at] = (number, body[: dice.randrange(len(body) + 1)])


def _number(sections: Sections, dice: Random) -> None:
    """Another number where one may be: mostly at the section's beginning, where counts are."""
    at = dice.randrange(len(sections))
    number, body = sections[at]
    place = dice.randrange(min(len(body), 24) if dice.random() < 0.6 else len(body)) if body else 0
    _, behind = read_leb(body, place)
    value = leb(dice.choice(EDGES), dice.choice((0, 0, 5, 10)))
    sections[at] = (number, body[:place] + value + body[behind:])


def _bytes(sections: Sections, dice: Random) -> None:
    at = dice.randrange(len(sections))
    number, body = sections[at]
    changed = bytearray(body)
    for _ in range(dice.choice((1, 1, 2, 8))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.choice((0, 0xFF, 0x80, 0x7F, dice.randrange(256)))
    sections[at] = (number, bytes(changed))


def _moved(sections: Sections, dice: Random) -> None:
    """A stretch of the section's own bytes, at another place in it."""
    at = dice.randrange(len(sections))
    number, body = sections[at]
    source, to = dice.randrange(len(body) + 1), dice.randrange(len(body) + 1)
    sections[at] = (number, body[:to] + body[source : source + dice.choice((1, 4, 16, 64))] + body[to:])


KINDS: tuple[Callable[[Sections, Random], None], ...] = (
    _drop, _twice, _swap, _renumber, _custom, _custom, _cut, _number, _number, _number, _bytes, _bytes, _bytes, _moved,
)  # fmt: skip


def _raw(data: bytes, dice: Random) -> bytes:
    """Damage that knows no sections: a length that is wrong, an end that is missing."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 2, 4))):
        at = dice.randrange(min(len(out), 600) if dice.random() < 0.7 else len(out))
        kind = dice.randrange(4)
        if kind == 0:
            out[at] = dice.randrange(256)
        elif kind == 1:
            out[at : at + 1] = leb(dice.choice(EDGES), dice.choice((0, 5, 10)))
        elif kind == 2:
            del out[at : at + dice.choice((1, 2, 5))]
        else:
            out[at:at] = dice.randbytes(dice.choice((1, 4, 9)))
    return bytes(out[: dice.randrange(len(out) + 1)] if dice.random() < 0.1 else out)


def _damage(sections: Sections, dice: Random, is_component: bool) -> None:
    """Of a component mostly the sections of one of its core modules."""
    modules = [at for at, (number, _) in enumerate(sections) if is_component and number == CORE_MODULE]
    if modules and dice.random() < 0.7:
        at = dice.choice(modules)
        inner = sections_of(sections[at][1])
        _damage(inner, dice, False)
        sections[at] = (CORE_MODULE, joined(inner))
        return
    for _ in range(dice.choice((1, 1, 2, 3))):
        if sections:
            dice.choice(KINDS)(sections, dice)


def damaged(originals: tuple[bytes, ...], dice: Random) -> bytes:
    """One of the modules, with some damage."""
    data = dice.choice(originals)
    if dice.random() < 0.15:
        return _raw(data, dice)
    sections = sections_of(data)
    if dice.random() < 0.1:
        sections.insert(dice.randrange(len(sections) + 1), dice.choice(sections_of(dice.choice(originals))))
    _damage(sections, dice, data.startswith(COMPONENT_HEAD))
    out = joined(sections, data[: len(HEAD)])
    return b"#!/usr/bin/wali-run\n" + out if dice.random() < 0.02 else out


def damaged_bytes(data: bytes, dice: Random) -> bytes:
    """A file of another form, with some damage, mostly at its beginning and its end."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4))):
        edge = dice.random()
        span = min(len(out), 128)
        at = (
            dice.randrange(span)
            if edge < 0.5
            else len(out) - 1 - dice.randrange(span)
            if edge < 0.7
            else dice.randrange(len(out))
        )
        kind = dice.randrange(4)
        if kind == 0:
            out[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            out[at : at + 8] = dice.choice(EDGES).to_bytes(8, "little")
        elif kind == 2:
            out[at : at + 1] = dice.choice((b"", b"9" * 20, b"-", b"\0", b" ", b"\n"))
        else:
            del out[dice.randrange(len(out)) :]
        if not out:
            return b""
    return bytes(out)
