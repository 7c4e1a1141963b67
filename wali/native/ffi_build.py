"""Emits the C of the extension `wali._core` from the declarations in the core's headers.

Run by CMake: ``python ffi_build.py OUTPUT.c``. What lies between the lines ``/* cdef begin */`` and
``/* cdef end */`` of the headers that start/core.h includes is the whole surface between Python and C;
the compiler then checks it against the headers themselves.
"""

import re
import sys
from pathlib import Path

import cffi

TOP = Path(__file__).resolve().parent.parent.parent
WAIST = "wali/native/start/core.h"


def declarations() -> str:
    """What Python sees. Types first: the headers with functions only come after those that they need."""
    headers = re.findall(r'#include "([^"]+)"', (TOP / WAIST).read_text(encoding="utf-8"))
    parts = [marked(TOP / header) for header in headers]
    return "".join(sorted(parts, key=lambda part: "typedef struct" not in part))


def marked(header: Path) -> str:
    """The part of a header that Python sees. Stops the build if its marks are gone."""
    _, begin, rest = header.read_text(encoding="utf-8").partition("/* cdef begin */")
    surface, end, _ = rest.partition("/* cdef end */")
    if not begin or not end:
        raise SystemExit(f"{header}: no /* cdef begin */ ... /* cdef end */ in it")
    return surface


def main(output: str) -> None:
    """Writes the generated C to `output`."""
    builder = cffi.FFI()
    builder.cdef(declarations())
    builder.set_source("wali._core", f'#include "{WAIST}"\n')
    builder.emit_c_code(output)


if __name__ == "__main__":
    main(sys.argv[1])
