"""The C entries: what the engine calls when the guest calls an import."""

from __future__ import annotations

from abi.layouts import IOVEC, SIGEVENT
from syscalls.emit import Output, c_banner, wrap
from syscalls.rows import Extent, Kind, Param, Pointer, Row, Scalar

# The host's headers may be as old as Linux 4.18; later calls go by number.
NEWEST_NAME = 334
WIDTH = 100

HEAD = """#include "syscalls/_generated/handlers.h"
#include "syscalls/entry.h"
#include "wali/native/base/kernel.h"

"""


def _raw(param: Param, at: int) -> str:
    """The argument as its C type."""
    if not isinstance(param.meaning, Scalar):
        return f"gaddr((uint32_t)args[{at}].i32)"
    slot = f"args[{at}].i{64 if param.wide else 32}"
    return slot if param.signed else f"({param.c_type}){slot}"


def _length(row: Row, extent: Extent) -> str:
    """The bytes behind a pointer, as a C expression."""
    if extent.guarded:
        return "0"
    if isinstance(extent.count, int):
        return str(extent.plus + extent.unit * extent.count)
    if extent.bits:
        return f"fd_set_size({extent.count})"
    # Of a wide count the kernel looks at the low half (poll(2)'s nfds).
    wide = any(param.wide for param in row.params if param.name == extent.count)
    count = f"bytes_of({'(uint32_t)' if wide else ''}{extent.count}, {extent.unit})"
    return f"{extent.plus} + {count}" if extent.plus else count


def _host_pointer(row: Row, param: Param, raw: str) -> str:
    length = _length(row, param.meaning.extent) if isinstance(param.meaning, Pointer) else "1"
    return f"host_pointer({raw}, {length})"


def _repacked(param: Param, raw: str) -> list[str]:
    """The lines that rewrite a structure for the kernel; none if its bytes are the same."""
    if not isinstance(param.meaning, Pointer):
        return []
    host = f"{param.name}_host"
    extent = param.meaning.extent
    if extent.layout is IOVEC:
        value = f"iovec_in({host}, {raw}, {extent.count})"
        return [f"    struct iovec {host}[UIO_MAXIOV];", f"    void *const {param.name} = {value};"]
    if extent.layout is SIGEVENT:
        value = f"sigevent_or_nowhere(&{host}, {raw})"
        return [f"    struct sigevent {host};", f"    void *const {param.name} = {value};"]
    return []


def _to_kernel(row: Row) -> list[str]:
    """Scalars first: lengths are made of them."""
    scalars, pointers = [], []
    for at, param in enumerate(row.params):
        raw = _raw(param, at)
        if isinstance(param.meaning, Scalar):
            scalars.append(f"    const {param.c_type} {param.name} = {raw};")
        else:
            same = [f"    void *const {param.name} = {_host_pointer(row, param, raw)};"]
            pointers += _repacked(param, raw) or same
    return scalars + pointers


def _kernel_call(row: Row) -> str:
    names = [param.name for param in row.params]
    if row.number > NEWEST_NAME:
        return wrap(f"    return KERNEL_WAIT_NR({row.number}", _rest(names), ");", WIDTH, 8)
    return wrap(f"    return KERNEL_WAIT({row.kernel_name}", _rest(names), ");", WIDTH, 8)


def _rest(names: list[str]) -> list[str]:
    """The arguments that follow a first one."""
    return [f", {names[0]}", *names[1:]] if names else []


def _handler_call(row: Row) -> str:
    raws = [_raw(param, at) for at, param in enumerate(row.params)]
    return wrap(f"    return sys_{row.name}(", raws, ");", WIDTH, 8)


def _entry(row: Row) -> str:
    body = [_handler_call(row)] if row.kind is Kind.CUSTOM else [*_to_kernel(row), _kernel_call(row)]
    return "\n".join([f"WALI_ENTRY({row.name})", "{", *body, "}", ""])


def stub_errnos(rows: tuple[Row, ...]) -> list[str]:
    """The errnos that stubs answer."""
    return sorted({row.errno for row in rows if row.kind is Kind.STUB})


def entry_name(row: Row) -> str:
    """The C function that answers the row."""
    return f"wali_SYS_{entry_id(row)}"


def entry_id(row: Row) -> str:
    """What WALI_ENTRY() takes: stubs of one errno share an entry."""
    return f"stub_{row.errno}" if row.kind is Kind.STUB else row.name


def entries_c(rows: tuple[Row, ...]) -> Output:
    """entries.c."""
    parts = []
    for errno in stub_errnos(rows):
        body = ["{", f"    args[0].i64 = -{errno};", "    return NULL;", "}", ""]
        parts.append("\n".join([f"WALI_ENTRY_HEAD(stub_{errno})", *body]))
    parts += [_entry(row) for row in rows if row.kind is not Kind.STUB]
    return Output("syscalls/_generated/entries.c", c_banner() + HEAD + "\n".join(parts))


def entries_h(rows: tuple[Row, ...]) -> Output:
    """entries.h: the entries' prototypes, for the table of rows."""
    names = [f"stub_{errno}" for errno in stub_errnos(rows)]
    names += [row.name for row in rows if row.kind is not Kind.STUB]
    lines = [c_banner() + "#ifndef WALI_ENTRIES_H", "#define WALI_ENTRIES_H", "", '#include "syscalls/entry.h"', ""]
    lines += [f"WALI_ENTRY_HEAD({name});" for name in names]
    return Output("syscalls/_generated/entries.h", "\n".join([*lines, "", "#endif", ""]))
