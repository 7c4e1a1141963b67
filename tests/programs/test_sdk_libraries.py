"""`wali sdk add`: each library is built as users build it, passes its own tests, and as many as natively.

The quick ones always; `make sdk-libraries` runs all, a quarter of an hour and more.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import build, libraries, sources
from tests.programs.built import built
from tests.support.tools import path_first
from wali.sdk import library_build, prefix, prefix_use
from wali.sdk.errors import SdkError
from wali.sdk.libraries import BY_NAME, LIBRARIES, REFUSED, Library, in_order, named

pytestmark = pytest.mark.apps

QUICK = ("zlib", "bzip2")
# How many of its own tests pass at the least.
LEAST = {
    "zlib": 2,
    "bzip2": 6,
    "xz": 17,
    "zstd": 150,
    "ncurses": 1800,
    "readline": 8,
    "libevent": 270,
    "libuv": 400,
    "pcre2": 60,
    "expat": 340,
    "openssl": 24,
    "sqlite": 20,
    "oniguruma": 2600,
}
# Not built and tested natively, too, for the time that it takes.
WASM_ONLY = ("openssl", "libuv", "libevent", "sqlite", "ncurses", "zstd", "pcre2")
# Passed natively and not here, or the other way round, and why.
DIFFERENT: dict[str, str] = {}
asked_for = pytest.mark.skipif(
    not os.environ.get("WALI_SDK_LIBRARIES"), reason="takes minutes to build; make sdk-libraries runs it"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty prefix."""
    monkeypatch.setenv("WALI_PREFIX", str(tmp_path / "prefix"))
    return tmp_path / "prefix"


def _sdk(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": path_first()}
    done = subprocess.run(["wali", "sdk", *words], capture_output=True, text=True, env=env, timeout=900)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def _source(name: str) -> str:
    """The folder with a library's tarball, fetched if need be: for --sources."""
    return str(built(sources.tarball, BY_NAME[name].source).parent)


@pytest.mark.parametrize(
    "library", [pytest.param(one, id=one.name, marks=[] if one.name in QUICK else asked_for) for one in LIBRARIES]
)
def test_own_tests(library: Library) -> None:
    """As wasm, and natively by the same scripts."""
    for need in in_order([library.name]):
        _source(need.name)
    passed = {}
    for kind in ("wasm",) if library.name in WASM_ONLY else ("wasm", "native"):
        tools, state = build.tools_and_state(kind)
        toolchain = prefix.toolchain() if kind == "wasm" else state[0].splitlines()[0]
        made = libraries.HOMES / kind
        passed[kind] = built(libraries.built, (library.name,), made, tools, toolchain, True)
    assert passed["wasm"] >= LEAST[library.name]
    assert len(set(passed.values())) == 1 or library.name in DIFFERENT, passed


@asked_for
def test_tls(tmp_path: Path) -> None:
    """Digests are Python's, and both ends of TLS understand each other, by each version and kind of key."""
    _source("openssl")
    tools, _ = build.tools_and_state("wasm")
    home = libraries.HOMES / "wasm"
    built(libraries.built, ("openssl",), home, tools, prefix.toolchain())
    env = {**os.environ, "PATH": path_first(), "WALI_PREFIX": str(home)}
    source = str(Path(__file__).parent / "openssl" / "tls.c")
    subprocess.run(["wali-cc", "-O2", source, "-lssl", "-lcrypto", "-o", "tls"], cwd=tmp_path, env=env, check=True)
    done = subprocess.run(["./tls"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    data = b"a" * 1000000
    for name, line in zip(("sha1", "sha256", "sha512", "sha3_256", "blake2b"), lines, strict=False):
        assert line.split()[1] == hashlib.new(name, data).hexdigest()
    assert [line.split()[0] for line in lines[6:]] == ["TLSv1.3", "TLSv1.2"] * 2
    assert all(line.endswith("over TLS") for line in lines[6:])


def test_every_library_is_judged() -> None:
    assert set(LEAST) == set(BY_NAME)
    assert {name for library in LIBRARIES for name in library.needs} <= set(BY_NAME)


def test_added_listed_removed(home: Path, tmp_path: Path) -> None:
    folder = _source("zlib")
    said = _sdk("add", "--sources", folder, "z")
    assert "zlib 1.2.13" in said.stderr
    assert set(BY_NAME["zlib"].installs) <= set(prefix.added(home)["zlib"].files)
    assert not list((home / prefix_use.OWN).glob(f"{prefix.SCRATCH}*"))
    again = _sdk("add", "--sources", str(tmp_path), "zlib")  # needs no source
    assert "is there" in again.stderr
    assert f"{home}  zlib 1.2.13" in _sdk("list").stdout
    assert "added" in next(line for line in _sdk("add").stdout.splitlines() if line.startswith("zlib "))
    (tmp_path / "z.c").write_text(
        "#include <stdio.h>\n#include <zlib.h>\nint main(void) { return puts(zlibVersion()) < 0; }\n"
    )
    env = {**os.environ, "PATH": path_first()}
    subprocess.run(["wali-cc", "z.c", "-lz", "-o", "z"], cwd=tmp_path, env=env, check=True)
    assert subprocess.run(["./z"], cwd=tmp_path, capture_output=True, text=True).stdout == "1.2.13\n"
    _sdk("remove", "zlib")
    assert not (home / "lib").exists()
    missing = _sdk("remove", "zlib", check=False)
    assert missing.returncode == 1
    assert "not added" in missing.stderr


def test_a_stale_one_is_listed_and_built_anew(home: Path) -> None:
    folder = _source("bzip2")
    _sdk("add", "--sources", folder, "bzip2")
    line = home / prefix_use.OWN / prefix_use.LIST
    line.write_text(line.read_text().replace(prefix.toolchain(), "another"))
    assert "bzip2 1.0.8  built for another compiler or C library: wali sdk add bzip2" in _sdk("list").stdout
    assert "bzip2 1.0.8 is in" in _sdk("add", "--sources", folder, "bzip2").stderr
    assert prefix.added(home)["bzip2"].toolchain == prefix.toolchain()


def test_a_library_that_another_needs_stays(home: Path, tmp_path: Path) -> None:
    with prefix.locked(home):
        for name in ("ncurses", "readline"):
            staging = tmp_path / name
            staging.mkdir()
            (staging / name).write_text("")
            prefix.place(home, staging, prefix.Added(name, "1", "t", "r", (name,)))
    refused = _sdk("remove", "ncurses", check=False)
    assert "wali sdk remove readline ncurses" in refused.stderr
    _sdk("remove", "readline", "ncurses")
    assert prefix.added(home) == {}


def test_errors_say_what_to_do(home: Path, tmp_path: Path) -> None:  # noqa: ARG001
    for words, text in (
        (("no-such",), "not one of zlib, "),
        (("libffi",), REFUSED["libffi"][:30]),
        (("--sources", str(tmp_path), "zlib"), "no such file (zlib's source)"),
    ):
        done = _sdk("add", *words, check=False)
        assert done.returncode == 1
        assert text in done.stderr
    (tmp_path / BY_NAME["zlib"].source.tarball).write_text("another")
    assert "its sha256 is" in _sdk("add", "--sources", str(tmp_path), "zlib", check=False).stderr
    assert library_build.missing_tools(BY_NAME["openssl"], str(tmp_path)) == ["apt install make", "apt install perl"]


def test_a_build_that_fails_shows_its_end_and_leaves_nothing(home: Path) -> None:
    library = Library("x", "", BY_NAME["bzip2"].source, "echo so far; exit 3", "", ("lib/libx.a",), "", "", tools=())
    tarball = Path(_source("bzip2")) / library.source.tarball
    with prefix.locked(home), pytest.raises(SdkError, match=r"(?s)building x failed with status 3.*so far"):
        library_build.add(library, home, {}, "t", lambda _: None, tarball)
    empty = Library("x", "", library.source, ":", ":", ("lib/libx.a",), "", "", tools=())
    with prefix.locked(home), pytest.raises(SdkError, match=r"has not installed lib/libx\.a"):
        library_build.add(empty, home, {}, "t", lambda _: None, tarball)
    assert prefix.added(home) == {}
    assert [path.name for path in home.iterdir()] == [prefix_use.OWN]


def _started(*words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PATH": path_first()}
    return subprocess.Popen(["wali", "sdk", *words], stderr=subprocess.PIPE, text=True, env=env)


def test_two_at_once(home: Path) -> None:
    """One builds, the other waits and finds it."""
    folder = _source("zlib")
    both = [_started("add", "--sources", folder, "zlib") for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("building zlib" in text for text in said) == 1
    assert sum("waiting for another" in text and "zlib 1.2.13.dfsg is there" in text for text in said) == 1
    assert list(prefix.added(home)) == ["zlib"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_nothing(home: Path, how: signal.Signals) -> None:
    process = _started("add", "--sources", _source("zlib"), "zlib")
    try:
        for _ in _until(lambda: any((home / prefix_use.OWN).glob(f"{prefix.SCRATCH}*/source/zlib.h"))):
            pass
        time.sleep(0.3)
        process.send_signal(how)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode != 0
    _sdk("remove", "zlib", check=False)  # whoever comes next clears up
    assert [path.name for path in home.iterdir()] == [prefix_use.OWN]
    assert not list((home / prefix_use.OWN).glob(f"{prefix.SCRATCH}*"))


def _until(happened: object, limit: float = 60.0) -> Iterator[None]:
    assert callable(happened)
    end = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
        yield


def test_names_that_others_use() -> None:
    assert named("sqlite3").name == "sqlite"
    assert [library.name for library in in_order(["readline", "zlib"])] == ["ncurses", "readline", "zlib"]
