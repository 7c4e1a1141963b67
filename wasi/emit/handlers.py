"""Prototypes of the handlers: one header for each interface."""

from __future__ import annotations

from itertools import groupby

from wasi.emit import BANNER, GENERATED, Output, c_banner, wrap
from wasi.rows import Interface, Row
from wasi.table import with_own_entry


def prototype(row: Row) -> str:
    """`int64_t <prefix>_<name>(typed parameters);`, broken at 100 columns."""
    params = [f"{param.c_type} {param.name}" for param in row.params] or ["void"]
    first = f"{'int64_t' if row.returns else '_Noreturn void'} {row.symbol}("
    return wrap(first, params, ");", indent=len(first))


def header_of(interface: Interface) -> str:
    """The path of the interface's header."""
    return f"{GENERATED}/{interface.prefix}_handlers.h"


def handlers_h(interface: Interface, rows: tuple[Row, ...]) -> Output:
    """The handlers of the interface's own rows, by family."""
    guard = f"WASI_{interface.prefix.upper()}_HANDLERS_H"
    lines = [
        c_banner(BANNER) + f"/* The functions of {interface.module}. */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        '#include "wasi/guest_memory.h"',
        "",
        "#include <stdint.h>",
        "",
        "/* Each returns at least 0, -errno of Linux, or WASI_ERROR(code) (wasi/errors.h). */",
    ]
    own = [row for row in with_own_entry(rows) if row.interface == interface]
    for family, members in groupby(own, key=lambda row: row.family):
        lines += ["", f"/* {family.capitalize()}. */", *(prototype(row) for row in members)]
    return Output(header_of(interface), "\n".join([*lines, "", "#endif", ""]))
