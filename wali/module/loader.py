"""From the file of a module to the bytes that the engine compiles.

The runtime must own the guest's memory (threads, exec and MAP_FIXED need that) and
reach its function table and shadow stack pointer. So the module is rewritten before
it is compiled:

- its memory becomes the import ``wali.memory``, with the same limits, and shared;
- table 0 is exported as ``wali:table``, ``__stack_pointer`` as ``wali:sp``; a module written
  by hand may have no such global, and gets one;
- a module without ``_start`` has its main exported as ``wali:main``, and one that asks ``__deinit``
  its ``__stdio_exit``, if it names one, as ``wali:stdio_exit`` (wali/native/calls/stdio_exit.h);
- a function that is imported by two types has another name from the second type on: the engine's
  linker knows one by each name;
- of a component only its program is left, with imports named by what serves them (unwrap.py);
- of a program of preview2 what runs it is exported as ``wali:run``, and its ``cabi_realloc`` as ``wali:realloc``.

All other sections are copied as they are. The code section moves as a whole, by
`PreparedModule.code_delta`, so that an offset in a backtrace can be told as the module's own.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..errors import WaliFormatError, os_error
from . import binary, interfaces, name_section, threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import unwrap

MAX_SIZE = 1 << 30  # bytes: the engine's own limits lie far below
PIECE = 1 << 23  # bytes that are read at once
MAX_PAGES = 65536
EXPORT_TABLE = "wali:table"
EXPORT_STACK_POINTER = "wali:sp"
EXPORT_CALL_INDEX = "wali:call"  # of modules that `wali.fixcalls` made
EXPORT_MAIN = "wali:main"
EXPORT_RUN = "wali:run"
EXPORT_REALLOC = "wali:realloc"
EXPORT_STDIO_EXIT = "wali:stdio_exit"
RESERVED = (
    EXPORT_TABLE,
    EXPORT_STACK_POINTER,
    EXPORT_CALL_INDEX,
    EXPORT_MAIN,
    EXPORT_RUN,
    EXPORT_REALLOC,
    EXPORT_STDIO_EXIT,
)
START = "_start"
INITIALIZE = "_initialize"  # of a reactor of WASI: called before what --invoke names
CALLED = (START, INITIALIZE, "__wasm_call_ctors")  # by the core, wherever they are exported (entry_point.c)
MAINS = ("main", "__main_argc_argv")  # where there is no _start: other engines run these
RUN = re.compile(r"wasi:cli/run@0\.2(\.\d+)?#run")  # of preview2, also in a module that no component is made of
DRAFT_RUN = "run"  # of a module that imports the draft of 2023
REALLOC = "cabi_realloc"  # of such a module
REALLOC_TYPE = binary.FuncType(("i32",) * 4, ("i32",))
MEMORY_IMPORT = ("wali", "memory")
BUILD_HINT = "build it with wali-cc"
OBJECTS_IMPORT = ("__linear_memory", "__indirect_function_table")  # from the linker
NAMES_TOLD = 3  # of imports that nothing provides
OWN_GLOBAL = b"\x7f\x01\x41\x00\x0b"  # (mut i32) (i32.const 0)
# Of a module that has none: no instruction of it can look inside, and no call gets an address that is good.
NO_MEMORY = binary.Limits(0, 0, False, False, False)

T = TypeVar("T")


@dataclass(frozen=True)
class PreparedModule:
    """A module ready to compile.

    wasm: the rewritten binary.
    code_delta: original module offset = rewritten module offset + code_delta (bytes; --fix-calls may make
        functions longer, and then this holds for the first ones only);
        a module offset counts from the file's wasm magic, a component's too, not from a ``#!`` line before it.
    start: where in the original file that magic is.
    is_merged: whether it was made of several modules, so that "original" means the one that they became (merge.py).
    """

    wasm: bytes
    code_delta: int
    start: int = 0
    is_merged: bool = False


@dataclass(frozen=True)
class Layout:
    """What the loader and `wali inspect` see of a module. Offsets are file offsets.

    start: of the module's magic; origin: of the file's, which is the component's if the module is its `program`.
    """

    start: int
    origin: int
    sections: tuple[binary.Section, ...]
    types: tuple[binary.FuncType | None, ...]
    functions: tuple[int, ...]  # type by function index, the imported ones first
    imports: tuple[binary.Import, ...]
    exports: tuple[binary.Export, ...]
    memories: tuple[binary.Limits, ...]
    has_table: bool
    stack_pointer: int | None
    program: unwrap.ProgramModule | None = None


def read_module(path: str) -> bytes:
    """The bytes of the file, read once. WaliError 127/126 if it is no readable regular file or pipe."""
    # Of a pipe the writer is waited for. A device may keep its reader waiting for ever, so those are not read.
    blocking = 0 if is_pipe(path) else os.O_NONBLOCK
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | blocking)) as file:
            kind = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
                raise WaliFormatError("not a regular file or pipe; give the path of a .wasm module")
            # Not in one piece: for that as much address space is taken as the piece may have.
            pieces: list[bytes] = []
            while piece := file.read(PIECE):
                pieces.append(piece)
                if len(pieces) * PIECE > MAX_SIZE:
                    raise WaliFormatError(f"larger than {MAX_SIZE >> 30} GiB; no module can be that large")
            return b"".join(pieces)
    except IsADirectoryError:
        raise WaliFormatError("is a directory; give the path of a .wasm module") from None
    except OSError as error:
        raise os_error(error) from None


def is_pipe(path: str) -> bool:
    """Whether the module comes through a pipe, such as /dev/stdin may be, and can be read but once."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def find_start(data: bytes) -> int:
    """Offset of the wasm magic: 0, or behind one ``#!`` line. Refuses what is neither core wasm nor a component."""
    start = 0
    if data.startswith(b"#!"):
        start = data.find(b"\n") + 1
        if start == 0 or not data.startswith(binary.MAGIC, start):
            raise WaliFormatError("a script, not a wasm module; run it with its own interpreter")
    head = data[start : start + 8]
    if len(head) == 8 and head[:4] == binary.MAGIC:
        version = head[4:]
        if version == b"\x01\0\0\0" or binary.is_component(data, start):
            return start
        raise WaliFormatError(f"wasm version {int.from_bytes(version, 'little')} is unknown", start + 4)
    raise WaliFormatError(*_not_wasm(head, start))


def _not_wasm(head: bytes, start: int) -> tuple[str, int]:
    """What to say about a file that does not begin with the wasm magic, and where."""
    if not head:
        return "an empty file, not a wasm module", start
    if binary.MAGIC.startswith(head[:4]):
        return "truncated wasm module: the header is cut off; build or copy the file again", start + len(head)
    if head.startswith(b"\x7fELF"):
        return f"a native program (ELF), not wasm; run it directly, or {BUILD_HINT}", start
    if head.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"BZh")):
        return "a compressed file; decompress it first (gunzip, unzstd, unxz or bunzip2)", start
    if head.startswith(b"wali-cwa"):  # wali/compiled/cwasm_file.py
        return (
            "compiled code (wali compile -o): wali-run takes it by a name that ends in .cwasm; else give the .wasm",
            start,
        )
    if head.lstrip().startswith((b"(module", b"(", b";;")):
        return "wasm text, not binary; assemble it first (wat2wasm)", start
    return f"not a wasm module; {BUILD_HINT}", start


def get_ready(data: bytes) -> None:
    """Loads what reading this file takes, for a confined process, which can load nothing."""
    if binary.is_component(data, data.find(b"\n") + 1 if data.startswith(b"#!") else 0):
        from . import merge, unwrap  # noqa: F401


def one_module(data: bytes) -> bytes:
    """The file as it is, or of a component whose program is several modules the one that they become (merge.py)."""
    start = find_start(data)
    if not binary.is_component(data, start):
        return data
    from . import merge, unwrap

    unwrapping = unwrap.read(data, start)
    try:
        unwrapping.program  # noqa: B018
    except unwrap.NotAlone:
        return merge.merged(unwrapping, data)
    return data


def parse(data: bytes) -> Layout:
    """The parts of the module in a file. WaliFormatError if it is malformed, or a component without a program.

    The program must be one module of the component: `one_module` sees to that.
    """
    start = find_start(data)
    if not binary.is_component(data, start):
        return _module(data, start, len(data))
    from . import unwrap

    program = unwrap.read(data, start).program
    return _of_component(_module(data, program.start, program.end), start, program)


def parse_changed(data: bytes, original: Layout) -> Layout:
    """The parts of the module of `original`, which begins where it did and is all that follows.

    The stack pointer is the original's, even if that has none: a global may have been added.
    """
    layout = replace(_module(data, original.start, len(data)), stack_pointer=original.stack_pointer)
    return _of_component(layout, original.origin, original.program) if original.program else layout


def _of_component(layout: Layout, origin: int, program: unwrap.ProgramModule) -> Layout:
    """The program's layout, with the names by which its imports are bound, and no export that is called by mistake."""
    bound = iter(program.imports)
    imports = []
    for entry in layout.imports:
        module, name = next(bound) if entry.kind == binary.K_FUNCTION else (entry.module, entry.name)
        imports.append(replace(entry, module=module, name=name))
    exports = [e for e in layout.exports if e.name not in CALLED or e.name == program.entry]
    exports += [replace(e, name=INITIALIZE) for e in layout.exports if e.name == program.initialize]
    return replace(layout, origin=origin, imports=tuple(imports), exports=tuple(exports), program=program)


def _module(data: bytes, start: int, end: int) -> Layout:
    """The parts of the core module data[start:end]."""
    sections = tuple(binary.sections(data, start, end))
    by_id = {section.id: section for section in sections if section.id != binary.CUSTOM}

    def items(number: int, parser: Callable[[binary.Reader], list[T]], whole: bool = True) -> list[T]:
        if number not in by_id:
            return []
        reader = by_id[number].reader(data)
        found = parser(reader)
        if whole:
            reader.done()
        return found

    imports = items(binary.IMPORT, binary.imports)
    exports = items(binary.EXPORT, binary.exports)
    tables = [entry for entry in imports if entry.kind == binary.K_TABLE]
    globals_ = [entry.detail for entry in imports if isinstance(entry.detail, tuple)]
    globals_ += items(binary.GLOBAL, binary.global_types, whole=False)
    candidates = [name_section.numbers(data, sections, name_section.OF_GLOBALS).get("__stack_pointer")]
    candidates += [e.index for e in exports if e.kind == binary.K_GLOBAL and e.name == "__stack_pointer"]
    candidates.append(0)
    return Layout(
        start=start,
        origin=start,
        sections=sections,
        types=tuple(items(binary.TYPE, binary.function_types, whole=False)),
        functions=(
            *(entry.detail for entry in imports if entry.kind == binary.K_FUNCTION and isinstance(entry.detail, int)),
            *items(binary.FUNCTION, lambda reader: [reader.leb() for _ in range(reader.count())]),
        ),
        imports=tuple(imports),
        exports=tuple(exports),
        memories=tuple(items(binary.MEMORY, _memories)),
        has_table=bool(tables) or bool(items(binary.TABLE, lambda r: [0] * r.count(), whole=False)),
        stack_pointer=_first_mutable_i32(candidates, globals_),
    )


def _memories(reader: binary.Reader) -> list[binary.Limits]:
    return [binary.limits(reader) for _ in range(reader.count())]


def _first_mutable_i32(candidates: list[int | None], types: list[tuple[str, bool]]) -> int | None:
    for index in candidates:
        if index is not None and index < len(types) and types[index] == ("i32", True):
            return index
    return None


def check(layout: Layout) -> None:
    """Raises WaliFormatError unless this is a program that the core can link."""
    if layout.program is not None:
        layout.program.check()
    functions = [e for e in layout.imports if e.kind == binary.K_FUNCTION]
    missing = [e for e in layout.imports if e.kind not in (binary.K_MEMORY, binary.K_FUNCTION)]
    missing += [e for e in functions if not interfaces.provides(e.module, e.name)]
    if missing and any(e.name in OBJECTS_IMPORT for e in layout.imports):
        raise WaliFormatError("an object, or what -shared makes, and no program; link it (wali-cc FILE -o PROGRAM)")
    if missing:
        raise WaliFormatError(_nothing_provides([e for e in layout.imports if e in missing], is_wasi(layout)))
    for function in functions:
        wrong = interfaces.wrong_type(function.module, function.name, _type_of(_index(function), layout))
        if wrong:
            name = binary.short(f"{function.module}.{function.name}")
            raise WaliFormatError(f"its import {name} {wrong}; {BUILD_HINT}")
    if is_wasi(layout) and any(e.module == interfaces.WALI for e in functions):
        raise WaliFormatError(
            "it imports functions of both WALI and WASI, whose descriptors are not the same; build it against one libc"
        )
    _check_entry_point(layout)
    for entry in layout.exports:
        if entry.name in RESERVED:
            raise WaliFormatError(f"its export {entry.name} takes a name that the runtime needs; rename it")
    _check_memory(memory_of(layout))
    if threads.are_started(layout.imports):
        types = [_type_of(index, layout) for index in layout.functions]
        threads.check(layout.imports, layout.exports, types, memory_of(layout))


def _nothing_provides(missing: list[binary.Import], of_wasi: bool) -> str:
    names = ", ".join(f"{binary.short(f'{e.module}.{e.name}')} ({binary.KINDS[e.kind]})" for e in missing[:NAMES_TOLD])
    more = f" and {len(missing) - NAMES_TOLD} more" if len(missing) > NAMES_TOLD else ""
    imports = "import" if len(missing) == 1 else "imports"
    what, hint = "not a WALI program", BUILD_HINT
    if any(e.module.startswith("wasi:") for e in missing):
        what, hint = "not of the preview2 that is known here", "build it for wasm32-wasip1"
    elif any(e.module.startswith("wasi") for e in missing):
        what, hint = "not of a WASI that is known here", "build it for wasm32-wasip1"
    elif of_wasi:
        what, hint = "not a WASI program by itself", "link what defines them, or run it by the program it was made for"
    return f"{what}: nothing provides its {imports} {names}{more}; {hint}"


def is_wasi(layout: Layout) -> bool:
    """Whether this is a program of WASI: it imports one of its functions."""
    return any(interfaces.is_wasi(e.module) and e.kind == binary.K_FUNCTION for e in layout.imports)


def entry_point(layout: Layout) -> binary.Export | None:
    """The function that a start calls."""
    functions = {entry.name: entry for entry in layout.exports if entry.kind == binary.K_FUNCTION}
    runs = [name for name in functions if _runs(name, layout)]
    names = (START, *MAINS, *runs) if layout.program is None else (layout.program.entry,)
    return next((functions[name] for name in names if name in functions), None)


def _is_run(entry: binary.Export, layout: Layout) -> bool:
    """Whether it is of WIT, and its result a status."""
    return entry.name != START if layout.program is not None else _runs(entry.name, layout)


def _runs(name: str, layout: Layout) -> bool:
    """Whether a function by that name runs a program of preview2 or of the draft."""
    return RUN.fullmatch(name) is not None or (
        name == DRAFT_RUN and any(e.kind == binary.K_FUNCTION and interfaces.is_draft(e.module) for e in layout.imports)
    )


def is_reactor(layout: Layout) -> bool:
    """Whether it is no program by itself, but a library whose functions may be called by name (--invoke).

    It has an _initialize, or functions of WASI's; modules without any import may be such a library, too.
    """
    functions = {entry.name for entry in layout.exports if entry.kind == binary.K_FUNCTION}
    of_wali = any(e.module == interfaces.WALI and e.kind == binary.K_FUNCTION for e in layout.imports)
    return entry_point(layout) is None and bool(functions) and not of_wali


def _check_entry_point(layout: Layout) -> None:
    entry = entry_point(layout)
    if entry is None:
        if is_reactor(layout):
            return
        raise WaliFormatError(f"not a program: it exports no function _start or main; {BUILD_HINT} (without -shared)")
    imported = sum(e.kind == binary.K_FUNCTION for e in layout.imports)
    if entry.index < imported:
        raise WaliFormatError(f"its {entry.name} is an import, not a function of its own; {BUILD_HINT}")
    if entry.index >= len(layout.functions):
        raise WaliFormatError(f"damaged wasm module: its {entry.name} does not exist; build or copy the file again")
    kind = _type_of(layout.functions[entry.index], layout)
    params, results, usual = {0, 2}, 1, "(i32, i32) -> i32"
    if entry.name == START:
        params, results, usual = {0}, 0, "() -> nothing"
    elif _is_run(entry, layout):
        params, usual = {0}, "() -> i32"
    if kind is not None and not (
        len(kind.params) in params and len(kind.results) <= results and {*kind.params, *kind.results} <= {"i32"}
    ):
        raise WaliFormatError(f"its {entry.name} has the type {kind}, where programs have {usual}; {BUILD_HINT}")


def _type_of(index: int, layout: Layout) -> binary.FuncType | None:
    return layout.types[index] if 0 <= index < len(layout.types) else None


def _index(function: binary.Import) -> int:
    """The type's index of a function import."""
    return function.detail if isinstance(function.detail, int) else -1


def memory_of(layout: Layout) -> binary.Limits:
    """The module's only memory, NO_MEMORY if it has none. Raises WaliFormatError if it has several."""
    imported = [e.detail for e in layout.imports if e.kind == binary.K_MEMORY]
    memories = [limits for limits in imported if isinstance(limits, binary.Limits)] + list(layout.memories)
    if not memories:
        return NO_MEMORY
    if len(memories) > 1:
        raise WaliFormatError(f"it has {len(memories)} memories; a WALI program has one; {BUILD_HINT}")
    return memories[0]


def _check_memory(memory: binary.Limits) -> None:
    if memory.is64:
        raise WaliFormatError("it uses a 64-bit memory; build it for wasm32 (wali-cc does)")
    if memory.custom_page:
        raise WaliFormatError("it uses a custom page size; build it with the usual 64 KiB pages")
    maximum = MAX_PAGES if memory.maximum is None else memory.maximum
    if not memory.minimum <= maximum <= MAX_PAGES:
        raise WaliFormatError(f"its memory limits {memory.minimum}..{maximum} pages make no sense")


def rewrite(data: bytes, layout: Layout) -> tuple[bytes, int]:
    """(rewritten module, code_delta); see `PreparedModule`."""
    ours = {binary.IMPORT: _import_section(data, layout)}
    stack_pointer = layout.stack_pointer
    if stack_pointer is None:
        stack_pointer, items = _items_of(data, layout, binary.GLOBAL)
        ours[binary.GLOBAL] = binary.leb(stack_pointer + 1) + items + OWN_GLOBAL
    ours[binary.EXPORT] = _export_section(data, layout, stack_pointer)
    dropped = {*ours, binary.MEMORY}
    out = bytearray(data[layout.start : layout.start + 8])
    delta = 0
    for section in layout.sections:
        if section.id != binary.CUSTOM:
            rank = binary.SECTION_ORDER.index(section.id)
            for number in [n for n in ours if binary.SECTION_ORDER.index(n) <= rank]:
                out += binary.section(number, ours.pop(number))
            if section.id in dropped:
                continue
        if section.id == binary.CODE:
            delta = section.start - layout.origin - len(out)
        out += data[section.start : section.end]
    for number, body in ours.items():
        out += binary.section(number, body)
    return bytes(out), delta


def _items_of(data: bytes, layout: Layout, number: int) -> tuple[int, bytes]:
    """(count, encoded items) of a vector section; (0, b"") if the module has none."""
    for section in layout.sections:
        if section.id == number:
            reader = section.reader(data)
            return reader.count(), data[reader.pos : section.end]
    return 0, b""


def _import_section(data: bytes, layout: Layout) -> bytes:
    """The functions, as they stand but for names, and the memory, ours and shared, behind them."""
    memory = memory_of(layout)
    entry = b"".join(binary.text(name) for name in MEMORY_IMPORT)
    maximum = MAX_PAGES if memory.maximum is None else memory.maximum
    entry += bytes([binary.K_MEMORY, 0x03]) + binary.leb(memory.minimum) + binary.leb(maximum)
    functions = [e for e in layout.imports if e.kind == binary.K_FUNCTION]
    renamed = names_by_type(functions)
    if layout.memories and not renamed and layout.program is None:
        count, items = _items_of(data, layout, binary.IMPORT)
        return binary.leb(count + 1) + items + entry
    items = b"".join(
        binary.text(e.module) + binary.text(renamed.get(n, e.name)) + bytes([e.kind]) + binary.leb(e.detail)
        for n, e in enumerate(functions)
        if isinstance(e.detail, int)
    )
    return binary.leb(len(functions) + 1) + items + entry


def names_by_type(functions: Sequence[binary.Import]) -> dict[int, str]:
    """New names of the functions, by position, whose name stands before them with another type: ``name:2``.

    The core's linker leaves out what stands behind the colon (wali/native/imports/linker.c).
    """
    taken = {(e.module, e.name) for e in functions}
    types: dict[tuple[str, str], dict[int | object, str]] = {}
    numbers: dict[tuple[str, str], int] = {}  # the last one given, for there may be very many types
    renamed = {}
    for position, e in enumerate(functions):
        known = types.setdefault((e.module, e.name), {})
        if e.detail not in known:
            name = e.name
            while known and (e.module, name) in taken:
                numbers[e.module, e.name] = number = numbers.get((e.module, e.name), 1) + 1
                name = f"{e.name}:{number}"
            taken.add((e.module, name))
            known[e.detail] = name
        if known[e.detail] != e.name:
            renamed[position] = known[e.detail]
    return renamed


def _export_section(data: bytes, layout: Layout, stack_pointer: int) -> bytes:
    count, items = _items_of(data, layout, binary.EXPORT)
    if layout.program is not None:
        count = len(layout.exports)
        items = b"".join(binary.text(e.name) + bytes([e.kind]) + binary.leb(e.index) for e in layout.exports)
    if layout.has_table:
        count += 1
        items += binary.text(EXPORT_TABLE) + bytes([binary.K_TABLE, 0])
    items += binary.text(EXPORT_STACK_POINTER) + bytes([binary.K_GLOBAL]) + binary.leb(stack_pointer)
    count += 1
    for name, index in _own_functions(data, layout).items():
        count += 1
        items += binary.text(name) + bytes([binary.K_FUNCTION]) + binary.leb(index)
    return binary.leb(count) + items


def _own_functions(data: bytes, layout: Layout) -> dict[str, int]:
    """The functions that the core calls, if the module has them: index by the name that each gets."""
    found = {}
    entry = entry_point(layout)
    if entry is not None and entry.name != START:
        found[EXPORT_RUN if _is_run(entry, layout) else EXPORT_MAIN] = entry.index
    realloc = _realloc(layout)
    if realloc is not None:
        found[EXPORT_REALLOC] = realloc
    if any(e.name == "__deinit" and e.kind == binary.K_FUNCTION for e in layout.imports):
        index = name_section.numbers(data, layout.sections, name_section.OF_FUNCTIONS).get("__stdio_exit", -1)
        if 0 <= index < len(layout.functions) and _type_of(layout.functions[index], layout) == binary.FuncType((), ()):
            found[EXPORT_STDIO_EXIT] = index
    return found


def _realloc(layout: Layout) -> int | None:
    """The function by which functions of preview2 get memory for what they return."""
    name = layout.program.realloc if layout.program is not None else REALLOC
    of_wit = any(e.kind == binary.K_FUNCTION and interfaces.is_of_wit(e.module) for e in layout.imports)
    exported = (e.index for e in layout.exports if e.kind == binary.K_FUNCTION and e.name == name)
    index = next(exported, len(layout.functions))
    fits = index < len(layout.functions) and _type_of(layout.functions[index], layout) == REALLOC_TYPE
    return index if of_wit and fits else None


def load(data: bytes) -> PreparedModule:
    """Checks and rewrites a module, `data` being its whole file.

    Raises WaliFormatError with one line that names the place and what to do.
    """
    module = one_module(data)
    layout = parse(module)
    check(layout)
    rewritten, delta = rewrite(module, layout)
    return PreparedModule(rewritten, delta, layout.origin, module is not data)
