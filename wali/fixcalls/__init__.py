"""--fix-calls: lets old C call through function pointers of another type, as native machines do.

wasm traps when a call_indirect meets a function of another type; natively surplus arguments are
ignored and missing ones are rubbish. So each call_indirect of type T on table 0 goes by a table
for T instead, in which functions of other types are replaced by adapters (`wali.fixcalls.tables`).
Right calls cost a store more. What stands in table 0 is known from the element segments; a module
that changes it as it runs is refused.

Direct calls of another type are the linker's business, and it makes them trap: LLVM's stubs
``signature_mismatch:f`` and ``.Lf_bitcast_invalid`` get a body that calls `f`, if the module has names.

Variadic functions find their arguments in memory. Callers that do not know it are put right where the
callee is known to be variadic (`wali.fixcalls.variadic`). What nothing shows stays as it is:
docs/PORTING.md lists it.

Functions and types keep their numbers; adapters come last. The code keeps its place where the old
instruction is at least as long as the new one, as LLVM's linker makes it (padded LEB128s).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..errors import WaliFormatError
from ..module import additions, binary, loader, wish
from ..module.additions import Patch
from . import adapt, code, module, variadic
from .adapt import Stack
from .code import Body
from .module import HINT, Functions
from .tables import Tables
from .variadic import NOTHING, Known

STUB = b"\x00\x00\x0b"  # no locals, unreachable, end


@dataclass(frozen=True)
class _Original:
    """What the parts below look at: the file, its functions, what is known of them, and the shadow stack."""

    data: bytes
    layout: loader.Layout
    bodies: list[Body]
    functions: Functions
    known: Known
    stack: Stack | None


def fix(data: bytes) -> tuple[bytes, int]:
    """(the module rewritten, original minus rewritten file offset of its code, in bytes).

    data: a whole module file. WaliFormatError if it is malformed, or cannot be treated.
    """
    original = _read(data)
    if original is None:
        return data, 0
    tables = _tables(original)
    patches = _call_patches(original, tables) + _stub_patches(original)
    if not patches:
        return data, 0
    return additions.written(data, original.layout, tables.sections(), sorted(patches), tables.names)


def remembered(data: bytes) -> bytes:
    """The section `wali.module.wish` for a module that is about to lose its debugging information. WaliFormatError."""
    original = _read(data)
    if original is None:
        return wish.section()
    names = original.functions.names
    known = original.known
    plain = [number for number in known.plain if names.get(number) in variadic.NAMES]
    return wish.section(known.variadic, plain)


def _read(data: bytes) -> _Original | None:
    """What is known of the module; None if it has no code."""
    layout = loader.parse(data)
    section = next((section for section in layout.sections if section.id == binary.CODE), None)
    if section is None:
        return None
    bodies = code.bodies(section.reader(data))
    functions = module.functions(data, layout, len(bodies))
    stack = module.stack(data, layout)
    known = variadic.known(data, layout, bodies, functions) if stack else NOTHING
    return _Original(data, layout, bodies, functions, known, stack)


def _tables(original: _Original) -> Tables:
    layout = original.layout
    if any(export.name == loader.EXPORT_CALL_INDEX for export in layout.exports):
        raise WaliFormatError(f"its export {loader.EXPORT_CALL_INDEX} takes a name that --fix-calls needs; {HINT}")
    entries = module.table(original.data, layout, len(original.functions.kinds))
    place = module.count(original.data, layout, binary.GLOBAL, binary.K_GLOBAL)
    tables = Tables(original.functions, entries, original.known.variadic, original.stack, place)
    calls = Counter(call.type for body in original.bodies for call in body.calls)
    tables.fill(calls, module.count(original.data, layout, binary.TABLE, binary.K_TABLE))
    return tables


# --- the code ---------------------------------------------------------------------------------------------------------


def _call_patches(original: _Original, tables: Tables) -> list[Patch]:
    """The calls to change, and the sizes of the functions that grow by it."""
    patches: list[Patch] = []
    for body in original.bodies:
        growth = 0
        for call in body.calls:
            site = tables.sites.get(original.functions.types[call.type])
            if site is not None:
                new = code.through(call, *site, tables.place)
                growth += len(new) - (call.end - call.start)
                patches.append((call.start, call.end, new))
        if growth:
            size = binary.padded(body.end - body.body + growth, body.body - body.start)
            patches.append((body.start, body.body, size))
    return patches


def _stub_patches(original: _Original) -> list[Patch]:
    """New bodies for the linker's stubs."""
    functions = original.functions
    stubs = [
        (number, body)
        for number, body in enumerate(original.bodies, functions.imported)
        if body.end - body.body == len(STUB) and original.data[body.body : body.end] == STUB
    ]
    by_name = variadic.named(functions) if stubs else {}
    patches = []
    for number, body in stubs:
        target = _stub_target(functions.names.get(number, ""))
        callee = by_name.get(target)
        if callee is not None and callee < len(functions.kinds):
            new = _stub_body(original, number, callee, target)
            if new:
                patches.append((body.start, body.end, binary.leb(len(new)) + new))
    return patches


def _stub_body(original: _Original, stub: int, callee: int, name: str) -> bytes:
    """A body for `stub` that calls `callee`; b"" if none is right."""
    given, wanted = original.functions.type_of(stub), original.functions.type_of(callee)
    if given is None or wanted is None:
        return b""
    way = adapt.directly(callee)
    if callee in original.known.variadic and original.stack is not None:
        return adapt.packer(given, wanted, way, original.stack)
    if original.known.may_be(callee, name, wanted):
        return b""
    return adapt.adapter(given, wanted, way)


def _stub_target(name: str) -> str:
    """Which function LLVM meant by a stub of this name; "" if it is none.

    The main that a stub stands for the linker has dropped: who has that name, by the linker's demangling, is libc's
    `__main_argc_argv`, which calls the stub.
    """
    if name.startswith("signature_mismatch:") and name != "signature_mismatch:main":
        return name.partition(":")[2]
    if name.endswith("_bitcast_invalid"):
        return name.removeprefix(".L").removesuffix("_bitcast_invalid")
    return ""
