"""Programs for WASI preview1: Lua and SQLite as they are natively, and servers in C, Rust and Python.

Lua and SQLite do what their tests for Linux do, but for children, pipes and devices, which WASI has not.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfile

import pytest

from tests.programs import build, ports, wasi_python
from tests.programs.built import built
from tests.programs.test_lua import SCRIPTS, STDIN
from tests.programs.test_sqlite import FEATURES, INSERTS, QUERIES
from tests.support.tools import run, wali_run

pytestmark = pytest.mark.apps

SOURCES = Path(__file__).parent / "wasi"
LIMIT = 60.0
"""Seconds after which something hangs."""

# --- Lua --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def wasi_lua() -> tuple[Path, Path]:
    """The native interpreter and that for WASI."""
    return built(build.native, ports.LUA)["lua"], built(build.wasi, ports.LUA)["lua"]


def alike(text: str) -> str:
    """What an interpreter says, without the numbers of errors, and the digits in which C libraries differ."""
    numbers = re.sub(r"((?:No such|Invalid|Is a|Not a|Bad)[\w ]*)\t\d+", r"\1\tN", text)
    return re.sub(r"\d\.\d{13,}", lambda match: f"{float(match[0]):.13f}", numbers)


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.stem != "processes"], ids=lambda path: path.stem)
def test_lua(wasi_lua: tuple[Path, Path], script: Path, tmp_path: Path) -> None:
    variables = {"APP_TEST_VARIABLE": "a value", "APP_TEST_EMPTY": "", "TZ": "UTC", "LC_ALL": "C"}
    native, wasi = wasi_lua
    options = ["--dir=.", *(f"--env={name}={value}" for name, value in variables.items())]
    said = []
    for command in ([str(native)], [wali_run(), *options, str(wasi)]):
        folder = tmp_path / command[0].replace("/", "_")
        folder.mkdir()
        copyfile(script, folder / script.name)
        words = [*command, script.name, "one", "two words"]
        environment = {**os.environ, **variables}
        done = subprocess.run(
            words, input=STDIN.encode(), capture_output=True, cwd=folder, env=environment, timeout=LIMIT, check=False
        )
        errors = done.stderr.decode(errors="replace").replace(command[-1], "lua")
        said.append((alike(done.stdout.decode(errors="replace")).splitlines(), alike(errors), done.returncode))
    assert said[1] == said[0]
    assert said[0][2] == 0


# --- SQLite -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def wasi_sqlite() -> tuple[Path, Path]:
    """The native shell and that for WASI."""
    return built(build.native, ports.SQLITE)["sqlite3"], built(build.wasi, ports.SQLITE)["sqlite3"]


def asked(command: Sequence[str | Path], folder: Path, script: str, *arguments: str) -> tuple[str, str, int]:
    """Standard output, standard error, status."""
    words = [*map(str, command), *arguments]
    done = subprocess.run(words, input=script, capture_output=True, text=True, cwd=folder, timeout=LIMIT, check=False)
    return done.stdout, done.stderr, done.returncode


@pytest.mark.parametrize("feature", FEATURES)
def test_sqlite_features(wasi_sqlite: tuple[Path, Path], feature: str, tmp_path: Path) -> None:
    """It is given a folder and HOME, and no more."""
    native, wasi = wasi_sqlite
    answers = [
        asked(command, tmp_path, FEATURES[feature])
        for command in ([native], [wali_run(), "--dir=.", "--env=HOME=.", wasi])
    ]
    assert answers[1] == answers[0]


@pytest.mark.parametrize("journal", ["delete", "memory"])
def test_a_database(wasi_sqlite: tuple[Path, Path], journal: str, tmp_path: Path) -> None:
    """The same answers, and the same file to the byte; each shell finds the other's whole, and goes on in it."""
    native, wasi = wasi_sqlite
    commands = {"native.db": [native], "wasi.db": [wali_run(), "--dir=.", "--env=HOME=.", wasi]}
    script = f"PRAGMA journal_mode = {journal};{INSERTS}{QUERIES}"
    answers = [asked(command, tmp_path, script, name) for name, command in commands.items()]
    assert answers[1] == answers[0]
    assert answers[0][1:] == ("", 0)
    files = [(tmp_path / name).read_bytes() for name in commands]
    assert files[0] == files[1]
    for name, command in zip(commands, reversed(commands.values()), strict=True):
        checked = asked(command, tmp_path, "DELETE FROM item WHERE id % 2; PRAGMA integrity_check;", name)
        assert checked == ("ok\n", "", 0)
    asked(commands["wasi.db"], tmp_path, f"ATTACH '{tmp_path}/outside.db' AS o; CREATE TABLE o.t(a);", "wasi.db")
    assert not (tmp_path / "outside.db").exists()


# --- servers ----------------------------------------------------------------------------------------------------------


def c_server(folder: Path) -> list[str]:
    path = folder / "server.wasm"
    status, said = run("wali-cc", "--target=wasm32-wasip1", "-O1", str(SOURCES / "server.c"), "-o", str(path))
    assert status == 0, said
    return [str(path)]


def rust_server(folder: Path) -> list[str]:
    """By the compiler that RUSTC names, or rustc, with what RUSTFLAGS says."""
    path = folder / "server.wasm"
    compiler = os.environ.get("RUSTC", "rustc")
    if (
        not shutil.which(compiler)
        or subprocess.run([compiler, "--version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no rustc, or rustup has none installed")
    words = [compiler, *os.environ.get("RUSTFLAGS", "").split(), "--edition=2021", "-O"]
    words += ["--target=wasm32-wasip1", str(SOURCES / "server.rs"), "-o", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, check=False)
    if "can't find crate for `std`" in done.stderr:
        pytest.skip("rustc has no standard library for wasm32-wasip1")
    assert done.returncode == 0, done.stderr
    return [str(path)]


def python_server(folder: Path) -> list[str]:
    """By a CPython for WASI, which has its library built in."""
    try:
        module = wasi_python.module()
    except wasi_python.NoPackageError as error:
        pytest.skip(f"{error}; WALI_WASI_PYTHON names a module of CPython for WASI")
    (folder / "data").mkdir()
    copyfile(SOURCES / "server.py", folder / "data" / "server.py")
    return [str(module), "server.py"]


def tell(port: int, line: str, data: bytes = b"") -> bytes:
    """What the server answers to a line and to what follows."""
    with socket.create_connection(("localhost", port), LIMIT) as connection:
        connection.sendall(line.encode() + b"\n" + data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


@pytest.mark.parametrize("make", [c_server, rust_server, python_server], ids=["c", "rust", "python"])
def test_server(make: Callable[[Path], list[str]], tmp_path: Path) -> None:
    """Files go in and out over connections: the program has a socket that listens, and a folder behind it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = make(tmp_path)
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    options = [f"--tcplisten=localhost:{port}", f"--dir={folder}::."]
    data = os.urandom(300_000)
    with subprocess.Popen([wali_run(), *options, *words], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == "ready\n"
            assert tell(port, "put some", data) == b"stored 300000\n"
            assert (folder / "some").read_bytes() == data
            (folder / "other").write_bytes(data[::-1])
            assert tell(port, "get other") == data[::-1]
            assert {b"some", b"other"} <= set(tell(port, "list").split())
            assert tell(port, "quit") == b""
            assert server.communicate(timeout=LIMIT)[0] == "ended\n"
            assert server.returncode == 0
        finally:
            server.kill()
