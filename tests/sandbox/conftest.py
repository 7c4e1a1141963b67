"""The program that tries, natively and as wasm, and what it tries to reach."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.helpers import command_path

HERE = Path(__file__).parent
# What a native program needs to start, as far as this system has it.
LIBRARIES = [path for path in ("/lib", "/lib64", "/usr/lib") if os.path.exists(path)]


@dataclass
class World:
    """Files, servers and processes, inside and outside of what a sandbox is given."""

    folder: Path
    cache: Path
    wasm: Path
    native: Path
    tcp_port: int = 0
    other_port: int = 0
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def read_only(self) -> Path:
        return self.folder / "ro"

    @property
    def writable(self) -> Path:
        return self.folder / "rw"

    @property
    def outside(self) -> Path:
        return self.folder / "outside"

    def wali(self, *words: object, **options: object) -> subprocess.CompletedProcess[str]:
        """wali-run with these words."""
        command = [*command_path("wali-run"), *map(str, words)]
        settings = {**os.environ, "WALI_CACHE_DIR": str(self.cache), "WALI_QUIET": "1"}
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            command, capture_output=True, text=True, check=False, timeout=120, env=settings, **options
        )

    def said(self, *words: object, **options: object) -> str:
        """What the program says of its attempt."""
        done = self.wali(*words, **options)
        return str(done.stdout.strip() or f"status {done.returncode}: {done.stderr.strip()}")

    def natively(self, *words: object) -> str:
        done = subprocess.run([self.native, *map(str, words)], capture_output=True, text=True, check=False, timeout=60)
        return done.stdout.strip()

    def given(self) -> list[object]:
        """The options that give its files."""
        return ["--ro", self.read_only, "--rw", self.writable]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """(folder of the cache, wasm program, native program)."""
    folder = tmp_path_factory.mktemp("attempts")
    source = HERE / "attempts.c"
    subprocess.run(["cc", "-O1", "-o", folder / "attempts", source], check=True, timeout=120)
    subprocess.run([*command_path("wali-cc"), "-O1", "-o", folder / "attempts.wasm", source], check=True, timeout=120)
    for path in (folder, *folder.parents):  # --user tests go through as nobody
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            with contextlib.suppress(OSError):
                path.chmod(path.stat().st_mode | 0o111)
    (folder / "cache").mkdir(mode=0o700)
    return folder / "cache", folder / "attempts.wasm", folder / "attempts"


def _listening(family: int, kind: int, address: object) -> socket.socket:
    made = socket.socket(family, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen(64)
    return made


@pytest.fixture
def world(built: tuple[Path, Path, Path], tmp_path: Path) -> Iterator[World]:
    cache, wasm, native = built
    made = World(tmp_path, cache, wasm, native)
    for folder in (made.read_only, made.writable, made.outside):
        folder.mkdir()
        for name in ("file", "gone"):
            (folder / name).write_text("text\n")
    unix = socket.AF_UNIX
    made.sockets = [
        _listening(unix, socket.SOCK_STREAM, str(made.outside / "stream")),
        _listening(unix, socket.SOCK_DGRAM, str(made.outside / "datagram")),
        _listening(unix, socket.SOCK_STREAM, f"\0wali-{os.getpid()}"),
        _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
    ]
    made.tcp_port, made.other_port = (made.sockets[at].getsockname()[1] for at in (3, 4))
    yield made
    for each in made.sockets:
        each.close()


@pytest.fixture(params=["--sandbox", "--sandbox=process"])
def form(request: pytest.FixtureRequest, world: World) -> str:
    """Each form of the sandbox that this kernel has."""
    need(world, request.param)
    return str(request.param)


def need(world: World, form: str) -> None:
    """Skips where the kernel has not what a form needs."""
    done = world.wali(form, world.wasm, "stat", "/")
    if done.returncode == 126 and done.stderr.startswith("wali-run: --sandbox: "):
        pytest.skip(done.stderr.strip())
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
