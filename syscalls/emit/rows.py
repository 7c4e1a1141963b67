"""The table at run time: rows for the linker, and what the trace knows of each parameter."""

from __future__ import annotations

from abi.layouts import layouts
from syscalls.emit import Output, c_banner, fitting
from syscalls.emit.entries import entry_name
from syscalls.emit.sdk import named
from syscalls.rows import Form, Param, Pointer, Row, Scalar, Shape, Text, Vector
from syscalls.symbols import TRACE, Symbols

NAME_ROOM, MOST_PARAMETERS, SYMBOL_ROOM = 24, 6, 32
"""As in syscalls/rows.h."""
FORMS = {Form.SOCKADDR: "WALI_SOCKADDR", Form.TEXT: "WALI_PATH", Form.RECORDS: "WALI_ADDRESS"}


def scalar_parts(scalar: Scalar) -> list[str]:
    """What the trace knows of a number, as members of struct wali_param."""
    unsigned = scalar.shape is Shape.INT and not scalar.signed
    parts = [".shape = WALI_UINT" if unsigned else f".shape = WALI_{scalar.shape.name}"]
    if scalar.symbols:
        parts.append(f".symbols = WALI_SYMBOLS_{scalar.symbols.name.upper()}")
    return parts


def _pointer_shape(pointer: Pointer) -> str:
    extent = pointer.extent
    if extent.form in FORMS:
        return FORMS[extent.form]
    if extent.guarded:
        return "WALI_ADDRESS"
    if extent.bits:
        return "WALI_BITS"
    if extent.layout:
        return "WALI_STRUCT"
    whole = extent.count == 1 or not extent.plus
    shapes = {1: "WALI_BYTES", 4: "WALI_INTS", 8: "WALI_LONGS"}
    return shapes.get(extent.unit, "WALI_ADDRESS") if whole else "WALI_ADDRESS"


def _pointer(row: Row, pointer: Pointer) -> list[str]:
    extent = pointer.extent
    shape = _pointer_shape(pointer)
    parts = [f".shape = {shape}", f".direction = WALI_{pointer.direction.name}"]
    if extent.layout:
        parts.append(f".layout = WALI_LAYOUT_{extent.layout.name.upper()}")
    if isinstance(extent.count, str):
        at = [param.name for param in row.params].index(extent.count)
        parts.append(f".count_at = {at}")
    else:
        parts.append(f".count_at = -1, .count = {extent.count}")
    parts.append(f".unit = {extent.unit}")
    if extent.plus:
        parts.append(f".plus = {extent.plus}")
    return parts


def _param(row: Row, param: Param) -> str:
    meaning = param.meaning
    parts = []
    if isinstance(meaning, Scalar):
        parts += scalar_parts(meaning)
    elif isinstance(meaning, Text):
        parts.append(f".shape = {'WALI_PATH' if meaning.path else 'WALI_STRING'}")
    elif isinstance(meaning, Vector):
        parts.append(".shape = WALI_VECTOR")
    elif isinstance(meaning, Pointer):
        parts += _pointer(row, meaning)
    elif meaning.option:
        parts.append(f".shape = WALI_OPTION_VALUE, .direction = WALI_{meaning.option.name}")
    else:
        parts.append(".shape = WALI_ADDRESS")
    return f"    {{{', '.join(parts)}}}, /* {param.name} */"


def _row(name: str, row: Row, params: int) -> list[str]:
    mask = sum(1 << at for at, param in enumerate(row.params) if param.signed)
    return [
        f"    {{.name = {fitting(name, NAME_ROOM)}, .signature = {fitting(row.signature, MOST_PARAMETERS + 1)},",
        f"     .params = {params}, .number = {row.number}, .signed_mask = {mask:#x},",
        f"     .address_result = {str(row.address_result).lower()}}},",
    ]


def rows_c(rows: tuple[Row, ...]) -> Output:
    """rows.c: wali_rows[], sorted by name, aliases among them."""
    lines = [c_banner().rstrip()]
    lines += [f'#include "syscalls/{name}.h"' for name in ("_generated/entries", "_generated/symbols", "rows")]
    lines.append("")
    lines.append("const struct wali_param wali_params[] = {")
    starts = {}
    count = 0
    for row in rows:
        starts[row.name] = count
        count += len(row.params)
        lines += [f"    /* {row.name} */"] if row.params else []
        lines += [_param(row, param) for param in row.params]
    lines += ["};", "", "const struct wali_row wali_rows[] = {"]
    ordered = sorted(named(rows), key=lambda pair: pair[0].encode())
    for name, row in ordered:
        lines += _row(name, row, starts[row.name])
    length = "sizeof wali_rows / sizeof wali_rows[0]"
    lines += ["};", f"const size_t wali_row_count = {length};", f"wali_entry_t row_bound[{length}];", ""]
    lines.append("const wali_entry_t wali_row_entries[] = {")
    lines += [f"    {entry_name(row)}, /* {name} */" for name, row in ordered]
    lines += ["};", ""]
    return Output("syscalls/_generated/rows.c", "\n".join(lines))


def used_symbols(rows: tuple[Row, ...]) -> list[Symbols]:
    """Every set of names that a row uses, in the order of their names."""
    found = {one.name: one for one in TRACE}
    for row in rows:
        for param in row.params:
            if isinstance(param.meaning, Scalar) and param.meaning.symbols:
                found[param.meaning.symbols.name] = param.meaning.symbols
    return [found[name] for name in sorted(found)]


def symbols_h(rows: tuple[Row, ...]) -> Output:
    """symbols.h: the names of flags, and the layouts that the trace can tell apart."""
    lines = [c_banner() + "#ifndef WALI_SYMBOLS_H", "#define WALI_SYMBOLS_H", "", '#include "syscalls/rows.h"', ""]
    lines.append("enum wali_layout {")
    lines += ["    WALI_LAYOUT_NONE,", *(f"    WALI_LAYOUT_{one.name.upper()}," for one in layouts())]
    lines += ["};", ""]
    hidden = '__attribute__((visibility("hidden")))'
    used = used_symbols(rows)
    lines += [f"extern const struct wali_symbols wali_symbols_{one.name} {hidden};" for one in used]
    lines += ["", "enum wali_symbol_set {", *(f"    WALI_SYMBOLS_{one.name.upper()}," for one in used), "};"]
    return Output("syscalls/_generated/symbols.h", "\n".join([*lines, "", "#endif", ""]))


def _symbols(symbols: Symbols) -> list[str]:
    lines = [f"static const struct wali_symbol {symbols.name}_all[] = {{"]
    for word in symbols.names:
        name, _, value = word.partition("=")
        entry = f"    {{(uint64_t)({value or name}), {fitting(name, SYMBOL_ROOM)}}},"
        lines += [entry] if value else [f"#ifdef {name}", entry, "#endif"]
    lines += ["};", f"const struct wali_symbols wali_symbols_{symbols.name} = {{"]
    size = f"sizeof {symbols.name}_all / sizeof {symbols.name}_all[0]"
    return [*lines, f"    {symbols.name}_all, {size}, {symbols.mask or 0}}};", ""]


def symbols_c(rows: tuple[Row, ...]) -> Output:
    """symbols.c: values by the host's headers; what they do not know yet is left out."""
    used = used_symbols(rows)
    headers = sorted({header for one in used for header in one.headers})
    lines = [c_banner() + "#define _GNU_SOURCE", '#include "syscalls/_generated/symbols.h"', ""]
    lines += [*(f"#include <{header}>" for header in headers), ""]
    for one in used:
        lines += _symbols(one)
    lines.append("const struct wali_symbols *const wali_symbol_sets[] = {")
    lines += [f"    [WALI_SYMBOLS_{one.name.upper()}] = &wali_symbols_{one.name}," for one in used]
    lines += ["};", ""]
    return Output("syscalls/_generated/symbols.c", "\n".join(lines))
