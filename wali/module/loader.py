"""From the file of a module to the bytes that the engine compiles.

The runtime must own the guest's memory (threads, exec and MAP_FIXED need that) and
reach its function table and shadow stack pointer. So the module is rewritten before
it is compiled:

- its memory becomes the import ``wali.memory``, with the same limits, and shared;
- table 0 is exported as ``wali:table``, ``__stack_pointer`` as ``wali:sp``; a module written
  by hand may have no such global, and gets one.

All other sections are copied as they are. The code section moves as a whole, by
`PreparedModule.code_delta`, so that an offset in a backtrace can be told as the module's own.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ..errors import WaliFormatError, os_error
from . import binary

MAX_SIZE = 1 << 30  # bytes: the engine's own limits lie far below
MAX_PAGES = 65536
EXPORT_TABLE = "wali:table"
EXPORT_STACK_POINTER = "wali:sp"
EXPORT_CALL_INDEX = "wali:call"  # of modules that `wali.fixcalls` made
MEMORY_IMPORT = ("wali", "memory")
BUILD_HINT = "build it with wali-cc"
NAMES_TOLD = 3  # of imports that nothing provides
MOST_PARAMETERS = 15  # of an import (wali/native/imports/linker.c)
OWN_GLOBAL = b"\x7f\x01\x41\x00\x0b"  # (mut i32) (i32.const 0)
NAMES_OF_GLOBALS = 7  # subsection of the custom section "name"

T = TypeVar("T")


@dataclass(frozen=True)
class PreparedModule:
    """A module ready to compile.

    wasm: the rewritten binary.
    sha256: hex digest of the whole original file.
    code_delta: original module offset = rewritten module offset + code_delta (bytes; --fix-calls may make
        functions longer, and then this holds for the first ones only);
        a module offset counts from the wasm magic, not from a ``#!`` line before it.
    start: where in the original file the wasm magic is.
    """

    wasm: bytes
    sha256: str
    code_delta: int
    start: int = 0


@dataclass(frozen=True)
class Layout:
    """What the loader and `wali inspect` see of a module. Offsets are file offsets."""

    start: int
    sections: tuple[binary.Section, ...]
    types: tuple[binary.FuncType | None, ...]
    imports: tuple[binary.Import, ...]
    exports: tuple[binary.Export, ...]
    memories: tuple[binary.Limits, ...]
    has_table: bool
    stack_pointer: int | None


def read_module(path: str) -> bytes:
    """The bytes of the file, read once. WaliError 127/126 if it is no readable regular file."""
    try:
        # Not blocking: a pipe without a writer would be waited for.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise WaliFormatError("not a regular file; give the path of a .wasm module")
            if status.st_size > MAX_SIZE:
                raise WaliFormatError(f"larger than {MAX_SIZE >> 30} GiB; no module can be that large")
            return file.read()
    except IsADirectoryError:
        raise WaliFormatError("is a directory; give the path of a .wasm module") from None
    except OSError as error:
        raise os_error(error) from None


def find_start(data: bytes) -> int:
    """Offset of the wasm magic: 0, or behind one ``#!`` line. Refuses what is not core wasm."""
    start = 0
    if data.startswith(b"#!"):
        start = data.find(b"\n") + 1
        if start == 0 or not data.startswith(binary.MAGIC, start):
            raise WaliFormatError("a script, not a wasm module; run it with its own interpreter")
    head = data[start : start + 8]
    if len(head) == 8 and head[:4] == binary.MAGIC:
        version = head[4:]
        if version == b"\x01\0\0\0":
            return start
        if version[2:] == b"\x01\0":
            raise WaliFormatError(f"a wasm component, not a core module; {BUILD_HINT}", start + 4)
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


def parse(data: bytes) -> Layout:
    """The parts of the module. Raises WaliFormatError if it is malformed."""
    start = find_start(data)
    sections = tuple(binary.sections(data, start))
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
    candidates = [global_names(data, sections).get("__stack_pointer")]
    candidates += [e.index for e in exports if e.kind == binary.K_GLOBAL and e.name == "__stack_pointer"]
    candidates.append(0)
    return Layout(
        start=start,
        sections=sections,
        types=tuple(items(binary.TYPE, binary.function_types, whole=False)),
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


def custom_sections(data: bytes, sections: tuple[binary.Section, ...], name: str) -> Iterator[binary.Reader]:
    """Readers behind the name of each custom section of that name; unreadable ones are passed over."""
    for section in sections:
        if section.id == binary.CUSTOM:
            reader = section.reader(data)
            try:
                if reader.name() == name:
                    yield reader
            except WaliFormatError:
                continue


def global_names(data: bytes, sections: tuple[binary.Section, ...]) -> dict[str, int]:
    """Index of each global that the name section names. Custom sections are hints: errors are ignored."""
    found: dict[str, int] = {}
    for reader in custom_sections(data, sections, "name"):
        try:
            while reader.pos < reader.end:
                kind, size = reader.byte(), reader.leb()
                part = binary.Reader(data, reader.pos, min(reader.pos + size, reader.end), "name section")
                reader.take(size)
                if kind == NAMES_OF_GLOBALS:
                    for _ in range(part.count()):
                        index = part.leb()
                        found[part.name()] = index
        except WaliFormatError:
            continue
    return found


def check(layout: Layout) -> None:
    """Raises WaliFormatError unless this is a program that the core can link."""
    foreign = [e for e in layout.imports if e.kind != binary.K_MEMORY]
    foreign = [e for e in foreign if (e.module, e.kind) != ("wali", binary.K_FUNCTION)]
    if foreign:
        names = ", ".join(f"{e.module}.{e.name} ({binary.KINDS[e.kind]})" for e in foreign[:NAMES_TOLD])
        more = f" and {len(foreign) - NAMES_TOLD} more" if len(foreign) > NAMES_TOLD else ""
        wasi = any(e.module.startswith("wasi") for e in foreign)
        what = "a WASI program, not a WALI one" if wasi else "not a WALI program"
        imports = "import" if len(foreign) == 1 else "imports"
        raise WaliFormatError(f"{what}: nothing provides its {imports} {names}{more}; {BUILD_HINT}")
    for function in layout.imports:
        if isinstance(function.detail, int) and not is_call(kind := _type_of(function.detail, layout)):
            raise WaliFormatError(f"its import wali.{function.name} has a type that no call has, {kind}; {BUILD_HINT}")
    if not any(e.name == "_start" and e.kind == binary.K_FUNCTION for e in layout.exports):
        raise WaliFormatError(f"not a program: it exports no function _start; {BUILD_HINT} (without -shared)")
    for entry in layout.exports:
        if entry.name in (EXPORT_TABLE, EXPORT_STACK_POINTER, EXPORT_CALL_INDEX):
            raise WaliFormatError(f"its export {entry.name} takes a name that the runtime needs; rename it")
    _check_memory(memory_of(layout))


def _type_of(index: int, layout: Layout) -> binary.FuncType | None:
    return layout.types[index] if index < len(layout.types) else None


def is_call(kind: binary.FuncType | None) -> bool:
    """Whether a system call may be imported by this type, as the core sees it; None, an unknown type, is the engine's."""
    if kind is None:
        return True
    integers = all(name in ("i32", "i64") for name in kind.params + kind.results)
    return integers and len(kind.params) <= MOST_PARAMETERS and len(kind.results) <= 1


def memory_of(layout: Layout) -> binary.Limits:
    """The module's only memory. Raises WaliFormatError if it has none or several."""
    imported = [e.detail for e in layout.imports if e.kind == binary.K_MEMORY]
    memories = [limits for limits in imported if isinstance(limits, binary.Limits)] + list(layout.memories)
    if not memories:
        raise WaliFormatError(f"not a program: it has no memory; {BUILD_HINT}")
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
                out += _section(number, ours.pop(number))
            if section.id in dropped:
                continue
        if section.id == binary.CODE:
            delta = section.start - layout.start - len(out)
        out += data[section.start : section.end]
    for number, body in ours.items():
        out += _section(number, body)
    return bytes(out), delta


def _section(number: int, body: bytes) -> bytes:
    return bytes([number]) + binary.leb(len(body)) + body


def _items_of(data: bytes, layout: Layout, number: int) -> tuple[int, bytes]:
    """(count, encoded items) of a vector section; (0, b"") if the module has none."""
    for section in layout.sections:
        if section.id == number:
            reader = section.reader(data)
            return reader.count(), data[reader.pos : section.end]
    return 0, b""


def _import_section(data: bytes, layout: Layout) -> bytes:
    """The functions as they stand, and the memory, ours and shared, behind them."""
    memory = memory_of(layout)
    entry = b"".join(binary.text(name) for name in MEMORY_IMPORT)
    maximum = MAX_PAGES if memory.maximum is None else memory.maximum
    entry += bytes([binary.K_MEMORY, 0x03]) + binary.leb(memory.minimum) + binary.leb(maximum)
    if layout.memories:
        count, items = _items_of(data, layout, binary.IMPORT)
        return binary.leb(count + 1) + items + entry
    functions = [e for e in layout.imports if e.kind == binary.K_FUNCTION]
    items = b"".join(
        binary.text(e.module) + binary.text(e.name) + bytes([e.kind]) + binary.leb(e.detail)
        for e in functions
        if isinstance(e.detail, int)
    )
    return binary.leb(len(functions) + 1) + items + entry


def _export_section(data: bytes, layout: Layout, stack_pointer: int) -> bytes:
    count, items = _items_of(data, layout, binary.EXPORT)
    if layout.has_table:
        count += 1
        items += binary.text(EXPORT_TABLE) + bytes([binary.K_TABLE, 0])
    items += binary.text(EXPORT_STACK_POINTER) + bytes([binary.K_GLOBAL]) + binary.leb(stack_pointer)
    return binary.leb(count + 1) + items


def load(data: bytes) -> PreparedModule:
    """Checks and rewrites a module, `data` being its whole file.

    Raises WaliFormatError with one line that names the place and what to do.
    """
    layout = parse(data)
    check(layout)
    rewritten, delta = rewrite(data, layout)
    return PreparedModule(rewritten, hashlib.sha256(data).hexdigest(), delta, layout.start)
