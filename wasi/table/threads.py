"""The function of wasi-threads (wasi-threads.wit.md), for modules that share their memory among threads.

Its module name is of the time before interfaces had versions.
"""

from __future__ import annotations

from wasi.rows import Interface, Number, Type, called_from
from wasi.table.preview2_types import U32
from wasi.wit import WitRow, wit_row

INTERFACE = Interface("wasi", "threads")
SPAWNED = Number("s32", 32, signed=True)
"""The id of a thread, or a negative errno."""


def function(name: str, to: Type, /, limits: str = "", **types: Type) -> WitRow:
    """A function, as WIT has it."""
    return wit_row(INTERFACE, name, types, to, called_from(), limits=limits)


ROWS = (
    function(
        "thread-spawn", SPAWNED, start_arg=U32, limits="the thread's id, or a negative errno: -6 (AGAIN) for none"
    ),
)
