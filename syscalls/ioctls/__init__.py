"""The requests of ioctl(2) that a guest may make, by family, and the checks over all of them.

A row may stand only as request.py says.  What has no row gets ENOTTY: handlers/ioctl.c says why.
"""

from __future__ import annotations

from syscalls.ioctls import (
    anonymous,
    any_file,
    block,
    btrfs,
    buses,
    clocks,
    console,
    encryption,
    files,
    input_devices,
    ppp,
    serial,
    sockets,
    sound,
    terminals,
    tun,
)
from syscalls.ioctls.request import SIZE_MASK, SIZE_SHIFT, Request

FAMILIES = (
    any_file,
    terminals,
    files,
    encryption,
    btrfs,
    sockets,
    tun,
    ppp,
    anonymous,
    serial,
    console,
    block,
    clocks,
    input_devices,
    buses,
    sound,
)


def without_size(number: int) -> int:
    """The number with its size field cleared."""
    return number & ~(SIZE_MASK << SIZE_SHIFT)


def check(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """The requests as they are, if no number and no name stands twice; else raises RowError."""
    numbers: dict[int, Request] = {}
    ranges: dict[int, Request] = {}
    names: dict[str, Request] = {}
    for one in requests:
        for number in range(one.number, one.last + 1):
            _enter(ranges if one.any_size else numbers, number, one)
        # A request that a guest encodes otherwise has a row for either number.
        if not one.kernel and names.setdefault(one.name, one) is not one:
            raise one.fail(f"stands at {names[one.name].where} already")
    for number, one in numbers.items():
        if without_size(number) in ranges:
            raise one.fail(f"its number is taken by the row at {ranges[without_size(number)].where}")
        kernels = numbers.get(one.kernel) if one.kernel else one
        if kernels is None or kernels.name != one.name:
            raise one.fail(f"no row for the kernel's number {one.kernel:#x}")
    return requests


def _enter(taken: dict[int, Request], number: int, one: Request) -> None:
    other = taken.setdefault(number, one)
    if other is not one:
        raise one.fail(f"its number is taken by the row at {other.where}")


def all_requests() -> tuple[Request, ...]:
    """Every request, by family, checked."""
    return check(tuple(one for family in FAMILIES for one in family.ROWS))
