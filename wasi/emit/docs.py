"""docs/WASI.md: the table of functions, between two marks; the text around it is by hand."""

from __future__ import annotations

from pathlib import Path

from wasi.emit import BANNER, Output, wrap
from wasi.rows import Array, Buffer, Filled, Interface, List, Opaque, Out, Param, Row, RowError, Type
from wasi.table import draft, of_wit, preview1, preview2, threads, unstable, with_own_entry
from wasi.wit import WitRow

PAGE = "docs/WASI.md"
BEGIN, END = f"<!-- {BANNER} -->", "<!-- The end of what is generated. -->"
BEGIN2 = BEGIN.replace("from", "too, from")
BEGIN_DRAFT = BEGIN.replace("from", "for the draft, from")
BEGIN_THREADS = BEGIN.replace("from", "again, from")
HEAD2 = """
`->` begins the result. The signature is that of the core function: several words of a result go
to an address, the last parameter.

| function | signature | parameters and result | limits |
|---|---|---|---|"""
HEAD_SHORT = """
| function | signature | parameters and result | limits |
|---|---|---|---|"""
HEAD = """
`i` is a parameter of 32 bits, `I` of 64; a string or list is two, address and count. `->` begins
the results, which are stored where the last parameters say.

| function | kind | signature | parameters | limits |
|---|---|---|---|---|"""


def _shown(param: Param) -> str:
    meaning = param.meaning
    if isinstance(meaning, Filled):
        kind = meaning.type.name
    elif isinstance(meaning, Buffer):
        kind = "buffer"
    elif isinstance(meaning, Array):
        kind = f"{meaning.type.name}[{meaning.count}]"
    elif isinstance(meaning, Opaque):
        kind = "address"
    elif isinstance(meaning, Out):
        kind = meaning.type.name
    else:
        kind = meaning.name if not isinstance(meaning, List) else f"list<{meaning.element.name}>"
    return f"{param.name}: {kind.removeprefix('unstable_')}"


def _line(row: Row) -> str:
    given = [_shown(param) for param in row.params if not isinstance(param.meaning, Out)]
    results = [_shown(param) for param in row.params if isinstance(param.meaning, Out)]
    shown = " ".join([", ".join(given), *(["->", ", ".join(results)] if results else [])]).strip()
    signature = f"`{row.signature}`" if row.signature else ""
    limits = row.limits if row.returns else "; ".join(filter(None, ["does not return", row.limits]))
    return f"| {row.name} | {row.family} | {signature} | {shown} | {limits} |"


def _wit_line(row: WitRow) -> str:
    given = [f"{param.name}: {param.meaning.name}" for param in row.params if isinstance(param.meaning, Type)]
    shown = ", ".join(given) + (f" -> {row.result.name}" if row.result is not None else "")
    words = row.signature + ("" if row.core_result == "-" else f" -> {row.core_result}")
    shown = shown.replace("draft-", "")
    limits = row.limits if row.returns else "; ".join(filter(None, ["does not return", row.limits]))
    return f"| {row.name} | {f'`{words.strip()}`' if words else ''} | {shown.strip()} | {limits} |"


def _wit_lines(rows: tuple[WitRow, ...], interfaces: tuple[Interface, ...]) -> list[str]:
    """A heading and lines for each interface."""
    lines = []
    for interface in interfaces:
        lines.append(f"| **{interface.module}** | | | |")
        lines += [_wit_line(row) for row in rows if row.interface == interface]
    return lines


def _wit_table(rows: tuple[WitRow, ...]) -> list[str]:
    """Preview2's. Drops are told by one sentence."""
    lines = [*HEAD2.splitlines(), *_wit_lines(tuple(row for row in rows if not row.drops), preview2.INTERFACES)]
    drops = [row.drops for row in rows if row.drops and row.interface in preview2.INTERFACES]
    told = wrap("Each resource has its `[resource-drop]`:", ["", *drops], ".", indent=0)
    return [*lines, "", told.replace(":,", ":"), ""]


def _between(page: str, begin: str, lines: list[str]) -> str:
    if page.count(begin) != 1 or END not in page.partition(begin)[2]:
        raise RowError(f"{PAGE}: the marks of the table are missing: {begin} and {END}")
    before, _, rest = page.partition(begin)
    return before + begin + "\n" + "\n".join(lines) + END + rest.partition(END)[2]


def wasi_md(rows: tuple[Row, ...], top: Path) -> Output:
    """The page with new tables. RowError if the marks are not there."""
    page = (top / PAGE).read_text()
    own = with_own_entry(rows)
    lines = [*HEAD.splitlines(), *(_line(row) for row in own if row.interface == preview1.INTERFACE)]
    differing = ", ".join(row.name for row in own if row.interface == unstable.INTERFACE)
    lines += ["", f"In `{unstable.INTERFACE.module}` these are different: {differing}."]
    lines += [f"It lacks {', '.join(unstable.LATER)}.", ""]
    page = _between(page, BEGIN, lines)
    page = _between(page, BEGIN2, _wit_table(of_wit(rows)))
    lines = [*HEAD_SHORT.splitlines(), *_wit_lines(of_wit(rows), draft.INTERFACES), ""]
    page = _between(page, BEGIN_DRAFT, lines)
    of_threads = [row for row in of_wit(rows) if row.interface == threads.INTERFACE]
    return Output(PAGE, _between(page, BEGIN_THREADS, [*HEAD_SHORT.splitlines(), *map(_wit_line, of_threads), ""]))
