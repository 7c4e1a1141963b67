"""What the engine says about a module that it does not take, in one line that says what to do."""

from __future__ import annotations

import re

from . import binary
from .loader import PreparedModule

NOT_HERE = "which this engine does not run"
WITHOUT = "build it without, as wali-cc does"
# Of the engine's reasons, what the module has and what to do.
KNOWN = (
    (
        "legacy_exceptions",
        "it has exceptions in their old encoding (try, catch)",
        "compile and link it with -mllvm -wasm-use-legacy-eh=false, as wali-cc does",
    ),
    ("stack switching|continuation", f"it uses stack switching, {NOT_HERE}", WITHOUT),
    (
        "shared-everything-threads|shared globals|shared tables",
        f"it uses shared-everything threads, {NOT_HERE}",
        WITHOUT,
    ),
)
# As in "custom_descriptors feature required for ..." or "multi-memory support is not enabled".
FEATURE = re.compile(
    r"([\w-]+(?: [\w-]+)?) (?:feature|proposal|support)(?: is| must be)? (?:required|not enabled|enabled|disabled)"
)
UNKNOWN = re.compile(r"illegal opcode|unknown \S+ subopcode")
PLACE = re.compile(r"at offset (?:0x([0-9a-f]+)|(\d+))")
FUNCTION = re.compile(r"function\[\d+\]::(.+?)(?:\s{2,}|$)")


def explain(text: str, program: PreparedModule) -> str:
    """The engine's error about `program.wasm`, for people.

    text: as the engine gives it, on one line. What is not about a place in the module stays as it is.
    """
    places = list(PLACE.finditer(text))
    if not places:
        return f"cannot be compiled: {' '.join(text.split())}"
    place = places[-1]
    reason = text[place.end() :].strip(" ):")
    if not reason:  # as in "what was tried  Caused by:  reason (at offset 0x12)"
        reason = re.split(r"Caused by:\s*(?:\d+: )?", text[: place.start()])[-1].rstrip(" (")
    what, advice = _advice(" ".join(reason.split()))
    function = FUNCTION.search(text)
    where = f", in function {function[1]}" if function else ""
    return f"{what}{where}; {advice}{_place(int(place[1], 16) if place[1] else int(place[2]), program)}"


def _advice(reason: str) -> tuple[str, str]:
    for pattern, what, advice in KNOWN:
        if re.search(pattern, reason):
            return what, advice
    feature = FEATURE.search(reason)
    if feature:
        return f"it uses {feature[1].replace('_', ' ')}, {NOT_HERE}", WITHOUT
    if UNKNOWN.search(reason):
        return f"it has an instruction that this engine does not know ({reason})", "build it with wali-cc"
    return f"not valid wasm: {reason}", "build or copy the file again"


def _place(offset: int, program: PreparedModule) -> str:
    """Where that is in the file; "" where nobody knows: in what was merged, and in a section that the loader moved otherwise."""
    if program.is_merged:
        return ""
    for section in binary.sections(program.wasm, 0):
        if section.id == binary.CODE and section.start <= offset <= section.end:
            return f" (at byte {offset + program.code_delta + program.start})"
    return ""
