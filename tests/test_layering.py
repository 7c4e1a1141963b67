"""Who may use whom (docs/ARCHITECTURE.md), read off the imports themselves."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import python_command
from tests.tools import ROOT

# Folder: top-level names of this project that its Python may import.
ALLOWED = {"wali": {"wali"}, "syscalls": {"syscalls", "abi"}, "abi": {"abi"}}
PROJECT = {"wali", "syscalls", "abi", "tests", "tools"}
# What the start of a guest may load beside Python's own start-up: the budget is a few milliseconds.
START_MODULES = {
    "wali",
    "wali.cli",
    "wali.start",
    "wali.start.options",
    "wali.start.option_table",
    "wali.start.config",
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
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            parts = [*base, *([node.module] if node.module else [])]
            yield ".".join(parts)
            yield from (".".join([*parts, name.name]) for name in node.names)


@pytest.mark.parametrize("folder", ALLOWED)
def test_python_imports_follow_the_arrows(folder: str) -> None:
    for path in python_files(folder):
        used = {name.split(".")[0] for name in imported(path)} & PROJECT
        assert used <= ALLOWED[folder], f"{path.relative_to(ROOT)} imports {used - ALLOWED[folder]}"


def test_only_ffi_imports_the_core() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in python_files("wali") if "wali._core" in set(imported(path))}
    assert users == {"wali/ffi.py"}


def test_only_the_command_line_knows_commands() -> None:
    for path in python_files("wali"):
        name = path.relative_to(ROOT).as_posix()
        if name not in ("wali/cli.py", "wali/__main__.py") and not name.startswith("wali/commands/"):
            above = {used for used in imported(path) if used.startswith("wali.commands")}
            assert not above, f"{name} imports {above}"


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
    forbidden = {"abi": ("wali/", "syscalls/"), "wali/native": ("syscalls/handlers/",)}
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
