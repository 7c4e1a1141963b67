"""Installing the SDK: musl's source, Debian's archive, what goes wrong, and the command `wali sdk`."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.support import sdk_helpers
from wali.sdk import cli, debsource, edits, install, paths, shell, source
from wali.sdk.errors import SdkError

sysroot = sdk_helpers.sysroot  # a fixture


def test_install_is_idempotent_and_quick(sysroot: Path) -> None:
    stamp = (sysroot / "sdk.json").stat()
    assert install.ensure() == sysroot
    assert (sysroot / "sdk.json").stat().st_mtime_ns == stamp.st_mtime_ns


def test_wrong_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "musl.tar.gz"
    path.write_bytes(b"something else")
    monkeypatch.setenv("WALI_SDK_DIR", str(tmp_path / "sdk"))
    with pytest.raises(SdkError, match="sha256"):
        install.ensure(musl_source=str(path), quiet=True)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".building")] == []


def test_missing_source_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALI_MUSL_SOURCE", str(tmp_path / "none.tar.gz"))
    with pytest.raises(SdkError, match=r"none\.tar\.gz: no such file"):
        source.obtain(None, tmp_path)


def test_no_network_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: Path) -> Path:
        raise SdkError(f"nothing for {folder}")

    monkeypatch.delenv("WALI_MUSL_SOURCE", raising=False)
    monkeypatch.setattr(source, "_from_debian", fails)
    monkeypatch.setattr(source, "_from_upstream", fails)
    with pytest.raises(SdkError, match="--musl-source"):
        source.obtain(None, tmp_path)


def test_missing_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    with pytest.raises(SdkError, match=r"-m pip install ziglang=="):
        install.ensure()


def test_somebody_elses_folder_is_not_replaced(tmp_path: Path) -> None:
    target, new = tmp_path / "mine", tmp_path / "scratch" / "sysroot"
    target.mkdir()
    new.mkdir(parents=True)
    (target / "precious").write_text("x")
    with pytest.raises(SdkError, match="not empty"):
        install._replace(new, target)
    assert (target / "precious").exists()


def test_edits_insist_on_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("one two two")
    edits.apply(tmp_path, (edits.Edit("a.c", "one", "1", ""),))
    assert (tmp_path / "a.c").read_text() == "1 two two"
    for old in ("two", "three"):
        with pytest.raises(SdkError, match="not as expected"):
            edits.apply(tmp_path, (edits.Edit("a.c", old, "", "why"),))


def test_cli(capsys: pytest.CaptureFixture[str], sysroot: Path) -> None:
    assert cli.main(["path"]) == 0
    assert capsys.readouterr().out.strip() == str(sysroot)
    assert cli.main(["path", "--cmake"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert cli.main(["env"]) == 0
    text = capsys.readouterr().out
    names = set(re.findall(r"^export (\w+)=", text, re.MULTILINE))
    assert names | set(shell.RUST_NAMES) == set(shell.NAMES), "those of Rust are there if it is installed"
    assert "--host=wasm32-unknown-linux-muslwali" in text
    assert cli.main([]) == 2


def test_builds_for_this_machine_leave_its_shell() -> None:
    """Who has named a compiler without `wali sdk env` has meant it."""
    of_the_user = {"CC": "clang", "PATH": "/bin"}
    for environ, left in ((of_the_user, of_the_user), ({**dict.fromkeys(shell.NAMES, "x"), "A": "b"}, {"A": "b"})):
        found = dict(environ)
        shell.leave(found)
        assert found == left


# Other versions' sysroots

MONTH = 30 * 24 * 3600


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, with sysroots of three versions, the current one among them, and other things."""
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = Path(paths.data_home())
    for name, age in (("0" * 16, MONTH + 3600), ("1" * 16, MONTH - 3600), (paths.fingerprint(), 2 * MONTH)):
        (folder / name / "lib").mkdir(parents=True)
        (folder / name / "lib" / "libc.a").write_bytes(b"x" * 3000000)
        stamp = folder / name / paths.STAMP
        stamp.write_text("{}")
        (folder / name / paths.CXX_STAMP).write_text("{}")
        os.utime(stamp, (time.time() - age,) * 2)
    for name in ("mine", "3" * 16, ".building-killed"):  # not a version's name, no sysroot, left over
        (folder / name).mkdir()
        (folder / name / "file").write_bytes(b"x" * 2000000)
    (folder / "downloads").mkdir()
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_installing_removes_what_nobody_used_for_a_month(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = paths.fingerprint()
    assert cli.main(["install"]) == 0  # it is there
    assert names(home) == {"1" * 16, ours, "mine", "3" * 16, "downloads"}
    captured = capsys.readouterr()
    assert captured.out.strip() == str(home / ours)
    assert f"removed {home / ('0' * 16)}, last used " in captured.err
    assert time.time() - (home / ours / paths.STAMP).stat().st_mtime < 60, "its use is noted"


def test_an_installation_that_is_under_way_is_left_alone(home: Path) -> None:
    before = names(home)
    with open(home / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        install.tidy()
        with pytest.raises(SdkError, match="under way"):
            install.clean()
    assert names(home) == before


def test_beside_a_folder_of_the_users_choice_nothing_is_removed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = names(home)
    elsewhere = home.parent / "elsewhere"
    home.rename(elsewhere)
    monkeypatch.setenv("WALI_SDK_DIR", str(elsewhere / ("1" * 16)))
    assert cli.main(["install", "-q"]) == 0
    assert names(elsewhere) == before


def test_list_and_clean(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = paths.fingerprint()
    assert cli.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [str(home / name) for name in ("1" * 16, "0" * 16, ours)]
    assert [line.endswith("this version's") for line in lines] == [False, False, True]
    assert all("  2.9 MiB  used 20" in line for line in lines)
    assert cli.main(["clean"]) == 0
    assert names(home) == {ours, "mine", "3" * 16, "downloads"}
    assert capsys.readouterr().out == f"freed 7.6 MiB in {home}\n"
    assert cli.main(["clean", "--all"]) == 0
    assert names(home) == {"mine", "3" * 16}
    home.rename(home.with_name("gone"))
    assert cli.main(["clean"]) == 0
    assert cli.main(["list"]) == 0
    assert "nothing is installed" in capsys.readouterr().out


def test_use_is_noted_once_a_day(home: Path) -> None:
    folder = home / ("0" * 16)
    stamp = folder / paths.STAMP
    assert paths.mark_used(str(folder))
    noted = stamp.stat().st_mtime_ns
    assert time.time_ns() - noted < 60 * 10**9
    assert paths.mark_used(str(folder))
    assert stamp.stat().st_mtime_ns == noted
    assert not paths.mark_used(str(home / "mine"))


def test_wali_cc_notes_its_use(home: Path, sysroot: Path, tmp_path: Path) -> None:
    shutil.rmtree(home / paths.fingerprint())
    copy = home / paths.fingerprint()
    shutil.copytree(sysroot, copy, symlinks=True)
    os.utime(copy / paths.STAMP, (time.time() - MONTH,) * 2)
    compiler = sdk_helpers.Compiler(tmp_path)
    compiler.build(sdk_helpers.HELLO)
    assert time.time() - (copy / paths.STAMP).stat().st_mtime < 60


# Debian's archive


def test_apt_configuration_one_line_format() -> None:
    text = (
        "# deb http://no/debian x main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://m/debian/ bookworm main contrib # why\n"
        "deb-src http://m/debian bookworm-updates main\n"
    )
    assert debsource.parse_list(text) == [
        debsource.Mirror("http://m/debian", "bookworm", ("main", "contrib"), "/k.gpg"),
        debsource.Mirror("http://m/debian", "bookworm-updates", ("main",), ""),
    ]


def test_apt_configuration_deb822() -> None:
    text = (
        "Types: deb\n# a comment\nURIs: http://m/debian\nSuites: trixie\n trixie-updates\nComponents: main\n"
        "Signed-By: /k.gpg\n\nEnabled: no\nTypes: deb\nURIs: http://off\nSuites: trixie\nComponents: main\n"
    )
    assert debsource.parse_deb822(text) == [
        debsource.Mirror("http://m/debian", "trixie", ("main",), "/k.gpg"),
        debsource.Mirror("http://m/debian", "trixie-updates", ("main",), "/k.gpg"),
    ]


def test_pool_addresses() -> None:
    mirrors = [debsource.Mirror("http://m/d", "bookworm", ("contrib", "main"), "")]
    assert debsource.pool_uris(mirrors, "musl", "f.tgz")[0] == "http://m/d/pool/main/m/musl/f.tgz"
    assert debsource.pool_uris(mirrors, "libfoo", "f")[0] == "http://m/d/pool/main/libf/libfoo/f"
    security = [debsource.Mirror("http://m/s", "bookworm-security", ("main",), "")]
    assert "http://m/s/pool/updates/main/m/musl/f" in debsource.pool_uris(security, "musl", "f")


def test_files_that_are_there_are_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(b"contents")
    monkeypatch.setattr(debsource, "system_mirrors", list)
    assert debsource.fetch("a", "1", {"a.tar": debsource.checksum(path)}, tmp_path) == [path]
    with pytest.raises(SdkError, match="no Debian mirror"):
        debsource.fetch("a", "1", {"a.tar": "0" * 64}, tmp_path)


def test_a_wrong_checksum_from_the_mirror_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Liar(debsource.PrivateApt):
        def download(self, uri: str, target: Path, digest: str) -> str:
            del uri, digest
            target.write_bytes(b"tampered")
            return ""

        def update(self, kind: str) -> str:
            return f"no index of {kind}"

    mirror = debsource.Mirror("http://m", "stable", ("main",), "")
    monkeypatch.setattr(debsource, "system_mirrors", lambda: [mirror])
    monkeypatch.setattr(debsource, "PrivateApt", Liar)
    with pytest.raises(SdkError, match="cannot fetch"):
        debsource.fetch("a", "1", {"a.tar": "0" * 64}, tmp_path)
    assert not (tmp_path / "a.tar").exists()


def test_a_fresh_home_builds_nothing_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As test suites have one for each script. HOME counts where the user database knows no folder of the user's."""
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "fresh"))
    entry = list(pwd.getpwuid(0))
    for folder, found in (
        (tmp_path, tmp_path),
        (tmp_path / "gone", tmp_path / "fresh"),
        ("relative", tmp_path / "fresh"),
    ):
        entry[5] = str(folder)
        monkeypatch.setattr(pwd, "getpwuid", lambda _, entry=entry: pwd.struct_passwd(entry))
        assert paths.data_home() == f"{found}/.local/share/wali/sdk"
