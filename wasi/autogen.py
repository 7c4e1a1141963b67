"""Writes every generated file from the tables of WASI.  `python -m wasi.autogen [--check]`.

Stops at the first error, naming file and row, with status 1.  Writes only what changed.
With --check it writes nothing, and fails if a file is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from syscalls.emit import write
from wasi.emit import Output, docs, entries, handlers, preview2, python
from wasi.emit import rows as rows_c
from wasi.rows import Row
from wasi.table import all_rows, interfaces, of_wit, of_witx

TOP = Path(__file__).parent.parent


def outputs(rows: tuple[Row, ...], top: Path) -> Iterator[Output]:
    """Every generated file."""
    names = interfaces()
    witx, wit = of_witx(rows), of_wit(rows)
    for interface in dict.fromkeys(row.interface for row in witx):
        yield handlers.handlers_h(interface, rows)
    yield entries.entries_h(rows)
    yield entries.entries_c(witx)
    yield preview2.types_h(wit)
    for prefix, members in preview2.by_prefix(wit):
        yield preview2.handlers_h(prefix, members)
        yield preview2.entries_c(prefix, members)
    yield rows_c.rows_c(rows, names)
    yield python.wasi_py(rows, names)
    yield docs.wasi_md(rows, top)


def stale(top: Path, rows: tuple[Row, ...]) -> list[Output]:
    """The outputs whose file is missing or differs."""
    return write.stale(top, outputs(rows, top))


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    return write.command("python -m wasi.autogen", __doc__, arguments, TOP, lambda: stale(TOP, all_rows()))


if __name__ == "__main__":
    sys.exit(main())
