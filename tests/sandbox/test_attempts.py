"""Each attempt that succeeds natively is refused in a sandbox: to the guest, to a module and to a native program that it
executes."""

from __future__ import annotations

import ctypes
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterable

import pytest

from tests.support.helpers import command_path

from .conftest import LIBRARIES, World, need

VIEW, PROCESS = "--sandbox", "--sandbox=process"
Argument = Callable[[World], object]
DONE = "done"


def file_of(folder: str) -> Argument:
    return lambda world: getattr(world, folder) / "file"


def gone_from(folder: str) -> Argument:
    return lambda world: getattr(world, folder) / "gone"


def new_in(folder: str) -> Argument:
    return lambda world: getattr(world, folder) / "new"


# attempt: (what, its argument, natively ("" is not asked), with a view, without one)
ATTEMPTS: dict[str, tuple[str, Argument, str, str, str]] = {
    "read outside": ("read", file_of("outside"), DONE, "ENOENT", "EACCES"),
    "list outside": ("list", lambda world: world.outside, DONE, "ENOENT", "EACCES"),
    "write outside": ("write", file_of("outside"), DONE, "ENOENT", "EACCES"),
    "create outside": ("create", new_in("outside"), DONE, "ENOENT", "EACCES"),
    "unlink outside": ("unlink", gone_from("outside"), DONE, "ENOENT", "EACCES"),
    "chmod outside": ("chmod", file_of("outside"), DONE, "ENOENT", "EPERM"),
    "stat outside": ("stat", file_of("outside"), DONE, "ENOENT", DONE),
    "by ..": ("read", lambda world: f"{world.read_only}/../outside/file", DONE, "ENOENT", "EACCES"),
    "read below --ro": ("read", file_of("read_only"), DONE, DONE, DONE),
    "write below --ro": ("write", file_of("read_only"), DONE, "EROFS", "EACCES"),
    "create below --ro": ("create", new_in("read_only"), DONE, "EROFS", "EACCES"),
    "unlink below --ro": ("unlink", gone_from("read_only"), DONE, "EROFS", "EACCES"),
    "chmod below --ro": ("chmod", file_of("read_only"), DONE, "EROFS", "EPERM"),
    "flags below --ro": ("flags", file_of("read_only"), "", "EROFS", "EPERM"),
    "write below --rw": ("write", file_of("writable"), DONE, DONE, DONE),
    "create below --rw": ("create", new_in("writable"), DONE, DONE, DONE),
    "unlink below --rw": ("unlink", gone_from("writable"), DONE, DONE, DONE),
    "TCP": ("tcp", lambda world: world.tcp_port, DONE, "ENETUNREACH", "EACCES"),
    "UDP": ("udp", lambda world: world.tcp_port, DONE, "ENETUNREACH", "EACCES"),
    "fast open": ("fast-open", lambda world: world.tcp_port, "", "ENETUNREACH", "EACCES"),
    "vsock": ("vsock", str, "", "EACCES", "EACCES"),
    "packets": ("packet", str, "", "EPERM", "EPERM"),
    "raw": ("raw", str, "", "EPERM", "EACCES"),
    "abstract socket": ("abstract", lambda _: f"wali-{os.getpid()}", DONE, "ECONNREFUSED", "EACCES"),
    "socket of a file": ("socket-file", lambda world: world.outside / "stream", DONE, "ENOENT", "EACCES"),
    "a pair's end": ("datagram-file", lambda world: world.outside / "datagram", DONE, "ENOENT", "EACCES"),
    "a raw pair's end": ("raw-pair-file", lambda world: world.outside / "datagram", DONE, "ENOENT", "EACCES"),
    "signal": ("kill", lambda _: os.getpid(), DONE, "EPERM", "EPERM"),
    "limits of others": ("limit", lambda _: os.getpid(), DONE, "EPERM", "EPERM"),
    "mount": ("mount", lambda world: world.writable, "", "EPERM", "EPERM"),
    "user namespace": ("unshare", str, "", "EPERM", "EPERM"),
    "child in one": ("clone", str, "", "EPERM", "EPERM"),
    "keys": ("key", str, "", "EPERM", "EPERM"),
}


def tried(world: World, *words: object, names: Iterable[str] = ATTEMPTS) -> dict[str, str]:
    """What the program says of each attempt. words: what starts it; nothing for the native program itself."""
    attempts = [(ATTEMPTS[name][0], ATTEMPTS[name][1](world)) for name in names]
    arguments = ["each", *(word for attempt in attempts for word in attempt)]
    said = world.said(*words, *arguments) if words else world.natively(*arguments)
    return dict(zip(names, said.splitlines(), strict=True))


def expected(form: str, names: Iterable[str] = ATTEMPTS) -> dict[str, str]:
    return {name: ATTEMPTS[name][3 if form == VIEW else 4] for name in names}


HARMLESS = [name for name, row in ATTEMPTS.items() if row[2]]


@pytest.mark.parametrize("program", ["native", "wasm", "confined"])
def test_they_succeed_without(program: str, world: World) -> None:
    """Or else the others would show nothing. Of what --confine leaves that is all, but for the ways out."""
    out = ["user namespace", "child in one", "keys"] if program == "confined" else []
    words = {"native": [], "wasm": [world.wasm], "confined": ["--confine", world.wasm]}[program]
    wanted = {name: "EPERM" if name in out else ATTEMPTS[name][2] for name in HARMLESS}
    assert tried(world, *words, names=HARMLESS) == wanted


def test_the_guest(world: World, form: str) -> None:
    assert tried(world, form, *world.given(), world.wasm) == expected(form)


def with_natives(world: World) -> list[object]:
    return [word for path in [*LIBRARIES, world.native.parent] for word in ("--ro", path)]


def test_a_native_program(world: World, form: str) -> None:
    words = [form, "--exec", *with_natives(world), *world.given(), world.wasm, "child", world.native]
    assert tried(world, *words) == expected(form)
    others = ["ptrace", os.getppid(), "ring", ""]  # the runtime itself refuses them to guests
    assert world.said(*words, "each", *others).split() == ["EPERM", "EPERM"]


def test_a_module_that_it_executes(world: World, form: str) -> None:
    words = [form, "--exec", *world.given(), world.wasm, "child", world.wasm]
    assert tried(world, *words) == expected(form)


@pytest.mark.parametrize("program", ["/bin/true", "wasm"])
def test_it_executes_nothing_unless_it_may(program: str, world: World, form: str) -> None:
    path = world.wasm if program == "wasm" else program
    assert world.said(form, "--ro", "/bin", world.wasm, "exec", path) == "EACCES"
    assert world.said("--no-exec", world.wasm, "exec", path) == "EACCES"


def test_it_types_nothing_into_the_terminal(world: World, form: str) -> None:
    leader, follower = pty.openpty()
    try:
        assert world.said(form, world.wasm, "type", stdin=follower) == "EPERM"
        assert world.said("--confine", world.wasm, "type", stdin=follower) == "EPERM"
    finally:
        os.close(leader)
        os.close(follower)


def test_shared_memory_of_others(world: World, form: str) -> None:
    libc = ctypes.CDLL(None)
    key = 0x77000000 + os.getpid() % 0xFFFF
    segment = libc.shmget(key, 1, 0o1600)  # IPC_CREAT
    assert segment >= 0
    try:
        assert world.natively("shared", key) == DONE
        assert world.said(form, world.wasm, "shared", key) == ("ENOENT" if form == VIEW else "EPERM")
    finally:
        libc.shmctl(segment, 0, None)  # IPC_RMID


def test_confine_closes_the_ways_out(world: World) -> None:
    attempts = [word for what in ("unshare", "clone", "packet", "raw", "key") for word in (what, "")]
    for words in ([world.wasm], [world.wasm, "child", world.native]):
        assert world.said("--confine", *words, "each", *attempts).split() == ["EPERM"] * 5


def test_filters_of_the_guest_hold_inside(world: World) -> None:
    need(world, VIEW)
    words = [VIEW, "--exec", "--deny", "socket", *with_natives(world), world.wasm]
    assert world.said(*words, "udp", 9) == "EPERM"
    assert world.said(*words, "child", world.native, "udp", 9) == "EPERM"
    assert world.said(*words, "child", world.wasm, "udp", 9) == "EPERM"
    assert world.said(*words, "read", world.native) == DONE


LACKING = {
    "272": (VIEW, "no namespaces can be made here: Operation not permitted; a weaker form without namespaces"),
    "444": (PROCESS, "this kernel has version 0 of Landlock, and 6 is needed"),
    "428": (VIEW, "cannot be opened: Operation not permitted"),
}


@pytest.mark.parametrize("number", LACKING)
def test_a_kernel_that_lacks_something_is_no_weaker_sandbox(number: str, world: World) -> None:
    form, message = LACKING[number]
    need(world, form)
    command = [*command_path("wali-run"), form, str(world.wasm), "read", "/etc/passwd"]
    settings = {**os.environ, "WALI_CACHE_DIR": str(world.cache)}
    code = f"from tests.support import refuse_calls; refuse_calls.main('EPERM', '{number}', {command!r})"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=settings,
    )
    assert (done.returncode, done.stdout, message in done.stderr) == (126, "", True), done.stderr
