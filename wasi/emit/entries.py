"""The C entries: what the engine calls when the guest calls an import."""

from __future__ import annotations

from wasi.emit import BANNER, GENERATED, Output, c_banner, wrap
from wasi.emit.handlers import header_of
from wasi.rows import TWO_WORDS, Enum, Filled, Flags, List, Meaning, Param, Row, mask, size_of
from wasi.table import with_own_entry

WIDTH = 100


def _raw(param: Param) -> str:
    """The argument as its C type."""
    if isinstance(param.meaning, TWO_WORDS):
        return f"wasi_list_in(args, {param.at})"
    slot = f"args[{param.at}].i{64 if param.letters == 'I' else 32}"
    return slot if param.c_type == "int64_t" else f"({param.c_type}){slot}"


def _element_size(kind: Meaning) -> int:
    """Bytes of what the count of a list counts."""
    of = kind.type if isinstance(kind, Filled) else kind
    return size_of(of.element) if isinstance(of, List) else 1


def _refusal(param: Param) -> list[str]:
    """The lines that refuse a number that the type does not have, or a list that leaves the guest's addresses."""
    kind = param.meaning
    if isinstance(kind, TWO_WORDS):
        condition = f"!wasi_list_is_inside({_raw(param)}, {_element_size(kind)})"
        return [f"    if ({condition}) {{", f"        return -EFAULT; /* {param.name} */", "    }"]
    if isinstance(kind, Enum):
        condition = f"{_raw(param)} >= {len(kind.cases)}"
    elif isinstance(kind, Flags) and not kind.any_bit:
        condition = f"({_raw(param)} & ~UINT{64 if param.letters == 'I' else 32}_C({mask(kind):#x})) != 0"
    else:
        return []
    return [f"    if ({condition}) {{", f"        return -EINVAL; /* {param.name} */", "    }"]


def _entry(row: Row) -> str:
    arguments = [_raw(param) for param in row.params]
    call = wrap(f"    {'return ' if row.returns else ''}{row.symbol}(", arguments, ");", WIDTH, 8)
    refusals = [line for param in row.params for line in _refusal(param)]
    kind = "WASI_ENTRY" if row.returns else "WASI_ENTRY_OF_NO_RETURN"
    before = [] if row.returns else ["    wasi_enter();"]
    return "\n".join([f"{kind}({row.symbol})", "{", *before, *refusals, call, "}", ""])


def entries_c(rows: tuple[Row, ...]) -> Output:
    """entries.c: of the functions that return an errno."""
    head = [c_banner(BANNER).rstrip()]
    head += [f'#include "{header_of(interface)}"' for interface in dict.fromkeys(row.interface for row in rows)]
    head += ['#include "wasi/entry.h"', "", "#include <errno.h>", "", ""]
    return Output(f"{GENERATED}/entries.c", "\n".join(head) + "\n".join(_entry(row) for row in with_own_entry(rows)))


def entries_h(rows: tuple[Row, ...]) -> Output:
    """entries.h: the entries' prototypes, for the table of rows."""
    lines = [c_banner(BANNER) + "#ifndef WASI_ENTRIES_H", "#define WASI_ENTRIES_H", "", '#include "wasi/entry.h"', ""]
    lines += [f"WASI_ENTRY_HEAD({row.symbol});" for row in with_own_entry(rows)]
    return Output(f"{GENERATED}/entries.h", "\n".join([*lines, "", "#endif", ""]))
