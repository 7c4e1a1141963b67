"""wasi:sockets/ip-name-lookup: what is a name, who may look one up, and what servers say of it.

Most of it happens in namespaces, with files in the place of those in /etc and with a server of DNS at loopback.
"""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

import wali
from tests.support import name_world
from tests.support.helpers import WaliRun, command_path
from tests.support.tools import ROOT
from tests.support.wit_guest import Guest, Result

MakeModule = Callable[..., Path]
GRANT = "-Sallow-ip-name-lookup"
NAMESPACE = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
REFUSE_THREADS = [sys.executable, str(ROOT / "tests/support/refuse_calls.py"), "EAGAIN", "56,435"]
MOST_THREADS = 16
SOON = 3.0
"""Seconds in which a guest ends that does not wait for a silent server, which would take some 60."""


class Names(Guest):
    """A guest that looks up names."""

    def __init__(self) -> None:
        super().__init__()
        self.network = self.call("instance-network").handle

    def begin(self, name: str | bytes) -> Result:
        text = name.encode() if isinstance(name, str) else name
        return self.call("resolve-addresses", self.network, self.bytes(text))

    def next(self, stream: Result) -> Result:
        return self.call("resolve-address-stream.resolve-next-address", stream.handle)

    def wait(self, stream: Result) -> None:
        pollable = self.call("resolve-address-stream.subscribe", stream.handle).handle
        self.call("pollable.block", pollable)
        self.call("drop:pollable", pollable)

    def all(self, name: str, most: int = 6) -> list[Result]:
        """What the stream of a name gives, and then gives again."""
        stream = self.begin(name)
        self.wait(stream)
        return [self.next(stream) for _ in range(most)]

    def told(self, memory: bytes, results: list[Result]) -> list[str]:
        """Addresses as text, and errors by their names; one `none` for all that follow."""
        values = self.read(memory)
        said = [text_of(values[self.results.index(one)]) for one in results]
        assert all(one == said[-1] for one in said[said.index(said[-1]) :])
        return said[: said.index(said[-1]) + 1]


def text_of(value: Any) -> str:
    """`192.0.2.1`, `none`, `would-block`."""
    case, (some, address) = value if value[0] == "ok" else (value[0], (value[1], None))
    if case == "err" or some == "none":
        return str(some)
    kind, parts = address
    if kind == "ipv4":
        return ".".join(str(part) for part in parts.values())
    return str(ip_address(b"".join(part.to_bytes(2, "big") for part in parts.values())))


class World:
    """Commands in a world of names."""

    def __init__(self, folder: Path, module: MakeModule, timeout: int) -> None:
        self.folder = folder
        self.module = module
        for name, text in name_world.FILES.items():
            (folder / name).write_text(text.format(timeout=timeout))

    def command(self, guest: Guest, *words: str, before: tuple[str, ...] = (), path: Path | None = None) -> list[str]:
        script = str(ROOT / "tests/support/name_world.py")
        run = [*before, *command_path("wali-run"), GRANT, *words, str(path or self.module(guest.text()))]
        return [*NAMESPACE, sys.executable, script, str(self.folder), *run]

    def run(self, guest: Guest, *words: str, before: tuple[str, ...] = ()) -> bytes:
        """What the guest has written of its memory."""
        command = self.command(guest, *words, before=before)
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout


@pytest.fixture
def make_world(module: MakeModule, cache_dir: Path, tmp_path: Path) -> Callable[..., World]:  # noqa: ARG001
    if shutil.which("unshare") is None or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("namespaces (unshare) are not available")

    def make(timeout: int = 1) -> World:
        return World(tmp_path, module, timeout)

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


ADDRESSES = {
    "127.0.0.1": "127.0.0.1",
    "127.0.0.1.": "127.0.0.1",
    "127.1": "127.0.0.1",
    "0x7f.0.0.1": "127.0.0.1",
    "0177.0.0.1": "127.0.0.1",
    "2130706433": "127.0.0.1",
    "255.255.255.255": "255.255.255.255",
    "::": "::",
    "::1": "::1",
    "[::1]": "::1",
    "2001:DB8::A": "2001:db8::a",
    "[2001:db8:1:2:3:4:5:6]": "2001:db8:1:2:3:4:5:6",
    "::ffff:192.0.2.1": "192.0.2.1",
    "[::ffff:c000:201]": "192.0.2.1",
    "::192.0.2.1": "::c000:201",
}


def test_addresses_are_known_at_once(module: MakeModule, wali_run: WaliRun) -> None:
    """Nothing is waited for, and no thread made."""
    guest = Names()
    found = []
    for text in ADDRESSES:
        stream = guest.begin(text)
        found.append([guest.next(stream) for _ in range(3)])
    pollable = guest.call("resolve-address-stream.subscribe", stream.handle).handle
    ready = guest.call("pollable.ready", pollable)
    path = module(guest.text())
    assert wali_run(GRANT, path, text=False).returncode == 0  # compiled, which takes threads
    for before in ([], REFUSE_THREADS):
        command = [*before, *command_path("wali-run"), GRANT, str(path)]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        told = [guest.told(done.stdout, one) for one in found]
        assert dict(zip(ADDRESSES, told, strict=True)) == {text: [want, "none"] for text, want in ADDRESSES.items()}
        assert guest.read(done.stdout)[guest.results.index(ready)] == "true"


NO_NAMES: list[str | bytes] = [
    *("", ".", "..", ".a", "a..b", "a b", " a", "a ", "a\n", "a/b", "a:80", "a@b", "a%20b", "a#b", "a?b", "a\\b"),
    *(
        "[::1",
        "::1]",
        "[]",
        "[127.0.0.1]",
        "::1%lo",
        "[fe80::1%25eth0]",
        ":::",
        "1:2:3",
        "::12345",
        "a\x7f",
        "<a>",
        "a|b",
    ),
    *("256.0.0.1", "1.2.3.4.5", "1.2.3.08", "a.1", "a.0x1", "a.1.", "0x", "4294967296", "[a]"),
    *("x" * 64, ".".join(["x" * 63] * 4), "x." * 127 + "xx", "ü" * 512, "x" * 5000),
    *(b"a\0b", b"\0", b"localhost\0"),
]


def test_what_is_no_name(module: MakeModule, wali_run: WaliRun) -> None:
    guest = Names()
    for name in NO_NAMES:
        guest.begin(name)
    done = wali_run(GRANT, module(guest.text()), text=False)
    assert done.returncode == 0
    assert guest.read(done.stdout)[1:] == [("err", "invalid-argument")] * len(NO_NAMES)


GRANTS = {
    (): False,
    ("--env=A=1",): False,
    ("-Sallow-ip-name-lookup",): True,
    ("-Sallow-ip-name-lookup=n",): False,
    ("-Sinherit-network",): True,
    ("-Sinherit-network", "-Sallow-ip-name-lookup=n"): False,
    ("-Sinherit-network=n", "-Sallow-ip-name-lookup"): True,
    ("--host",): True,
    ("--host", "-Sallow-ip-name-lookup=n"): False,
}


def test_who_may(module: MakeModule, wali_run: WaliRun) -> None:
    """Addresses, too, are answered to those alone that are granted names. Names are no grant to connect."""
    guest = Names()
    for name in ("::1", "localhost", "a b"):
        guest.begin(name)
    tcp = guest.call("create-tcp-socket", 0).handle
    bound = guest.call("tcp-socket.start-bind", tcp, guest.network, 0, 0, 127, 0, 0, 1, *(0,) * 6)
    path = module(guest.text())
    for words, is_granted in GRANTS.items():
        done = wali_run(*words, path, text=False)
        assert done.returncode == 0
        first, second, third = guest.read(done.stdout)[1:4]
        if is_granted:
            assert (first[0], second[0], third) == ("ok", "ok", ("err", "invalid-argument")), words
        else:
            assert (first, second, third) == (("err", "access-denied"),) * 3, words
        has_network = "--host" in words or "-Sinherit-network" in words
        network = guest.read(done.stdout)[guest.results.index(bound)]
        assert network == (("ok", None) if has_network else ("err", "access-denied")), words


def test_who_may_from_python(module: MakeModule) -> None:
    guest = Names()
    begun = guest.begin("::1")
    path = module(guest.text())
    for words, answer in {("inherit-network",): "ok", ("cli", "allow-ip-name-lookup=y"): "ok", (): "err"}.items():
        for done in (
            wali.run([path], wasi=words, capture_output=True),
            wali.Program(path).run(wasi=words, capture_output=True),
        ):
            assert (done.returncode, done.stderr) == (0, b"")
            assert guest.read(done.stdout)[guest.results.index(begun)][0] == answer
    with pytest.raises(wali.WaliUsageError, match="-S network: unknown"):
        wali.command(path, wasi=["network"])
    with pytest.raises(TypeError, match="wasi='cli': a list"):
        wali.command(path, wasi="cli")


FOUND = {
    "localhost": {"127.0.0.1", "::1"},
    "LOCALHOST": {"127.0.0.1", "::1"},
    "again.test": {"127.0.0.1"},
    "loop": {"127.0.0.1", "127.0.0.2"},
    "mapped.test": {"127.0.0.3"},
    "one.test": {"192.0.2.1"},
    "one.test.": {"192.0.2.1"},
    "ONE.Test": {"192.0.2.1"},
    "both.test": {"192.0.2.1", "2001:db8::1"},
    "many.test": {"192.0.2.5", "192.0.2.7", "192.0.2.9"},
    "a_b-c.test": {"192.0.2.4"},
    "xn--bcher-kva.test": {"192.0.2.2"},
    ".".join(["x" * 49] * 5): {"192.0.2.6"},
}
NOT_FOUND = {
    "nobody.test": "name-unresolvable",
    "empty.test": "name-unresolvable",
    "failing.test": "temporary-resolver-failure",
    "refusing.test": "temporary-resolver-failure",
    name_world.SILENT: "temporary-resolver-failure",
}


def test_what_files_and_servers_say(world: World) -> None:
    """Each address once; an error as often as it is asked for."""
    guest = Names()
    asked = {name: guest.all(name) for name in [*FOUND, *NOT_FOUND]}
    memory = world.run(guest)
    told = {name: guest.told(memory, results) for name, results in asked.items()}
    for name, addresses in FOUND.items():
        assert (sorted(told[name][:-1]), told[name][-1]) == (sorted(addresses), "none"), name
    assert {name: told[name] for name in NOT_FOUND} == {name: [error] for name, error in NOT_FOUND.items()}


def test_without_any_server(world: World) -> None:
    (world.folder / "resolv.conf").write_text("nameserver 127.0.0.9\noptions timeout:1 attempts:1\n")
    guest = Names()
    results = guest.all("one.test"), guest.all("localhost")
    memory = world.run(guest)
    assert guest.told(memory, results[0]) == ["temporary-resolver-failure"]
    assert "127.0.0.1" in guest.told(memory, results[1])


UNICODE = {
    "bücher.test": ["192.0.2.2", "none"],
    "BÜCHER.test": ["192.0.2.2", "none"],
    "bu\u0308cher.test": ["192.0.2.2", "none"],
    "中国.test": ["192.0.2.3", "none"],
    "中国。test": ["192.0.2.3", "none"],
    "ümlaut.test": ["name-unresolvable"],
    "ü" * 70 + ".test": ["invalid-argument"],
}


def test_names_that_are_unicode(world: World) -> None:
    """By libidn2, which libc finds if it is there."""
    if subprocess.run(["sh", "-c", "ldconfig -p | grep -q libidn2.so.0"], check=False).returncode != 0:
        pytest.skip("no libidn2.so.0 on this system")
    guest = Names()
    asked = {name: guest.all(name, 3) for name in UNICODE}
    memory = world.run(guest)
    assert {name: guest.told(memory, results) for name, results in asked.items()} == UNICODE


def test_a_slow_server(world: World) -> None:
    """The guest goes on meanwhile, and waits for whatever comes first."""
    guest = Names()
    stream = guest.begin(name_world.SLOW)
    early = guest.next(stream)
    pollable = guest.call("resolve-address-stream.subscribe", stream.handle)
    clock = guest.call("subscribe-duration", 10**6)
    unready = guest.call("pollable.ready", pollable.handle)
    by_clock = guest.call("poll", guest.handles(pollable, clock))
    still = guest.next(stream)
    by_name = guest.call("poll", guest.handles(pollable))
    ready = guest.call("pollable.ready", pollable.handle)
    found = [guest.next(stream) for _ in range(2)]
    memory = world.run(guest)
    values = guest.read(memory)
    said = [values[guest.results.index(one)] for one in (early, unready, by_clock, still, by_name, ready)]
    assert said == [("err", "would-block"), "false", [1], ("err", "would-block"), [0], "true"]
    assert guest.told(memory, found) == ["192.0.2.8", "none"]


def test_many_at_once(world: World) -> None:
    """More than there are threads. Of those that are dropped while they wait, nobody is asked."""
    guest = Names()
    streams = [guest.begin(f"{n}.{name_world.SLOW}") for n in range(300)]
    for stream in streams[100:]:
        guest.call("drop:resolve-address-stream", stream.handle)
    results = []
    for stream in streams[:100]:
        guest.wait(stream)
        results.append(guest.next(stream))
    path = world.module(guest.text())
    end = time.monotonic() + 60
    most = 0
    with (
        (world.folder / "out").open("wb") as out,
        subprocess.Popen(world.command(guest, path=path), stdout=out) as program,
    ):
        while program.poll() is None and time.monotonic() < end:
            tasks = Path(f"/proc/{program.pid}/task")
            names = [name_of(task) for task in (tasks.iterdir() if tasks.exists() else [])]
            most = max(most, names.count("resolver"))
            time.sleep(0.005)
        program.kill()
    memory = (world.folder / "out").read_bytes()
    assert program.returncode == 0
    assert {text_of(guest.read(memory)[guest.results.index(one)]) for one in results} == {"192.0.2.8"}
    assert 1 < most <= MOST_THREADS


def name_of(task: Path) -> str:
    try:
        return (task / "comm").read_text().strip()
    except OSError:
        return ""  # it has ended


def test_ends_without_waiting(make_world: Callable[..., World]) -> None:
    """By returning, by a signal, or by a trap, with names that nobody answers."""
    world = make_world(timeout=30)
    guest = Names()
    streams = [guest.begin(f"{n}.{name_world.SILENT}") for n in range(40)]
    for stream in streams[::2]:
        guest.call("drop:resolve-address-stream", stream.handle)
    began = time.monotonic()
    world.run(guest)
    assert time.monotonic() - began < SOON
    guest.call("drop:resolve-address-stream", 77)
    trapped = subprocess.run(world.command(guest), capture_output=True, timeout=60, check=False)
    assert trapped.returncode == -signal.SIGABRT
    assert b"the handle 77 as resolve-address-stream, which is nothing" in trapped.stderr
    waiting = Names()
    waiting.wait(waiting.begin(name_world.SILENT))
    with subprocess.Popen([*world.command(waiting), "x"], stderr=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        time.sleep(1)
        assert program.poll() is None
        program.send_signal(signal.SIGTERM)
        assert program.wait(SOON) == -signal.SIGTERM


def test_there_is_an_end_to_them(make_world: Callable[..., World]) -> None:
    """1024 names wait at most, and each takes a descriptor of the host's."""
    world = make_world(timeout=30)
    guest = Names()
    streams = [guest.begin(f"{n}.{name_world.SILENT}") for n in range(1030)]
    guest.call("drop:resolve-address-stream", streams[500].handle)
    after = guest.begin(name_world.SILENT)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    values = guest.read(world.run(guest, before=("prlimit", f"--nofile={min(4096, hard)}:")))
    if min(4096, hard) > 1100:
        assert [value[0] for value in values[1:1025]] == ["ok"] * 1024
        assert values[1025:1031] == [("err", "temporary-resolver-failure")] * 6
        assert values[guest.results.index(after)][0] == "ok"
    values = guest.read(world.run(guest, before=("prlimit", "--nofile=64:")))
    refused = [value for value in values[1:1031] if value[0] == "err"]
    assert len(refused) > 900
    assert set(refused) == {("err", "new-socket-limit")}


def test_without_threads(world: World) -> None:
    guest = Names()
    guest.begin("localhost")
    guest.begin("127.0.0.1")
    world.run(guest)  # compiled, which takes threads
    memory = world.run(guest, before=tuple(REFUSE_THREADS))
    first, second = guest.read(memory)[1:]
    assert (first, second[0]) == (("err", "temporary-resolver-failure"), "ok")


def test_the_trace(module: MakeModule, wali_run: WaliRun) -> None:
    guest = Names()
    stream = guest.begin("[::1]")
    guest.next(stream)
    guest.next(stream)
    guest.begin("a b")
    done = wali_run("--trace-options=-a1 -qq", GRANT, module(guest.text()), text=False)
    lines = done.stderr.decode().splitlines()
    assert 'resolve-addresses(1, "[::1]") = ok(2)' in lines
    assert 'resolve-addresses(1, "a b") = err(invalid-argument)' in lines
    told = [line for line in lines if "resolve-next-address" in line]
    assert told == [
        "[method]resolve-address-stream.resolve-next-address(2) = ok({type=some, type=ipv6, a=0, b=0, c=0, d=0, e=0, f=0, g=0, h=1})",
        "[method]resolve-address-stream.resolve-next-address(2) = ok({type=none})",
    ]


def test_inspect_says_that_it_is_served(module: MakeModule, wali: WaliRun) -> None:
    guest = Names()
    guest.begin("localhost")
    done = wali("inspect", module(guest.text()))
    assert done.returncode == 0
    assert "can run" in done.stdout
