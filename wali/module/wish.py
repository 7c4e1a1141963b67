"""What a module asks of the runtime by itself: the custom section ``wali.fix-calls``, by wali-cc -mwali-fix-calls.

Such a module is treated as by --fix-calls wherever it is run (`wali.fixcalls`). The section holds what debugging
information has told before it was stripped: two lists of function indexes, each behind its length. Those of the first
list are variadic, those of the second certainly not. A linker leaves both empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from ..errors import WaliFormatError
from . import binary, name_section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import loader

SECTION = "wali.fix-calls"
_MARK = binary.text(SECTION)


def may_be(data: bytes) -> bool:
    """Whether the file may hold such a section: for who has not looked into it, and is not to."""
    return _MARK in data


def is_made(layout: loader.Layout, data: bytes) -> bool:
    """Whether the module asks for it."""
    return may_be(data) and any(True for _ in name_section.custom_sections(data, layout.sections, SECTION))


def told(layout: loader.Layout, data: bytes) -> dict[int, bool]:
    """By function index whether the function is variadic, as far as the section says it."""
    found: dict[int, bool] = {}
    for reader in name_section.custom_sections(data, layout.sections, SECTION):
        with suppress(WaliFormatError):  # custom sections are hints
            for is_variadic in (True, False):
                for _ in range(reader.count()):
                    found[reader.leb()] = is_variadic
    return found


def section(variadic: Iterable[int] = (), plain: Iterable[int] = ()) -> bytes:
    """The section that asks for it, header and all."""
    body = binary.text(SECTION)
    for numbers in (sorted(variadic), sorted(plain)):
        body += binary.leb(len(numbers)) + b"".join(map(binary.leb, numbers))
    return binary.section(binary.CUSTOM, body)
