"""Socket options and control messages: what may be set, got and sent, the trace's names, and the page of docs."""

from __future__ import annotations

from syscalls import sockopts
from syscalls.emit import Output, banner, c_banner, names
from syscalls.rows import Scalar
from syscalls.sockopts import Key, ways_of
from syscalls.sockopts.control import Message
from syscalls.sockopts.option import Meaning, Option, Refused, Rewritten, Value

"""As in syscalls/sockopts.h."""
BANNER = banner("syscalls/sockopts/")


def _functions(meanings: list[Meaning | None]) -> list[str]:
    found = [one.function for one in meanings if isinstance(one, Rewritten)]
    return list(dict.fromkeys(found))


def setters(options: tuple[Option, ...]) -> list[str]:
    """The C functions that rewrite what is set, each once."""
    return _functions([one.set for one in options])


def getters(options: tuple[Option, ...]) -> list[str]:
    """The C functions that rewrite what is got, each once."""
    return _functions([one.get for one in options])


def _value(meaning: Meaning, way: str) -> str:
    """The initialiser of struct option_value."""
    if isinstance(meaning, Rewritten):
        return f".kind = OPTION_REWRITTEN, .{way} = {meaning.function}"
    if not isinstance(meaning, Value):
        raise TypeError("refused options have no value")
    most = str(meaning.most) if meaning.most else "OPTION_UNBOUNDED"
    return f".kind = OPTION_BYTES, .most = {most}, .cut = {meaning.cut}"


def _names(options: tuple[Option, ...]) -> dict[Key, str]:
    names: dict[Key, list[str]] = {}
    for one in options:
        names.setdefault((one.level.number, one.number), []).append(one.name)
    return {key: ", ".join(dict.fromkeys(found)) for key, found in names.items()}


def _function(way: str, meanings: dict[Key, Meaning], names: dict[Key, str]) -> list[str]:
    """option_to_set or option_to_get: options with equal values share one return."""
    by_value: dict[str, list[Key]] = {}
    for key, meaning in meanings.items():
        by_value.setdefault(_value(meaning, way), []).append(key)
    lines = [f"struct option_value option_to_{way}(int32_t level, int32_t option)", "{"]
    lines += ["    switch (OPTION_KEY(level, option)) {"]
    for value, keys in by_value.items():
        lines += [f"    case OPTION_KEY({key[0]}, {key[1]}): /* {names[key]} */" for key in keys]
        lines.append(f"        return (struct option_value){{{value}}};")
    return [*lines, "    default:", "        return (struct option_value){.kind = OPTION_UNKNOWN};", "    }", "}"]


def _message_function(messages: tuple[Message, ...]) -> list[str]:
    by_most: dict[int, list[Message]] = {}
    for one in messages:
        if one.sent:
            by_most.setdefault(one.most, []).append(one)
    lines = ["int64_t control_most(int32_t level, int32_t type)", "{", "    switch (OPTION_KEY(level, type)) {"]
    for most, alike in by_most.items():
        lines += [f"    case OPTION_KEY({one.level.number}, {one.number}): /* {one.name} */" for one in alike]
        lines.append(f"        return {most or 'OPTION_UNBOUNDED'};")
    lines += ["    default:", "        break;", "    }", "    switch (level) {"]
    levels = {one.level.number: one.level.name for one in reversed(messages)}
    lines += [f"    case {number}: /* {name} */" for number, name in sorted(levels.items())]
    return [
        *lines,
        "        return CONTROL_REFUSED;",
        "    default:",
        "        return CONTROL_OF_NO_LEVEL;",
        "    }",
        "}",
    ]


def values_c(options: tuple[Option, ...], messages: tuple[Message, ...]) -> Output:
    """option_values.c: which options may be set and got, which control messages sent, and how long they may be."""
    ways = ways_of(options)
    names = _names(options)
    lines = [
        c_banner(BANNER) + '#include "syscalls/_generated/handlers.h"',
        '#include "syscalls/sockopts.h"',
        "",
        "/* Level and number in one. */",
        "#define OPTION_KEY(level, number) ((uint64_t)(uint32_t)(level) << 32 | (uint32_t)(number))",
        "",
        *_function("set", ways.set, names),
        "",
        *_function("get", ways.get, names),
        "",
        *_message_function(messages),
        "",
    ]
    return Output("syscalls/_generated/option_values.c", "\n".join(lines))


def _shown(meaning: Meaning | None) -> str:
    """The initialiser of struct wali_param: what the trace prints of the value, of which the call tells the size."""
    if not isinstance(meaning, Value) or meaning.shown is None:
        return ".shape = WALI_ADDRESS"
    if isinstance(meaning.shown, type):
        return ".shape = WALI_STRING, .unit = 1"
    if isinstance(meaning.shown, Scalar):
        shape, unit = ("LONGS", 8) if meaning.shown.wide else ("INTS", 4)
        return ", ".join([f".shape = WALI_{shape}", f".unit = {unit}"])
    layout = meaning.shown
    return f".shape = WALI_STRUCT, .unit = {layout.size}, .layout = WALI_LAYOUT_{layout.name.upper()}"


def names_c(options: tuple[Option, ...]) -> Output:
    """option_names.c: names and values for the trace."""
    params: dict[str, int] = {}
    rows = []
    for one in options:
        at = [params.setdefault(_shown(meaning), len(params)) for meaning in (one.set, one.get)]
        ways = [str(meaning is not None).lower() for meaning in (one.set, one.get)]
        number = f"{one.number:#x}" if one.number > 0xFFFF else str(one.number)
        place = f"{one.level.number}, {number}, {at[0]}, {at[1]}, {ways[0]}, {ways[1]}"
        rows.append(f"{place}, {names.name(one.name)}")
    return names.names_c("option", "sockopts", BANNER, params, rows)


HEAD = """# Socket options

What setsockopt(2) and getsockopt(2) pass on: {count} options, and what sendmsg(2) may send and
recvmsg(2) receive beside the data: {messages} kinds of [control messages](#control-messages). For
any other option the kernel is asked as if for one that it does not know, mostly ENOPROTOOPT: its
value might be or hold an address of the host's. Levels and numbers are the kernel's. A name without
a header is the kernel's own, or a library's.

| value | meaning |
|---|---|
| so many bytes | The kernel looks at no more of them. What is longer is cut, as the kernel ignores the rest. |
| exactly so many, no more than | The kernel refuses what is longer. |
| elements | As many as there are. |
| rewritten | The value holds an address, or is aligned differently: a C function answers. |
| refused | The value holds an address, and nobody rewrites it. |
| - | The kernel has no such way. |
"""
MESSAGES_HEAD = """
## Control messages
What is sent is copied before the kernel sees it, and only messages that are listed, of no more
bytes than listed, are sent: EINVAL else.

| message | level | number | data | sent | received | header |
|---|---|---:|---|---|---|---|
"""


def _plural(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"


def _size(value: Value) -> str:
    if not value.most:
        return f"elements, at least {_plural(value.least)}" if value.least else "elements"
    if value.least == value.most:
        return f"exactly {_plural(value.most)}" if value.refused else _plural(value.most)
    if value.refused:
        return f"no more than {_plural(value.most)}"
    return f"{value.least} to {_plural(value.most)}"


def _described(meaning: Meaning | None) -> str:
    if meaning is None:
        return "-"
    if isinstance(meaning, Refused):
        return f"refused: {meaning.why}"
    if isinstance(meaning, Rewritten):
        return f"rewritten: {meaning.what}"
    return "length alone" if meaning.what == "void[]" else f"{meaning.what}, {_size(meaning)}"


def _number(number: int) -> str:
    return f"{number:#x}" if number > 0xFFFF else str(number)


def _row(one: Option) -> str:
    both = [_described(one.set), _described(one.get)]
    ways = [both[0], "the same"] if both[0] == both[1] else both
    cells = [one.name, f"{one.level.name} ({one.level.number})", _number(one.number), *ways, one.header, one.why]
    return f"| {' | '.join(cells)} |"


def _message(one: Message) -> str:
    what = "none" if one.what == "void[]" else one.what + (f", {_plural(one.most)}" if one.most else "")
    ways = ["yes" if way else "-" for way in (one.sent, one.received)]
    return f"| {' | '.join([one.name, one.level.name, str(one.number), what, *ways, one.header])} |"


def sockopts_md(options: tuple[Option, ...], messages: tuple[Message, ...]) -> Output:
    """docs/SOCKOPTS.md, by family."""
    head = HEAD.format(count=len(options), messages=len(messages))
    lines = [f"<!-- {BANNER} -->\n" + head.rstrip("\n")]
    for family in sockopts.FAMILIES:
        title, _, text = (family.__doc__ or "").partition("\n")
        lines += ["", f"## {title.rstrip('.')}"]
        lines += [text.strip()] if text.strip() else []
        lines += ["", "| option | level | number | set | get | header | note |", "|---|---|---:|---|---|---|---|"]
        lines += [_row(one) for one in family.ROWS]
    lines.append(MESSAGES_HEAD.rstrip("\n"))
    lines += [_message(one) for one in messages]
    return Output("docs/SOCKOPTS.md", "\n".join(lines) + "\n")
