"""The tables: one module for each interface, and their checks."""

from __future__ import annotations

from typing import TypeVar

from wasi.rows import Interface, Row
from wasi.table import draft, preview1, preview2, threads, unstable
from wasi.wit import WitRow

R = TypeVar("R", bound=Row)

TABLES: tuple[tuple[tuple[Interface, ...], tuple[Row, ...]], ...] = (
    ((preview1.INTERFACE,), preview1.ROWS),
    ((unstable.INTERFACE,), unstable.ROWS),
    (preview2.INTERFACES, preview2.ROWS),
    ((threads.INTERFACE,), threads.ROWS),
    (draft.INTERFACES, draft.ROWS),
)
"""The interfaces of each table, and its rows."""


def all_rows() -> tuple[Row, ...]:
    """Every row, in the order of the tables. RowError if two are of one function, or a table has another's rows."""
    rows = tuple(row for _, rows in TABLES for row in rows)
    known: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row.interface.key, row.name)
        if key in known:
            raise row.fail(f"is there already: {known[key].where}")
        known[key] = row
    for own, its_rows in TABLES:
        for row in its_rows:
            if row.interface not in own:
                raise row.fail(f"stands in the table of {own[0].module}")
    return rows


def interfaces() -> tuple[Interface, ...]:
    """The module names, in the order of the tables."""
    return tuple(interface for own, _ in TABLES for interface in own)


def with_own_entry(rows: tuple[R, ...]) -> tuple[R, ...]:
    """The rows that are not served by the entry of another."""
    return tuple(row for row in rows if row.served_by is None)


def of_witx(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows whose functions return an errno."""
    return tuple(row for row in rows if not isinstance(row, WitRow))


def of_wit(rows: tuple[Row, ...]) -> tuple[WitRow, ...]:
    """The rows of WIT's functions."""
    return tuple(row for row in rows if isinstance(row, WitRow))
