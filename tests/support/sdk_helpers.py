"""What the tests of the SDK share: wali-cc in a folder of its own, and the sysroot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.helpers import command_path, python_command
from wali.sdk import install, wasmobj

Done = subprocess.CompletedProcess[str]
HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'


def tool(name: str) -> list[str]:
    """One of the SDK's commands, as installed or from the checkout."""
    installed = Path(sys.executable).parent / f"wali-{name}"
    if installed.exists():
        return [str(installed)]
    function = f"main_{name.replace('+', 'x')}"
    return python_command(f"from wali.sdk.driver import {function} as start; sys.exit(start(sys.argv[1:]))")


class Compiler:
    """wali-cc in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str, name: str = "prog.c") -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def run(self, *arguments: object, name: str = "cc") -> Done:
        return subprocess.run(
            [*tool(name), *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "WALI_RUN": command_path("wali-run")[0]},
        )

    def build(self, text: str, *options: str, output: str = "prog.wasm", name: str = "prog.c") -> Path:
        tool = "c++" if name.endswith(".cc") else "cc"
        done = self.run(self.write(text, name).name, *options, "-o", output, name=tool)
        assert done.returncode == 0, done.stderr
        return self.folder / output


@pytest.fixture(scope="session")
def sysroot() -> Path:
    """The sysroot in its usual place; made once if it is not there."""
    return install.ensure(quiet=True)


@pytest.fixture
def cc(tmp_path: Path, sysroot: Path) -> Compiler:  # noqa: ARG001
    return Compiler(tmp_path)


def sections_of(path: Path) -> list[wasmobj.Part]:
    return wasmobj.sections(wasmobj.split_prefix(path.read_bytes())[1])


def imported_names(path: Path) -> set[str]:
    """What a module imports, of all kinds."""
    module = path.read_bytes()
    names = wasmobj._import_names(module, wasmobj.sections(module))
    return {name for kind in names.values() for name in kind}
