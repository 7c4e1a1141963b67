"""C for the functions of WIT: structures as they lie in memory, prototypes of handlers, and entries that lift and store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from wasi.emit import BANNER, GENERATED, Output, c_banner, wrap
from wasi.rows import Enum, Flags, List, Param, Record, RowError, String, Type, Variant, alignment_of, mask, size_of
from wasi.table import with_own_entry
from wasi.wit import TRUE_OR_FALSE, WitRow, flat

TYPES = f"{GENERATED}/preview2_types.h"
WIDTH = 100


def snake(name: str) -> str:
    """A name of WIT as C has it."""
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_")


def c_type(kind: Type) -> str:
    """The type of a value in memory."""
    if isinstance(kind, String | List):
        return "struct wasi_list"
    if isinstance(kind, Record | Variant):
        return f"struct wit_{snake(kind.name)}"
    return f"uint{kind.bits}_t"


def _inner(kind: Type) -> Iterator[Type]:
    """Structures of which others are made come first."""
    parts = [part for _, part in kind.fields] if isinstance(kind, Record) else []
    parts += [case for case in kind.cases if case is not None] if isinstance(kind, Variant) else []
    for part in parts:
        yield from _inner(part)
    if isinstance(kind, List):
        yield from _inner(kind.element)
    if isinstance(kind, Record | Variant):
        yield kind


def _structure(kind: Type) -> list[str]:
    name = c_type(kind)
    lines = [f"{name} {{"]
    if isinstance(kind, Record):
        lines += [f"    {c_type(part)} {snake(field)};" for field, part in kind.fields]
    elif isinstance(kind, Variant):
        pairs = zip(kind.tag.cases, kind.cases, strict=True)
        cases = [f"        {c_type(case)} {snake(word)};" for word, case in pairs if case is not None]
        lines.append("    uint8_t tag;")
        if cases:
            lines += ["    union {", *cases, "    };"]
    checks = f"sizeof({name}) == {size_of(kind)} && _Alignof({name}) == {alignment_of(kind)}"
    return [*lines, "};", f'_Static_assert({checks}, "{snake(kind.name)}");', ""]


def types_h(rows: tuple[WitRow, ...]) -> Output:
    """Every structure that parameters and results are made of."""
    guard = "WASI_PREVIEW2_TYPES_H"
    lines = [c_banner(BANNER) + f"#ifndef {guard}", f"#define {guard}", ""]
    lines += ['#include "wasi/guest_memory.h"', "", "#include <stdint.h>", ""]
    own = with_own_entry(rows)
    kinds = [param.meaning for row in own for param in row.params] + [row.result for row in own]
    known: dict[str, Type] = {}
    for kind in kinds:
        for part in _inner(kind) if isinstance(kind, Type) else ():
            if known.setdefault(c_type(part), part) != part:
                raise RowError(f"two types have the name {c_type(part)}")
    for part in known.values():
        lines += _structure(part)
    return Output(TYPES, "\n".join([*lines, "#endif", ""]))


def _ok(row: WitRow) -> Type | None:
    """What a handler answers with."""
    return row.result.cases[0] if row.fails and isinstance(row.result, Variant) else row.result


def _parameter(param: Param) -> str:
    kind = param.meaning
    assert isinstance(kind, Type)
    if isinstance(kind, Variant) and flat(kind) == "i":
        return f"uint32_t {snake(param.name)}"
    if isinstance(kind, String | List):
        return f"struct wasi_list {snake(param.name)}"
    if isinstance(kind, Variant | Record):
        return f"const {c_type(kind)} *{snake(param.name)}"
    return f"uint{64 if flat(kind) == 'I' else 32}_t {snake(param.name)}"


def prototype(row: WitRow) -> str:
    """The handler's: an answer goes where its last parameter says, unless it is one number."""
    params = [_parameter(param) for param in row.params]
    ok = _ok(row)
    if row.has_area and ok is not None:
        params.append(f"{c_type(ok)} *answer")
    returned = "void"
    if not row.returns:
        returned = "_Noreturn void"
    elif row.fails:
        returned = "int64_t"
    elif row.core_result != "-":
        returned = f"uint{64 if row.core_result == 'I' else 32}_t"
    first = f"{returned} {row.symbol}("
    return wrap(first, params or ["void"], ");", indent=len(first))


def by_prefix(rows: tuple[WitRow, ...]) -> Iterator[tuple[str, tuple[WitRow, ...]]]:
    """The rows whose handlers are declared together, by what their names begin with."""
    for prefix, members in groupby(rows, key=lambda row: row.interface.prefix):
        yield prefix, with_own_entry(tuple(members))


def header_of(prefix: str) -> str:
    """The path of the handlers' header."""
    return f"{GENERATED}/{prefix}_handlers.h"


def handlers_h(prefix: str, rows: tuple[WitRow, ...]) -> Output:
    """The handlers, by interface."""
    guard = f"WASI_{prefix.upper()}_HANDLERS_H"
    lines = [
        c_banner(BANNER) + f"/* The functions of {prefix}. */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        '#include "wasi/guest_memory.h"',
        f'#include "{TYPES}"',
        "",
        "#include <stdint.h>",
        "",
        "/* Those that may fail return at least 0, -errno of Linux, or WASI_ERROR(code) (wasi/errors.h); those of",
        " * streams STREAM_CLOSED, too (wasi/canonical.h). */",
    ]
    own = (row for row in rows if not row.drops and row.handled_by is None)
    for module, members in groupby(own, key=lambda row: row.interface.module):
        lines += ["", f"/* {module} */", *(prototype(row) for row in members)]
    return Output(header_of(prefix), "\n".join([*lines, "", "#endif", ""]))


def _slot(at: int, letter: str) -> str:
    return f"(uint{64 if letter == 'I' else 32}_t)args[{at}].i{64 if letter == 'I' else 32}"


def _lifted(row: WitRow, param: Param) -> tuple[list[str], str]:
    """Lines that go before the call, and the argument."""
    kind = param.meaning
    assert isinstance(kind, Type)
    if kind == TRUE_OR_FALSE:
        return [], f"{_slot(param.at, 'i')} != 0"
    if isinstance(kind, Enum):
        return [], f"wit_case({_slot(param.at, 'i')}, {len(kind.cases)})"
    if isinstance(kind, Flags):
        return [], f"{_slot(param.at, 'i')} & {mask(kind):#x}"
    if isinstance(kind, String):
        return [], f"wit_text_in(args, {param.at})"
    if isinstance(kind, List):
        return [], f"wit_list_in(args, {param.at}, {size_of(kind.element)}, {alignment_of(kind.element)})"
    if isinstance(kind, Variant):
        return _lifted_variant(row, param, kind)
    if isinstance(kind, Record):
        name = snake(param.name)
        lines = [f"    {c_type(kind)} {name} = {{0}};"]
        return lines + _lift_value(row, kind, name, param.at, flat(kind), "    "), f"&{name}"
    letter = flat(kind)
    return [], f"(uint8_t)args[{param.at}].i32" if kind.bits == 8 else _slot(param.at, letter)


def _lifted_variant(row: WitRow, param: Param, kind: Variant) -> tuple[list[str], str]:
    """A structure, of whose cases the one that the tag says is lifted from the words behind it."""
    if flat(kind) == "i":
        return [], f"wit_case({_slot(param.at, 'i')}, {len(kind.cases)})"
    name = snake(param.name)
    lines = [f"    {c_type(kind)} {name} = {{0}};"]
    lines += _lift_cases(row, kind, name, param.at, flat(kind), "    ")
    return lines, f"&{name}"


def _lift_cases(row: WitRow, kind: Variant, target: str, at: int, words: str, indent: str) -> list[str]:
    lines = [f"{indent}{target}.tag = (uint8_t)wit_case({_slot(at, 'i')}, {len(kind.cases)});"]
    for number, (word, case) in enumerate(zip(kind.tag.cases, kind.cases, strict=True)):
        if case is not None:
            lines.append(f"{indent}if ({target}.tag == {number}) {{")
            lines += _lift_value(row, case, f"{target}.{snake(word)}", at + 1, words[1:], indent + "    ")
            lines.append(f"{indent}}}")
    return lines


def _lift_value(row: WitRow, kind: Type, target: str, at: int, words: str, indent: str) -> list[str]:
    if isinstance(kind, Variant):
        return _lift_cases(row, kind, target, at, words, indent)
    if isinstance(kind, Record):
        lines = []
        for name, part in kind.fields:
            lines += _lift_value(row, part, f"{target}.{snake(name)}", at, words, indent)
            at += len(flat(part))
            words = words[len(flat(part)) :]
        return lines
    if isinstance(kind, List) and size_of(kind.element) == 1:
        return [f"{indent}{target} = wit_list_in(args, {at}, 1, 1);"]
    if isinstance(kind, Enum):
        return [f"{indent}{target} = (uint8_t)wit_case({_slot(at, 'i')}, {len(kind.cases)});"]
    if isinstance(kind, String | List):
        raise row.fail(f"{target}: no {kind.name} is lifted inside another type")
    if isinstance(kind, Flags):
        return [f"{indent}{target} = (uint8_t)({_slot(at, 'i')} & {mask(kind):#x});"]
    return [f"{indent}{target} = ({c_type(kind)}){_slot(at, words[0])};"]


def _entry(row: WitRow) -> str:
    lines = [f"WASI_ENTRY_HEAD({row.symbol})", "{", "    wasi_enter();"]
    if row.drops:
        kind = f"RESOURCE_{snake(row.drops).upper()}"
        how = "resource_drop" if row.interface.release else "resource_abandon"
        return "\n".join([*lines, f"    {how}({_slot(0, 'i')}, {kind});", "    return NULL;", "}", ""])
    arguments: list[str] = []
    for param in row.params:
        before, argument = _lifted(row, param)
        lines += before
        arguments.append(argument)
    lines += _called(row, arguments)
    return "\n".join([*lines, *(["    return NULL;"] if row.returns else []), "}", ""])


def _called(row: WitRow, arguments: list[str]) -> list[str]:
    if not row.has_area or row.result is None:
        word = f"args[0].i{64 if row.core_result == 'I' else 32}"
        first = f"    {row.handler}(" if row.core_result == "-" else f"    {word} = (int{word[-2:]}_t){row.handler}("
        return [wrap(first, arguments, ");", WIDTH, 8)]
    lines = [f"    {c_type(row.result)} answer = {{0}};"]
    lines.append(f"    const uint32_t area = {_slot(len(row.signature) - 1, 'i')};")
    if not row.fails:
        lines.append(wrap(f"    {row.handler}(", [*arguments, "&answer"], ");", WIDTH, 8))
    else:
        assert isinstance(row.result, Variant)
        error = row.result.cases[1]
        arguments = [*arguments, "&answer.ok"] if _ok(row) is not None else arguments
        lines.append(wrap(f"    const int64_t result = {row.handler}(", arguments, ");", WIDTH, 8))
        lines.append("    if (result < 0) {")
        told = [] if error is None else [f"        answer.err = wit_{snake(error.name)}_of(result);"]
        lines += ["        answer.tag = 1;", *told, "    }"]
    return [*lines, f"    wit_store(area, &answer, sizeof answer, {alignment_of(row.result)});"]


def entries_c(prefix: str, rows: tuple[WitRow, ...]) -> Output:
    """<prefix>_entries.c."""
    head = [c_banner(BANNER).rstrip()]
    others = {header_of(row.handled_by.interface.prefix) for row in rows if row.handled_by is not None}
    includes = [*sorted({header_of(prefix), *others}), "wasi/canonical.h", "wasi/entry.h"]
    includes += ["wasi/resources.h"] if any(row.drops for row in rows) else []
    head += [f'#include "{name}"' for name in includes]
    return Output(f"{GENERATED}/{prefix}_entries.c", "\n".join([*head, "", ""]) + "\n".join(map(_entry, rows)))
