"""--fix-calls: lets old C call through function pointers of another type, as native machines do.

wasm traps when a call_indirect meets a function of another type; natively surplus arguments are
ignored and missing ones are rubbish. So each call_indirect of type T on table 0 goes by a table
for T instead, in which functions of other types are replaced by adapters (`wali.fixcalls_tables`).
Right calls cost a store more. What stands in table 0 is known from the element segments; a module
that changes it as it runs is refused.

Direct calls of another type are the linker's business, and it makes them trap: LLVM's stubs
``signature_mismatch:f`` and ``.Lf_bitcast_invalid`` get a body that calls `f`, if the module has names.

Variadic functions find their arguments in memory. Callers that do not know it are put right where the
callee is known to be variadic (`wali.fixcalls_variadic`). What nothing shows stays as it is:
docs/PORTING.md lists it.

Functions and types keep their numbers; adapters come last. The code keeps its place where the old
instruction is at least as long as the new one, as LLVM's linker makes it (padded LEB128s).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from . import fixcalls_adapt, fixcalls_code, fixcalls_module, fixcalls_variadic, loader, wasm
from .errors import WaliFormatError
from .fixcalls_adapt import Stack
from .fixcalls_code import Body
from .fixcalls_module import HINT, Functions
from .fixcalls_tables import Tables
from .fixcalls_variadic import NOTHING, Known

STUB = b"\x00\x00\x0b"  # no locals, unreachable, end


@dataclass(frozen=True)
class _Module:
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
    layout = loader.parse(data)
    code = next((section for section in layout.sections if section.id == wasm.CODE), None)
    if code is None:
        return data, 0
    bodies = fixcalls_code.bodies(code.reader(data))
    functions = fixcalls_module.functions(data, layout, len(bodies))
    stack = fixcalls_module.stack(data, layout)
    known = fixcalls_variadic.known(data, layout, bodies, functions) if stack else NOTHING
    module = _Module(data, layout, bodies, functions, known, stack)
    tables = _tables(module)
    patches = _call_patches(module, tables) + _stub_patches(module)
    if not patches:
        return data, 0
    return _assemble(module, sorted(patches), tables)


def _tables(module: _Module) -> Tables:
    layout = module.layout
    if any(export.name == loader.EXPORT_CALL_INDEX for export in layout.exports):
        raise WaliFormatError(f"its export {loader.EXPORT_CALL_INDEX} takes a name that --fix-calls needs; {HINT}")
    entries = fixcalls_module.table(module.data, layout, len(module.functions.kinds))
    place = fixcalls_module.count(module.data, layout, wasm.GLOBAL, wasm.K_GLOBAL)
    tables = Tables(module.functions, entries, module.known.variadic, module.stack, place)
    calls = Counter(call.type for body in module.bodies for call in body.calls)
    tables.fill(calls, fixcalls_module.count(module.data, layout, wasm.TABLE, wasm.K_TABLE))
    return tables


# --- the code ---------------------------------------------------------------------------------------------------------

Patch = tuple[int, int, bytes]  # data[start:end] becomes this


def _call_patches(module: _Module, tables: Tables) -> list[Patch]:
    """The calls to change, and the sizes of the functions that grow by it."""
    patches: list[Patch] = []
    for body in module.bodies:
        growth = 0
        for call in body.calls:
            site = tables.sites.get(module.functions.types[call.type])
            if site is not None:
                code = fixcalls_code.through(call, *site, tables.place)
                growth += len(code) - (call.end - call.start)
                patches.append((call.start, call.end, code))
        if growth:
            size = fixcalls_code.padded(body.end - body.body + growth, body.body - body.start)
            patches.append((body.start, body.body, size))
    return patches


def _stub_patches(module: _Module) -> list[Patch]:
    """New bodies for the linker's stubs."""
    functions = module.functions
    stubs = [
        (number, body)
        for number, body in enumerate(module.bodies, functions.imported)
        if body.end - body.body == len(STUB) and module.data[body.body : body.end] == STUB
    ]
    by_name = fixcalls_variadic.named(functions) if stubs else {}
    patches = []
    for number, body in stubs:
        target = _stub_target(functions.names.get(number, ""))
        callee = by_name.get(target)
        if callee is not None and callee < len(functions.kinds):
            code = _stub_body(module, number, callee, target)
            if code:
                patches.append((body.start, body.end, wasm.leb(len(code)) + code))
    return patches


def _stub_body(module: _Module, stub: int, callee: int, name: str) -> bytes:
    """A body for `stub` that calls `callee`; b"" if none is right."""
    given, wanted = module.functions.type_of(stub), module.functions.type_of(callee)
    if given is None or wanted is None:
        return b""
    way = fixcalls_adapt.directly(callee)
    if callee in module.known.variadic and module.stack is not None:
        return fixcalls_adapt.packer(given, wanted, way, module.stack)
    if module.known.may_be(callee, name, wanted):
        return b""
    return fixcalls_adapt.adapter(given, wanted, way)


def _stub_target(name: str) -> str:
    """Which function LLVM meant by a stub of this name; "" if it is none."""
    if name.startswith("signature_mismatch:"):
        return name.partition(":")[2]
    if name.endswith("_bitcast_invalid"):
        return name.removeprefix(".L").removesuffix("_bitcast_invalid")
    return ""


# --- the module -------------------------------------------------------------------------------------------------------


def _assemble(module: _Module, patches: list[Patch], tables: Tables) -> tuple[bytes, int]:
    """The module with the changes and additions, and how far its code has moved."""
    data, layout = module.data, module.layout
    added = tables.sections()
    missing = set(added) - {section.id for section in layout.sections}
    delta = 0
    out = bytearray(data[: layout.start + 8])
    for section in layout.sections:
        if section.id == wasm.CUSTOM:
            out += _with_names(module, section, tables) or data[section.start : section.end]
            continue
        rank = wasm.SECTION_ORDER.index(section.id)
        for number in [n for n in wasm.SECTION_ORDER[:rank] if n in missing]:
            missing.remove(number)
            out += _section(number, 0, b"", added[number])
        if section.id not in added and section.id != wasm.CODE:
            out += data[section.start : section.end]
            continue
        reader = section.reader(data)
        count = reader.count()
        old = _patched(data, reader.pos, section.end, patches if section.id == wasm.CODE else [])
        new = _section(section.id, count, old, added.get(section.id, []))
        out += new
        if section.id == wasm.CODE:
            items = sum(map(len, added.get(section.id, [])))
            delta = reader.pos - (len(out) - items - len(old))
    return bytes(out), delta


def _section(number: int, count: int, old: bytes, new: Sequence[bytes]) -> bytes:
    body = wasm.leb(count + len(new)) + old + b"".join(new)
    return bytes([number]) + wasm.leb(len(body)) + body


def _patched(data: bytes, start: int, end: int, patches: list[Patch]) -> bytes:
    out = bytearray()
    for place, rest, code in patches:
        out += data[start:place] + code
        start = rest
    return bytes(out + data[start:end])


def _with_names(module: _Module, section: wasm.Section, tables: Tables) -> bytes:
    """The name section with the adapters' names; b"" if `section` is another one, or has none of functions."""
    data = module.data
    for start, part in fixcalls_module.name_parts(data, module.layout):
        if section.body <= start < section.end and module.functions.names:
            first = len(module.functions.kinds)
            names = [wasm.leb(first + i) + wasm.text(name) for i, name in enumerate(tables.names)]
            body = wasm.leb(part.count() + len(names)) + data[part.pos : part.end] + b"".join(names)
            head = data[section.body : start] + bytes([fixcalls_module.FUNCTION_NAMES]) + wasm.leb(len(body))
            payload = head + body + data[part.end : section.end]
            return bytes([wasm.CUSTOM]) + wasm.leb(len(payload)) + payload
    return b""
