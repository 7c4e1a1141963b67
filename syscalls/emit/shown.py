"""Members of structures and arguments by operation, as C tables for the trace (syscalls/shown.h)."""

from __future__ import annotations

from abi.layouts import Field, Layout, layouts
from syscalls.emit import Output, banner, c_banner, fitting
from syscalls.emit.rows import param_parts, scalar_parts
from syscalls.rows import Param, Row
from syscalls.shown import MEMBERS, OPERATIONS, Members

BANNER = banner("syscalls/shown.py and abi/layouts.py")
MEMBER_ROOM, LARGEST = 28, 512
"""As in syscalls/shown.h."""


def _fields(layout: Layout, how: Members) -> list[Field]:
    by_name = {one.name: one for one in layout.fields}
    unknown = {*how.order.split(), *how.brief.split(), *how.filled.split(), *how.names, *how.shapes} - set(by_name)
    if unknown:
        raise ValueError(f"syscalls/shown.py: struct {layout.name} has no {', '.join(sorted(unknown))}")
    if how.order:
        return [by_name[name] for name in how.order.split()]
    return [one for one in layout.fields if one.twin]


def _member(one: Field, how: Members) -> str:
    shape = [".shape = WALI_INT"]
    if one.name in how.shapes:
        shape = scalar_parts(how.shapes[one.name])
    elif one.scalar == "char":
        shape = [".shape = WALI_CHARACTERS"]
    elif one.scalar == "gaddr":
        shape = [".shape = WALI_ADDRESS"]
    elif one.scalar.startswith("u"):
        shape = [".shape = WALI_UINT"]
    brief = not how.brief or one.name in how.brief.split()
    parts = [
        f".offset = {one.offset}",
        f".width = {one.size // (one.count or 1)}",
        *shape,
        f".count = {one.count or 0}",
        f".is_signed = {str(one.scalar.startswith('s')).lower()}",
        f".is_brief = {str(brief).lower()}",
        f".is_filled = {str(one.name in how.filled.split()).lower()}",
        f".name = {fitting(how.names.get(one.name, one.twin or one.name), MEMBER_ROOM)}",
    ]
    return f"    {{{', '.join(parts)}}},"


def members_c() -> Output:
    """members.c: what is in each layout."""
    lines = [c_banner(BANNER) + '#include "syscalls/_generated/symbols.h"', '#include "syscalls/shown.h"', ""]
    lines.append("const struct wali_member wali_members[] = {")
    spans = []
    count = 0
    for layout in layouts():
        how = MEMBERS.get(layout, Members())
        found = _fields(layout, how)
        if layout.size > LARGEST:
            raise ValueError(f"struct {layout.name}: larger than the {LARGEST} bytes that C has room for")
        lines += [f"    /* {layout.name} */", *(_member(one, how) for one in found)]
        whole = str(not how.brief).lower()
        spans.append(f"    [WALI_LAYOUT_{layout.name.upper()}] = {{{count}, {len(found)}, {layout.size}, {whole}}},")
        count += len(found)
    lines += ["};", "", "const struct wali_shown_layout wali_shown_layouts[] = {", *spans, "};", ""]
    return Output("syscalls/_generated/members.c", "\n".join(lines))


def operations_c(rows: tuple[Row, ...]) -> Output:
    """operations.c: what the arguments of a call are, by its operation."""
    by_name = {row.name: row for row in rows}
    lines = [c_banner(BANNER) + "#define _GNU_SOURCE", '#include "syscalls/_generated/symbols.h"']
    lines += ['#include "syscalls/shown.h"', "", "#include <fcntl.h>", "#include <linux/futex.h>"]
    lines += ["#include <sys/prctl.h>", "#include <sys/socket.h>", ""]
    params: list[str] = []
    entries: list[str] = []
    for call, (_, mask, operations) in OPERATIONS.items():
        row = by_name[call]
        for name, one in operations.items():
            symbols = f", .symbols = WALI_SYMBOLS_{one.symbols.name.upper()}" if one.symbols else ""
            entries += [
                f"#ifdef {name}",
                f"    {{.number = {row.number}, .answer = WALI_ANSWER_{one.answer.name}{symbols}, .mask = {mask:#x},"
                f" .value = (uint32_t){name}, .params = {len(params)}, .count = {len(one.arguments)}}},",
                "#endif",
            ]
            params += [
                f"    {{{', '.join(param_parts(row, Param('', meaning)))}}}, /* {call} {name} */"
                for meaning in one.arguments
            ]
    lines += ["const struct wali_param wali_operation_params[] = {", *params, "};", ""]
    lines += ["const struct wali_operation wali_operations[] = {", *entries, "};"]
    size = "sizeof wali_operations / sizeof wali_operations[0]"
    lines += [f"const size_t wali_operation_count = {size};", ""]
    return Output("syscalls/_generated/operations.c", "\n".join(lines))
