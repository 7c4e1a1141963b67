"""--fix-calls: lets old C call through function pointers of another type, as native machines do.

wasm traps when a call_indirect meets a function of another type; natively surplus arguments are
ignored and missing ones are rubbish. So each call_indirect of type T on table 0 becomes a direct
call of a *dispatcher* for T, which gets the table index as its last argument and jumps, by the
index, to an adapter for the callee's type, or, if that is T or unknown, makes the original call.
What stands in the table is known from the element segments; a module that changes its table as
it runs is refused. The price is a direct call and a jump through a table for each indirect call.

Direct calls of another type are the linker's business, and it makes them trap: LLVM's stubs
``signature_mismatch:f`` and ``.Lf_bitcast_invalid`` get a body that calls `f`, if the module has names.

What cannot be seen in types stays as it is: variadic functions (their arguments lie in memory in
wasm) called as if they were not, structures passed or returned by value, several results, vectors.

Functions keep their numbers; dispatchers come last. The code keeps its place where the old
instruction is at least as long as the new one, as LLVM's linker makes it (padded LEB128s).
"""

from __future__ import annotations

from . import fixcalls_adapt, fixcalls_code, fixcalls_module, loader, wasm
from .errors import WaliFormatError
from .fixcalls_code import Body
from .fixcalls_module import HINT, Functions, Table
from .wasm import FuncType

MOST_WORK = 8 << 20  # bytes of dispatchers: a hostile module could ask for any number
STUB = b"\x00\x00\x0b"  # no locals, unreachable, end
NAME = "call through a pointer to"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Of libc's variadic functions, the ones that old programs call undeclared: their stubs stay traps, for a bridge
# would pass a number where a list of arguments is meant.
VARIADIC = _words(
    """open openat fcntl ioctl printf fprintf dprintf sprintf snprintf asprintf scanf fscanf sscanf wprintf execl execlp
    execle syslog err errx warn warnx error prctl syscall semctl mremap ptrace ulimit clone sem_open mq_open"""
)


def fix(data: bytes) -> tuple[bytes, int]:
    """(the module rewritten, original minus rewritten file offset of its code, in bytes).

    data: a whole module file. WaliFormatError if it is malformed, or cannot be treated.
    """
    layout = loader.parse(data)
    by_id = {section.id: section for section in layout.sections if section.id != wasm.CUSTOM}
    if wasm.CODE not in by_id:
        return data, 0
    bodies = fixcalls_code.bodies(by_id[wasm.CODE].reader(data))
    functions = fixcalls_module.functions(data, layout, len(bodies))
    new = _Dispatchers(functions, fixcalls_module.table(data, layout, len(functions.kinds)))
    patches = _call_patches(bodies, new) + _stub_patches(data, bodies, functions)
    if not patches:
        return data, 0
    return _assemble(data, layout, sorted(patches), new)


class _Dispatchers:
    """The functions to add, made as calls ask for them."""

    def __init__(self, functions: Functions, table: Table) -> None:
        self.functions = functions
        self.numbers: dict[FuncType, int] = {}
        self.by_type: dict[int, int | None] = {}
        self.bodies: list[bytes] = []
        self.kinds: list[FuncType] = []
        self.work = 0
        self.first = min(table, default=0)
        # Classes of callees: by table index from `first` on the place in `targets` of its type and that type's index.
        self.targets: list[tuple[FuncType, int]] = []
        self.classes: list[int] = [-1] * (max(table) - self.first + 1 if table else 0)
        known: dict[FuncType, int] = {}
        for index, function in table.items():
            kind = None if function is None else functions.type_of(function)
            if kind is not None and function is not None:
                if kind not in known:
                    known[kind] = len(self.targets)
                    self.targets.append((kind, functions.kinds[function]))
                self.classes[index - self.first] = known[kind]

    def number(self, type_index: int) -> int | None:
        """Function index of the dispatcher for calls of this type; None if they need none or cannot have one."""
        if type_index not in self.by_type:
            self.by_type[type_index] = self._number(type_index)
        return self.by_type[type_index]

    def _number(self, type_index: int) -> int | None:
        if type_index >= len(self.functions.types):
            raise WaliFormatError("damaged wasm module: a call is of a type that does not exist")
        kind = self.functions.types[type_index]
        arms = [target for target in self.targets if target[0] != kind]
        if not arms or not fixcalls_adapt.adaptable(kind):
            return None
        if kind not in self.numbers:
            self.numbers[kind] = len(self.functions.kinds) + len(self.bodies)
            self.kinds.append(kind)
            self.bodies.append(self._body(kind, type_index, arms))
        return self.numbers[kind]

    def _body(self, kind: FuncType, type_index: int, arms: list[tuple[FuncType, int]]) -> bytes:
        self.work += len(self.classes) + sum(len(kind.params) + len(target.params) for target, _ in arms)
        if self.work > MOST_WORK:
            raise WaliFormatError(f"its calls through pointers are of too many types; {HINT}")
        depth = {target: label for label, (target, _) in enumerate(arms)}
        labels = [wasm.leb(depth.get(target, len(arms))) for target, _ in self.targets]
        labels.append(wasm.leb(len(arms)))  # for class -1
        depths = wasm.leb(len(self.classes)) + b"".join([labels[number] for number in self.classes])
        return fixcalls_adapt.dispatcher(kind, type_index, arms, self.first, depths)


# --- the code ---------------------------------------------------------------------------------------------------------

Patch = tuple[int, int, bytes]  # data[start:end] becomes this


def _call_patches(bodies: list[Body], new: _Dispatchers) -> list[Patch]:
    """The calls to change, and the sizes of the functions that grow by it."""
    patches: list[Patch] = []
    for body in bodies:
        growth = 0
        for call in body.calls:
            number = new.number(call.type)
            if number is not None:
                code = fixcalls_code.direct(call, number)
                growth += len(code) - (call.end - call.start)
                patches.append((call.start, call.end, code))
        if growth:
            size = fixcalls_code.padded(body.end - body.body + growth, body.body - body.start)
            patches.append((body.start, body.body, size))
    return patches


def _stub_patches(data: bytes, bodies: list[Body], functions: Functions) -> list[Patch]:
    """New bodies for the linker's stubs."""
    stubs = [
        (number, body)
        for number, body in enumerate(bodies, functions.imported)
        if body.end - body.body == len(STUB) and data[body.body : body.end] == STUB
    ]
    if not stubs:
        return []
    by_name: dict[str, int | None] = {}
    for number, name in functions.names.items():
        by_name[name] = None if name in by_name else number  # two static functions may share a name
    patches = []
    for number, body in stubs:
        target = _stub_target(functions.names.get(number, ""))
        callee = by_name.get(target)
        if callee is None or callee >= len(functions.kinds) or target in VARIADIC:
            continue
        given, wanted = functions.type_of(number), functions.type_of(callee)
        if given is not None and wanted is not None:
            code = fixcalls_adapt.bridge(given, wanted, callee)
            patches.append((body.start, body.end, wasm.leb(len(code)) + code))
    return patches


def _stub_target(name: str) -> str:
    """Which function LLVM meant by a stub of this name; "" if it is none."""
    if name.startswith("signature_mismatch:"):
        return name.partition(":")[2]
    if name.endswith("_bitcast_invalid"):
        return name.removeprefix(".L").removesuffix("_bitcast_invalid")
    return ""


def _assemble(data: bytes, layout: loader.Layout, patches: list[Patch], new: _Dispatchers) -> tuple[bytes, int]:
    """The module with the changes and additions, and how far its code has moved."""
    types = [fixcalls_adapt.function_type(FuncType((*kind.params, "i32"), kind.results)) for kind in new.kinds]
    first_type = len(layout.types)
    added = {
        wasm.TYPE: types,
        wasm.FUNCTION: [wasm.leb(first_type + number) for number in range(len(types))],
        wasm.CODE: [wasm.leb(len(body)) + body for body in new.bodies],
    }
    delta = 0
    out = bytearray(data[: layout.start + 8])
    for section in layout.sections:
        if section.id not in added:
            out += _with_names(data, layout, section, new) or data[section.start : section.end]
            continue
        items = added[section.id]
        reader = section.reader(data)
        count = wasm.leb(reader.count() + len(items))
        old = _patched(data, reader.pos, section.end, patches if section.id == wasm.CODE else [])
        size = len(count) + len(old) + sum(map(len, items))
        out += bytes([section.id]) + wasm.leb(size) + count
        if section.id == wasm.CODE:
            delta = reader.pos - len(out)
        out += old + b"".join(items)
    return bytes(out), delta


def _patched(data: bytes, start: int, end: int, patches: list[Patch]) -> bytes:
    out = bytearray()
    for place, rest, code in patches:
        out += data[start:place] + code
        start = rest
    return bytes(out + data[start:end])


def _with_names(data: bytes, layout: loader.Layout, section: wasm.Section, new: _Dispatchers) -> bytes:
    """The name section with the dispatchers' names; b"" if `section` is another one, or has none of functions."""
    for start, part in fixcalls_module.name_parts(data, layout):
        if section.body <= start < section.end and new.functions.names:
            first = len(new.functions.kinds)
            names = [wasm.leb(first + i) + wasm.text(f"{NAME} {kind}") for i, kind in enumerate(new.kinds)]
            body = wasm.leb(part.count() + len(names)) + data[part.pos : part.end] + b"".join(names)
            head = data[section.body : start] + bytes([fixcalls_module.FUNCTION_NAMES]) + wasm.leb(len(body))
            payload = head + body + data[part.end : section.end]
            return bytes([wasm.CUSTOM]) + wasm.leb(len(payload)) + payload
    return b""
