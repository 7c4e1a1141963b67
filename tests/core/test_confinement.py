"""What reads and compiles modules can do nothing else, ends within bounds, and is not believed."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.helpers import MINIMAL, WaliRun, assemble, command_path, python_command
from wali import ffi
from wali.compiled import compiler, confined, failures
from wali.errors import WaliEngineError, WaliError, WaliFormatError

MakeModule = Callable[..., Path]
BOUNDS = confined.bounds(1000)
LIBC = ctypes.CDLL(None, use_errno=True)
MOST_CALLS = 470
# Calls that the process may make, by number: memory, threads, time, signals to itself, and its descriptors.
QUIET = {0, 1, 3, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20, 24, 25, 28, 35, 39, 60, 63, 96, 98, 99, 100, 102, 104, 107, 108}
QUIET |= {56, 335, 336}  # clone makes threads alone, as "fork" shows below; no filter sees uretprobe and uprobe
QUIET |= {131, 157, 186, 202, 204, 219, 228, 229, 230, 231, 234, 273, 309, 318, 324, 334}


def answers(work: Callable[[], object]) -> str:
    """What `work` comes to in a confined process."""
    return confined.call(lambda _: str(work()).encode(), BOUNDS, "test").decode()


def refused(work: Callable[[], object]) -> str:
    """The error by which it fails there; "" if it does not."""

    def attempt() -> str:
        try:
            work()
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        return ""

    return answers(attempt)


@pytest.fixture(autouse=True)
def engine() -> None:
    ffi.engine_open()


@pytest.fixture(scope="module")
def held() -> int:
    """The bits of what this kernel knows."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, bytes([ffi.confine((1 << 33, 1 << 20, 100), [write])]))
        finally:
            os._exit(0)
    os.close(write)
    told = os.read(read, 1)[0]
    os.close(read)
    os.waitpid(child, 0)
    return told


def test_this_kernel_has_both(held: int) -> None:
    if held != ffi.CONFINED_FILES | ffi.CONFINED_CALLS:
        pytest.skip("this kernel has not both of Landlock and seccomp")


NEEDS: dict[str, Callable[[], object]] = {
    "open to read": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "open to write": lambda: os.open("/dev/null", os.O_WRONLY),
    "make": lambda: os.open("/tmp/made-by-a-confined-process", os.O_CREAT | os.O_WRONLY),
    "list": lambda: os.listdir("/"),
    "stat": lambda: os.stat("/etc/passwd"),
    "remove": lambda: os.unlink("/tmp/none"),
    "link": lambda: os.symlink("a", "/tmp/none"),
    "change folder": lambda: os.chdir("/"),
    "pipe": os.pipe,
    "duplicate": lambda: os.dup(0),
    "memory file": lambda: os.memfd_create("x"),
    "socket": lambda: socket.socket(socket.AF_UNIX),
    "internet": lambda: socket.socket(socket.AF_INET),
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "fork": os.fork,
    "kill": lambda: os.kill(os.getppid(), 0),
    "kill itself": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "kill all": lambda: os.kill(-1, 0),
    "wait": lambda: os.waitpid(-1, os.WNOHANG),
    "own name in /proc": lambda: os.readlink("/proc/self/exe"),
    "session": os.setsid,
    "priority": lambda: os.nice(1),
}


@pytest.mark.parametrize("name", NEEDS)
def test_what_it_cannot_do(name: str, held: int) -> None:
    if not held & ffi.CONFINED_CALLS:
        pytest.skip("no seccomp here")
    assert refused(NEEDS[name]) == "EPERM"


def test_no_other_call_passes(held: int) -> None:
    """Each number of the table that is not for computing, and those of the other two instruction sets' tables."""
    if not held & ffi.CONFINED_CALLS:
        pytest.skip("no seccomp here")

    def passing() -> list[int]:
        found = []
        for number in (*range(MOST_CALLS), *range(1 << 30, (1 << 30) + 30)):
            if number not in QUIET:
                ctypes.set_errno(0)
                if (
                    LIBC.syscall(ctypes.c_long(number), -1, -1, -1, -1, -1, -1) != -1
                    or ctypes.get_errno() != errno.EPERM
                ):
                    found.append(number)
        return found

    assert answers(passing) == str([435]), "clone3 answers ENOSYS, so that libc makes threads by clone"


def test_what_is_open_is_what_was_kept() -> None:
    out = os.memfd_create("out")

    def open_ones() -> list[int]:
        return [fd for fd in range(2000) if LIBC.lseek(fd, 0, 1) != -1 or ctypes.get_errno() == errno.ESPIPE]

    # The memory file can be sought in, the pipe answers ESPIPE.
    os.dup2(0, 700)
    told = confined.call(lambda _: str(open_ones()).encode(), BOUNDS, "test", out).decode()
    os.close(700)
    assert len(told.split(",")) == 2
    assert str(out) in told
    os.close(out)


def test_without_seccomp_the_rest_holds() -> None:
    """Landlock and the limits, each by itself: what the filter forbids, they forbid as far as they reach."""
    script = """
import os, errno
if os.geteuid() == 0: os.setuid(12345)  # root may make any number of processes
def refused(work):
    try: work()
    except OSError as error: return errno.errorcode[error.errno]
    return ""
held = ffi.confine((8 << 30, 1 << 20, 100), [1])
os.write(1, " ".join([str(held), refused(lambda: os.open("/etc/passwd", 0)), refused(os.fork), refused(os.pipe)]).encode())
"""
    filtered = (
        "import ctypes; libc = ctypes.CDLL(None); "
        # A filter of one's own, as a container may have: seccomp(2) and prctl(PR_SET_SECCOMP) fail.
        "import struct; code = b''.join(struct.pack('HBBI', *row) for row in "
        "((0x20, 0, 0, 0), (0x15, 0, 3, 157), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (6, 0, 0, 0x50026), (6, 0, 0, 0x7fff0000))); "
        "buffer = ctypes.create_string_buffer(code); libc.prctl(38, 1, 0, 0, 0); "
        "fprog = struct.pack('HxxxxxxQ', 6, ctypes.addressof(buffer)); assert libc.prctl(22, 2, fprog) == 0; "
    )
    done = subprocess.run(
        python_command(f"from wali import ffi; {filtered}exec({script!r})"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"no filter can be made here: {done.stderr[-200:]}")
    held, opened, forked, piped = done.stdout.split(" ")
    assert held in ("0", str(ffi.CONFINED_FILES))
    assert (forked, piped) == ("EAGAIN", "EMFILE")
    assert opened in ("EACCES", "EMFILE")


def test_the_compiler_needs_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """With threads of the engine's pool and without, and for what is refused."""
    for serial in (False, True):
        real = ffi.engine_compile
        monkeypatch.setattr(ffi, "engine_compile", lambda wasm, out, _: real(wasm, out, serial))  # noqa: B023
        fd, delta = compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")
        assert os.fstat(fd).st_size > 1000
        assert isinstance(delta, int)
        os.close(fd)
        monkeypatch.undo()
    with pytest.raises(WaliFormatError, match="not a wasm module") as caught:
        compiler.compile_to_memory(b"hello", "prog.wasm")
    assert caught.value.offset == 0


def test_the_guest_has_none_of_it(wali_run: WaliRun, module: MakeModule) -> None:
    """No filter, no rule, no limit, no forbidden privilege: a first run's process is as its caller's."""
    waits = """(module (import "wali" "SYS_write" (func $write (param i32 i32 i32) (result i64)))
        (import "wali" "SYS_pause" (func $pause (result i64))) (memory 1 1)
        (func (export "_start") (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1))) (drop (call $pause))))"""
    command = [*command_path("wali-run"), "--no-cache", str(module(waits))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as guest:
        assert guest.stdout is not None
        guest.stdout.read(1)
        status = Path(f"/proc/{guest.pid}/status").read_text()
        limits = Path(f"/proc/{guest.pid}/limits").read_text()
        guest.kill()
    own = Path("/proc/self/status").read_text()
    for field in ("NoNewPrivs", "Seccomp", "Seccomp_filters"):
        lines = [[line for line in text.splitlines() if line.startswith(f"{field}:")] for text in (status, own)]
        assert lines[0] == lines[1]
    assert limits == Path("/proc/self/limits").read_text()
    assert wali_run("--version").returncode == 0


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_endless_work_is_ended() -> None:
    limits = confined.Bounds(BOUNDS.address_space, BOUNDS.file_size, 1)

    def for_ever(_: bool) -> bytes:
        while True:
            pass

    with pytest.raises(WaliError, match="more than 1 s of processor time, which is the limit"):
        confined.call(for_ever, limits, "test")


def test_endless_memory_is_an_error() -> None:
    with pytest.raises(WaliError, match="takes more memory than a module may need"):
        confined.call(lambda _: bytes(1 << 40), BOUNDS, "test")


def test_endless_code_is_an_error() -> None:
    limits = confined.Bounds(BOUNDS.address_space, 100, 100)
    out, data = os.memfd_create("out"), compiler.prepared(assemble(MINIMAL), False).wasm
    with pytest.raises(WaliError, match="File too large"):
        confined.call(lambda _: str(ffi.engine_compile(data, out, True)).encode(), limits, "test", out)
    os.close(out)


def test_endless_nesting_is_an_error() -> None:
    def deeper(_: bool) -> bytes:
        return deeper(_)

    with pytest.raises(WaliError, match="nested more deeply"):
        confined.call(deeper, BOUNDS, "test")


def test_endless_talk_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "MOST_ANSWER", 1 << 20)
    with pytest.raises(WaliError, match="says more than there can be to say"):
        confined.call(lambda _: bytes(2 << 20), BOUNDS, "test")


def names(count: int) -> bytes:
    """A module with so many imports: each takes six bytes of the file, and hundreds in Python."""
    item = b"\x01a\x01b\x00\x00"
    return b"\0asm\1\0\0\0" + section(1, b"\x01\x60\x00\x00") + section(2, leb(count) + item * count)


def leb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def section(number: int, body: bytes) -> bytes:
    return bytes([number]) + leb(len(body)) + body


# Reads a module with 20 MiB to do it, and says what became of it.
READS_WITH_LITTLE = """
import os, sys
from pathlib import Path
from wali.compiled import compiler, confined
from wali.errors import WaliError
in_use = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
confined.bounds = lambda _: confined.Bounds(in_use + (20 << 20), 1 << 20, 300)
try:
    compiler.compile_to_memory(Path(sys.argv[1]).read_bytes(), "prog.wasm")
except WaliError as error:
    print(error)
"""


def test_a_module_that_takes_much_memory_to_read(wali_run: WaliRun, wali: WaliRun, tmp_path: Path) -> None:
    """Its reader may have so much, and then says so; by all commands that read one."""
    data = names(150_000)
    with pytest.raises(WaliFormatError, match="nothing provides its imports"):
        compiler.compile_to_memory(data, "prog.wasm")
    path = tmp_path / "prog.wasm"
    path.write_bytes(data)
    # In a process of its own: what tests have left unused in this one would do for the reader.
    words = [*python_command(f"exec({READS_WITH_LITTLE!r})"), str(path)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "takes more memory than a module may need" in said
    for done in (wali_run(path), wali("compile", path)):
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (126, "", 1)
    assert wali("inspect", path).returncode == 1


def test_whoever_is_killed_leaves_nobody_behind() -> None:
    """The reader and its keeper end with the process that wanted it."""
    code = (
        "import sys, time; from wali.compiled import confined; from wali import ffi; "
        "print(flush=True); confined.call(lambda _: time.sleep(100), confined.bounds(10), 'x')"
    )
    with subprocess.Popen(python_command(code), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        children: list[int] = []
        while len(children) < 2:
            children = descendants(process.pid)
            time.sleep(0.01)
        process.kill()
        process.wait()
    for _ in range(500):
        if not any(os.path.exists(f"/proc/{pid}/root") for pid in children):
            return
        time.sleep(0.01)
    pytest.fail("a process is left")


def descendants(pid: int) -> list[int]:
    try:
        own = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return own + [grandchild for child in own for grandchild in descendants(child)]


# --- what is told is not believed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [b"", b"x", b"--1", b"1.5", b"9" * 11, b"9" * 5000, b"2147483648", "\u0661".encode()])
def test_a_false_distance(monkeypatch: pytest.MonkeyPatch, told: bytes) -> None:
    def lie(data: bytes, fix: bool, debug: bool, out: int, serial: bool) -> bytes:  # noqa: ARG001
        ffi.engine_compile(assemble(MINIMAL.replace("(memory", "(memory")), out, True)
        return told

    monkeypatch.setattr(compiler, "_compile", lie)
    with pytest.raises(WaliError, match="answers nonsense"):
        compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")


ELF = b"\x7fELF\x02\x01\x01"
HEADERS = struct.pack("<Q", 1 << 60)


@pytest.mark.parametrize(
    "code", [b"", ELF, b"MZ" + bytes(500), ELF + bytes(500), ELF + bytes(33) + HEADERS + bytes(500), bytes(4096)]
)
def test_false_code(monkeypatch: pytest.MonkeyPatch, code: bytes) -> None:
    def lie(data: bytes, fix: bool, debug: bool, out: int, serial: bool) -> bytes:  # noqa: ARG001
        os.write(out, code)
        return b"0"

    monkeypatch.setattr(compiler, "_compile", lie)
    with pytest.raises(WaliError, match="has written no code"):
        compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")


@pytest.mark.parametrize(
    "error", [WaliError("x", 3), WaliFormatError("x", 7), WaliEngineError("x", 2, 5), WaliError("")]
)
def test_errors_travel_whole(error: WaliError) -> None:
    again = failures.read(failures.write(error))
    for name in ("__class__", "args", "status", "offset", "code", "errnum"):
        assert getattr(again, name, None) == getattr(error, name, None)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"error",
        b"error\n\n\n\n",
        b"exit\n\n\n\n\nx",
        b"\xff" * 100,
        b"engine\n" + b"9" * 5000 + b"\nx\n\n\nx",
        b"\n" * 9,
    ],
)
def test_false_errors_are_errors(told: bytes) -> None:
    error = failures.read(told)
    assert isinstance(error, WaliError)
    assert error.status == 126


def test_an_error_without_end_is_cut() -> None:
    assert len(str(failures.read(b"error\n999\n\n\n\n" + b"x" * 100_000))) == failures.MOST_TEXT


def test_no_process_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    before = os.listdir("/proc/self/fd")
    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(WaliError, match="no process to read the module in: Resource temporarily"):
        compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")
    assert os.listdir("/proc/self/fd") == before


def test_threads_here_do_no_harm() -> None:
    """The engine's pool is not used then, for a forked child would wait for it."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        fd, _ = compiler.compile_to_memory(assemble(MINIMAL), "prog.wasm")
        os.close(fd)
    finally:
        stop.set()
        thread.join()
    assert sys.exc_info() == (None, None, None)
