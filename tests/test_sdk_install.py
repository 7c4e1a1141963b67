"""Installing the SDK: musl's source, Debian's archive, what goes wrong, and the command `wali sdk`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import sdk_helpers
from wali.sdk import cli, debsource, edits, install, source
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
    with pytest.raises(SdkError, match=r"pip install 'wali-runtime\[sdk\]'"):
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
    assert "export CC=" in text
    assert "export AR=" in text
    assert "--host=wasm32-unknown-linux-muslwali" in text
    assert cli.main([]) == 2


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
