"""Imports that are no system calls: the C array that the linker searches, and the names for Python."""

from __future__ import annotations

from syscalls.emit import BANNER, Output, c_banner
from syscalls.rows import Auxiliary


def auxiliary_h(imports: tuple[Auxiliary, ...]) -> Output:
    """auxiliary.h: the prototypes of the entries."""
    entries = dict.fromkeys(row.entry for row in imports)
    arguments = "void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count"
    lines = [
        c_banner() + "#ifndef WALI_AUXILIARY_H",
        "#define WALI_AUXILIARY_H",
        "",
        '#include "wali/native/engine.h"',
        "",
        *(f'wasm_trap_t *{name}({arguments})\n    __attribute__((visibility("hidden")));' for name in entries),
        "",
        "#endif",
        "",
    ]
    return Output("syscalls/_generated/auxiliary.h", "\n".join(lines))


def auxiliary_c(imports: tuple[Auxiliary, ...]) -> Output:
    """auxiliary.c: a row for every name."""
    lines = [
        c_banner() + '#include "syscalls/_generated/auxiliary.h"',
        '#include "wali/native/startup.h"',
        "",
        "const struct startup_import startup_imports[] = {",
        *(
            f'    {{"{name}", "{row.signature}", {row.result.value}, {row.entry}}},'
            for row in imports
            for name in row.names
        ),
        "};",
        "const size_t startup_import_count = sizeof startup_imports / sizeof startup_imports[0];",
        "",
    ]
    return Output("syscalls/_generated/auxiliary.c", "\n".join(lines))


HEAD = f'''"""The imports that are no system calls, for `wali inspect`.

{BANNER}
"""

from __future__ import annotations

'''


def auxiliary_py(imports: tuple[Auxiliary, ...]) -> Output:
    """wali/_generated/auxiliary.py."""
    names = [f'        "{name}",' for row in imports for name in row.names]
    text = "\n".join(["AUXILIARY = frozenset(", "    (", *names, "    )", ")", ""])
    return Output("wali/_generated/auxiliary.py", HEAD + text)
