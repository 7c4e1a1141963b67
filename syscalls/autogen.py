"""Writes every generated file from the table.  `python -m syscalls.autogen [--check]`.

Stops at the first error, naming file and row, with status 1.  Writes only what changed.
With --check it writes nothing, and fails if a file is stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from syscalls.emit import Output, auxiliary, docs, entries, handlers, ioctls, python, sdk, structs
from syscalls.emit import rows as rows_c
from syscalls.ioctls import all_requests
from syscalls.rows import Row, RowError
from syscalls.table import all_rows, auxiliary_imports

TOP = Path(__file__).parent.parent


def outputs(rows: tuple[Row, ...]) -> Iterator[Output]:
    """Every generated file."""
    requests = all_requests()
    imports = auxiliary_imports()
    yield structs.guest_structs_h()
    yield structs.host_twins_c()
    yield handlers.handlers_h(rows, requests)
    yield entries.entries_h(rows)
    yield entries.entries_c(rows)
    yield rows_c.symbols_h(rows)
    yield rows_c.symbols_c(rows)
    yield rows_c.rows_c(rows)
    yield sdk.wali_syscalls_h(rows)
    yield sdk.syscall_switch_h(rows)
    yield sdk.syscall_h_in(rows)
    yield sdk.wali_rs(rows)
    yield python.calls_py(rows)
    yield python.stubs_pyi(rows)
    yield auxiliary.auxiliary_h(imports)
    yield auxiliary.auxiliary_py(imports)
    yield docs.syscalls_md(rows, imports)
    yield ioctls.arguments_c(requests)
    yield ioctls.names_c(requests)
    yield ioctls.ioctls_md(requests)


def stale(top: Path, rows: tuple[Row, ...]) -> list[Output]:
    """The outputs whose file is missing or differs."""
    found = []
    for output in outputs(rows):
        path = top / output.path
        if not path.is_file() or path.read_text() != output.text:
            found.append(output)
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m syscalls.autogen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    options = parser.parse_args(arguments)
    try:
        changed = stale(TOP, all_rows())
    except RowError as error:
        print(f"autogen: {error}", file=sys.stderr)
        return 1
    for output in changed:
        if options.check:
            print(f"autogen: {output.path} is stale", file=sys.stderr)
            continue
        path = TOP / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(output.text)
        print(f"autogen: wrote {output.path}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
