"""The table: a row for every number, by family of manual pages, and its checks."""

from __future__ import annotations

from pathlib import Path

from syscalls.rows import Auxiliary, Kind, Row, RowError
from syscalls.table import (
    attributes,
    auxiliary,
    clocks,
    descriptors,
    files,
    identity,
    io,
    ipc,
    kernel_rings,
    memory,
    processes,
    signals,
    sockets,
    system,
    waiting,
)

NUMBERS_FILE = Path(__file__).parent.parent / "syscall_64.tbl"
FAMILIES = {
    "Reading and writing": io,
    "Descriptors": descriptors,
    "Names and directories": files,
    "Attributes of files": attributes,
    "Waiting and events": waiting,
    "Memory": memory,
    "Sockets": sockets,
    "Clocks and timers": clocks,
    "Signals": signals,
    "Processes and threads": processes,
    "Identity and limits": identity,
    "Message queues and semaphores": ipc,
    "System and mounts": system,
    "Rings, probes and programs": kernel_rings,
}
ALIASES = {
    "fstatat": "newfstatat",
    "fadvise": "fadvise64",
    "pread": "pread64",
    "pwrite": "pwrite64",
    "umount": "umount2",
}
"""Names that guests import and the kernel does not know."""


def read_numbers(path: Path = NUMBERS_FILE) -> dict[int, str]:
    """The kernel's table: name by number.  Raises RowError with the file and the line."""
    numbers: dict[int, str] = {}
    for at, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        where = f"{path.name}:{at}"
        words = line.split()
        if len(words) != 3 or not words[0].isdigit() or words[1] not in ("common", "64"):
            raise RowError(f"{where}: not `number abi name`: {line}")
        number, name = int(words[0]), words[2]
        if number in numbers or name in numbers.values():
            raise RowError(f"{where}: {number} {name} stands twice")
        numbers[number] = name
    return numbers


def check(rows: tuple[Row, ...], numbers: dict[int, str]) -> tuple[Row, ...]:
    """The rows by number, if they are exactly the kernel's table; else raises RowError."""
    seen: dict[int, Row] = {}
    names = set(numbers.values())
    for row in rows:
        if row.number in seen:
            raise row.fail(f"its number is taken by the row at {seen[row.number].where}")
        if numbers.get(row.number) != row.name:
            theirs = numbers.get(row.number, "not used")
            raise row.fail(f"{NUMBERS_FILE.name} says that {row.number} is {theirs}")
        if row.kernel_name not in names:
            raise row.fail(f"enters {row.kernel_name}, which is not in {NUMBERS_FILE.name}")
        seen[row.number] = row
    for number, name in numbers.items():
        if number not in seen:
            raise RowError(f"{NUMBERS_FILE.name}: {number} {name}: no row in syscalls/table/")
    return tuple(seen[number] for number in sorted(seen))


def all_rows() -> tuple[Row, ...]:
    """Every row, by number, checked."""
    rows = tuple(row for family in FAMILIES.values() for row in family.ROWS)
    return check(rows, read_numbers())


def check_auxiliary(imports: tuple[Auxiliary, ...]) -> tuple[Auxiliary, ...]:
    """The auxiliary imports as they are, if no name stands twice; else raises RowError."""
    seen: dict[str, Auxiliary] = {}
    for row in imports:
        for name in row.names:
            if name in seen:
                raise row.fail(f"{name} is taken by the row at {seen[name].where}")
            seen[name] = row
    return imports


def auxiliary_imports() -> tuple[Auxiliary, ...]:
    """Every import that is no system call, checked."""
    return check_auxiliary(auxiliary.IMPORTS)


def handlers(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows that a C function answers."""
    return tuple(row for row in rows if row.kind is Kind.CUSTOM)
