"""The values of the names that rows give their flags and choices: those of this machine's C headers."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from syscalls.rows import Row, Scalar
from syscalls.symbols import Symbols
from syscalls.table import all_rows
from tests.support.tools import ROOT

PROBE = ROOT / "build" / "fuzz" / "symbols"


def symbols_of(rows: tuple[Row, ...]) -> dict[str, Symbols]:
    """Every set of names that a parameter of these rows has."""
    found = {}
    for row in rows:
        for param in row.params:
            if isinstance(param.meaning, Scalar) and param.meaning.symbols:
                found[param.meaning.symbols.name] = param.meaning.symbols
    return found


def _probe(names: list[str]) -> str:
    """A C program that prints `set value` for every name."""
    lines = ["#include <stdio.h>", '#include "syscalls/_generated/symbols.h"', "int main(void) {"]
    for name in names:
        lines += [
            f"    for (size_t i = 0; i < wali_symbols_{name}.count; i++)",
            f'        printf("{name} %llu\\n", (unsigned long long)wali_symbols_{name}.all[i].value);',
        ]
    return "\n".join([*lines, "    return 0;", "}", ""])


@cache
def values() -> dict[str, tuple[int, ...]]:
    """The values by the name of the set.  Needs a C compiler."""
    source = _probe(sorted(symbols_of(all_rows())))
    PROBE.parent.mkdir(parents=True, exist_ok=True)
    file = Path(f"{PROBE}.c")
    file.write_text(source)
    generated = ROOT / "syscalls" / "_generated" / "symbols.c"
    subprocess.run(["cc", f"-iquote{ROOT}", str(file), str(generated), "-o", str(PROBE)], check=True)
    found: dict[str, tuple[int, ...]] = {}
    for line in subprocess.run([str(PROBE)], check=True, capture_output=True, text=True).stdout.splitlines():
        name, value = line.split()
        found[name] = (*found.get(name, ()), int(value))
    return found
