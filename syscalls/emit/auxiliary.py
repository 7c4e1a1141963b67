"""Imports that are no system calls: the list for the C core, and their types for Python."""

from __future__ import annotations

from syscalls.emit import BANNER, Output, c_banner
from syscalls.rows import Auxiliary


def auxiliary_h(imports: tuple[Auxiliary, ...]) -> Output:
    """auxiliary.h: a list to be filled in by whoever has the entries (calls/wali_imports.c)."""
    rows = [
        f'    X("{name}", "{row.signature}", {row.result.value}, {row.entry})' for row in imports for name in row.names
    ]
    lines = [
        c_banner() + "/* The auxiliary imports: X(name, one letter per parameter, result, entry). */",
        "#ifndef WALI_AUXILIARY_H",
        "#define WALI_AUXILIARY_H",
        "",
        "#define WALI_AUXILIARY(X) \\",
        " \\\n".join(rows),
        "",
        "#endif",
        "",
    ]
    return Output("syscalls/_generated/auxiliary.h", "\n".join(lines))


PARAMETERS = "# By name: a letter for each parameter, i for 32 bits; and the result, - for none, nothing for any."
HEAD = f'''"""The imports that are no system calls, for `wali inspect`.

{BANNER}
"""

from __future__ import annotations

'''


def auxiliary_py(imports: tuple[Auxiliary, ...]) -> Output:
    """wali/_generated/auxiliary.py."""
    results = {row.result: row.result.value.strip("0'") for row in imports}
    rows = [f'    "{name}": ("{row.signature}", "{results[row.result]}"),' for row in imports for name in row.names]
    text = "\n".join([PARAMETERS, "AUXILIARY = {", *rows, "}", ""])
    return Output("wali/_generated/auxiliary.py", HEAD + text)
