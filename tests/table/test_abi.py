"""Guest structures: clang for the guest's target and the host's compiler lay them out as written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from abi.layouts import Layout, layouts

TOP = Path(__file__).parent.parent.parent
TARGET = "--target=wasm32-unknown-linux-muslwali"
# Guests declare these with their own types: 64-bit long, 32-bit pointers and size_t.
GUEST_TYPES = {
    "u8": "unsigned char",
    "char": "char",
    "u16": "unsigned short",
    "s16": "short",
    "u32": "unsigned int",
    "s32": "int",
    "gaddr": "void *",
    "u64": "unsigned long long",
    "s64": "long long",
}


def _guest_struct(layout: Layout) -> str:
    lines = [f"struct {layout.name} {{"]
    for field in layout.fields:
        suffix = f"[{field.count}]" if field.count is not None else ""
        lines.append(f"    {GUEST_TYPES[field.scalar]} {field.name}{suffix};")
    lines.append("} __attribute__((packed));" if layout.packed else "};")
    lines.append(f'_Static_assert(sizeof(struct {layout.name}) == {layout.size}, "{layout.name}");')
    for field in layout.fields:
        where = f"__builtin_offsetof(struct {layout.name}, {field.name}) == {field.offset}"
        lines.append(f'_Static_assert({where}, "{layout.name}.{field.name}");')
    return "\n".join(lines)


def test_layouts_for_the_guests_target(tmp_path: Path) -> None:
    """With real pointers in place of guest addresses, clang gives the same offsets and sizes."""
    pytest.importorskip("ziglang")
    source = tmp_path / "layouts.c"
    source.write_text("\n".join(_guest_struct(layout) for layout in layouts()) + "\n")
    clang = [sys.executable, "-m", "ziglang", "clang", TARGET, "-Wall", "-Werror", "-fsyntax-only"]
    subprocess.run([*clang, str(source)], check=True)


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_fields_fill_the_struct(layout: Layout) -> None:
    """Padding is written out, so that nothing unnamed is copied between guest and host."""
    at = 0
    for field in layout.fields:
        # A hole of alignment may only stand where guests leave it to the compiler as well.
        assert at <= field.offset < at + 8, field.name
        at = field.offset + field.size
    assert at <= layout.size < at + 8


@pytest.mark.parametrize("name", ["guest_structs.h", "host_twins.c"])
def test_host_agrees(name: str) -> None:
    """The asserts on guest structs, and on the host's headers, hold for the host's compiler."""
    command = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-I."]
    subprocess.run([*command, f"abi/_generated/{name}"], cwd=TOP, check=True)


def test_a_wrong_layout_is_caught(tmp_path: Path) -> None:
    """The check above can fail."""
    pytest.importorskip("ziglang")
    iovec = next(layout for layout in layouts() if layout.name == "iovec")
    source = tmp_path / "wrong.c"
    source.write_text(_guest_struct(iovec).replace("== 4", "== 8"))
    clang = [sys.executable, "-m", "ziglang", "clang", TARGET, "-fsyntax-only", str(source)]
    assert subprocess.run(clang, capture_output=True, check=False).returncode != 0
