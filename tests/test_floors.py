"""The floors of the core (docs/ARCHITECTURE.md): no arrow points up, read off the includes and off the objects.

A unit is a .c file with the header of the same name. It may use its own floor and those before it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.tools import ROOT

# From the ground. `syscalls` is one floor: handlers, what is generated from the table, the trace's text. So is `wasi`.
FLOORS = (
    "abi",
    "base",
    "confine",
    "engine",
    "engine/internals",
    "memory",
    "files",
    "imports",
    "thread",
    "seccomp",
    "signals",
    "jumps",
    "delivery",
    "contexts",
    "process",
    "syscalls",
    "wasi",
    "calls",
    "sandbox",
    "start",
    "launcher",
    "front",
)
CORE = "wali/native/"
MACROS_ONLY = "wali/_generated/options.h"
COMPILER = shutil.which("cc") or shutil.which("gcc")
FLAGS = ["-std=gnu11", "-O1", "-w", "-fPIC", "-fvisibility=hidden", "-iquote", str(ROOT), "-c"]
# Declared by the folder's own header for its units, or by a header that names the unit.
DECLARED_ELSEWHERE = {"memory/guest_copy": "abi/guest.h"}

Arrows = dict[tuple[str, str], set[str]]


def floor_of(path: str) -> str:
    """The floor of a file, by its path from the top."""
    if path == MACROS_ONLY:
        return FLOORS[0]
    top = path.split("/")[0]
    return top if top in FLOORS else path.removeprefix(CORE).rpartition("/")[0]


def height(path: str) -> int:
    return FLOORS.index(floor_of(path))


def sources(*suffixes: str) -> list[str]:
    """Paths from the top of the core's and the table's files with these suffixes."""
    found = (path for top in ("abi", "syscalls", "wasi", "wali/native") for path in (ROOT / top).rglob("*"))
    return sorted(str(path.relative_to(ROOT)) for path in found if path.suffix in suffixes)


def upward_includes(path: str, text: str) -> list[str]:
    """What is wrong with the file's own includes, each with file and line."""
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include "([^"]+)"', line)
        if found is None:
            continue
        name = found[1]
        if "/" not in name or not (ROOT / name).exists():
            wrong.append(f"{path}:{number}: {name} is not written from the top")
        elif height(name) > height(path) and not name.endswith("/state.h"):
            wrong.append(f"{path}:{number}: includes {name} of a later floor")
        elif path.endswith("/state.h") and height(name) > FLOORS.index("base"):
            wrong.append(f"{path}:{number}: structures that lower floors have know base/ and abi/ alone, not {name}")
    return wrong


def symbols(objects: Iterable[tuple[str, Path]]) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Which unit defines each symbol, and which symbols each unit wants from others."""
    defined: dict[str, str] = {}
    wanted: dict[str, set[str]] = defaultdict(set)
    for unit, path in objects:
        listed = subprocess.run(["nm", "-P", path], capture_output=True, text=True, check=True).stdout
        for name, kind in (line.split()[:2] for line in listed.splitlines()):
            if kind == "U":
                wanted[unit].add(name)
            elif kind.isupper():
                defined[name] = unit
    return defined, wanted


def arrows(defined: dict[str, str], wanted: dict[str, set[str]]) -> Arrows:
    found: Arrows = defaultdict(set)
    for unit, names in wanted.items():
        for name in names & defined.keys():
            found[unit, defined[name]].add(name)
    return found


def upward(found: Arrows) -> list[str]:
    return [
        f"{unit} uses {', '.join(sorted(names))} of {other}"
        for (unit, other), names in sorted(found.items())
        if height(unit) < height(other)
    ]


def circles(found: Arrows) -> list[str]:
    """Units of the core that use each other within one folder, round about or not."""
    uses: dict[str, set[str]] = defaultdict(set)
    for unit, other in found:
        if unit.startswith(CORE) and floor_of(unit) == floor_of(other):
            uses[unit].add(other)

    def reached(unit: str) -> set[str]:
        seen: set[str] = set()
        left = [unit]
        while left:
            new = uses[left.pop()] - seen
            seen |= new
            left += new
        return seen

    return [unit for unit in sorted(uses) if unit in reached(unit)]


def undeclared(found: Arrows) -> list[str]:
    """Symbols that another unit uses, and that the header of their own does not declare."""
    wrong = []
    for (_, other), names in sorted(found.items()):
        if not other.startswith(CORE):
            continue
        unit = other.removeprefix(CORE)
        headers = [f"{other}.h", f"{CORE}{floor_of(other)}/internal.h", DECLARED_ELSEWHERE.get(unit, "")]
        texts = "".join((ROOT / name).read_text() for name in headers if name and (ROOT / name).exists())
        wrong += [f"{name} of {unit}" for name in sorted(names) if not re.search(rf"\b{name}\b", texts)]
    return wrong


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Arrows:
    """Which unit uses which, and what of it: from objects made for this."""
    if COMPILER is None or shutil.which("nm") is None:
        pytest.skip("no C compiler with its nm")
    folder = tmp_path_factory.mktemp("objects")
    units = [path for path in sources(".c") if not path.endswith("stand_in.c")]

    def compiled(path: str) -> tuple[str, Path]:
        target = folder / path.replace("/", "-").replace(".c", ".o")
        subprocess.run([str(COMPILER), *FLAGS, ROOT / path, "-o", target], check=True)
        return path.removesuffix(".c"), target

    with ThreadPoolExecutor() as pool:
        return arrows(*symbols(pool.map(compiled, units)))


def test_every_folder_is_a_floor() -> None:
    assert {floor_of(path) for path in sources(".c", ".h")} == set(FLOORS)


def test_the_page_shows_the_floors() -> None:
    """docs/ARCHITECTURE.md lists them, in this order; what lies below all is not on the list."""
    block = (ROOT / "docs/ARCHITECTURE.md").read_text().split("```floors\n")[1].split("```")[0]
    shown = [line.split()[0].removesuffix("/") for line in block.splitlines()]
    assert shown == list(FLOORS[1:])


def test_no_include_points_up() -> None:
    wrong = [text for path in sources(".c", ".h") for text in upward_includes(path, (ROOT / path).read_text())]
    assert not wrong, "\n".join(wrong)


def test_the_options_are_macros_alone() -> None:
    """So every floor may include them."""
    lines = (ROOT / MACROS_ONLY).read_text().replace("\\\n", " ").splitlines()
    assert all(line == "" or line.startswith(("#", "/*")) for line in lines)


def test_structures_that_lower_floors_have_are_structures_alone() -> None:
    for path in sources(".h"):
        if path.endswith("/state.h"):
            assert "(" not in re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(), flags=re.DOTALL), path


def test_no_use_points_up(found: Arrows) -> None:
    """Functions and variables."""
    assert not upward(found), "\n".join(upward(found))


def test_no_circle_in_a_folder(found: Arrows) -> None:
    assert not circles(found)


def test_symbols_are_declared_by_their_own_unit(found: Arrows) -> None:
    assert not undeclared(found), "\n".join(undeclared(found))


def test_only_the_interface_binds_rows(found: Arrows) -> None:
    """Gate, trace and whoever else stands before a call go on to row_bound[], never to the row's own entry."""
    users = {unit for (unit, _), names in found.items() if "wali_row_entries" in names}
    assert users == {f"{CORE}calls/wali_imports"}


def test_an_arrow_turned_back_is_told() -> None:
    """With unit and name; a circle with its units."""
    low, high = f"{CORE}engine/internals/last_exit", f"{CORE}thread/thread"
    defined = {"wali_self": high, "last_exit_locate": low}
    turned = arrows(defined, {low: {"wali_self", "memcpy"}, high: {"last_exit_locate"}})
    assert upward(turned) == [f"{low} uses wali_self of {high}"]
    assert upward_includes(f"{low}.c", '#include "wali/native/thread/thread.h"\n') == [
        f"{low}.c:1: includes wali/native/thread/thread.h of a later floor"
    ]
    other = f"{CORE}thread/leave"
    assert circles({(high, other): {"a"}, (other, high): {"b"}}) == [other, high]
