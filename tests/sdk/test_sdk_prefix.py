"""The prefix of libraries: what is put there is whole or not there, and compilers and build systems find it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.tools import path_first
from wali.sdk import paths, prefix, prefix_use
from wali.sdk.errors import SdkError

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty prefix."""
    monkeypatch.setenv("WALI_PREFIX", str(tmp_path / "prefix"))
    return tmp_path / "prefix"


@pytest.fixture
def tool(tmp_path: Path) -> Command:
    """Runs a tool in tmp_path; its status must be 0 unless `check` is False."""

    def run(*words: str | Path, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PATH": path_first(), "LC_ALL": "C", **more}
        done = subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, cwd=tmp_path, env=env, timeout=120
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return run


def _staged(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def _library(staging: Path, name: str = "one", toolchain: str = "t") -> prefix.Added:
    files = sorted(str(path.relative_to(staging)) for path in staging.rglob("*") if path.is_file())
    return prefix.Added(name, "1.0", toolchain, "r", tuple(files))


def _files(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): path.read_text()
        for path in home.rglob("*")
        if path.is_file() and prefix_use.OWN not in path.parts
    }


def test_a_newer_library_takes_the_place_of_the_older(home: Path, tmp_path: Path) -> None:
    old = _staged(tmp_path / "old", include__a_h="1", include__gone_h="1", lib__liba_a="1")
    new = _staged(tmp_path / "new", include__a_h="2", lib__liba_a="2")
    with prefix.locked(home):
        prefix.place(home, old, _library(old))
        prefix.place(home, new, _library(new))
        assert _files(home) == {"include/a.h": "2", "lib/liba.a": "2"}
        assert prefix.added(home)["one"].files == ("include/a.h", "lib/liba.a")
        prefix.remove(home, ["one"])
    assert _files(home) == {}
    assert not (home / "include").exists()


def test_what_users_have_installed_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    _staged(home, include__a_h="theirs")
    new = _staged(tmp_path / "new", include__a_h="ours", lib__liba_a="ours")
    with prefix.locked(home):
        with pytest.raises(SdkError, match="--force"):
            prefix.place(home, new, _library(new))
        assert _files(home) == {"include/a.h": "theirs"}
        prefix.place(home, new, _library(new), force=True)
    assert _files(home)["include/a.h"] == "ours"


def test_two_libraries_do_not_share_a_file(home: Path, tmp_path: Path) -> None:
    one = _staged(tmp_path / "1", include__a_h="1")
    two = _staged(tmp_path / "2", include__a_h="2")
    with prefix.locked(home):
        prefix.place(home, one, _library(one))
        with pytest.raises(SdkError, match="both install"):
            prefix.place(home, two, _library(two, "two"), force=True)


@pytest.mark.parametrize("moves", range(3))
def test_an_interrupted_one_leaves_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """Killed after any number of files: the library is not there, another one's files are."""
    other = _staged(tmp_path / "0", include__other_h="0", lib__libother_a="0")
    old = _staged(tmp_path / "1", include__a_h="1", lib__liba_a="1")
    new = _staged(tmp_path / "2", include__a_h="2", include__b_h="2", lib__liba_a="2")
    with prefix.locked(home):
        prefix.place(home, other, _library(other, "other"))
        prefix.place(home, old, _library(old))
        (home / prefix_use.OWN / f"{prefix.SCRATCH}x" / "source").mkdir(parents=True)
    left = moves
    replace = os.replace

    def killed(source: str | Path, target: str | Path) -> None:
        nonlocal left
        if prefix_use.OWN not in Path(target).parts:
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
        replace(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt), prefix.locked(home):
        prefix.place(home, new, _library(new))
    monkeypatch.undo()
    with prefix.locked(home):
        assert list(prefix.added(home)) == ["other"]
        assert _files(home) == {"include/other.h": "0", "lib/libother.a": "0"}
        assert not (home / prefix_use.OWN / f"{prefix.SCRATCH}x").exists()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with pytest.raises(SdkError, match="WALI_PREFIX"), prefix.locked(tmp_path / "a b"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(SdkError, match="WALI_PREFIX"), prefix.locked(tmp_path / "file" / "prefix"):
        pass


ANSWER = "int answer(void) { return %d; }\n"
MAIN = "#include <answer.h>\nint answer(void);\nint main(void) { return ANSWER * 10 + answer(); }\n"


def _install(tool: Command, tmp_path: Path, folder: Path, number: int) -> None:
    """A library by hand, as `make install` would: a header, an archive and a .pc file."""
    (folder / "include").mkdir(parents=True)
    (folder / "lib" / "pkgconfig").mkdir(parents=True)
    (folder / "include" / "answer.h").write_text(f"#define ANSWER {number}\n")
    (tmp_path / "answer.c").write_text(ANSWER % number)
    tool("wali-cc", "-c", "answer.c", "-o", "answer.o")
    tool("wali-ar", "rcs", folder / "lib" / "libanswer.a", "answer.o")
    (folder / "lib" / "pkgconfig" / "answer.pc").write_text(
        f"prefix={folder}\nName: answer\nDescription: x\nVersion: 1.{number}\n"
        "Libs: -L${prefix}/lib -lanswer\nLibs.private: -lm\nCflags: -I${prefix}/include\n"
    )


def test_the_compiler_finds_libraries_after_those_that_are_named(home: Path, tool: Command, tmp_path: Path) -> None:
    _install(tool, tmp_path, home, 1)
    _install(tool, tmp_path, tmp_path / "mine", 2)
    (tmp_path / "main.c").write_text(MAIN)
    mine = (f"-I{tmp_path}/mine/include", f"-L{tmp_path}/mine/lib")
    for words, status in (((), 11), (mine, 22), (mine[1:], 12), (mine[:1], 21)):
        tool("wali-cc", "main.c", "-lanswer", *words, "-o", "main")
        assert tool("./main", check=False).returncode == status
    system = ("-isystem", f"{tmp_path}/mine/include")
    assert "ANSWER 2" in tool("wali-cc", "-E", "-dM", "-include", "answer.h", *system, "-xc", "/dev/null").stdout
    for words in (("-mwali-baseline",), ("--target=wasm32-wasip1",), ("-nostdinc",)):
        assert "answer.h" in tool("wali-cc", *words, "-E", "main.c", check=False).stderr
    (home / "include" / "string.h").write_text("#include_next <string.h>\n#define OURS 1\n")
    (tmp_path / "main.cc").write_text("#include <cstring>\n#ifndef OURS\n#error libc first\n#endif\nint main() {}\n")
    tool("wali-c++", "-c", "main.cc", "-o", "main.o")


def test_build_systems_find_them(home: Path, tool: Command, tmp_path: Path) -> None:
    _install(tool, tmp_path, home, 3)
    (tmp_path / "main.c").write_text(MAIN)
    if shutil.which("pkg-config") or shutil.which("pkgconf"):
        shown = tool("wali-pkg-config", "--libs", "--cflags", "answer").stdout.split()
        assert {"-lanswer", "-lm", f"-I{home}/include"} <= set(shown)
        assert tool("wali-pkg-config", "--exists", "no-such", check=False).returncode == 1
        package = "find_package(PkgConfig REQUIRED)\npkg_check_modules(P REQUIRED answer>=1.3)\n"
    else:
        package = ""
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(x C)\n"
        f"find_library(ANSWER answer REQUIRED)\nfind_path(WHERE answer.h REQUIRED)\n{package}"
        'message(STATUS "found ${ANSWER} ${WHERE}")\n'
        "add_executable(main main.c)\ntarget_link_libraries(main ${ANSWER})\n"
    )
    toolchain = tool("wali", "sdk", "path", "--cmake").stdout.strip()
    said = tool("cmake", "--toolchain", toolchain, "-B", "build", "-S", ".").stdout
    assert f"found {home}/lib/libanswer.a {home}/include" in said
    tool("cmake", "--build", "build")
    assert tool("build/main", check=False).returncode == 33
    shown = tool("sh", "-c", 'eval "$(wali sdk env)" && echo "$WALI_PREFIX $PKG_CONFIG"').stdout.split()
    assert shown[0] == str(home) == tool("wali", "sdk", "path", "--prefix").stdout.strip()
    assert Path(shown[1]).name == "wali-pkg-config"


def test_without_pkg_config_it_says_what_to_do(home: Path, tool: Command, tmp_path: Path) -> None:  # noqa: ARG001
    command = shutil.which("wali-pkg-config", path=path_first())
    assert command
    done = tool(command, "--libs", "x", check=False, PATH=str(tmp_path))
    assert done.returncode == 127
    assert "apt install pkgconf" in done.stderr


def test_a_stale_library_is_said_when_it_is_linked(home: Path, tool: Command, tmp_path: Path) -> None:
    """Linked all the same, and only the user of the prefix' own archive is told."""
    _install(tool, tmp_path, tmp_path / "staging", 4)
    (tmp_path / "main.c").write_text(MAIN)
    for toolchain, stale in (("of another SDK", True), (prefix.toolchain(), False)):
        staging = tmp_path / f"staged-{stale}"
        shutil.copytree(tmp_path / "staging", staging)
        with prefix.locked(home):
            prefix.place(home, staging, _library(staging, "answer", toolchain))
        said = tool("wali-cc", "main.c", "-lanswer", "-o", "main").stderr
        assert ("wali sdk add answer" in said) == stale
        assert tool("./main", check=False).returncode == 44
        assert "libanswer.a" not in tool("wali-cc", "main.c", f"-L{tmp_path}/staging/lib", "-lanswer").stderr
        assert "wali-ld" not in tool("wali-cc", "-xc", "-", "-o", "/dev/null", "-E").stderr


def test_the_headers_decide_what_is_stale(tmp_path: Path) -> None:
    """Not those of C++, nor what else is in a sysroot."""
    seen = []
    for number, name in enumerate(("include/a.h", "include/c++/v1/b", "lib/libc.a", "include/sys/c.h")):
        folder = tmp_path / str(number)
        if number:
            shutil.copytree(tmp_path / str(number - 1), folder)
            (folder / prefix_use.HEADERS).unlink()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
        seen.append(prefix_use.toolchain(str(folder), ()))
        assert prefix_use.toolchain(str(folder), ()) == seen[-1]
    assert seen[0] == seen[1] == seen[2] != seen[3]
    assert seen[0].startswith(paths.zig_version(paths.zig_dir()))
