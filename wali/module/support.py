"""How the runtime serves an import, by its name. The facts are generated: _generated/."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .._generated.auxiliary import AUXILIARY
from . import interfaces

PREFIXES = ("__syscall_SYS_", "SYS_")


@dataclass(frozen=True)
class Call:
    """One system call: `kind` is passthrough, repack, custom or stub (then `errno` is its only answer).

    `signature` has a letter for each argument: i for 32 bits, I for 64.
    """

    number: int
    name: str
    family: str
    kind: str
    errno: str
    signature: str
    note: str


def calls() -> list[Call]:
    """All system calls of the x86-64 table, by number."""
    from .._generated.calls import CALLS

    return [Call(*row) for row in CALLS]


@cache
def _by_name() -> dict[str, Call]:
    from .._generated.calls import ALIASES

    known = {call.name: call for call in calls()}
    return {**known, **{alias: known[name] for alias, name in ALIASES.items()}}


def of_import(module: str, name: str) -> tuple[str, str]:
    """(support, note) of a function import: a call's kind, ``wasi``, ``runtime``, ``unknown`` or ``missing``."""
    if module != interfaces.WALI:
        function = interfaces.wasi_function(module, name)
        return ("missing", "nothing provides it") if function is None else ("wasi", function[2])
    if name in AUXILIARY:
        return "runtime", ""
    for prefix in PREFIXES:
        call = _by_name().get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if call is not None:
            return call.kind, f"{call.errno} {call.note}".strip()
    return "unknown", "links, and answers ENOSYS"
