"""Who may use whom (docs/ARCHITECTURE.md), read off the imports themselves."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.helpers import python_command
from tests.support.tools import ROOT

# Folder: top-level names of this project that its Python may import.
ALLOWED = {"wali": {"wali"}, "wasi": {"wasi", "syscalls", "abi"}, "syscalls": {"syscalls", "abi"}, "abi": {"abi"}}
PROJECT = {"wali", "wasi", "syscalls", "abi", "tests", "tools"}
# The package's floors from the ground up, as parts: a module, or a package with all in it. A part uses those of lower
# floors, and of its own floor none but itself. Imports inside functions count too.
FLOORS = (
    ("wali.errors", "wali._generated", "wali.native"),
    ("wali.ffi", "wali.module"),
    ("wali.messages",),
    ("wali.fixcalls", "wali.parser"),
    ("wali.sdk",),
    ("wali.compiled",),
    ("wali.start",),
    ("wali.api", "wali.commands"),
    ("wali", "wali.cli"),
    ("wali.__main__",),
)
# It imports the commands by their names.
DISPATCH = "wali.commands.dispatch"
# What the start of a guest may load beside Python's own start-up: the budget is a few milliseconds.
START_MODULES = {
    "wali",
    "wali.cli",
    "wali.start",
    "wali.start.options",
    "wali.start.option_table",
    "wali.start.config",
    "wali.start.hand_over",
    "wali.start.runtime",
    "wali.ffi",
    "wali._core",
    "wali._core.lib",
}
START_OTHERS = {"__future__", "_cffi_backend"}


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Absolute names of the modules that a file imports, relative ones resolved."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = origin(node, path)
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)


def origin(node: ast.ImportFrom, path: Path) -> str:
    """The absolute name of what a file imports from."""
    package = path.relative_to(ROOT).parts[:-1]
    above = package[: len(package) - node.level + 1] if node.level else ()
    return ".".join([*above, *([node.module] if node.module else [])])


@pytest.mark.parametrize("folder", ALLOWED)
def test_python_imports_follow_the_arrows(folder: str) -> None:
    for path in python_files(folder):
        used = {name.split(".")[0] for name in imported(path)} & PROJECT
        assert used <= ALLOWED[folder], f"{path.relative_to(ROOT)} imports {used - ALLOWED[folder]}"


def test_only_ffi_imports_the_core() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in python_files("wali") if "wali._core" in set(imported(path))}
    assert users == {"wali/ffi.py"}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def arrows() -> dict[str, set[str]]:
    """By each module of the package, those that it imports anywhere in its text."""
    paths = {module_name(path): path for path in python_files("wali")}
    found = {name: set(modules_used(path, set(paths))) for name, path in paths.items()}
    found[DISPATCH] |= {name for name in paths if name.startswith("wali.commands.") and name != DISPATCH}
    return found


def modules_used(path: Path, modules: set[str]) -> Iterator[str]:
    """Of `from package import name` the module of that name if there is one, else the package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from {name.name for name in node.names} & modules
        elif isinstance(node, ast.ImportFrom):
            base = origin(node, path)
            yield from {
                f"{base}.{name.name}" if f"{base}.{name.name}" in modules else base for name in node.names
            } & modules


def parents(name: str) -> list[str]:
    """The packages that a module is in."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def part_of(name: str) -> tuple[int, str]:
    """(floor, part) of a module."""
    places = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}
    part = name if name in places else next((p for p in reversed(parents(name)) if p in places and p != "wali"), "")
    assert part, f"{name} is on no floor: add it to FLOORS"
    return places[part], part


def test_python_imports_point_downwards() -> None:
    for name, used in arrows().items():
        floor, part = part_of(name)
        for target in used:
            below, other = part_of(target)
            assert below < floor or other == part, f"{name} (floor {floor}) uses {target} (floor {below})"


def test_no_module_imports_itself_by_others() -> None:
    graph = arrows()
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"circle: {' -> '.join([*above[above.index(name) :], name])}"
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*above, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_only_one_place_imports_by_a_name_that_is_computed() -> None:
    """For those, arrows() has no eyes."""
    for path in python_files("wali"):
        if "import_module" in path.read_text() or "__import__" in path.read_text():
            assert module_name(path) == DISPATCH


def test_a_class_name_means_one_class() -> None:
    known: dict[str, str] = {}
    for path in python_files("wali"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                assert node.name not in known, f"class {node.name}: {known[node.name]}, {module_name(path)}"
                known[node.name] = module_name(path)


def test_a_warm_start_loads_almost_nothing() -> None:
    """What wali-run has imported when it hands over to the core."""
    warm = (
        "import sys; before = set(sys.modules); from wali import cli; from wali.start import options, runtime; "
        "options.parse(['prog.wasm', 'x']); print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(python_command(warm), capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded <= START_MODULES | START_OTHERS, loaded - START_MODULES - START_OTHERS


def test_c_headers_follow_the_arrows() -> None:
    """abi/ stands alone; the core uses abi/ and the generated tables; handlers use abi/ and the core's headers."""
    forbidden = {
        "abi": ("wali/", "syscalls/", "wasi/"),
        "syscalls": ("wasi/",),
        "wali/native": ("syscalls/handlers/", "wasi/handlers/"),
    }
    for folder, prefixes in forbidden.items():
        for path in (ROOT / folder).rglob("*.[ch]"):
            lines = [line.strip() for line in path.read_text().splitlines() if line.startswith("#include")]
            bad = [line for line in lines if any(prefix in line for prefix in prefixes)]
            assert not bad, f"{path.relative_to(ROOT)}: {bad}"


def test_only_sources_are_tracked() -> None:
    """Text of a readable size, and the demo: no core dump, no build, no download."""
    if (
        shutil.which("git") is None
        or subprocess.run(["git", "-C", ROOT, "status"], capture_output=True).returncode != 0
    ):
        pytest.skip("no git, or no checkout of this user's")
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        data = (ROOT / name).read_bytes() if (ROOT / name).exists() else b""
        assert len(data) < 1 << 18, f"{name} has {len(data)} bytes"
        assert b"\0" not in data or name == "wali/demo/demo.wasm", f"{name} is not text"
