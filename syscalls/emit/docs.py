"""docs/SYSCALLS.md: which calls are answered, and how."""

from __future__ import annotations

from collections import Counter

from syscalls.emit import BANNER, Output
from syscalls.rows import Auxiliary, Kind, Result, Row
from syscalls.table import ALIASES, NUMBERS_FILE

HEAD = """# System calls

Every number of the x86-64 table ({name}), to Linux 6.19. A guest may import any of them as
`SYS_<name>`; a name that is not here links as well, and answers ENOSYS.

| support | meaning | calls |
|---|---|---|
| kernel | The kernel answers; addresses are checked, the bytes are the same on both sides. | {passthrough} |
| repacked | The kernel answers, after structures that hold addresses were rewritten. | {repack} |
| handler | A C function in `syscalls/handlers/` or the core answers. | {custom} |
| errno | Nobody answers: always this error, for the reason given. | {stub} |

The requests of ioctl(2) are in [IOCTLS.md](IOCTLS.md), the options of sockets and their control
messages in [SOCKOPTS.md](SOCKOPTS.md).
A call that the host's kernel is too old for answers ENOSYS, as there. Signatures: `i` is 32 bits,
`I` 64.

| number | name | signature | support | note |
|---:|---|---|---|---|
"""
AUXILIARY_HEAD = """
## Imports that are no system calls

Starting, ending and what else the binary interface has. Names in one row are one function.

| names | parameters | result | meaning |
|---|---|---|---|
"""
RESULTS = {Result.ANY: "as declared", Result.I32: "i", Result.NONE: "none"}
LEVELS = {Kind.PASSTHROUGH: "kernel", Kind.REPACK: "repacked", Kind.CUSTOM: "handler"}


def _note(row: Row) -> str:
    also = [alias for alias, name in ALIASES.items() if name == row.name]
    notes = [row.note] if row.note else []
    if row.enters:
        notes.append(f"answered by {row.enters}")
    if also:
        notes.append(f"also imported as {', '.join(also)}")
    return "; ".join(notes)


def _auxiliary(row: Auxiliary) -> str:
    signature = f"`{row.signature}`" if row.signature else ""
    return f"| {', '.join(row.names)} | {signature} | {RESULTS[row.result]} | {row.note} |"


def syscalls_md(rows: tuple[Row, ...], imports: tuple[Auxiliary, ...]) -> Output:
    """The support page."""
    counts = Counter(row.kind for row in rows)
    words = {kind.value: str(counts[kind]) for kind in Kind}
    lines = [f"<!-- {BANNER} -->\n" + HEAD.format(name=NUMBERS_FILE.name, **words).rstrip("\n")]
    for row in rows:
        level = LEVELS.get(row.kind, row.errno)
        signature = f"`{row.signature}`" if row.signature else ""
        lines.append(f"| {row.number} | {row.name} | {signature} | {level} | {_note(row)} |")
    lines.append(AUXILIARY_HEAD.rstrip("\n"))
    lines += [_auxiliary(row) for row in imports]
    return Output("docs/SYSCALLS.md", "\n".join(lines) + "\n")
