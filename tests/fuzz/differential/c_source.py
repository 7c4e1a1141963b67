"""A program as C, in the style of c-tests/, to look at and to make a test of."""

from __future__ import annotations

from tests.fuzz.differential.program import PAGE, PAGES, SLOT_SIZE, SLOTS, Line, Program

HEAD = f"""/* CALLS: %s */
/* Found by `make fuzz`, seed %s: say what it is about. */
#include "check.h"

#include <sys/mman.h>
#include <sys/wait.h>

static unsigned char slots[{SLOTS}][{SLOT_SIZE}];

int main(void)
{{
    unsigned char *const pages = mmap(NULL, {(PAGES + 1) * PAGE}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + {PAGES * PAGE}, {PAGE}, PROT_NONE);
"""


def _place(word: str) -> str:
    at, _, offset = word[1:].partition("+")
    base = f"pages + {at} * {PAGE}" if word[0] == "g" else f"slots[{at}]"
    return f"{base} + {offset}" if offset else base


def _value(word: str) -> str:
    if word[0] in "sg":
        return _place(word)
    if word[0] == "r":
        return f"result_{word[1:]}"
    named = {"null": "0", "bad": f"pages + {PAGES * PAGE}", "pid": "getpid()", "parent": "getppid()"}
    return named.get(word, word)


def _line(line: Line, defined: set[int]) -> str:
    words = line.words
    if line.verb in ("call", "wait"):
        known = [word for word in words[3:] if word[0] != "r" or not word[1:].isdigit() or int(word[1:]) in defined]
        arguments = ", ".join(_value(word) if word in known else "0" for word in words[3:])
        defined.add(line.label)
        call = f"RAW(SYS_{line.comment}{', ' if arguments else ''}{arguments})"
        return f'const long result_{line.label} = {call};\n    say("{line.comment} %ld %s", result_{line.label}, errno_name(errno));'
    if line.verb == "fill":
        content = "".join(f"\\x{words[2][at : at + 2]}" for at in range(0, len(words[2]), 2)) if len(words) > 2 else ""
        return f'memcpy({_place(words[1])}, "{content}", {len(words[2]) // 2 if len(words) > 2 else 0});'
    if line.verb == "paint":
        return f"memset({_place(words[1])}, 0xaa, {words[2]});"
    if line.verb == "load":
        defined.add(line.label)
        return f"const long result_{line.label} = *(int *)(void *)({_place(words[1])});"
    if line.verb == "fork":
        defined.add(line.label)
        return f"const long result_{line.label} = fork();\n    if (result_{line.label} == 0) {{"
    if line.verb == "exit":
        return f"_exit({words[1]});\n    }}"
    return f"/* {' '.join(words)} */"


def c_source(program: Program) -> str:
    """The source.  Lines that have no counterpart in C stand as comments."""
    calls = sorted({line.comment for line in program.lines if line.comment})
    defined: set[int] = set()
    lines = [f"    {_line(line, defined)}" for line in program.lines]
    return HEAD % (", ".join(calls), program.name) + "\n".join([*lines, "    return done();", "}", ""])
