"""What a module must have that starts threads by wasi-threads."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import WaliFormatError
from . import binary, interfaces

SPAWN = ("wasi", "thread-spawn")
START = "wasi_thread_start"  # what each thread begins with (wasi/handlers/threads.c)
START_TYPE = binary.FuncType(("i32", "i32"), ())
TARGET = "wasm32-wasip1-threads"
HINT = f"build it for {TARGET}"


def are_started(imports: Sequence[binary.Import]) -> bool:
    """Whether the module imports the function that starts a thread."""
    module, name = SPAWN
    functions = (e for e in imports if e.kind == binary.K_FUNCTION)
    return any(e.module == module and interfaces.plain_name(e.name) == name for e in functions)


def check(
    imports: Sequence[binary.Import],
    exports: Sequence[binary.Export],
    types: Sequence[binary.FuncType | None],
    memory: binary.Limits,
) -> None:
    """Raises WaliFormatError unless every thread can have an instance on the one memory.

    types: of each function, the imported ones first; None is unknown. A component comes here never: its program can
    import nothing but what interfaces of WASI 0.2 serve (unwrap.py).
    """
    spawn = ".".join(SPAWN)
    if any(interfaces.is_of_wit(e.module) for e in imports):
        raise WaliFormatError(f"it imports {spawn} and functions of preview2, which has no threads; {HINT}")
    if not memory.shared:
        raise WaliFormatError(f"it imports {spawn}, and its memory is not shared; {HINT}")
    start = next((e for e in exports if e.name == START and e.kind == binary.K_FUNCTION), None)
    if start is None:
        raise WaliFormatError(f"it imports {spawn}, and exports no function {START}, which threads begin with; {HINT}")
    if start.index < sum(e.kind == binary.K_FUNCTION for e in imports):
        raise WaliFormatError(f"its {START} is an import, not a function of its own; {HINT}")
    if start.index >= len(types):
        raise WaliFormatError(f"damaged wasm module: its {START} does not exist; build or copy the file again")
    kind = types[start.index]
    if kind is not None and kind != START_TYPE:
        raise WaliFormatError(f"its {START} has the type {kind}, where threads have (i32, i32) -> nothing; {HINT}")
