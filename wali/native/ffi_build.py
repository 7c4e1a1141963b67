"""Emits the C of the extension `wali._core` from the declarations in core.h.

Run by CMake: ``python ffi_build.py OUTPUT.c``. What lies between the lines
``/* cdef begin */`` and ``/* cdef end */`` of core.h is the whole surface between
Python and C; the compiler then checks it against the header itself.
"""

import sys
from pathlib import Path

import cffi

HEADER = Path(__file__).with_name("start") / "core.h"


def declarations() -> str:
    """The part of core.h that Python sees. Stops the build if its marks are gone."""
    text = HEADER.read_text(encoding="utf-8")
    _, begin, rest = text.partition("/* cdef begin */")
    surface, end, _ = rest.partition("/* cdef end */")
    if not begin or not end:
        raise SystemExit(f"{HEADER}: no /* cdef begin */ ... /* cdef end */ in it")
    return surface


def main(output: str) -> None:
    """Writes the generated C to `output`."""
    builder = cffi.FFI()
    builder.cdef(declarations())
    builder.set_source("wali._core", '#include "wali/native/start/core.h"\n')
    builder.emit_c_code(output)


if __name__ == "__main__":
    main(sys.argv[1])
