"""The table at run time: rows for the linker, and what the trace knows of each parameter."""

from __future__ import annotations

from abi.layouts import layouts
from syscalls.emit import Output, c_banner, fitting
from syscalls.emit.entries import entry_name
from syscalls.emit.sdk import named
from syscalls import shown
from syscalls.rows import DIRFD, FD, MODE, Form, Param, Pointer, Row, Scalar, Shape, Text, Vector
from syscalls.symbols import OPEN, TRACE, Symbols

NAME_ROOM, MOST_PARAMETERS, SYMBOL_ROOM = 24, 6, 32
"""As in syscalls/rows.h."""
FORMS = {
    Form.SOCKADDR: "WALI_SOCKADDR",
    Form.TEXT: "WALI_PATH",
    Form.RECORDS: "WALI_RECORDS",
    Form.RANDOM: "WALI_RANDOM",
    Form.STATUS: "WALI_STATUS",
    Form.SIGINFO: "WALI_SIGINFO",
    Form.SOCKLEN: "WALI_SOCKLEN",
}
NUMBER = shown.Operation()
"""Of a call without operations."""


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


def _is_creation_mode(row: Row, param: Param) -> bool:
    if param not in row.params:
        return False
    before = row.params[row.params.index(param) - 1].meaning
    return param.meaning == MODE and isinstance(before, Scalar) and before.symbols is OPEN


def param_parts(row: Row, param: Param) -> list[str]:
    """What the trace knows of a parameter, as members of struct wali_param."""
    meaning = param.meaning
    parts = []
    if _is_creation_mode(row, param):
        parts.append(".shape = WALI_CREATION_MODE")
    elif isinstance(meaning, Scalar):
        parts += scalar_parts(meaning)
    elif isinstance(meaning, Text):
        parts.append(f".shape = {'WALI_PATH' if meaning.path else 'WALI_STRING'}")
    elif isinstance(meaning, Vector):
        parts.append(f".shape = WALI_{'COUNTED_' if meaning.counted else ''}VECTOR")
    elif isinstance(meaning, Pointer):
        parts += _pointer(row, meaning)
    elif meaning.option:
        parts.append(f".shape = WALI_OPTION_VALUE, .direction = WALI_{meaning.option.name}")
    elif meaning.shown:
        parts += _pointer(row, meaning.shown)
    else:
        parts.append(".shape = WALI_ADDRESS")
    return parts


def _param(row: Row, param: Param) -> str:
    return f"    {{{', '.join(param_parts(row, param))}}}, /* {param.name} */"


def families() -> list[str]:
    """The names of families of calls, in the order of their bits."""
    return [*shown.DERIVED, *shown.FAMILIES]


def _families(row: Row) -> int:
    kinds = [param.meaning for param in row.params]
    of = {
        "file": any(isinstance(kind, Text) and kind.path for kind in kinds) or row.name == "getcwd",
        "desc": any(kind in (FD, DIRFD) for kind in kinds) or row.name in shown.ANSWERS[shown.Answer.FD].split(),
    }
    of.update({name: row.name in names.split() for name, names in shown.FAMILIES.items()})
    return sum(1 << at for at, name in enumerate(families()) if of[name])


def _answer(row: Row) -> str:
    if row.address_result:
        return "ADDRESS"
    return next((one.name for one, names in shown.ANSWERS.items() if row.name in names.split()), "NUMBER")


def _traits(row: Row) -> str:
    restart = next((one.name for one, names in shown.RESTARTS.items() if row.name in names.split()), "SYS")
    at = [param.name for param in row.params].index(shown.OPERATIONS[row.name][0]) if row.name in shown.OPERATIONS else -1
    return (
        f".answer = WALI_ANSWER_{_answer(row)}, .restart = WALI_RESTART_{restart}, .operation_at = {at},"
        f" .families = {_families(row):#x}"
    )


def check_names(rows: tuple[Row, ...]) -> None:
    """ValueError if syscalls/shown.py names a call that no row has."""
    known = {row.name for row in rows}
    named_there = " ".join([*shown.ANSWERS.values(), *shown.RESTARTS.values(), *shown.FAMILIES.values()]).split()
    unknown = {*named_there, *shown.OPERATIONS} - known
    if unknown:
        raise ValueError(f"syscalls/shown.py: no row is called {', '.join(sorted(unknown))}")


def _row(name: str, row: Row, params: int) -> list[str]:
    mask = sum(1 << at for at, param in enumerate(row.params) if param.signed)
    return [
        f"    {{.name = {fitting(name, NAME_ROOM)}, .signature = {fitting(row.signature, MOST_PARAMETERS + 1)},",
        f"     .params = {params}, .number = {row.number}, .signed_mask = {mask:#x},",
        f"     {_traits(row)}}},",
    ]


def rows_c(rows: tuple[Row, ...]) -> Output:
    """rows.c: wali_rows[], sorted by name, aliases among them."""
    check_names(rows)
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
    lines += ["};", "", "const char *const wali_families[] = {"]
    lines += [*(f'    "{name}",' for name in families()), "    0,", "};", ""]
    return Output("syscalls/_generated/rows.c", "\n".join(lines))


def shown_symbols() -> list[Symbols]:
    """The sets of names that syscalls/shown.py uses."""
    operations = [one for _, _, every in shown.OPERATIONS.values() for one in every.values()]
    scalars = [meaning for one in operations for meaning in one.arguments if isinstance(meaning, Scalar)]
    scalars += [scalar for one in shown.MEMBERS.values() for scalar in one.shapes.values()]
    return [one for one in (*(one.symbols for one in operations), *(scalar.symbols for scalar in scalars)) if one]


def used_symbols(rows: tuple[Row, ...]) -> list[Symbols]:
    """Every set of names that a row uses, in the order of their names."""
    found = {one.name: one for one in (*TRACE, *shown_symbols())}
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
