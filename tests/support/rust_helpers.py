"""What the tests of Rust share: its library in the sysroot, and rustc and cargo set up for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support import tools
from wali.sdk import install, paths, rust, rust_toolchain
from wali.sdk.errors import SdkError

ASKED_FOR = "WALI_RUST_PROGRAMS"
TIMEOUT = 600
"""Seconds for one run of rustc or cargo."""
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Rust:
    """Rust in the sysroot, and the rustc that it is for."""

    one: rust.Installed
    rustc: str
    cargo: str

    def compile(self, source: Path, output: Path, *options: str, wasm: bool) -> Done:
        """rustc, for this machine or for the target."""
        edition = [] if any(word.startswith("--edition=") for word in options) else ["--edition=2024"]
        words = [self.rustc, str(source), "-o", str(output), *edition, *options]
        if wasm:
            linker = Path(sys.executable).parent / "wali-rust-ld"
            words += [f"--target={rust.TARGET}", *rust.rustflags(self.one), f"-Clinker={linker}"]
        return self._run(words, source.parent)

    def build(self, source: Path, output: Path, *options: str, wasm: bool = True) -> Path:
        """The program that rustc makes of `source`."""
        done = self.compile(source, output, *options, wasm=wasm)
        assert done.returncode == 0, done.stderr
        return output

    def run_cargo(self, folder: Path, *words: str, **variables: str) -> Done:
        """cargo in a shell in which `wali sdk env` was evaluated, without any settings of the user's."""
        said = subprocess.run(["wali", "sdk", "env"], capture_output=True, text=True, check=True, env=environment())
        command = ["sh", "-c", f'{said.stdout}\nexec "$@"', "sh", "cargo", *words]
        return self._run(command, folder, CARGO_HOME=str(folder / ".home"), CARGO_TERM_COLOR="never", **variables)

    def _run(self, command: list[str], folder: Path, **variables: str) -> Done:
        return subprocess.run(
            command,
            cwd=folder,
            env={**environment(), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )


def environment() -> dict[str, str]:
    """This one's, with the tools of this Python first and no words of the user's for rustc and cargo."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARGO_", "RUST"))}
    kept |= {name: value for name, value in os.environ.items() if name in ("RUSTUP_HOME", "RUSTUP_TOOLCHAIN")}
    return {**kept, "PATH": tools.path_first()}


@cache
def _found() -> Rust | str:
    """Rust, installed first if the tests of it were asked for; or why there is none."""
    try:
        if os.environ.get(ASKED_FOR):
            one = install.ensure_rust(quiet=True)
        else:
            there = [one for one in rust.installed(paths.sdk_dir()) if one.fits_package]
            if not there:
                return "Rust is not installed in this SDK; `make rust-programs` installs it and runs this"
            one = there[0]
    except SdkError as error:
        return f"Rust cannot be installed here: {error}"
    if one.bin:
        return Rust(one, os.path.join(one.bin, "rustc"), os.path.join(one.bin, "cargo"))
    found = rust_toolchain.of_user()
    if isinstance(found, str) or found.identity != one.identity:
        return f"Rust is installed for rustc {one.version}, which is not in PATH"
    return Rust(one, found.rustc, found.cargo)


@pytest.fixture(scope="session")
def rustc() -> Rust:
    """Rust, or the test is skipped with the reason."""
    found = _found()
    if isinstance(found, str):
        pytest.skip(found)
    return found
