"""The module names that functions may be imported from, and by what names and types. The facts are generated: _generated/."""

from __future__ import annotations

import re

from .._generated.auxiliary import AUXILIARY
from .._generated.wasi import ALIASES, FUNCTIONS, Function
from . import binary

WALI = "wali"
MOST_PARAMETERS = 16  # of an import (wali/native/imports/interface.h)
LETTERS = {"i": "i32", "I": "i64", "-": ""}
# A release of preview2. All of them have the same functions (wali/native/calls/wasi_imports.c).
RELEASE = re.compile(r"@0\.2(\.\d+)?$")
KEPT = "@0.2"  # of such a version
# What wit-component adds to the name of a function that a module imports a second time.
VERSION = re.compile(r" \[v\d+\]$")


def _functions(module: str) -> dict[str, Function]:
    """The functions of an interface. The key of one of preview2 ends with its release, and of no other."""
    plain = RELEASE.sub(KEPT, module)
    return FUNCTIONS.get(ALIASES.get(plain, plain), {})


def is_of_wit(module: str) -> bool:
    """Whether it is an interface of preview2, or of the draft of 2023."""
    return is_wasi(module) and ":" in ALIASES.get(module, module)


def is_draft(module: str) -> bool:
    """Whether it is an interface of the draft of 2023: one of WIT, without a version."""
    return is_of_wit(module) and "@" not in module


def is_wasi(module: str) -> bool:
    """Whether imports from there are functions of WASI."""
    return bool(_functions(module))


def wasi_function(module: str, name: str) -> Function | None:
    """The function of WASI that an import means; None if there is none (wali/native/calls/wasi_imports.c)."""
    return _functions(module).get(plain_name(name))


def plain_name(name: str) -> str:
    """The name of a function of WASI without what wit-component adds to it."""
    return VERSION.sub("", name)


def provides(module: str, name: str) -> bool:
    """Whether a function import links: of WALI by any name, for unknown ones answer ENOSYS."""
    return module == WALI or wasi_function(module, name) is not None


def wrong_type(module: str, name: str, kind: binary.FuncType | None) -> str:
    """What is wrong with the type of an import that is provided; "" if nothing is, or nobody knows the type."""
    if kind is None:
        return ""
    function = wasi_function(module, name)
    if function is not None:
        wanted = _type_of(function)
        return "" if kind == wanted else f"has the type {kind}, where WASI has {wanted}"
    if not _is_call(kind):
        return f"has a type that no call has, {kind}"
    return "" if fits_auxiliary(name, kind) else f"has the wrong type {kind}"


def _type_of(function: Function) -> binary.FuncType:
    signature, result, _ = function
    return binary.FuncType(tuple(LETTERS[letter] for letter in signature), tuple(filter(None, [LETTERS[result]])))


def _is_call(kind: binary.FuncType) -> bool:
    """Whether a system call may be imported by this type, as the core sees it."""
    integers = all(name in ("i32", "i64") for name in kind.params + kind.results)
    return integers and len(kind.params) <= MOST_PARAMETERS and len(kind.results) <= 1


def fits_auxiliary(name: str, kind: binary.FuncType) -> bool:
    """False if an import that is no system call is declared by a type to which the core does not bind it."""
    if name not in AUXILIARY:
        return True
    parameters, wanted = AUXILIARY[name]
    letters = {"i32": "i", "i64": "I"}
    declared = "".join(letters[param] for param in kind.params)
    result = letters[kind.results[0]] if kind.results else "-"
    # The core needs room for what it answers.
    room = wanted == "-" or bool(kind.results or kind.params)
    return declared == parameters and wanted in ("", result) and room
