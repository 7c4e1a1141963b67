"""Files of names and values, by which the trace shows what a row is about."""

from __future__ import annotations

from collections.abc import Iterable

from syscalls.emit import Output, c_banner, fitting

NAME_ROOM = 40


def name(text: str) -> str:
    """A name as C."""
    return fitting(text, NAME_ROOM)


def names_c(kind: str, table: str, banner: str, params: Iterable[str], rows: Iterable[str]) -> Output:
    """<kind>_names.c: the parameters' initialisers, and the rows of syscalls/<table>.h that count in them."""
    lines = [
        c_banner(banner) + '#include "syscalls/_generated/symbols.h"',
        f'#include "syscalls/{table}.h"',
        "",
        f"const struct wali_param wali_{kind}_params[] = {{",
        *(f"    {{{shown}}}," for shown in params),
        "};",
        "",
        f"const struct wali_{kind} wali_{kind}s[] = {{",
        *(f"    {{{row}}}," for row in rows),
        "};",
        f"const size_t wali_{kind}_count = sizeof wali_{kind}s / sizeof wali_{kind}s[0];",
        "",
    ]
    return Output(f"syscalls/_generated/{kind}_names.c", "\n".join(lines))
