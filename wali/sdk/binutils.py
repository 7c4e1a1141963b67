"""wali-nm and wali-strip: what build systems ask of such tools, for wasm and executable modules."""

from __future__ import annotations

import os

from ..messages import complain, tell
from . import help as texts
from .wasmobj import ARCHIVE, FormatError, Symbol, members, split_prefix, stripped, symbols


def nm(arguments: list[str]) -> int:
    """List symbols, one per line: value, letter, name. Returns the exit status."""
    flags = {word for word in arguments if word.startswith("-") and word != "-"}
    files = [word for word in arguments if not word.startswith("-")] or ["a.out"]
    letters = {letter for word in flags if not word.startswith("--") for letter in word[1:]}
    if flags & {"-h", "--help"}:
        print(texts.NM, end="")
        return 0
    if flags & {"-V", "--version"}:
        print("wali-nm (understands wasm objects and modules; options as GNU nm)")
        return 0
    status = 0
    for path in files:
        try:
            with open(path, "rb") as file:
                data = file.read()
            parts = list(members(data)) if data.startswith(ARCHIVE) else [("", split_prefix(data)[1])]
            for name, module in parts:
                label = f"{path}[{name}]" if name else path
                if (name or len(files) > 1) and "A" not in letters:
                    print(f"\n{name or path}:")
                _list(module, letters, flags, f"{label}: " if "A" in letters else "")
        except (OSError, FormatError) as error:
            text = error.strerror if isinstance(error, OSError) else error
            complain("wali-nm", f"{path}: {text}")
            status = 1
    return status


def _list(module: bytes, letters: set[str], flags: set[str], label: str) -> None:
    found = symbols(module)
    if "g" in letters or "--extern-only" in flags:
        found = [symbol for symbol in found if symbol.letter.isupper() or symbol.letter == "w"]
    if "u" in letters or "--undefined-only" in flags:
        found = [symbol for symbol in found if symbol.letter in "Uw"]
    if "--defined-only" in flags or "U" in letters:
        found = [symbol for symbol in found if symbol.letter not in "Uw"]
    if "p" not in letters:
        found.sort(key=lambda symbol: symbol.name)
    for symbol in found:
        print(label + _line(symbol, "P" in letters))


def _line(symbol: Symbol, portable: bool) -> str:
    value = "" if symbol.letter in "Uw" else f"{symbol.value:08x}"
    if portable:
        return f"{symbol.name} {symbol.letter} {value}".rstrip()
    return f"{value:8} {symbol.letter} {symbol.name}"


def strip(arguments: list[str]) -> int:
    """Remove names and debug information in place, or to -o. Returns the exit status.

    Objects and archives stay as they are: their relocations count sections.
    """
    debug_only, output, files = False, "", []
    words = iter(arguments)
    for word in words:
        if word in ("-g", "-S", "-d", "--strip-debug"):
            debug_only = True
        elif word in ("-h", "--help"):
            print(texts.STRIP, end="")
            return 0
        elif word in ("-V", "--version"):
            print("wali-strip (removes name and debug sections of wasm modules)")
            return 0
        elif word == "-o":
            output = next(words, "")
        elif word in ("-K", "-N", "-R", "-F", "-I", "-O"):
            next(words, "")
        elif not word.startswith("-"):
            files.append(word)
    if not files or (output and len(files) > 1):
        tell(texts.STRIP.partition("\n")[0] + " (--help tells more)")
        return 1
    return max(_strip_file(path, output or path, debug_only) for path in files)


def _strip_file(path: str, output: str, debug_only: bool) -> int:
    try:
        with open(path, "rb") as file:
            data = file.read()
        mode = os.stat(path).st_mode & 0o7777
        prefix, module = split_prefix(data)
        if not data.startswith(ARCHIVE):
            data = prefix + stripped(module, debug_only)
        part = f"{output}.{os.getpid()}"
        with open(part, "wb") as file:
            file.write(data)
        os.chmod(part, mode)
        os.replace(part, output)
    except (OSError, FormatError) as error:
        text = error.strerror if isinstance(error, OSError) else error
        complain("wali-strip", f"{path}: {text}")
        return 1
    return 0
