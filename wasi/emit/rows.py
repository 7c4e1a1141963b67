"""The tables at run time: rows for the linker, and what the trace knows of each parameter."""

from __future__ import annotations

from wasi.emit import BANNER, GENERATED, Output, c_banner, fitting
from wasi.rows import (
    MOST_WORDS,
    Array,
    Buffer,
    Bytes,
    Enum,
    Filled,
    Flags,
    Interface,
    List,
    Opaque,
    Out,
    Param,
    Place,
    Record,
    Row,
    String,
    Type,
    Variant,
    payload_of,
    places,
    size_of,
)
from wasi.table import draft
from wasi.table.preview1_types import ERRNO
from wasi.table.preview2_types import U32, U64
from wasi.wit import WitRow, flat

MODULE_ROOM, NAME_ROOM, FIELD_ROOM, SYMBOL_ROOM = 40, 64, 24, 32
"""As in wasi/rows.h; the last one as in syscalls/rows.h."""


class _Types:
    """The types that rows use, each once, with its names or fields."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.symbols: list[str] = []
        self.fields: list[str] = []
        self._known: dict[Type, int] = {}

    def index(self, kind: Type) -> int:
        """The type's place in wasi_types[]."""
        if kind not in self._known:
            line = f"    {{{self._members(kind)}}}, /* {kind.name} */"  # first, for it adds those inside
            self._known[kind] = len(self.lines)
            self.lines.append(line)
        return self._known[kind]

    def _members(self, kind: Type) -> str:
        if isinstance(kind, Record | Variant):
            lines = [self._field(place) for place in places(kind)]
            first, count = len(self.fields), len(lines)
            self.fields += lines
            return f".kind = WASI_RECORD, .size = {size_of(kind)}, .first = {first}, .count = {count}"
        size = f".size = {size_of(kind)}"
        if isinstance(kind, String | List):
            return f".kind = WASI_{'TEXT' if _is_text(kind) else 'ELEMENTS'}, {size}"
        if isinstance(kind, Enum | Flags):
            names = kind.cases if isinstance(kind, Enum) else kind.names
            values = [at if isinstance(kind, Enum) else 1 << at for at in range(len(names))]
            first = len(self.symbols)
            pairs = zip(values, names, strict=True)
            self.symbols += [f"    {{UINT64_C({value:#x}), {fitting(name, SYMBOL_ROOM)}}}," for value, name in pairs]
            word = "ENUM" if isinstance(kind, Enum) else "FLAGS"
            return f".kind = WASI_{word}, {size}, .first = {first}, .count = {len(names)}"
        if isinstance(kind, Bytes):
            return f".kind = WASI_BYTES, {size}"
        return f".kind = WASI_{'SIGNED' if getattr(kind, 'signed', False) else 'UNSIGNED'}, {size}"

    def _field(self, place: Place) -> str:
        kind = self.index(place.type)
        where = f".offset = {place.offset}, .type = {kind}"
        tag = f", .tag_at = {place.tag_at}, .cases = {place.cases:#x}" if place.cases else ""
        return f"    {{.name = {fitting(place.name, FIELD_ROOM)}, {where}{tag}}},"


def _is_text(kind: String | List) -> bool:
    """Whether the elements are bytes."""
    return isinstance(kind, String) or size_of(kind.element) == 1


def _words(types: _Types, kind: Type, at: int) -> list[str]:
    """A line for each part of a value that is several words."""
    if isinstance(kind, List) and _is_text(kind):
        return [f"    {{.kind = WASI_DATA, .at = {at}}},"]
    if isinstance(kind, Record):
        lines: list[str] = []
        for _, part in kind.fields:
            lines += _words(types, part, at)
            at += len(flat(part))
        return lines
    words: list[Type] = [kind]
    if isinstance(kind, Variant):
        words = [kind.tag, *(U64 if letter == "I" else U32 for letter in flat(kind)[1:])]
    return [
        f"    {{.kind = WASI_VALUE, .type = {types.index(part)}, .at = {at + number}}},"
        for number, part in enumerate(words)
    ]


def _wit_params(types: _Types, row: WitRow) -> list[str]:
    """A line for each value; for a variant or record one for each of its parts."""
    lines = []
    for param in row.params:
        kind = param.meaning
        if isinstance(kind, String) or (isinstance(kind, List) and _is_text(kind)):
            lines.append(f"    {{.kind = WASI_{'STRING' if isinstance(kind, String) else 'DATA'}, .at = {param.at}}},")
        elif isinstance(kind, List):
            lines.append(f"    {{.kind = WASI_LIST, .type = {types.index(kind.element)}, .at = {param.at}}},")
        elif isinstance(kind, Variant | Record):
            lines += _words(types, kind, param.at)
        else:
            assert isinstance(kind, Type)
            lines.append(f"    {{.kind = WASI_VALUE, .type = {types.index(kind)}, .at = {param.at}}},")
        lines[-1] += f" /* {param.name} */"
    return lines


def _outcome(types: _Types, row: WitRow) -> str:
    """How the result is told, and where its parts lie."""
    kind = row.result
    if kind is None:
        return ".outcome = WASI_NO_RESULT"
    if not row.has_area:
        return f".outcome = WASI_FLAT_RESULT, .ok = {types.index(kind)}"
    if not row.fails or not isinstance(kind, Variant):
        return f".outcome = WASI_STORED_RESULT, .ok = {types.index(kind)}"
    ok, error = kind.cases
    shown = f".ok = {types.index(ok)}" if ok is not None else ".ok = WASI_NO_TYPE"
    failed = f".err = {types.index(error)}" if error is not None else ".err = WASI_NO_TYPE"
    return f".outcome = WASI_OK_OR_ERR, {shown}, {failed}, .payload_at = {payload_of(kind)}"


def _param(types: _Types, row: Row, param: Param) -> str:
    meaning = param.meaning
    count = ""
    if isinstance(meaning, Filled | Buffer | Array) and meaning.count:
        count = f", .counted = true, .count_at = {row.param(meaning.count).at}"
    if isinstance(meaning, String):
        text = ".kind = WASI_STRING"
    elif isinstance(meaning, List):
        text = f".kind = WASI_LIST, .type = {types.index(meaning.element)}"
    elif isinstance(meaning, Filled):
        text = f".kind = WASI_FILLED_LIST, .type = {types.index(meaning.type.element)}{count}"
    elif isinstance(meaning, Buffer):
        text = f".kind = WASI_BUFFER{count}"
    elif isinstance(meaning, Array):
        word = "FILLED_ARRAY" if meaning.filled else "ARRAY"
        text = f".kind = WASI_{word}, .type = {types.index(meaning.type)}{count}"
    elif isinstance(meaning, Out):
        text = f".kind = WASI_OUT, .type = {types.index(meaning.type)}"
    elif isinstance(meaning, Opaque):
        text = ".kind = WASI_OPAQUE"
    else:
        text = f".kind = WASI_VALUE, .type = {types.index(meaning)}"
    return f"    {{{text}, .at = {param.at}}}, /* {param.name} */"


def _row(row: Row, interface: int, params: int, count: int, outcome: str) -> list[str]:
    return [
        f"    {{.name = {fitting(row.name, NAME_ROOM)}, .signature = {fitting(row.signature, MOST_WORDS + 1)},",
        f"     .interface = {interface}, .params = {params}, .param_count = {count}, .result = '{row.core_result}',"
        f" .returns = {str(row.returns).lower()}, {outcome}}},",
    ]


def rows_c(rows: tuple[Row, ...], interfaces: tuple[Interface, ...]) -> Output:
    """rows.c: wasi_rows[] in the order of the tables, and all that they name by index."""
    types = _Types()
    errno = types.index(ERRNO)
    params: list[str] = []
    body: list[str] = []
    for row in rows:
        if isinstance(row, WitRow):
            own, outcome = _wit_params(types, row), _outcome(types, row)
        else:
            own, outcome = [_param(types, row, param) for param in row.params], ".outcome = WASI_ERRNO_RESULT"
        body += _row(row, interfaces.index(row.interface), len(params), len(own), outcome)
        params += own
    lines = [c_banner(BANNER) + '#include "wasi/rows.h"', "", f'#include "{GENERATED}/entries.h"', ""]
    lines += ["const struct wali_symbol wasi_symbols[] = {", *types.symbols, "};", ""]
    lines += ["const struct wasi_field wasi_fields[] = {", *types.fields, "};", ""]
    lines += [
        "const struct wasi_type wasi_types[] = {",
        *types.lines,
        "};",
        f"const uint8_t wasi_errno_type = {errno};",
    ]
    lines += ["", "const struct wasi_param wasi_params[] = {", *params, "};", ""]
    modules = [f"    {fitting(one.key, MODULE_ROOM)}," for one in interfaces]
    lines += ["const char wasi_modules[][WASI_MODULE_ROOM] = {", *modules, "};"]
    lines += ["const size_t wasi_module_count = sizeof wasi_modules / sizeof wasi_modules[0];", ""]
    keys = [one.key for one in interfaces]
    aliases = [f"    {{{fitting(name, MODULE_ROOM)}, {keys.index(of)}}}," for name, of in draft.ALIASES.items()]
    lines += ["const struct wasi_alias wasi_aliases[] = {", *aliases, "};"]
    lines += ["const size_t wasi_alias_count = sizeof wasi_aliases / sizeof wasi_aliases[0];", ""]
    lines += ["const struct wasi_row wasi_rows[] = {", *body, "};"]
    lines += ["const size_t wasi_row_count = sizeof wasi_rows / sizeof wasi_rows[0];", ""]
    lines += ["const wali_entry_t wasi_row_entries[] = {"]
    lines += [f"    wasi_{row.symbol}, /* {row.interface.key} */" for row in rows]
    return Output(f"{GENERATED}/rows.c", "\n".join([*lines, "};", ""]))
