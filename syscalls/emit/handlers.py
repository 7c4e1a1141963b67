"""Prototypes of the handlers: the calls that a C function answers."""

from __future__ import annotations

from syscalls.emit import Output, c_banner, wrap
from syscalls.emit.ioctls import functions
from syscalls.emit.sockopts import getters, setters
from syscalls.ioctls.request import Request
from syscalls.rows import Row
from syscalls.sockopts.option import Option
from syscalls.table import FAMILIES, handlers


def prototype(row: Row) -> str:
    """`int64_t sys_<name>(typed parameters);`, broken at 100 columns."""
    params = [f"{param.c_type} {param.name}" for param in row.params] or ["void"]
    first = f"int64_t sys_{row.name}("
    return wrap(first, params, ");", indent=len(first))


def handlers_h(rows: tuple[Row, ...], requests: tuple[Request, ...], options: tuple[Option, ...]) -> Output:
    """handlers.h, by family of manual pages; and what rewrites arguments of ioctl(2) and socket options."""
    lines = [
        c_banner() + "#ifndef WALI_HANDLERS_H",
        "#define WALI_HANDLERS_H",
        "",
        '#include "abi/guest.h"',
        "",
        "#include <stdint.h>",
        "",
        "/* Each returns the result, or -errno. */",
    ]
    for title, family in FAMILIES.items():
        found = [row for row in handlers(rows) if row in family.ROWS]
        if found:
            lines += ["", f"/* {title}. */"]
            lines += [prototype(row) for row in found]
    lines += ["", "/* Requests of ioctl(2) whose argument is rewritten. */"]
    lines += [f"int64_t {name}(int32_t fd, uint32_t request, gaddr_t arg);" for name in functions(requests)]
    lines += ["", "/* Socket options whose value is rewritten, set and got. */"]
    place = "int32_t fd, int32_t level, int32_t option, gaddr_t value"
    lines += [f"int64_t {name}({place}, int32_t size);" for name in setters(options)]
    lines += [f"int64_t {name}({place}, int32_t *size);" for name in getters(options)]
    lines += ["", "#endif", ""]
    return Output("syscalls/_generated/handlers.h", "\n".join(lines))
