"""What Python knows of the calls: data for the command line, and typed stubs."""

from __future__ import annotations

from syscalls.emit import BANNER, Output
from syscalls.rows import Param, Row, Scalar, Shape
from syscalls.table import ALIASES, FAMILIES

CALLS_HEAD = f'''"""Every system call of the table, for `wali syscalls` and `wali inspect`.

{BANNER}
"""

from __future__ import annotations

Call = tuple[int, str, str, str, str, str, str]
"""Number, name, family, kind, errno of a stub, signature (i: 32 bits, I: 64), note."""

'''

STUBS_HEAD = f'''"""The imports as Python types: what a guest hands over, and the result or -errno.

{BANNER}
"""

Fd = int
Address = int
Signed32 = int
Unsigned32 = int
Signed64 = int
Unsigned64 = int
'''


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _family(row: Row) -> str:
    return next(title for title, family in FAMILIES.items() if row in family.ROWS)


def calls_py(rows: tuple[Row, ...]) -> Output:
    """wali/_generated/calls.py: plain tuples, which import fast."""
    lines = ["CALLS: tuple[Call, ...] = ("]
    for row in rows:
        words = [row.name, _family(row), row.kind.value, row.errno, row.signature, row.note]
        lines.append(f"    ({row.number}, {', '.join(_quoted(word) for word in words)}),")
    lines += [")", "", "ALIASES: dict[str, str] = {"]
    lines += [f"    {_quoted(alias)}: {_quoted(name)}," for alias, name in ALIASES.items()]
    text = CALLS_HEAD + "\n".join([*lines, "}", '"""Names that guests import, and the kernel\'s own."""', ""])
    return Output("wali/_generated/calls.py", text)


def _type(param: Param) -> str:
    if not isinstance(param.meaning, Scalar):
        return "Address"
    if param.meaning.shape in (Shape.FD, Shape.DIRFD):
        return "Fd"
    return f"{'Signed' if param.signed else 'Unsigned'}{64 if param.wide else 32}"


def stubs_pyi(rows: tuple[Row, ...]) -> Output:
    """wali/_generated/stubs.pyi."""
    lines = []
    for row in rows:
        params = [f"{param.name}: {_type(param)}" for param in row.params]
        if params:
            params.append("/")
        lines.append(f"def __syscall_SYS_{row.name}({', '.join(params)}) -> Signed64: ...")
    return Output("wali/_generated/stubs.pyi", STUBS_HEAD + "\n" + "\n".join(lines) + "\n")
