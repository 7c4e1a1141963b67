"""Guest structures in C: definitions with asserts, and asserts on their host twins."""

from __future__ import annotations

from abi.layouts import Layout, layouts
from syscalls.emit import Output, c_banner


def _struct(layout: Layout) -> list[str]:
    name = f"struct wali_{layout.name}"
    packed = " __attribute__((packed))" if layout.packed else ""
    lines = [f"{name} {{", *(f"    {field.declaration};" for field in layout.fields), f"}}{packed};"]
    lines.append(f'_Static_assert(sizeof({name}) == {layout.size}, "{name}");')
    for field in layout.fields:
        where = f"offsetof({name}, {field.name}) == {field.offset}"
        lines.append(f'_Static_assert({where}, "{layout.name}.{field.name}");')
    return [*lines, ""]


def guest_structs_h() -> Output:
    """abi/_generated/guest_structs.h: every layout, as any C compiler must lay it out."""
    lines = [c_banner() + "#ifndef WALI_GUEST_STRUCTS_H", "#define WALI_GUEST_STRUCTS_H", ""]
    lines += ["#include <stddef.h>", "#include <stdint.h>", ""]
    for layout in layouts():
        lines += _struct(layout)
    return Output("abi/_generated/guest_structs.h", "\n".join([*lines, "#endif", ""]))


def _twin(layout: Layout) -> list[str]:
    lines = []
    if layout.same:
        lines.append(f'_Static_assert(sizeof({layout.host}) == {layout.size}, "{layout.host}");')
    for field in layout.fields:
        if not field.twin:
            continue
        member = f"offsetof({layout.host}, {field.twin})"
        size = f"sizeof((({layout.host} *)0)->{field.twin})"
        what = f'"{layout.host}: {field.twin}"'
        if layout.same:
            lines.append(f"_Static_assert({member} == {field.offset}, {what});")
            lines.append(f"_Static_assert({size} == {field.size}, {what});")
        else:
            lines.append(f"_Static_assert({size} >= {field.size}, {what});")
    return lines


def host_twins_c() -> Output:
    """abi/_generated/host_twins.c: no code, only what the host's headers must agree on."""
    known = [layout for layout in layouts() if layout.host]
    headers = sorted({layout.header for layout in known})
    lines = [c_banner() + "#define _GNU_SOURCE", "#include <stddef.h>"]
    lines += [f"#include <{header}>" for header in headers]
    for layout in known:
        lines += ["", *_twin(layout)]
    return Output("abi/_generated/host_twins.c", "\n".join([*lines, ""]))
