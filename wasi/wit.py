"""What one row of a table of WIT says: a function of an interface, the type of each parameter, and its result.

A row reads like the function's WIT text::

    method("descriptor", "read", length=U64, offset=U64, result=result(READ, ERROR_CODE))

Types are those of wasi/rows.py, laid out in memory by the canonical ABI.  What becomes of them among the
parameters and results of a core function is here (flattening).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wasi.rows import (
    MOST_WORDS,
    Bytes,
    Enum,
    Flags,
    Handle,
    Interface,
    List,
    Param,
    Record,
    Row,
    String,
    Type,
    Variant,
)

MOST_FLAT_PARAMETERS = 16
MOST_FLAT_RESULTS = 1
NAME = re.compile(r"(\[method\][a-z0-9-]+\.|\[resource-drop\])?[a-z0-9-]+")
TRUE_OR_FALSE = Enum("bool", 8, ("false", "true"))
OK_OR_ERR = Enum("result", 8, ("ok", "err"))
NONE_OR_SOME = Enum("option", 8, ("none", "some"))


def own(resource: str) -> Handle:
    """A handle that is the receiver's from then on."""
    return Handle(f"own<{resource}>")


def borrow(resource: str) -> Handle:
    """A handle for the time of the call."""
    return Handle(f"borrow<{resource}>")


def option(kind: Type) -> Variant:
    """A value, or none."""
    return Variant(f"option<{kind.name}>", NONE_OR_SOME, (None, kind))


def result(ok: Type | None, error: Type | None) -> Variant:
    """What a function has done, or why it failed."""
    names = [kind.name if kind is not None else "_" for kind in ((ok, error) if error is not None else (ok,))]
    name = f"result<{', '.join(names)}>" if ok is not None or error is not None else "result"
    return Variant(name, OK_OR_ERR, (ok, error))


def flat(kind: Type) -> str:
    """The words that a value is in the parameters or results of a core function: one letter each, `i` or `I`."""
    if isinstance(kind, String | List):
        return "ii"
    if isinstance(kind, Record):
        return "".join(flat(part) for _, part in kind.fields)
    if isinstance(kind, Variant):
        words = ""
        for case in kind.cases:
            words = _joined(words, flat(case) if case is not None else "")
        return "i" + words
    return "I" if kind.bits == 64 else "i"


def _joined(one: str, other: str) -> str:
    """Words in which either of two cases has room."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    wide = (letter == "I" or shorter[at : at + 1] == "I" for at, letter in enumerate(longer))
    return "".join("I" if is_wide else "i" for is_wide in wide)


@dataclass(frozen=True)
class WitRow(Row):
    """One function of WIT. `result` is None if it has none; `drops` is the resource that it drops.

    handled_by: the row whose handler answers, if another's does, by an entry of this row's own.
    """

    result: Type | None = None
    drops: str = ""
    handled_by: WitRow | None = None

    @property
    def has_area(self) -> bool:
        """Whether the last parameter is the address where the result goes."""
        return self.result is not None and len(flat(self.result)) > MOST_FLAT_RESULTS

    @property
    def signature(self) -> str:
        return "".join(flat(_type_of(param)) for param in self.params) + ("i" if self.has_area else "")

    @property
    def core_result(self) -> str:
        return "-" if self.result is None or self.has_area else flat(self.result)

    @property
    def fails(self) -> bool:
        """Whether its result tells an error."""
        return isinstance(self.result, Variant) and self.result.tag is OK_OR_ERR

    @property
    def handler(self) -> str:
        """The name of the handler."""
        return self.symbol if self.handled_by is None else self.handled_by.handler

    @property
    def symbol(self) -> str:
        if self.served_by is not None:
            return self.served_by.symbol
        interface = self.interface.module.partition("/")[2]  # "" if the name has no package
        words = self.name.replace("[method]", "").replace("[resource-drop]", "drop-").replace(".", "-")
        before = "" if self.name.startswith("[") or words.startswith(interface) else f"{interface}-"
        return f"{self.interface.prefix}_{before}{words}".replace("-", "_")


def _type_of(param: Param) -> Type:
    meaning = param.meaning
    assert isinstance(meaning, Type)
    return meaning


def wit_row(
    interface: Interface,
    name: str,
    types: dict[str, Type],
    result: Type | None,
    where: str,
    *,
    returns: bool = True,
    limits: str = "",
    drops: str = "",
) -> WitRow:
    """A checked row. RowError if it says something impossible."""
    params: list[Param] = []
    at = 0
    for word, kind in types.items():
        params.append(Param(word.rstrip("_").replace("_", "-"), kind, at))
        at += len(flat(kind))
    made = WitRow(
        interface, name, interface.module.partition("/")[0], tuple(params), returns, limits, None, where, result, drops
    )
    _check(made)
    return made


def _check(made: WitRow) -> None:
    if NAME.fullmatch(made.name) is None:
        raise made.fail("is no name of WIT")
    if len(made.signature) > min(MOST_WORDS, MOST_FLAT_PARAMETERS):
        raise made.fail(f"{len(made.signature)} words, the linker binds {MOST_WORDS}")
    if not made.returns and made.result is not None:
        raise made.fail("it never returns, and has a result")
    for param in made.params:
        _check_type(made, param.name, _type_of(param))
    if made.result is not None:
        _check_type(made, "result", made.result)


def _check_type(made: WitRow, name: str, kind: Type) -> None:
    if isinstance(kind, Bytes):
        raise made.fail(f"{name}: WIT has no addresses")
    if isinstance(kind, Record | Variant):
        parts = [part for _, part in kind.fields] if isinstance(kind, Record) else [*kind.cases, kind.tag]
        for part in parts:
            if part is not None:
                _check_type(made, name, part)
    elif isinstance(kind, List):
        _check_type(made, name, kind.element)
    elif isinstance(kind, Enum) and (kind.bits != 8 or len(kind.cases) > 256):
        raise made.fail(f"{name}: {kind.name} is not of a byte")
    elif isinstance(kind, Flags) and len(kind.names) > kind.bits:
        raise made.fail(f"{name}: {kind.name} has more flags than its {kind.bits} bits")
