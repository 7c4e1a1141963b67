"""What Python knows of the functions: for the loader, `wali inspect` and the counters."""

from __future__ import annotations

from wasi.emit import BANNER, Output
from wasi.rows import Interface, Row
from wasi.table import draft

HEAD = f'''"""Every function of WASI's interfaces, for the loader, `wali inspect` and --stats.

{BANNER}
"""

from __future__ import annotations

Function = tuple[str, str, str]
"""Parameters (i: 32 bits, I: 64), result (i, I, or - for none), and what is limited."""

'''


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wasi_py(rows: tuple[Row, ...], interfaces: tuple[Interface, ...]) -> Output:
    """wali/_generated/wasi.py: plain tuples, which import fast, in the order of wasi_rows[]."""
    lines = ["FUNCTIONS: dict[str, dict[str, Function]] = {"]
    for interface in interfaces:
        lines.append(f"    {_quoted(interface.key)}: {{")
        for row in rows:
            if row.interface == interface:
                words = [row.signature, row.core_result, row.limits]
                lines.append(f"        {_quoted(row.name)}: ({', '.join(_quoted(word) for word in words)}),")
        lines.append("    },")
    aliases = ["ALIASES: dict[str, str] = {"]
    aliases += [f"    {_quoted(name)}: {_quoted(of)}," for name, of in draft.ALIASES.items()]
    aliases += ["}", '"""Other module names of interfaces."""']
    return Output(
        "wali/_generated/wasi.py",
        HEAD
        + "\n".join(
            [*lines, "}", '"""By module name, of preview2 with its release alone, and name."""', "", *aliases, ""]
        ),
    )
