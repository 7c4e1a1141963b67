"""-mwali-module: what a program would load at run time is linked into it, and libc's dlopen finds it in a table.

Each module keeps its names to itself, as one that is loaded does, so that many may define the same: those that others
could see are renamed, but for weak ones, of which a program has one. Its constructors run when it is opened. What it
was linked with comes into the program once, behind the program's own names.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..module import binary
from . import shared_objects, symbol_table, wasmobj
from .errors import SdkError
from .symbol_table import ABSOLUTE, THREAD_LOCAL, SymbolEntry, with_flags
from .wasmobj import FUNCTION, HIDDEN, LOCAL, WEAK

SYMBOL = "__wali_modules"  # wali_modules.h in the overlay has the structures
ODD = re.compile(r"[^A-Za-z0-9_.$]")  # what no name has in assembly


@dataclass(frozen=True)
class Module:
    """One module as it is linked: `symbols` are (name, what it is called now, type or None for data), sorted by name."""

    name: str
    content: bytes
    symbols: tuple[tuple[str, str, binary.FuncType | None], ...]
    constructors: tuple[str, ...]


def objects(words: list[str], options: list[str], assembler: list[str], folder: str) -> list[str]:
    """The options for the linker that put these modules into the program; files are made in `folder`.

    words: FILE or FILE,NAME, the values of the option. options: the program's own, whose libraries need not come again.
    Raises SdkError, OSError.
    """
    modules: list[Module] = []
    needed: list[str] = []
    seen = {os.path.realpath(word) for word in options if shared_objects.is_one(word)}
    folders = [word[2:] for word in options if word.startswith("-L")]
    for number, word in enumerate(words):
        path, _, name = word.partition(",")
        name = name or os.path.basename(path)
        if name in (module.name for module in modules):
            raise SdkError(
                f"-mwali-module: two modules are {name}: name one by more of its path, as FILE,FOLDER/{name}"
            )
        modules.append(_module(_one_object(path, folder), name, f"m{number}"))
        _need(path, folders, needed, seen)
    out = []
    for number, module in enumerate(modules):
        out.append(_written(os.path.join(folder, f"{number}.{os.path.basename(module.name)}.o"), module.content))
    for number, word in enumerate(needed):
        out.append(word if word.startswith("-l") else _library(word, os.path.join(folder, f"needed{number}.o")))
    path = os.path.join(folder, "modules.o")
    done = subprocess.run([*assembler, "-x", "assembler", "-c", "-", "-o", path], input=assembly(modules).encode())
    if done.returncode != 0:
        raise SdkError("-mwali-module: the table of modules could not be made")
    return [path, *out]


def _module(path: str, name: str, unique: str) -> Module:
    content = _object(path)
    try:
        content = shared_objects.without_notes(content)
        table = symbol_table.read(content)
        types = symbol_table.types(content)
    except wasmobj.FormatError as error:
        raise SdkError(f"{path}: {error}") from None
    stem = re.sub(r"\W", "_", os.path.basename(name).partition(".")[0])
    own = [entry for entry in table.entries if entry.defined and not entry.local]
    # Without -fPIC all are hidden, and none is meant to be.
    shown = {id(entry) for entry in own if not entry.hidden} or {id(entry) for entry in own}
    called: dict[int, str] = {}
    symbols = []
    for place, entry in enumerate(table.entries):
        if not entry.defined or entry.name is None:
            continue
        if not (entry.local or entry.weak) or place in table.constructors:
            called[place] = f"{stem}.{unique}.{_plain(entry.name, place, entry.local)}"
        kind = types[entry.index] if entry.kind == FUNCTION and entry.index < len(types) else None
        now = called.get(place, entry.name)
        if id(entry) in shown and _has_address(entry, kind) and not ODD.search(now):
            symbols.append((entry.name, now, kind))

    def renamed(place: int, entry: SymbolEntry) -> SymbolEntry:
        if place not in called:
            return entry
        return with_flags(replace(entry, name=called[place]), HIDDEN, LOCAL | WEAK)

    constructors = tuple(called[place] for place in table.constructors if place in called)
    symbols.sort(key=lambda symbol: symbol[0].encode())
    return Module(name, symbol_table.changed(content, renamed, constructors=False), tuple(symbols), constructors)


def _plain(name: str, place: int, local: bool) -> str:
    """The name as assembly takes it; with its place where it need not be the only one of its kind."""
    plain = ODD.sub("_", name)
    return f"{plain}.{place}" if local or plain != name else plain


def _has_address(entry: SymbolEntry, kind: binary.FuncType | None) -> bool:
    """Whether it can stand in the table: a function of a type that can be written, or data with one place."""
    if entry.kind == FUNCTION:
        return kind is not None and "ref" not in str(kind)
    return not entry.flags & (THREAD_LOCAL | ABSOLUTE)


def _one_object(path: str, folder: str) -> str:
    """The file, or one object of all that is in it if it is an archive: CMake makes no others of modules."""
    with open(path, "rb") as file:
        if file.read(len(wasmobj.ARCHIVE)) != wasmobj.ARCHIVE:
            return path
    target = os.path.join(folder, f"{os.path.basename(path)}.o")
    if shared_objects.make(["--whole-archive", path, "-o", target], "") != 0:
        raise SdkError(f"-mwali-module={path}: its objects could not be joined")
    return target


def _object(path: str) -> bytes:
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(wasmobj.MAGIC):
        raise SdkError(f"-mwali-module={path}: not what wali-cc -shared makes, nor an object or an archive")
    return content


def _need(path: str, folders: list[str], needed: list[str], seen: set[str]) -> None:
    """What the module was linked with, and what that was, once each."""
    for word in shared_objects.needed_files(path, folders):
        if word.startswith("-l"):
            needed += [] if word in needed else [word]
        elif (real := os.path.realpath(word)) not in seen:
            seen.add(real)
            needed.append(word)
            _need(word, folders, needed, seen)


def _library(path: str, target: str) -> str:
    """A copy of a shared library whose names stand back behind the program's, as what is loaded later does."""

    def behind(_: int, entry: SymbolEntry) -> SymbolEntry:
        return with_flags(entry, WEAK) if entry.defined and not entry.local else entry

    try:
        return _written(target, symbol_table.changed(shared_objects.without_notes(_object(path)), behind))
    except wasmobj.FormatError as error:
        raise SdkError(f"{path}: {error}") from None


def _written(path: str, content: bytes) -> str:
    with open(path, "wb") as file:
        file.write(content)
    return path


# --- the table --------------------------------------------------------------------------------------------------------


def assembly(modules: list[Module]) -> str:
    """The text of the table. A line holds one number: the assembler takes no more."""
    texts: dict[str, int] = {}
    words: list[object] = []
    tables: list[str] = []
    for number, module in enumerate(modules):
        symbols = [word for name, now, _ in module.symbols for word in (_text(name, texts), now)]
        words += [_text(module.name, texts), f"symbols{number}" if symbols else 0, len(module.symbols)]
        words += [f"constructors{number}" if module.constructors else 0, len(module.constructors), 0, 0]
        tables += _data(f"symbols{number}", symbols) + _data(f"constructors{number}", list(module.constructors))
    lines = [f".hidden {SYMBOL}", f".globl {SYMBOL}", *_data(SYMBOL, [*words, *([0] * 7)]), *tables]
    for text, number in texts.items():
        escaped = "".join(f"\\{byte:03o}" for byte in text.encode())
        lines += [f'.section .rodata.text{number},"S",@', f"text{number}:", f'.asciz "{escaped}"']
        lines += [f".size text{number}, {len(text.encode()) + 1}"]
    return "\n".join([*_types(modules), *lines, ""])


def _types(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        for _, now, kind in module.symbols:
            if kind is not None:
                yield f".functype {now} ({', '.join(kind.params)}) -> ({', '.join(kind.results)})"
        for now in module.constructors:
            yield f".functype {now} () -> ()"


def _data(name: str, words: Sequence[object]) -> list[str]:
    if not words:
        return []
    section = [f'.section .data.{name},"",@', ".p2align 2", f"{name}:"]
    return [*section, *(f".int32 {word}" for word in words), f".size {name}, {4 * len(words)}"]


def _text(text: str, known: dict[str, int]) -> str:
    return f"text{known.setdefault(text, len(known))}"
