"""The cache of compiled code: found when it should be, never used when it should not, never in the way."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.helpers import (
    EXIT_BY_ARGUMENT,
    MINIMAL,
    WaliRun,
    assemble,
    command_path,
    open_terminal,
    python_command,
)
from wali import ffi
from wali.compiled import cache, compiler, confined, obtain
from wali.module import loader

MakeModule = Callable[..., Path]


@pytest.fixture(autouse=True)
def engine() -> None:
    ffi.engine_open()


@pytest.fixture
def filled(cache_dir: Path, module: MakeModule) -> Path:
    """A module whose code is in the cache."""
    path = module(EXIT_BY_ARGUMENT)
    os.close(obtain.compiled(str(path), str(cache_dir))[0])
    return path


def hit(cache_dir: Path, path: Path) -> bool:
    found = ffi.cache_lookup(str(cache_dir), str(path))
    if found is not None:
        os.close(found[0])
    return found is not None


def store(cache_dir: Path) -> cache.Store:
    return cache.Store(str(cache_dir), ffi.engine_key())


def test_a_filled_entry_is_found_with_its_delta(cache_dir: Path, filled: Path) -> None:
    found = ffi.cache_lookup(str(cache_dir), str(filled))
    assert found is not None
    assert found[1] == loader.load(filled.read_bytes()).code_delta
    os.close(found[0])


def test_folders_and_files_are_private_whatever_the_umask(cache_dir: Path, module: MakeModule) -> None:
    old = os.umask(0)
    try:
        os.close(obtain.compiled(str(module(MINIMAL)), str(cache_dir))[0])
    finally:
        os.umask(old)
    for path in [cache_dir, *cache_dir.rglob("*")]:
        assert cache.is_ours(path.lstat(), folder=path.is_dir()), path


def test_nothing_temporary_is_left(cache_dir: Path, filled: Path) -> None:  # noqa: ARG001
    assert [path for path in cache_dir.rglob("*") if path.name.startswith(".")] == []


def test_what_killed_writers_left_goes(cache_dir: Path, filled: Path) -> None:
    """But not what somebody may still be writing."""
    old, new = (store(cache_dir).objects / name for name in (".1.1.tmp", ".1.2.tmp"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    filled.write_bytes(assemble(MINIMAL))
    os.close(obtain.compiled(str(filled), str(cache_dir))[0])
    assert (old.exists(), new.exists()) == (False, True)


def test_a_changed_module_is_not_found(cache_dir: Path, filled: Path) -> None:
    filled.write_bytes(assemble(MINIMAL))
    assert not hit(cache_dir, filled)


def test_an_unchanged_module_is_not_read_again(filled: Path, tmp_path: Path) -> None:
    """The warm path opens the compiled code and not the module."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    log = tmp_path / "strace.log"
    program = ["strace", "-f", "-e", "trace=open,openat", "-o", str(log)]
    done = subprocess.run([*program, *command_path("wali-run"), str(filled)], check=False, timeout=60)
    assert done.returncode == 0
    assert ".cwasm" in log.read_text()
    # Its name is looked up for /proc/self/exe (O_PATH), which reads nothing.
    assert [line for line in log.read_text().splitlines() if filled.name in line and "O_PATH" not in line] == []


def test_a_copy_shares_the_code(cache_dir: Path, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy.wasm"
    shutil.copy(filled, copy)
    monkeypatch.setattr(compiler, "compile_to_memory", lambda *_: pytest.fail("compiled again"))
    os.close(obtain.compiled(str(copy), str(cache_dir))[0])
    assert hit(cache_dir, copy)
    assert len(list(store(cache_dir).objects.iterdir())) == 1


# --- what must never be used ------------------------------------------------------------------------------------------


def test_no_flipped_bit_is_run(cache_dir: Path, filled: Path) -> None:
    (code,) = store(cache_dir).objects.iterdir()
    data = code.read_bytes()
    for position in {0, 1, 100, len(data) // 2, len(data) - 1, *range(0, len(data), 997)}:
        for bit in (0, 7):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            code.write_bytes(damaged)
            assert not hit(cache_dir, filled), (position, bit)
    code.write_bytes(data[:-1])
    assert not hit(cache_dir, filled)
    code.write_bytes(data + b"\0")
    assert not hit(cache_dir, filled)
    code.write_bytes(data)
    assert hit(cache_dir, filled)


def checksum_of(data: bytes) -> tuple[int, int]:
    memory = os.memfd_create("checked")
    try:
        os.write(memory, data)
        return ffi.checksum(memory)
    finally:
        os.close(memory)


@pytest.mark.parametrize("size", [1, 7, 63, 64, 65, 4096, 65537, (2 << 20) - 1, 2 << 20, (2 << 20) + 9])
def test_the_checksum_sees_every_place(size: int) -> None:
    """Also where it goes from one piece or block to the next, and zeros that are added or gone."""
    data = bytes(range(1, 252)) * (size // 251 + 1)
    data = data[: size - 1] + b"\0"
    right = checksum_of(data)
    assert right[1] == size
    places = {0, size // 2, size - 1, *(at for at in (63, 64, (2 << 20) - 1, 2 << 20) if at < size)}
    others = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in places]
    sums = [right, checksum_of(data[:-1]), checksum_of(data + b"\0"), *map(checksum_of, others)]
    assert len(set(sums)) == len(sums)


def test_the_checksum_of_what_cannot_be_mapped() -> None:
    """It is read then; and what is shorter than it says is an error."""
    if not os.path.exists("/sys/kernel/notes"):
        pytest.skip("no /sys/kernel/notes")
    with open("/sys/kernel/notes", "rb") as notes:
        assert ffi.checksum(notes.fileno()) == checksum_of(notes.read())
    with open("/sys/kernel/uevent_seqnum", "rb") as short, pytest.raises(OSError, match="Input/output error"):
        ffi.checksum(short.fileno())


@pytest.mark.parametrize(
    "line",
    ["", "v2", "v1 {name} 1 2 3\n", "v2 ../objects/{name} 1 2 3\n", "v2 {name} x y z\n", "\0" * 200, "v2 " + "a" * 300]
    + [f"v2 {{name}} {numbers}\n" for numbers in ("1 2", "-1 0123456789abcdef 0", "1 0123456789abcdef " + "9" * 19)]
    + [f"v2 {{name}} {'9' * count} 0123456789abcdef {'9' * count}\n" for count in (19, 20, 5000)]
    + ["v2 {name} 1 0123456789ABCDEF 0\n", "v2 {name} 1 0123456789abcdef 0 \n", "v2 {name} 1 0123456789abcdef 0"],
)
def test_a_damaged_index_entry_is_a_miss(cache_dir: Path, filled: Path, line: str) -> None:
    (entry,) = store(cache_dir).index.iterdir()
    (code,) = store(cache_dir).objects.iterdir()
    entry.write_text(line.format(name=code.name))
    assert not hit(cache_dir, filled)
    os.close(obtain.compiled(str(filled), str(cache_dir))[0])
    assert hit(cache_dir, filled), "the entry is repaired"


def parts(cache_dir: Path) -> Iterator[Path]:
    here = store(cache_dir)
    yield from (cache_dir, here.folder, here.index, here.objects, *here.index.iterdir(), *here.objects.iterdir())


@pytest.mark.parametrize("extra", [0o020, 0o002, 0o040, 0o004])
def test_what_others_can_touch_is_not_used(cache_dir: Path, filled: Path, extra: int) -> None:
    for path in list(parts(cache_dir)):
        mode = path.stat().st_mode
        path.chmod(mode | extra)
        assert not hit(cache_dir, filled), path
        path.chmod(mode)
    assert hit(cache_dir, filled)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_another_user_is_not_used(cache_dir: Path, filled: Path) -> None:
    for path in list(parts(cache_dir)):
        os.chown(path, 12345, -1)
        assert not hit(cache_dir, filled), path
        os.chown(path, 0, -1)
    assert hit(cache_dir, filled)


def test_symbolic_links_are_not_followed(cache_dir: Path, filled: Path, tmp_path: Path) -> None:
    for path in list(parts(cache_dir))[1:]:
        aside = tmp_path / "aside"
        path.rename(aside)
        path.symlink_to(aside)
        assert not hit(cache_dir, filled), path
        path.unlink()
        aside.rename(path)
    assert hit(cache_dir, filled)


def test_a_cache_that_others_can_write_is_not_filled(cache_dir: Path, module: MakeModule) -> None:
    cache_dir.mkdir(parents=True)
    cache_dir.chmod(0o777)
    os.close(obtain.compiled(str(module(MINIMAL)), str(cache_dir))[0])
    assert list(cache_dir.iterdir()) == []


# --- what must not be in the way --------------------------------------------------------------------------------------


def test_a_cache_that_cannot_be_made_costs_only_the_cache(
    wali_run: WaliRun, module: MakeModule, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    done = wali_run("--cache-dir", tmp_path / "file" / "cache", module(EXIT_BY_ARGUMENT), "abc")
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_read_only_cache_costs_only_the_cache(wali_run: WaliRun, module: MakeModule, tmp_path: Path) -> None:
    (tmp_path / "ro").mkdir(mode=0o500)
    done = wali_run("--cache-dir", tmp_path / "ro" / "cache", module(EXIT_BY_ARGUMENT), "abc")
    assert (done.returncode, done.stderr) == (3, "")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for folders, but for no compiled code."""
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k,mode=700", "wali-test", str(folder)], check=False, capture_output=True
    )
    if done.returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_costs_only_the_cache(wali_run: WaliRun, module: MakeModule, small_disk: Path) -> None:
    for _ in range(2):
        done = wali_run("--cache-dir", small_disk / "cache", module(EXIT_BY_ARGUMENT), "abc")
        assert (done.returncode, done.stderr) == (3, "")
    assert list((small_disk / "cache").rglob("*.cwasm")) == []


def test_many_processes_fill_it_at_once(cache_dir: Path, module: MakeModule) -> None:
    path = module(EXIT_BY_ARGUMENT)
    call = f"obtain.compiled({str(path)!r}, {str(cache_dir)!r})"
    code = f"from wali import ffi; from wali.compiled import obtain; ffi.engine_open(); {call}"
    fillers = [subprocess.Popen(python_command(code)) for _ in range(6)]
    assert [filler.wait(120) for filler in fillers] == [0] * 6
    assert hit(cache_dir, path)
    assert [p for p in cache_dir.rglob("*") if p.name.startswith(".")] == []


def test_old_engines_are_trimmed_and_others_left(cache_dir: Path, filled: Path) -> None:
    for name, age in (("old", cache.KEEP_OTHER_ENGINES + 60), ("recent", 60.0)):
        index = cache_dir / name / "index"
        index.mkdir(parents=True)
        (cache_dir / name).chmod(0o700)
        then = index.stat().st_mtime - age
        os.utime(index, (then, then))
    cache.trim(str(cache_dir), ffi.engine_key())
    assert {path.name for path in cache_dir.iterdir()} == {"recent", ffi.engine_key()}
    assert hit(cache_dir, filled)


def test_clear_and_list(wali: WaliRun, cache_dir: Path, filled: Path) -> None:
    assert "1 modules, 1 files" in wali("cache", "list").stdout
    assert wali("cache", "path").stdout == f"{cache_dir}\n"
    assert "freed" in wali("cache", "clear").stdout
    assert not hit(cache_dir, filled)


def test_sound_code_that_the_engine_refuses_is_compiled_anew(wali_run: WaliRun, cache_dir: Path, filled: Path) -> None:
    here = store(cache_dir)
    ((key, entry),) = here.entries().items()
    foreign = os.memfd_create("foreign")
    os.write(foreign, b"\x7fELF" + bytes(5000))
    assert here.add(key, entry.name.removesuffix(".cwasm"), (foreign, entry.code_delta))
    os.close(foreign)
    assert hit(cache_dir, filled), "it is whole, by its checksum"
    assert wali_run(filled, "abc").returncode == 3
    assert here.entries() == {key: entry}, "and mended"


# --- compiling --------------------------------------------------------------------------------------------------------


def test_a_module_that_is_invalid_is_refused_in_one_line(wali_run: WaliRun, tmp_path: Path) -> None:
    data = assemble(MINIMAL)
    body = data.index(b"\x0a\x04\x01\x02\x00\x0b")
    bad = tmp_path / "bad.wasm"
    bad.write_bytes(data[: body + 4] + b"\x1a\x0b" + data[body + 6 :])  # drop from an empty stack, and no end
    done = wali_run(bad)
    assert done.returncode == 126
    assert done.stderr.startswith(f"wali-run: {bad}: not valid wasm: ")
    assert done.stderr.count("\n") == 1


def test_a_compiler_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffi, "engine_compile", lambda *_: os.abort())
    with pytest.raises(compiler.WaliEngineError, match=r"killed by SIGABRT.*memory"):
        compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")


def compile_slowly(wasm: bytes, out: int, serial: bool, compile_: Callable[..., None] = ffi.engine_compile) -> None:
    time.sleep(0.3)
    compile_(wasm, out, serial)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler of which people hear, if at all, before it is done."""
    monkeypatch.delenv("WALI_QUIET")
    for name, value in (("SHOW_AFTER", 0.0), ("TELL_AFTER", 0.0), ("POLL_INTERVAL", 10)):
        monkeypatch.setattr(confined, name, value)
    monkeypatch.setattr(ffi, "engine_compile", compile_slowly)


@pytest.mark.usefixtures("slow")
def test_a_long_compilation_shows_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a line that changes, and is gone at the end."""
    leader, follower = open_terminal()
    monkeypatch.setattr(sys, "stderr", os.fdopen(follower, "w"))
    os.close(compiler.compile_to_memory(assemble(MINIMAL), "pro\x1bg.wasm")[0])
    shown = b""
    while select.select([leader], [], [], 0)[0]:  # one read takes a page
        shown += os.read(leader, 1 << 16)
    assert b"\r\x1b[Kwali: compiling pro\\x1bg.wasm, once ... 0 s\r" in shown
    assert shown.endswith(b"\r\x1b[K")
    sys.stderr.close()
    os.close(leader)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("quiet", ["", "1"])
def test_elsewhere_it_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], quiet: str
) -> None:
    monkeypatch.setenv("WALI_QUIET", quiet)
    os.close(compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")[0])
    assert capfd.readouterr() == ("", "" if quiet else "wali: compiling prog.wasm, once ...\n")
    os.close(compiler.compile_to_memory(assemble(MINIMAL), "")[0])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("words", [[], ["--quiet"]])
def test_a_first_run_tells_it(module: MakeModule, cache_dir: Path, words: list[str]) -> None:  # noqa: ARG001
    """And a later one does not, nor one that is to be quiet."""
    path = module(MINIMAL)
    slow = (
        "import time; from wali import ffi; from wali.compiled import confined; confined.TELL_AFTER = 0.0; "
        "confined.POLL_INTERVAL = 10; compile_ = ffi.engine_compile; "
        "ffi.engine_compile = lambda *words: (time.sleep(0.3), compile_(*words)); "
        f"from wali.cli import run_main; sys.exit(run_main({[*words, str(path)]!r}))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "WALI_QUIET"}
    for line in ("" if words else f"wali: compiling {path}, once ...\n", ""):
        done = subprocess.run(
            python_command(slow), capture_output=True, text=True, check=False, timeout=60, env=environment
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", line)


def test_a_process_that_has_the_engines_threads_can_compile() -> None:
    """A forked child would wait for threads that it does not have."""
    code = (
        "import wasmtime; from wali import ffi; from wali.compiled import compiler; ffi.engine_open(); "
        "wasmtime.Module(wasmtime.Engine(), '(module (func) (func))'); "
        f"data = wasmtime.wat2wasm({MINIMAL!r}); "
        "compiler.compile_to_memory(bytes(data), 'prog.wasm')"
    )
    assert subprocess.run(python_command(code), timeout=60, check=False).returncode == 0


def test_code_in_memory_is_sealed() -> None:
    fd, _ = compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")
    with pytest.raises(PermissionError):
        os.pwrite(fd, b"code", 0)
    os.close(fd)


def test_compiling_leaves_no_thread_and_no_descriptor(cache_dir: Path, module: MakeModule) -> None:
    before = (os.listdir("/proc/self/fd"), os.listdir("/proc/self/task"))
    os.close(obtain.compiled(str(module(MINIMAL)), str(cache_dir))[0])
    assert (os.listdir("/proc/self/fd"), os.listdir("/proc/self/task")) == before
