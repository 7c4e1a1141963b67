"""What -shared makes: one object, which a build installs, links and finds as it would a shared library.

There is no dynamic linking. But builds that insist on libNAME.so go through, and the program gets the library's code
when it is linked. All of it, as natively: constructors run though nobody calls the library, and what is not used the
linker drops. As in ELF, a library that the library was linked with is none of its contents but noted, in the section
`wali.needed` (its place and name, or a word such as -lc++, in lines), and names that are hidden, or local by a version
script, are the library's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ..module import binary
from . import link_run, link_words, retained, symbol_table, wasmobj
from .symbol_table import SymbolEntry
from .version_script import Script
from .wasmobj import LOCAL

SECTION = "wali.needed"
NAME = re.compile(r"\.so(\.[0-9.]+)?$")
KEPT = ("-m", "-mllvm")  # with their values, where a relocatable object is made
KEPT_ALONE = ("--whole-archive", "--no-whole-archive", "--allow-multiple-definition", "--verbose")
KEPT_PREFIXES = ("--lto-", "-O")


def is_one(path: str) -> bool:
    """Whether the file was made here, or is to be taken for it: an object by a shared library's name."""
    if not NAME.search(path):
        return False
    try:
        with open(path, "rb") as file:
            return file.read(len(wasmobj.MAGIC)) == wasmobj.MAGIC
    except OSError:
        return False


def _words(options: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value, or an input without one. -L and -l are joined to theirs."""
    words = iter(options)
    for word in words:
        if word in ("-L", "-l"):
            yield word + next(words, ""), ""
        elif word in link_words.VALUED:
            yield word, next(words, "")
        else:
            yield word, ""


def _folders(options: list[str]) -> list[str]:
    return [word[2:] for word, _ in _words(options) if word.startswith("-L")]


def _library(word: str, folders: list[str]) -> str:
    """The file that -lNAME means: an archive, else a shared library of ours; "" for none."""
    for ending in (".a", ".so"):
        for folder in folders:
            path = os.path.join(folder, f"lib{word[2:]}{ending}")
            if os.path.isfile(path) and (ending == ".a" or is_one(path)):
                return path
    return ""


# --- making one -------------------------------------------------------------------------------------------------------


def make(options: list[str], sysroot: str, script: Script | None = None) -> int:
    """Link the objects among `options` into one. wasm-ld's exit status. OSError.

    sysroot: what is found below it belongs to the program, and is linked with that. script: says which names are local.
    """
    output = link_words.output_of(options)
    folders = [folder for folder in _folders(options) if not _below(folder, sysroot)]
    kept, needed = ["-r", "-o", output], []
    for word, value in _words(options):
        if word.startswith("-l"):
            shared = next((path for folder in folders if is_one(path := os.path.join(folder, f"lib{word[2:]}.so"))), "")
            if shared:
                needed.append(os.path.abspath(shared))
            elif (path := _library(word, folders)) != "":
                kept.append(path)
            elif word != "-lc":
                needed.append(word)
        elif word in KEPT:
            kept += [word, value]
        elif word.startswith("-"):
            kept += [word] if word in KEPT_ALONE or word.startswith(KEPT_PREFIXES) else []
        elif is_one(word):
            needed.append(os.path.abspath(word))
        elif not _below(word, sysroot) and os.path.basename(word) not in ("crt1.o", "crt1-reactor.o"):
            kept.append(word)
    status = link_run.tell(*link_run.run(kept))
    if status == 0:
        with open(output, "rb") as file:
            module = retained.marked(_with_own_names(file.read(), script))
        link_run.put(output, module + _section(needed), False)
    return status


def _below(path: str, sysroot: str) -> bool:
    return bool(sysroot) and os.path.realpath(path).startswith(os.path.realpath(sysroot) + "/")


def _section(needed: list[str]) -> bytes:
    lines = "".join(f"{word}\n" for word in dict.fromkeys(needed))
    return binary.section(binary.CUSTOM, binary.text(SECTION) + os.fsencode(lines))


def _with_own_names(module: bytes, script: Script | None = None) -> bytes:
    """The object with its own names made local: those of the script, and hidden symbols, if it also has others, for
    -fvisibility=default comes by -fPIC.

    Weak ones stay, which are of groups that the linker has one of.
    """
    entries = [entry for entry in symbol_table.read(module).entries if entry.defined and not entry.local]
    some_shown = any(not entry.hidden for entry in entries)

    def is_own(entry: SymbolEntry) -> bool:
        if not entry.defined or entry.local or entry.weak:
            return False
        return (entry.hidden and some_shown) or (script is not None and script.is_local(entry.name or ""))

    if not any(is_own(entry) for entry in entries):
        return module
    return symbol_table.changed(
        module, lambda _, entry: symbol_table.with_flags(entry, LOCAL) if is_own(entry) else entry
    )


# --- linking with one -------------------------------------------------------------------------------------------------


def expanded(options: list[str]) -> list[str]:
    """The options with the shared libraries found that -lNAME means, each once, and with what those need."""
    folders = _folders(options)
    out: list[str] = []
    seen: set[str] = set()
    for word, value in _words(options):
        path = _library(word, folders) if word.startswith("-l") else word
        if not value and is_one(path):
            _add(path, folders, out, seen)
        else:
            out += [word, value] if value else [word]
    return out


def _add(path: str, folders: list[str], out: list[str], seen: set[str]) -> None:
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    out.append(path)
    for word in needed_files(path, folders):
        if word.startswith("-l"):
            out += [] if word in out else [word]
        else:
            _add(word, folders, out, seen)


def needed_files(path: str, folders: list[str]) -> list[str]:
    """What the shared library was linked with: words such as -lm, and files as they are found now. OSError."""
    found = []
    for word in needs(path):
        places = [os.path.dirname(os.path.realpath(path)), *folders, os.path.dirname(word)]
        files = [os.path.join(place, os.path.basename(word)) for place in places]
        if word.startswith("-l"):
            found.append(word)
        elif (file := next((file for file in files if is_one(file)), "")) != "":
            found.append(file)
        else:
            link_run.say(f"warning: {path} needs {os.path.basename(word)}, which is in no folder given by -L")
    return found


def needs(path: str) -> list[str]:
    """What the shared library was linked with. OSError."""
    with open(path, "rb") as file:
        module = file.read()
    try:
        parts = [part for part in wasmobj.sections(module) if part.name == SECTION]
    except wasmobj.FormatError:  # the linker will tell
        return []
    return [word for part in parts for word in os.fsdecode(module[part.body : part.end]).splitlines()]


def without_notes(module: bytes) -> bytes:
    """The linked module without the sections of its libraries."""
    return wasmobj.without_sections(module, [part for part in wasmobj.sections(module) if part.name == SECTION])
