"""The requests of ioctl(2): how each argument reaches the kernel, the trace's names, and the page of docs."""

from __future__ import annotations

from syscalls import ioctls
from syscalls.emit import Output, banner, c_banner, names
from syscalls.emit.rows import scalar_parts
from syscalls.ioctls.request import Argument, Bytes, Nothing, Number, Only, Request, Rewritten
from syscalls.rows import Scalar

"""As in syscalls/ioctls.h."""
BANNER = banner("syscalls/ioctls/")
SIZE_OF_NUMBER = "_IOC_SIZE(request)"
NUMBER_ROOM = 99
LOW = "64 KiB"
"""NEVER_MAPPED, as the page says it."""


def functions(requests: tuple[Request, ...]) -> list[str]:
    """The C functions that rewrite arguments, each once."""
    found = [one.argument.function for one in requests if isinstance(one.argument, Rewritten)]
    return list(dict.fromkeys(found))


def _argument(one: Request) -> str:
    """The initialiser of struct ioctl_argument."""
    argument = one.argument
    if isinstance(argument, Nothing):
        return ".kind = IOCTL_NOTHING"
    if isinstance(argument, Scalar) or (isinstance(argument, Number) and argument.only is Only.VFS):
        return ".kind = IOCTL_NUMBER"
    if isinstance(argument, Number):
        only = f", .only = IOCTL_{argument.only.name}" if argument.only else ""
        return f".kind = IOCTL_BOUNDED, .most = {argument.most:#x}{only}"
    if isinstance(argument, Rewritten):
        return f".kind = IOCTL_REWRITTEN, .function = {argument.function}"
    size = SIZE_OF_NUMBER if argument.size is None else str(argument.size)
    parts = [".kind = IOCTL_ADDRESS", f".size = {size}"]
    if one.most:
        shorter = f"(request & ~(uint32_t)IOCSIZE_MASK) | {one.most:#x}u << IOCSIZE_SHIFT"
        parts.append(f".request = {SIZE_OF_NUMBER} > {one.most} ? {shorter} : request")
    if one.kernel:
        parts.append(f".request = {one.kernel:#x}")
    if argument.elements:
        parts.append(f".counter = {{{argument.elements.at}, {argument.elements.width}, {argument.elements.each}}}")
    return ", ".join(parts)


def _cases(requests: list[Request]) -> list[str]:
    """The cases of a switch; requests with equal arguments share one return."""
    by_argument: dict[str, list[Request]] = {}
    for one in requests:
        by_argument.setdefault(_argument(one), []).append(one)
    lines = []
    for argument, alike in by_argument.items():
        for one in alike:
            span = f"{one.number:#x}" + (f" ... {one.last:#x}" if one.last != one.number else "")
            lines.append(f"    case {span}: /* {one.name} */")
        lines.append(f"        return (struct ioctl_argument){{{argument}}};")
    return lines


def arguments_c(requests: tuple[Request, ...]) -> Output:
    """ioctl_arguments.c: which requests may be made, and what the argument of each is."""
    lines = [
        c_banner(BANNER) + '#include "syscalls/_generated/handlers.h"',
        '#include "syscalls/ioctls.h"',
        "",
        "#include <asm/ioctl.h>",
        "",
        "struct ioctl_argument ioctl_argument_of(uint32_t request)",
        "{",
        "    switch (request) {",
        *_cases([one for one in requests if not one.any_size]),
        "    default:",
        "        break;",
        "    }",
        "    /* Numbers whose size field tells how long the argument is. */",
        "    switch (request & ~(uint32_t)IOCSIZE_MASK) {",
        *_cases([one for one in requests if one.any_size]),
        "    default:",
        "        return (struct ioctl_argument){.kind = IOCTL_REFUSED};",
        "    }",
        "}",
        "",
    ]
    return Output("syscalls/_generated/ioctl_arguments.c", "\n".join(lines))


def _shown(argument: Argument) -> str:
    """The initialiser of struct wali_param: what the trace prints of the argument."""
    if isinstance(argument, Nothing):
        return ".shape = WALI_NOTHING"
    if isinstance(argument, Scalar | Number):
        return ", ".join(scalar_parts(argument if isinstance(argument, Scalar) else argument.shown))
    if not isinstance(argument, Bytes) or argument.shown is None:
        return ".shape = WALI_ADDRESS"
    way = f".direction = WALI_{argument.direction.name}, .count_at = -1, .count = {argument.count}"
    if isinstance(argument.shown, Scalar):
        shape, unit = ("LONGS", 8) if argument.shown.wide else ("INTS", 4)
        return f".shape = WALI_{shape}, {way}, .unit = {unit}"
    layout = argument.shown
    return f".shape = WALI_STRUCT, {way}, .unit = {layout.size}, .layout = WALI_LAYOUT_{layout.name.upper()}"


def names_c(requests: tuple[Request, ...]) -> Output:
    """ioctl_names.c: names and arguments for the trace."""
    params: dict[str, int] = {}
    rows = []
    for one in requests:
        at = params.setdefault(_shown(one.argument), len(params))
        any_size = str(one.any_size).lower()
        rows.append(f"{one.number:#x}, {one.last:#x}, {at}, {any_size}, {names.name(one.name)}")
    return names.names_c("ioctl", "ioctls", BANNER, params, rows)


HEAD = """# ioctl requests

What ioctl(2) passes on: {count} requests. Any other gets ENOTTY, as if no file knew it, for its
argument might be or hold an address of the host's. Numbers are the kernel's on x86-64. One "of any
size" stands without its size field, which says how long the argument is. A name without a header
is the kernel's own.

| argument | meaning |
|---|---|
| none | The kernel does not look at it, and gets 0. |
| number | By value. Where the request is encoded as if it were an address, it has a bound: a file that takes it for one (FUSE) finds nothing there. Larger ones pass only to the kind of file that is named. |
| in, out, in/out | The address of bytes that the kernel reads, writes, or both. They hold no address. |
| rewritten | The structure holds an address, or depends on the file: a C function answers. |
"""


def _plural(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"


def _bytes(argument: Bytes) -> str:
    way = {"in": "in", "out": "out", "inout": "in/out"}[argument.direction.value]
    size = "as many bytes as the number says" if argument.size is None else _plural(argument.size)
    elements = argument.elements
    more = f" and {_plural(elements.each)} for each element" if elements else ""
    return f"{way}: {argument.what}, {size}{more}"


def _described(argument: Argument) -> str:
    if isinstance(argument, Nothing):
        return "none"
    if isinstance(argument, Scalar):
        return "number"
    if isinstance(argument, Number):
        bound = f"at most {argument.most:#x}" if argument.most > NUMBER_ROOM else f"at most {argument.most}"
        return f"number, {bound}" + (f"; above {LOW}: {argument.only.value}" if argument.only else "")
    if isinstance(argument, Rewritten):
        return f"rewritten: {argument.what}" if argument.what else "rewritten"
    return _bytes(argument)


def _number(one: Request) -> str:
    last = f" to {one.last:#x}" if one.last != one.number else ""
    return f"{one.number:#x}{last}{', of any size' if one.any_size else ''}"


def _note(one: Request) -> str:
    most = f"of a longer one the kernel sees {one.most} bytes" if one.most else ""
    return "; ".join(filter(None, [one.why, most, f"the kernel's is {one.kernel:#x}" if one.kernel else ""]))


def ioctls_md(requests: tuple[Request, ...]) -> Output:
    """docs/IOCTLS.md, by family."""
    lines = [f"<!-- {BANNER} -->\n" + HEAD.format(count=len(requests)).rstrip("\n")]
    for family in ioctls.FAMILIES:
        title, _, text = (family.__doc__ or "").partition("\n")
        lines += ["", f"## {title.rstrip('.')}"]
        lines += [text.strip()] if text.strip() else []
        lines += ["", "| request | number | argument | header | note |", "|---|---|---|---|---|"]
        for one in family.ROWS:
            cells = [one.name, _number(one), _described(one.argument), one.header, _note(one)]
            lines.append(f"| {' | '.join(cells)} |")
    return Output("docs/IOCTLS.md", "\n".join(lines) + "\n")
