"""The native wali-cc: does what Python would, and leaves to it what it does not know."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from tests.support.sdk_helpers import HELLO, Compiler
from wali.sdk import driver, front, paths, prefix_use

cc, sysroot = sdk_helpers.cc, sdk_helpers.sysroot  # fixtures
BIN = Path(sys.executable).parent
NATIVE = BIN / "wali-cc"
pytestmark = pytest.mark.skipif(
    not NATIVE.exists() or NATIVE.read_bytes()[:4] != b"\x7fELF", reason="the native wali-cc is not installed"
)

# A clang that says how it was called, as strace would.
SPY = """#!/bin/sh
for word; do printf '%s\\n' "$word"; done
env | grep '^WALI_' | sort
"""
# Command lines, and whether the native program does them by itself.
LINES = [
    (["-c", "prog.c"], True),
    (["-O2", "-fPIC", "-march=native", "-c", "prog.c", "-o", "x.o"], True),
    (["-Werror", "-E", "prog.c"], True),
    (["-Werror", "-fpic", "-shared", "prog.o", "-pie"], True),
    (["prog.o", "-lm", "-Wl,-rpath,/x", "-static-libgcc"], True),
    (["-DX=a b", "-I", "dir with blanks", "-c", "prog.c"], True),
    (["-mwali-baseline", "-c", "prog.c"], False),
    (["-x", "c", "-c", "prog"], False),
    (["@words"], False),
    (["-c", "prog.cc"], False),
    (["--target=wasm32-unknown-linux-muslwali", "-c", "prog.c"], False),
    (["prog.o", "-lc++"], False),
]


@pytest.fixture
def installed(tmp_path: Path, sysroot: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands in a folder of their own, where the one that asks Python leaves a mark; and a plan for them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("wali-cc", "wali-c++"):
        shutil.copy2(NATIVE, folder / name)
    (folder / "wali").write_text(
        f'#!/bin/sh\necho asked "$@" >> {tmp_path}/asked\nprintf %s "$WALI_FRONT_PLAN" > {tmp_path}/place\n'
    )
    (folder / "wali").chmod(0o755)
    for name in ("WALI_SDK_DIR", "WALI_CC", "PYTHONPATH", "PYTHONHOME", "WALI_RUN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    spy = tmp_path / "zig"
    spy.write_text(SPY)
    spy.chmod(0o755)
    monkeypatch.setattr(driver, "compiler", lambda: [str(spy), "clang"])
    monkeypatch.setattr(paths, "sdk_dir", lambda target=paths.TRIPLE: str(sysroot))  # noqa: ARG005
    return folder


def called(folder: Path, words: list[str], name: str = "wali-cc") -> list[str]:
    done = subprocess.run([folder / name, *words], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def plan(folder: Path) -> Path:
    """What it asks Python for: the plan."""
    called(folder, ["-c", "prog.c"])
    place = folder.parent / "place"
    front.write(place.read_text())
    (folder.parent / "asked").unlink()
    return Path(place.read_text())


def test_it_says_to_clang_what_python_says(installed: Path) -> None:
    plan(installed)
    for words, by_itself in LINES:
        for name in ("wali-cc", "wali-c++"):
            asked = installed.parent / "asked"
            asked.unlink(missing_ok=True)
            said = called(installed, words, name)
            is_plain = by_itself or (name == "wali-c++" and words[-1] in ("prog.cc", "-lc++"))
            assert asked.exists() is not is_plain, (name, words)
            if is_plain:
                own = driver.clang_arguments(driver.Request(words, name == "wali-c++"), paths.sdk_dir())
                assert said[: len(own) + 1] == ["clang", *own], (name, words)
                environment = dict(line.split("=", 1) for line in said[len(own) + 1 :])
                assert environment["WALI_LD_SYSROOT"] == paths.sdk_dir()
                assert environment["WALI_LD_SCRIPT"] == os.path.join(paths.HERE, "ld.py")
                assert environment["WALI_RUN"] == driver.default_runtime()
                assert front.VARIABLE not in environment


@pytest.mark.parametrize("folders", [(), ("include",), ("lib",), ("include", "lib")], ids=" ".join)
def test_libraries_are_found_as_python_finds_them(
    installed: Path, monkeypatch: pytest.MonkeyPatch, folders: tuple[str, ...]
) -> None:
    """In the user's prefix and in one that the environment names."""
    monkeypatch.delenv("WALI_PREFIX", raising=False)
    plan(installed)
    for prefix in (prefix_use.default(), str(installed.parent / "other prefix")):
        for name in folders:
            (Path(prefix) / name).mkdir(parents=True)
        own = driver.clang_arguments(driver.Request(["-c", "prog.c"], False), paths.sdk_dir())
        said = called(installed, ["-c", "prog.c"])
        assert said[: len(own) + 1] == ["clang", *own]
        assert sum(prefix in word for word in own) == len(folders)
        assert f"{prefix_use.VARIABLE}={prefix}" in said
        monkeypatch.setenv("WALI_PREFIX", str(installed.parent / "other prefix"))
    assert not (installed.parent / "asked").exists()


@pytest.mark.parametrize("name", ["relative", "/", "/x/", "/x//y", "/x/../y"])
def test_a_prefix_that_is_no_plain_path_is_pythons(installed: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plan(installed)
    monkeypatch.setenv("WALI_PREFIX", name)
    called(installed, ["-c", "prog.c"])
    assert (installed.parent / "asked").exists()


def test_another_plan_is_asked_for_when_something_has_changed(installed: Path) -> None:
    place = plan(installed)
    asked = installed.parent / "asked"
    spy = installed.parent / "zig"
    os.utime(spy, ns=(1, 1))
    called(installed, ["-c", "prog.c"])
    assert asked.read_text() == "asked front cc -c prog.c\n"
    assert (installed.parent / "place").read_text() == str(place)
    assert plan(installed) == place
    called(installed, ["-c", "prog.c"])
    assert not asked.exists()


@pytest.mark.parametrize("name", ["WALI_SDK_DIR", "WALI_CC", "PYTHONPATH"])
def test_what_the_environment_asks_for_is_pythons(installed: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plan(installed)
    monkeypatch.setenv(name, "/x")
    called(installed, ["-c", "prog.c"])
    assert (installed.parent / "asked").exists()
    assert (installed.parent / "place").read_text() == ""


@pytest.mark.parametrize("change", ["cut", "of others", "another version", "nothing"])
def test_a_plan_that_is_not_sound_is_not_used(installed: Path, change: str) -> None:
    place = plan(installed)
    text = place.read_text()
    if change == "cut":
        place.write_text(text[: len(text) * 2 // 3])
    elif change == "of others":
        place.chmod(0o666)
    elif change == "another version":
        place.write_text(text.replace(front.TITLE, "wali-front 0"))
    else:
        place.write_text("")
    called(installed, ["-c", "prog.c"])
    assert (installed.parent / "asked").exists()


def test_it_compiles(cc: Compiler) -> None:
    """As installed, plan or not."""
    for _ in range(2):
        assert cc.run(cc.write(HELLO), "-o", "prog").returncode == 0
        assert subprocess.run([cc.folder / "prog"], capture_output=True, text=True, check=True).stdout == "hello\n"
