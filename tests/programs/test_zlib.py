"""zlib's minigzip: what one build compresses the other restores, and errors are reported alike."""

from __future__ import annotations

import gzip
import hashlib
import random
import subprocess
from pathlib import Path

import pytest

from tests.programs.build import Pair

pytestmark = pytest.mark.apps

SIZE = 50_000_000
"""Bytes of mixed data: text, noise, runs and repeated records."""


def _mixed(size: int) -> bytes:
    """The same bytes every time."""
    source = random.Random(1)
    words = [bytes(source.choices(b"abcdefghijklmnopqrstuvwxyz", k=source.randint(2, 9))) for _ in range(3000)]
    text = b" ".join(source.choices(words, k=200_000))
    record = b"".join(b"%08d;%s\n" % (n, words[n % 3000]) for n in range(50_000))
    block = text + source.randbytes(500_000) + bytes(1_000_000) + record
    return (block * (size // len(block) + 1))[:size]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data as a file."""
    path = tmp_path_factory.mktemp("zlib") / "data"
    path.write_bytes(_mixed(SIZE))
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _filter(command: tuple[str, ...], source: Path, target: Path, *options: str) -> int:
    with source.open("rb") as standard_input, target.open("wb") as standard_output:
        done = subprocess.run(
            [*command, *options], stdin=standard_input, stdout=standard_output, timeout=120, check=False
        )
    return done.returncode


def test_round_trips(minigzip: Pair, data: Path, tmp_path: Path) -> None:
    """Both builds make the same file of 50 MB, and each restores the other's."""
    for kind, command in minigzip.both().items():
        assert _filter(command, data, tmp_path / f"{kind}.gz") == 0
    assert _digest(tmp_path / "wasm.gz") == _digest(tmp_path / "native.gz")
    for kind, other in (("native", "wasm"), ("wasm", "native")):
        restored = tmp_path / f"{kind}.data"
        assert _filter(minigzip.both()[kind], tmp_path / f"{other}.gz", restored, "-d") == 0
        assert _digest(restored) == _digest(data)


@pytest.mark.parametrize("options", [["-1"], ["-9"], ["-f"], ["-h"], ["-r"]], ids=lambda options: options[0])
def test_strategies(minigzip: Pair, options: list[str], tmp_path: Path) -> None:
    """Levels and strategies give the same bytes."""
    (tmp_path / "data").write_bytes(_mixed(2_000_000))
    for kind, command in minigzip.both().items():
        assert _filter(command, tmp_path / "data", tmp_path / kind, *options) == 0
    assert (tmp_path / "wasm").read_bytes() == (tmp_path / "native").read_bytes()


def test_files(minigzip: Pair, tmp_path: Path) -> None:
    """With file names: the file is replaced by its .gz, and back."""
    content = _mixed(300_000)
    for kind, command in minigzip.both().items():
        folder = tmp_path / kind
        folder.mkdir()
        names = ["one", "two words"]
        for name in names:
            (folder / name).write_bytes(content)
        subprocess.run([*command, *names], cwd=folder, check=True, timeout=60)
        assert sorted(path.name for path in folder.iterdir()) == ["one.gz", "two words.gz"]
        assert gzip.decompress((folder / "one.gz").read_bytes()) == content
        subprocess.run([*command, "-d", "one.gz", "two words"], cwd=folder, check=True, timeout=60)
        assert {path.name: path.read_bytes() == content for path in folder.iterdir()} == dict.fromkeys(names, True)
        shown = subprocess.run([*command, "-c", "one"], cwd=folder, check=True, timeout=60, capture_output=True)
        assert gzip.decompress(shown.stdout) == content
        assert (folder / "one").exists()


def _damaged(kind: str) -> bytes:
    good = gzip.compress(_mixed(200_000), mtime=0)
    if kind == "flipped":
        return good[:5000] + bytes(byte ^ 0xFF for byte in good[5000:5010]) + good[5010:]
    if kind == "checksum":
        return good[:-8] + b"\0\0\0\0" + good[-4:]
    return {"truncated": good[:5000], "empty": b"", "plain": b"not compressed at all\n", "header": good[:3]}[kind]


@pytest.mark.parametrize("kind", ["flipped", "checksum", "truncated", "empty", "plain", "header"])
def test_damaged_input(minigzip: Pair, kind: str) -> None:
    """The same message and status; `plain` is copied through, as zlib documents."""
    results = []
    for command in (minigzip.native, minigzip.wasm):
        done = subprocess.run([*command, "-d"], input=_damaged(kind), capture_output=True, timeout=60, check=False)
        results.append((done.returncode, done.stdout, done.stderr.decode().replace(command[-1], "minigzip")))
    assert results[1] == results[0]
    assert (results[0][0] == 0) == (kind in ("empty", "plain"))


def test_missing_file(minigzip: Pair, tmp_path: Path) -> None:
    """A name that is not there."""
    results = []
    for command in (minigzip.native, minigzip.wasm):
        done = subprocess.run([*command, "-d", "absent"], cwd=tmp_path, capture_output=True, text=True, check=False)
        results.append((done.returncode, done.stdout, done.stderr.replace(command[-1], "minigzip")))
    assert results[1] == results[0]


def test_broken_pipe(minigzip: Pair, data: Path) -> None:
    """A reader that goes away ends the program by SIGPIPE, as natively."""
    for command in (minigzip.native, minigzip.wasm):
        with data.open("rb") as source:
            process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE)
            assert process.stdout
            process.stdout.read(10)
            process.stdout.close()
            assert process.wait(timeout=60) == -13


def test_example(zlib_example: Pair, tmp_path: Path) -> None:
    """zlib's own test of every interface."""
    results = []
    for kind, command in zlib_example.both().items():
        folder = tmp_path / kind
        folder.mkdir()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        # Its first line has the sizes of types among the compile flags.
        results.append((done.returncode, done.stdout.splitlines()[1:], done.stderr))
    assert results[1] == results[0]
    assert results[0][0] == 0
