"""Backtraces of programs with debugging information: file, line and column, and what was inlined."""

from __future__ import annotations

import random
import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.support import sdk_helpers
from wali.module import loader, name_section

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.helpers import WaliRun
    from tests.support.sdk_helpers import Compiler

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures

PROGRAM = """#include <cstdio>
template <class T> struct Box {
    __attribute__((always_inline)) void poke(T *at) {
        *at = 1;
    }
};
__attribute__((noinline)) int middle(long at) {
    Box<int>().poke(reinterpret_cast<int *>(at));
    return 1;
}
int main(int count, char **) {
    return middle(-4 * count) + 1;
}
"""
FRAME = re.compile(r"^ *(?:(\d+): +(\S+))? +(\S.*?)(?: at (\S+))?$")


def frames(stderr: str) -> list[tuple[str | None, str, str | None]]:
    """Of each line below the first: number, name, place."""
    matches = [FRAME.match(line) for line in stderr.splitlines()[1:]]
    return [(found[1], found[3], found[4]) for found in matches if found is not None]


def test_a_trap_names_lines(cc: Compiler, wali_run: WaliRun) -> None:
    """When it is compiled first, and when it comes from the cache."""
    program = cc.build(PROGRAM, "-g", "-O1", name="prog.cc")
    source = cc.folder / "prog.cc"
    for _ in range(2):
        done = wali_run(program)
        assert done.returncode == -signal.SIGSEGV
        assert done.stderr.splitlines()[0].endswith("bad memory access (SIGSEGV)")
        assert frames(done.stderr)[:3] == [
            ("0", "Box<int>::poke(int*)", f"{source}:4:13"),
            (None, "middle(long)", f"{source}:8:16"),
            ("1", "main", f"{source}:12:12"),
        ]


def test_without_debugging_information_there_are_none(cc: Compiler, wali_run: WaliRun) -> None:
    done = wali_run(cc.build(PROGRAM, "-O1", name="prog.cc"))
    assert frames(done.stderr)[:2] == [("0", "middle(long)", None), ("1", "main", None)]


def test_an_exception_that_nothing_catches(cc: Compiler, wali_run: WaliRun) -> None:
    text = "int main(int count, char **) {\n    if (count)\n        throw count;\n}\n"
    done = wali_run(cc.build(text, "-g", name="prog.cc"))
    assert done.returncode == -signal.SIGABRT
    assert ("main", f"{cc.folder}/prog.cc:3:9") in [frame[1:] for frame in frames(done.stderr)]


def test_lines_stay_when_calls_are_fixed(cc: Compiler, wali_run: WaliRun) -> None:
    text = """typedef int (*two)(int, int);
__attribute__((noinline)) static int one(int value) {
    return value ? *(volatile int *)0 : 1;
}
int main(int count, char **words) {
    two volatile function = (two)(void *)one;
    return function(count, (int)words);
}
"""
    done = wali_run("--fix-calls", cc.build(text, "-g", "-O1"))
    names = {name: place for _, name, place in frames(done.stderr)}
    assert names["one"] == f"{cc.folder}/prog.c:3:20"
    assert names["main"] == f"{cc.folder}/prog.c:7:12"


@pytest.mark.parametrize("option", ["-g", "-g0", "-Wl,--no-demangle"])
def test_names_of_rust(cc: Compiler, wali_run: WaliRun, option: str) -> None:
    """Both ways in which rustc spells them, without the hash of the older one."""
    text = """void old(int) __asm__("_ZN4core6option13unwrap_failed17h0123456789abcdefE");
void young(int) __asm__("_RNvCs1234_7mycrate3foo");
static volatile int calls;
__attribute__((noinline)) void young(int value) {
    if (value) __builtin_trap();
    calls++;
}
__attribute__((noinline)) void old(int value) {
    young(value);
    calls++;
}
int main(int count, char **words) { (void)words; old(count); return calls; }
"""
    done = wali_run(cc.build(text, "-O1", option))
    assert done.returncode == -signal.SIGILL
    assert [name for _, name, _ in frames(done.stderr)[:2]] == ["mycrate::foo", "core::option::unwrap_failed"]


def test_places_are_shortened_at_their_beginning(cc: Compiler, wali_run: WaliRun) -> None:
    name = "d" * 300
    done = wali_run(cc.build(f'#line 5 "{name}/last.c"\nint main(void) {{ __builtin_trap(); }}\n', "-g"))
    place = frames(done.stderr)[0][2]
    assert place is not None
    assert re.fullmatch(r"\.\.\.d+/last\.c:5:18", place)
    assert len(place) == 203


def test_damaged_debugging_information_is_harmless(cc: Compiler, wali_run: WaliRun, tmp_path: Path) -> None:
    """The program ends by its signal, with all of its frames, whatever the lines are."""
    data = cc.build(PROGRAM, "-g", "-O1", name="prog.cc").read_bytes()
    sections = loader.parse(data).sections
    parts = [
        (reader.pos, reader.end)
        for name in (".debug_info", ".debug_abbrev", ".debug_line", ".debug_str")
        for reader in name_section.custom_sections(data, sections, name)
    ]
    assert len(parts) == 4
    rng = random.Random(7)
    damaged = tmp_path / "damaged.wasm"
    for start, end in parts * 4:
        changed = bytearray(data)
        for _ in range(8):
            changed[rng.randrange(start, min(end, start + 400))] = rng.choice((0, 0xFF, rng.randrange(256)))
        damaged.write_bytes(changed)
        done = wali_run("--no-cache", damaged)
        assert done.returncode == -signal.SIGSEGV, done.stderr
        assert [number for number, _, _ in frames(done.stderr) if number is not None][:2] == ["0", "1"], done.stderr
