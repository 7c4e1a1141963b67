"""Writes every generated file from the table.  `python -m syscalls.autogen [--check]`.

Stops at the first error, naming file and row, with status 1.  Writes only what changed.
With --check it writes nothing, and fails if a file is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from syscalls.emit import (
    Output,
    auxiliary,
    closed,
    docs,
    entries,
    given,
    handlers,
    ioctls,
    python,
    sdk,
    shown,
    sockopts,
    structs,
    write,
)
from syscalls.emit import rows as rows_c
from syscalls.ioctls import all_requests
from syscalls.rows import Row
from syscalls.sockopts import all_messages, all_options
from syscalls.table import all_rows, auxiliary_imports

TOP = Path(__file__).parent.parent


def outputs(rows: tuple[Row, ...]) -> Iterator[Output]:
    """Every generated file."""
    requests = all_requests()
    options, messages = all_options(), all_messages()
    imports = auxiliary_imports()
    yield structs.guest_structs_h()
    yield structs.host_twins_c()
    yield handlers.handlers_h(rows, requests, options)
    yield entries.entries_h(rows)
    yield entries.entries_c(rows)
    yield rows_c.symbols_h(rows)
    yield rows_c.symbols_c(rows)
    yield rows_c.rows_c(rows)
    yield closed.call_sets_c(rows)
    yield shown.members_c()
    yield shown.operations_c(rows)
    yield sdk.wali_syscalls_h(rows)
    yield sdk.syscall_switch_h(rows)
    yield sdk.syscall_widths_h(rows)
    yield from sdk.overloads_h()
    yield sdk.syscall_h_in(rows)
    yield sdk.wali_rs(rows)
    yield python.calls_py(rows)
    yield python.stubs_pyi(rows)
    yield auxiliary.auxiliary_h(imports)
    yield auxiliary.auxiliary_py(imports)
    yield docs.syscalls_md(rows, imports)
    yield given.descriptors_md(rows, requests)
    yield ioctls.arguments_c(requests)
    yield ioctls.names_c(requests)
    yield ioctls.ioctls_md(requests)
    yield sockopts.values_c(options, messages)
    yield sockopts.names_c(options)
    yield sockopts.sockopts_md(options, messages)


def stale(top: Path, rows: tuple[Row, ...]) -> list[Output]:
    """The outputs whose file is missing or differs."""
    return write.stale(top, outputs(rows))


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    return write.command("python -m syscalls.autogen", __doc__, arguments, TOP, lambda: stale(TOP, all_rows()))


if __name__ == "__main__":
    sys.exit(main())
