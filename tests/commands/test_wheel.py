"""The wheel: built here, accepted as manylinux, and of use where there is no compiler."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tools import ROOT, path_first

DEMO = ROOT / "wali/demo/demo.wasm"
INCLUDES = ROOT / ".venv" / "python-includes"  # of tools/bootstrap.py


def done(*words: object, **settings: str) -> str:
    """What a command says on stdout; it must succeed."""
    result = subprocess.run(
        [str(word) for word in words],
        env={**os.environ, "PATH": path_first(), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, f"{words}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of these sources, after auditwheel has looked at it."""
    pytest.importorskip("auditwheel", reason="no auditwheel: python3 tools/bootstrap.py test")
    folder = tmp_path_factory.mktemp("wheel")
    words = ["--no-deps", "--no-build-isolation", f"--config-settings=build-dir={folder}/build", "-w", folder / "raw"]
    if INCLUDES.exists() and (includes := INCLUDES.read_text()):
        words.append(f"--config-settings=cmake.define.WALI_PYTHON_INCLUDE={includes}")
    done(sys.executable, "-m", "pip", "--quiet", "wheel", *words, ROOT)
    (raw,) = (folder / "raw").iterdir()
    done(sys.executable, "-m", "auditwheel", "repair", "-w", folder / "repaired", raw)
    (repaired,) = (folder / "repaired").iterdir()
    return repaired


def test_auditwheel_accepts_it(wheel: Path) -> None:
    """As manylinux, and for each Python from 3.10 on."""
    assert "-cp310-abi3-manylinux_2_" in wheel.name


def test_it_runs_and_compiles_without_a_compiler(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    done(sys.executable, "-m", "venv", "--without-pip", environment)
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", environment / "bin/python"]
    done(*pip, "install", "--only-binary=:all:", f"wali-runtime[sdk] @ {wheel.as_uri()}")
    alone = {"PATH": str(environment / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    run = environment / "bin/wali-run"
    for _ in range(2):  # compiled, and from the cache
        assert "Hello from WebAssembly" in done(run, DEMO, **alone)
    done(environment / "bin/wali", "sdk", "install", **alone)
    source = tmp_path / "hello.c"
    source.write_text('#include <stdio.h>\nint main(void) { return puts("compiled here") < 0; }\n')
    done(environment / "bin/wali-cc", source, "-o", tmp_path / "hello.wasm", **alone)
    assert done(run, tmp_path / "hello.wasm", **alone) == "compiled here\n"
