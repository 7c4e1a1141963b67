"""A Python program, made a component by componentize-py: CPython and its shared libraries on one memory.

componentize-py is a distribution of PyPI (the extra `test`). It puts the program's modules into the component, and starts
Python when it does so; what the program needs of the standard library must be imported by then.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support import tools
from tests.support.helpers import WaliRun, run_command
from tests.support.tools import ROOT
from wali.module import interfaces

WORLD = """package test:app;
package wasi:cli@0.2.0 { interface run { run: func() -> result; } }
world program { export wasi:cli/run@0.2.0; }
"""
PROGRAM = """
import encodings.idna, hashlib, json, os, socket, sys, threading, time, zlib

def files(folder):
    path = os.path.join(folder, "made")
    with open(path, "w") as file:
        file.writelines(f"line {n}\\n" for n in range(1000))
    os.rename(path, os.path.join(folder, "moved"))
    with open(os.path.join(folder, "moved")) as file:
        text = file.read()
    os.mkdir(os.path.join(folder, "sub"))
    print(sorted(os.listdir(folder)), len(text), hashlib.sha256(text.encode()).hexdigest(), zlib.crc32(text.encode()))
    try:
        open("/etc/passwd")
    except OSError as error:
        print(type(error).__name__)

def environment():
    print(json.dumps(dict(sorted(os.environ.items()))))

def standard_input():
    print(sys.stdin.read().upper(), end="")
    print("told", file=sys.stderr)

def clock():
    begin = time.monotonic()
    time.sleep(0.05)
    print(time.monotonic() - begin >= 0.05, time.time() > 1.7e9, len({os.urandom(8) for _ in range(50)}))

def client(host, port):
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"ping")
        print(connection.recv(100).decode())

def leave(status):
    sys.exit(int(status))

def fail():
    raise ValueError("on purpose")

class Run:
    def run(self):
        print(sys.argv[1:])
        globals()[sys.argv[1]](*sys.argv[2:])
"""
SECONDS = 600


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tool = shutil.which("componentize-py", path=tools.path_first())
    if tool is None:
        pytest.skip("no componentize-py: the extra test is not installed")
    if not interfaces.is_wasi("wasi:sockets/ip-name-lookup@0.2.0"):
        pytest.skip("its libc imports wasi:sockets/ip-name-lookup")
    folder = tmp_path_factory.mktemp("python")
    (folder / "world.wit").write_text(WORLD)
    (folder / "app.py").write_text(PROGRAM)
    words = [tool, "-d", "world.wit", "-w", "program", "componentize", "-p", ".", "app", "-o", "app.wasm"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder / "app.wasm"


@pytest.fixture(scope="module")
def program(component: Path) -> Path:
    """Compiled ahead, for that takes some seconds."""
    done = run_command("wali", "compile", component, "-o", component.with_suffix(".cwasm"), timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return component.with_suffix(".cwasm")


def test_files(wali_run: WaliRun, program: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = wali_run("--dir", f"{tmp_path / 'data'}::data", program, "files", "data")
    text = "".join(f"line {n}\n" for n in range(1000)).encode()
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = done.stdout.splitlines()
    assert first == "['files', 'data']"
    assert second.startswith(f"['moved', 'sub'] {len(text)} {hashlib.sha256(text).hexdigest()} ")
    assert third == "FileNotFoundError"
    assert (tmp_path / "data" / "moved").read_bytes() == text
    assert (tmp_path / "data" / "sub").is_dir()


def test_it_says_what_it_says_in_wasmtime(wali_run: WaliRun, component: Path, program: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "ours").mkdir()
    engine = [sys.executable, ROOT / "tests" / "wasi" / "other_engine.py"]
    words = [*engine, "--dir", f"{tmp_path / 'other'}::data", component, "files", "data"]
    other = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
    done = wali_run("--dir", f"{tmp_path / 'ours'}::data", program, "files", "data")
    assert (done.returncode, done.stdout, done.stderr) == (other.returncode, other.stdout, other.stderr)


def test_environment_input_and_clock(wali_run: WaliRun, program: Path) -> None:
    done = wali_run("--env", "B=2", "--env", "A=\N{SNOWMAN}", program, "environment")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[1]) == {"A": "\N{SNOWMAN}", "B": "2"}
    done = wali_run(program, "standard_input", input="first\nsecond\n")
    assert (done.returncode, done.stderr) == (0, "told\n")
    assert done.stdout.splitlines()[1:] == ["FIRST", "SECOND"]
    done = wali_run(program, "clock")
    assert done.stdout.splitlines()[1] == "True True 50"


@pytest.mark.parametrize(("words", "status"), [(["leave", "0"], 0), (["leave", "1"], 1), (["leave", "3"], 1)])
def test_endings(wali_run: WaliRun, program: Path, words: list[str], status: int) -> None:
    """Of statuses preview2 knows two."""
    assert wali_run(program, *words).returncode == status


def test_an_exception_ends_it_with_a_backtrace_of_names(wali_run: WaliRun, program: Path) -> None:
    done = wali_run(program, "fail")
    assert done.returncode < 0
    assert "ValueError: on purpose" in done.stderr
    lines = done.stderr.splitlines()
    assert any(line.endswith(" wasi:cli/run@0.2.0#run") for line in lines)


@pytest.mark.parametrize(
    ("host", "options"),
    [
        ("127.0.0.1", ["-Sinherit-network"]),
        ("localhost", ["-Sinherit-network", "-Sallow-ip-name-lookup"]),
    ],
)
def test_a_client(wali_run: WaliRun, program: Path, host: str, options: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)

        def serve() -> None:
            with server.accept()[0] as connection:
                connection.sendall(b"got " + connection.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        done = wali_run(*options, program, "client", host, str(server.getsockname()[1]))
        thread.join()
    assert (done.returncode, done.stdout.splitlines()[1:], done.stderr) == (0, ["got ping"], "")


def test_a_client_without_leave(wali_run: WaliRun, program: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = wali_run(program, "client", "127.0.0.1", str(server.getsockname()[1]))
    assert done.returncode < 0
    assert "PermissionError" in done.stderr


def test_what_it_is_made_of(wali: WaliRun, component: Path) -> None:
    report = json.loads(wali("inspect", "--json", component).stdout)
    assert (report["problem"], report["component"]["kind"]) == ("", "command")
    names = [part["name"] for part in report["component"]["modules"]]
    assert "libc.so" in names
    assert any(name.startswith("libpython3") for name in names)
    assert {entry["support"] for entry in report["imports"]} == {"wasi"}
