"""wali sdk install rust without building anything: which rustc is taken, what is said, and what cargo is told."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from wali.sdk import cli, debsource, install, paths, rust, rust_linker, rust_settings, rust_toolchain, shell
from wali.sdk.errors import SdkError

IDENTITY = "rustc 1.96.0 (abc 2026-05-25)\nbinary: rustc\nrelease: 1.96.0\nLLVM version: 22.1.8\n"


class Shown:
    """Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def show(self, text: str) -> None:
        self.texts.append(text)

    def __call__(self, text: str, done: int, total: int) -> None:
        assert 0 <= done < total
        self.texts.append(text)


def fake_rustc(folder: Path, target: str = rust.TARGET, said: str = IDENTITY, sources: bool = True) -> Path:
    """A rustc that answers what it is asked, and a cargo beside it."""
    tools = folder / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    script = f"""#!/bin/sh
case "$*" in
-vV) printf '%s' '{said}' ;;
'--print target-list') echo x86_64-unknown-linux-gnu; echo {target} ;;
'--print sysroot') echo {folder} ;;
esac
"""
    for name, text in (("rustc", script), ("cargo", "#!/bin/sh\n")):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    if sources:
        (folder / rust_toolchain.SOURCES / "std").mkdir(parents=True)
        (folder / rust_toolchain.SOURCES / "std/Cargo.toml").touch()
    return tools


@pytest.fixture
def no_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No rustc in PATH, and none in the environment."""
    for name in ("RUSTC", "CARGO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "tools") + ":/usr/bin:/bin")


@pytest.mark.usefixtures("no_user")
def test_the_users_rustc_with_sources_is_taken(tmp_path: Path) -> None:
    tools = fake_rustc(tmp_path)
    found = rust_toolchain.choose(tmp_path / "home", debian=False, progress=Shown())
    assert (found.rustc, found.version, found.bin) == (str(tools / "rustc"), "1.96.0", "")
    assert found.library == tmp_path / rust_toolchain.SOURCES
    assert not (tmp_path / "home").exists(), "nothing is fetched"


@pytest.mark.usefixtures("no_user")
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"sources": False}, "1.96.0 has no sources of its library (`rustup component add rust-src` installs them)"),
        ({"target": "wasm32-wasip1"}, "1.96.0 does not know the target wasm32-wali-linux-musl"),
        ({"said": ""}, "does not run"),
        (None, "there is no rustc in PATH"),
    ],
)
def test_who_has_neither_is_told_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: dict[str, str] | None, reason: str
) -> None:
    if made is None:
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        fake_rustc(tmp_path, **made)  # type: ignore[arg-type]
    monkeypatch.setattr(debsource, "system_mirrors", list)
    shown = Shown()
    with pytest.raises(SdkError) as failed:
        rust_toolchain.choose(tmp_path / "home", debian=False, progress=shown)
    assert reason in str(failed.value)
    assert "Debian's Rust instead: cannot fetch rustc-web: no Debian mirror is configured" in str(failed.value)
    assert any("getting Debian's Rust" in text for text in shown.texts)
    assert not list((tmp_path / "home" / rust_toolchain.HOME).iterdir()), "nothing is left behind"


def test_debian_has_packages_for_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(SdkError, match="x86-64 only, and this is aarch64"):
        rust_toolchain.choose(tmp_path, debian=True, progress=Shown())


def test_another_library_is_refused_with_advice(tmp_path: Path) -> None:
    library = tmp_path / "library"
    (library / "vendor/libc-0.2.1").mkdir(parents=True)
    (library / "unwind/src").mkdir(parents=True)
    (library / "unwind/src/lib.rs").write_text("// rewritten\n")
    toolchain = rust_toolchain.Toolchain("rustc", "cargo", "1.200.0", "", library)
    (tmp_path / "work").mkdir()
    with pytest.raises(SdkError) as failed:
        rust._sources(toolchain, tmp_path / "work", Shown())
    said = str(failed.value)
    assert "Rust's library: unwind/src/lib.rs is not as expected" in said
    assert "1.200.0" in said
    assert "wali sdk install rust --debian" in said


def test_every_package_is_pinned() -> None:
    debs = [*rust_toolchain.COMPILER, rust_toolchain.LIBRARY_SOURCE, *rust_toolchain.LIBRARIES.values()]
    for deb in debs:
        assert re.fullmatch(r"[0-9a-f]{64}", deb.sha256), deb
        assert deb.file.partition("_")[2].startswith(deb.version.partition(":")[2] or deb.version), deb


# What cargo is told


def installed(sysroot: Path, version: str = "1.96.0", identity: str = IDENTITY, tools: str = "") -> Path:
    """A stamp as an installation leaves it."""
    folder = sysroot / rust.HOME / version
    folder.mkdir(parents=True)
    stamp = {"version": version, "identity": identity, "bin": tools, "key": rust.fingerprint()}
    (folder / rust.STAMP).write_text(json.dumps(stamp))
    return folder


@pytest.fixture
def sysroot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sysroot of its own, empty."""
    folder = tmp_path / "sdk"
    folder.mkdir()
    monkeypatch.setenv("WALI_SDK_DIR", str(folder))
    return folder


@pytest.mark.usefixtures("no_user")
def test_environment(sysroot: Path, tmp_path: Path) -> None:
    assert "CARGO_TARGET" not in shell.environment("/tools")
    folder = installed(sysroot)
    fake_rustc(tmp_path)
    said = shell.environment("/tools")
    assert f"export {paths.CARGO}LINKER=/tools/wali-rust-ld\n" in said
    assert f"export {paths.CARGO}RUNNER=/tools/wali-run\n" in said
    assert f"--sysroot {folder} -C panic=unwind" in said
    assert "PATH=" not in said.replace("PKG_CONFIG", ""), "the rustc is the user's"
    for name in shell.RUST_NAMES:
        assert f"export {name}=" in said


@pytest.mark.usefixtures("no_user")
def test_the_sdks_own_rustc_comes_first_in_path(sysroot: Path, tmp_path: Path) -> None:
    installed(sysroot, tools=str(tmp_path / "toolchains/rust-1/bin"))
    assert f"\n. {tmp_path}/toolchains/rust-1/env\n" in shell.environment("/tools")


@pytest.mark.usefixtures("no_user")
def test_another_rustc_is_told(sysroot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed(sysroot)
    fake_rustc(tmp_path, said=IDENTITY.replace("1.96.0", "1.97.0"))
    said = shell.environment("/tools")
    assert "CARGO_TARGET" not in said
    assert "export CC=" in said, "the rest holds"
    told = capsys.readouterr().err
    assert "Rust is installed for rustc 1.96.0, and the rustc in PATH is 1.97.0; try: wali sdk install rust" in told
    assert cli.main(["env", "--cargo"]) == 1


@pytest.mark.usefixtures("no_user")
def test_of_two_versions_that_of_path_is_meant(sysroot: Path, tmp_path: Path) -> None:
    other = IDENTITY.replace("1.96.0", "1.97.0")
    installed(sysroot, "1.97.0", other)
    os.utime(installed(sysroot) / rust.STAMP, (1, 1))
    assert [one.version for one in rust.installed(sysroot)] == ["1.97.0", "1.96.0"]
    fake_rustc(tmp_path)
    assert rust_settings.current().version == "1.96.0"


@pytest.mark.usefixtures("no_user")
def test_configuration_file(sysroot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tomllib = pytest.importorskip("tomllib")
    folder = installed(sysroot, tools=str(tmp_path / "own/bin"))
    assert cli.main(["env", "--cargo"]) == 0
    settings = tomllib.loads(capsys.readouterr().out)
    target = settings["target"][rust.TARGET]
    assert target["linker"].endswith("/wali-rust-ld")
    assert target["runner"].endswith("/wali-run")
    assert target["rustflags"] == target["rustdocflags"] == ["--sysroot", str(folder), *rust.FLAGS]
    assert settings["build"]["rustc"] == str(tmp_path / "own/bin/rustc")
    assert settings["patch"]["crates-io"]["libc"]["path"] == str(folder / "libc")


@pytest.mark.usefixtures("sysroot")
def test_without_rust_the_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["env", "--cargo"]) == 1
    assert "Rust is not installed; try: wali sdk install rust" in capsys.readouterr().err


def test_what_does_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["install", "rust", "--target=wasm32-wasip1"]) == 1
    assert "there is no Rust for wasm32-wasip1 here" in capsys.readouterr().err
    assert cli.main(["install", "rust", "--without-cxx"]) == 1
    assert "--without-cxx" in capsys.readouterr().err


def test_list_and_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("WALI_SDK_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    home = Path(paths.data_home())
    ours = home / paths.fingerprint()
    ours.mkdir(parents=True)
    (ours / paths.STAMP).write_text("{}")
    (installed(ours) / "lib").write_bytes(b"x" * 2_000_000)
    debian = rust_toolchain.folder(home)
    debian.mkdir(parents=True)
    (debian / "rustc").write_bytes(b"x" * 3_000_000)
    assert cli.main(["list"]) == 0
    said = capsys.readouterr().out
    assert "Rust 1.96.0" in said
    assert f"{debian}  2.9 MiB  Debian's rustc and cargo" in said
    assert cli.main(["clean"]) == 0
    assert debian.exists(), "this version's sysroot uses it"
    assert cli.main(["clean", "rust"]) == 0
    assert "freed 4.8 MiB" in capsys.readouterr().out
    assert not debian.exists()
    assert rust.installed(ours) == []
    assert install.installed(str(ours)), "the rest stays"


# wali-rust-ld


def test_linker_words() -> None:
    """What rustc says to wasm-ld becomes wali-cc's, and what users say stays."""
    said = (
        "-flavor wasm --export __main_void -z stack-size=1048576 --stack-first --allow-undefined --no-demangle "
        "--export-memory --shared-memory --max-memory=1073741824 a.o /lib/libstd.rlib -l unwind -l c -l z -L /x "
        "-L /y z.rlib -o out.wasm --gc-sections -O2 --strip-debug -z stack-size=99 --max-memory=65536 --export f"
    )
    words = rust_linker.translated(said.split())
    kept = (
        "a.o /lib/libstd.rlib -lz -L /x -L /y z.rlib -o out.wasm -Xlinker --gc-sections -Xlinker --strip-debug "
        "-Xlinker -z -Xlinker stack-size=99 -Xlinker --max-memory=65536 -Xlinker --export -Xlinker f"
    )
    assert words == [*kept.split(), *rust_linker._LAST, "-lc++abi"]


def test_libraries_have_no_main() -> None:
    words = rust_linker.translated(["-flavor", "wasm", "--no-entry", "--export", "f", "a.o", "-o", "lib.wasm"])
    assert words[:6] == ["-nostartfiles", "-Xlinker", "--no-entry", "-Xlinker", "--export", "-Xlinker"]


def test_words_of_wali_cc_pass() -> None:
    assert rust_linker.translated(["-Wl,--Map=x", "-mwali-sjlj=wasm"])[:2] == ["-Wl,--Map=x", "-mwali-sjlj=wasm"]
