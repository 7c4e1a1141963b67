"""Segments that the linker must not leave out: wasm-ld forgets of them in objects that it makes (-r, and so -shared)."""

from __future__ import annotations

from collections.abc import Iterator

from . import symbol_table

SEGMENTS = 5  # the kind of the subsection
RETAIN = 4
# Data that nothing refers to, and that has no symbol which could say so: records and names of profiles.
PREFIX = b"__llvm_prf_"


def marked(module: bytes) -> bytes:
    """The object with the mark that the compiler had set. FormatError."""
    if PREFIX not in module:
        return module
    changed = bytearray(module)
    for place in _flags(module):
        changed[place] |= RETAIN
    return bytes(changed)


def _flags(module: bytes) -> Iterator[int]:
    """Where the flags of such segments are: one byte each."""
    for kind, reader in symbol_table.subsections(module):
        for _ in range(reader.leb() if kind == SEGMENTS else 0):
            name = reader.take(reader.leb())
            reader.leb()  # alignment
            place = reader.pos
            reader.leb()
            if bytes(name).startswith(PREFIX):
                yield place
