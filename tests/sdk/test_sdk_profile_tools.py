"""wali-profdata and wali-cov: whose tools they take, and what they say if there are none."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.helpers import command_path
from wali.sdk import cli, debian_tools, debsource, paths, profile_tools
from wali.sdk.errors import SdkError


def fake(folder: Path, name: str, version: str) -> Path:
    path = folder / name
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "Debian LLVM version {version}" || echo "$0 $*"\n')
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without LLVM, and without a mirror."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(debsource, "system_mirrors", list)
    return folder


def test_the_machines_own_of_the_version(nowhere: Path) -> None:
    old, exact = fake(nowhere, "llvm-profdata", "14.0.6"), nowhere / "llvm-profdata-22"
    with pytest.raises(SdkError, match="there is no llvm-profdata of LLVM 22 in PATH"):
        profile_tools.find("llvm-profdata")
    fake(nowhere, exact.name, "22.1.2")
    assert profile_tools.find("llvm-profdata") == str(exact)
    exact.unlink()
    old.unlink()
    fake(nowhere, old.name, "22.1.8")
    assert profile_tools.find("llvm-profdata") == str(old)


def test_without_any_the_package_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert profile_tools.main_cov(["report"]) == 1
    said = capfd.readouterr().err
    assert "there is no llvm-cov of LLVM 22 in PATH (Debian's package llvm-22)" in said
    assert "no Debian mirror is configured" in said
    toolchains = Path(paths.data_home()) / debian_tools.HOME
    assert list(toolchains.iterdir()) == [], "nothing is left behind"


def test_debian_has_packages_for_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(SdkError, match="x86-64 only, and this is aarch64"):
        profile_tools.find("llvm-cov")


def test_packages_are_pinned() -> None:
    for deb in (profile_tools.PACKAGE, *debian_tools.LIBRARIES.values()):
        assert re.fullmatch(r"[0-9a-f]{64}", deb.sha256), deb
        assert deb.file.partition("_")[2].startswith(deb.version.partition(":")[2] or deb.version), deb


def test_executable_modules_are_handed_on_as_plain_ones(
    nowhere: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = fake(nowhere, "llvm-cov-22", "22.1.8")
    text = path.read_text().replace('|| echo "$0 $*"', '|| while read -r line; do echo "$line"; done < "${2#-object=}"')
    path.write_text(text)
    for name, before in (("plain.wasm", b""), ("prog", b"#!/usr/bin/wali-run\n")):
        (tmp_path / name).write_bytes(before + b"\0asm\1\0\0\0")
    for word in (f"{tmp_path}/prog", f"-object={tmp_path}/prog"):
        assert profile_tools.main_cov(["show", word]) == 0
        assert "#!" not in capfd.readouterr().out


@pytest.mark.parametrize("tool", ["wali-profdata", "wali-cov"])
def test_help_needs_no_tool(tool: str) -> None:
    done = subprocess.run([*command_path(tool), "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith(f"usage: {tool} ")
    assert "examples:" in done.stdout


def test_list_and_clean(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    top = profile_tools.folder(Path(paths.data_home()))
    top.mkdir(parents=True)
    (top / "llvm-cov").write_bytes(b"x" * 3_000_000)
    assert cli.main(["list"]) == 0
    assert f"{top}  2.9 MiB  Debian's llvm-profdata and llvm-cov" in capsys.readouterr().out
    assert cli.main(["clean", "rust"]) == 0
    assert top.exists(), "it is not Rust's"
    assert cli.main(["clean", "--all"]) == 0
    assert not top.exists()
