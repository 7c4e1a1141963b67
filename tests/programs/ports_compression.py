"""Ports: programs that pack."""

from __future__ import annotations

from tests.programs.ports import Port, of_library

ZSTD = Port(
    name="zstd",
    sources=(of_library("zstd"),),
    programs=("programs/zstd", "tests/datagen"),
    libraries=("zlib",),
)
