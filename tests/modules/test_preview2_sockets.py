"""wasi:sockets: connections and datagrams over loopback, by guests that talk to themselves and to this process."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from tests.support.helpers import WaliRun
from tests.support.wit_guest import Result
from tests.support.wit_runs import (
    IPV4,
    IPV6,
    LOOPBACK,
    MakeModule,
    Run,
    err,
    ipv4,
    ipv6,
    ok,
    port_of,
    with_network,
)
from tests.support.wit_sockets import Sockets

SECOND = 10**9


@pytest.fixture
def run(module: MakeModule, wali_run: WaliRun) -> Run:
    return with_network(module, wali_run)


@pytest.mark.parametrize("family", [IPV4, IPV6])
def test_a_connection(run: Run, family: int) -> None:
    guest = Sockets()
    listener, port = guest.listening(family)
    early = guest.call("tcp-socket.accept", listener)
    client, streams = guest.connected(ipv4(port) if family == IPV4 else ipv6(port), family)
    guest.wait("tcp-socket", listener)
    accepted = guest.call("tcp-socket.accept", listener)
    server, server_in, server_out = accepted.handle, accepted.word(8), accepted.word(12)
    client_in, client_out = streams.word(4), streams.word(8)
    nothing = guest.call("input-stream.read", server_in, 9)
    room = guest.call("output-stream.check-write", client_out)
    guest.call("output-stream.blocking-write-and-flush", client_out, guest.bytes(b"hello"))
    guest.wait("input-stream", server_in)
    heard = guest.call("input-stream.read", server_in, 99)
    guest.write(server_out, b"hi")
    answer = guest.call("input-stream.blocking-read", client_in, 99)
    addresses = [
        guest.call(f"tcp-socket.{name}", one)
        for one in (client, server)
        for name in ("local-address", "remote-address")
    ]
    shut = guest.call("tcp-socket.shutdown", client, 1)
    end = guest.call("input-stream.blocking-read", server_in, 9)
    guest.call("tcp-socket.shutdown", server, 2)
    closed = guest.call("input-stream.blocking-read", client_in, 9)
    for name, handle in [("input-stream", client_in), ("output-stream", client_out), ("tcp-socket", client)]:
        guest.call(f"drop:{name}", handle)
    kinds = [guest.call("tcp-socket.is-listening", one) for one in (listener, server)]
    told = guest.call("tcp-socket.address-family", server)
    results = run(guest)
    assert guest.last(results, early) == err("would-block")
    assert guest.last(results, nothing) == ok(b"")
    assert guest.last(results, room)[1] > 0
    assert guest.last(results, heard) == ok(b"hello")
    assert guest.last(results, answer) == ok(b"hi")
    local, remote, server_local, server_remote = (guest.last(results, one)[1] for one in addresses)
    assert (local, remote) == (server_remote, server_local)
    assert local[0] == ("ipv4" if family == IPV4 else "ipv6")
    assert local[1]["address"] == (LOOPBACK if family == IPV4 else {**dict.fromkeys("abcdefg", 0), "h": 1})
    assert local[1]["port"] != remote[1]["port"] != 0
    assert guest.last(results, shut) == ok()
    assert guest.last(results, end) == guest.last(results, closed) == err(("closed", None))
    assert [guest.last(results, one) for one in kinds] == ["true", "false"]
    assert guest.last(results, told) == ("ipv4" if family == IPV4 else "ipv6")


def test_a_server_of_the_hosts(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[bytes] = []

        def serve() -> None:
            with server.accept()[0] as connection:
                heard.append(connection.recv(99))
                connection.sendall(b"x" * 100000)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        guest = Sockets()
        _, streams = guest.connected(ipv4(server.getsockname()[1]))
        guest.write(streams.word(8), b"ping")
        guest.wait("input-stream", streams.word(4))
        read = guest.call("input-stream.blocking-read", streams.word(4), 1000)
        assert guest.last(run(guest), read) == ok(b"x" * 1000)
        thread.join(10)
        assert heard == [b"ping"]


def free_port() -> int:
    """One that nobody listens at: it is bound, so that nobody else gets it meanwhile."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    HELD.append(holder)
    return int(holder.getsockname()[1])


HELD: list[socket.socket] = []


def test_connections_that_fail(run: Run) -> None:
    guest = Sockets()
    client, refused = guest.connected(ipv4(free_port()))
    again = guest.call("tcp-socket.start-connect", client, guest.network, *ipv4(1))
    never = guest.tcp()
    tried = [
        guest.call("tcp-socket.finish-connect", never),
        guest.call("tcp-socket.finish-bind", never),
        guest.call("tcp-socket.finish-listen", never),
        guest.call("tcp-socket.start-listen", never),
        guest.call("tcp-socket.accept", never),
        guest.call("tcp-socket.local-address", never),
        guest.call("tcp-socket.remote-address", never),
        guest.call("tcp-socket.shutdown", never, 0),
        guest.call("tcp-socket.start-connect", never, guest.network, *ipv4(0)),
        guest.call("tcp-socket.start-connect", never, guest.network, *ipv4(9, 0, 0, 0, 0)),
        guest.call("tcp-socket.start-connect", never, guest.network, *ipv6(9)),
        guest.call("tcp-socket.start-bind", never, guest.network, *ipv6(0)),
        guest.call("tcp-socket.start-bind", never, guest.network, *ipv4(0, 192, 0, 2, 1)),
        guest.call("tcp-socket.set-listen-backlog-size", never, 0),
        guest.call("tcp-socket.set-listen-backlog-size", never, 5),
    ]
    mapped = guest.tcp(IPV6)
    of_ipv4 = guest.call("tcp-socket.start-bind", mapped, guest.network, *ipv6(0, 0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1))
    listener, port = guest.listening()
    twice = guest.call("tcp-socket.start-bind", listener, guest.network, *ipv4(0))
    other = guest.tcp()
    in_use = guest.call("tcp-socket.start-bind", other, guest.network, *ipv4(port))
    results = run(guest)
    assert guest.last(results, refused) == err("connection-refused")
    assert guest.last(results, again) == err("invalid-state")
    assert [guest.last(results, one)[1] for one in tried] == [
        "not-in-progress",
        "not-in-progress",
        "not-in-progress",
        *["invalid-state"] * 5,
        *["invalid-argument"] * 4,
        "address-not-bindable",
        "invalid-argument",
        None,
    ]
    assert guest.last(results, of_ipv4) == err("invalid-argument")
    assert guest.last(results, twice) == err("invalid-state")
    assert guest.last(results, in_use) == err("address-in-use")


@pytest.mark.parametrize("family", [IPV4, IPV6])
def test_a_port_that_the_kernel_chose(run: Run, family: int) -> None:
    """Nobody else gets it, listening or not; when it is closed it can be bound at once."""
    address = ipv4 if family == IPV4 else ipv6
    guest = Sockets()
    bound = guest.tcp(family)
    guest.call("tcp-socket.start-bind", bound, guest.network, *address(0))
    guest.call("tcp-socket.finish-bind", bound)
    port = port_of(guest.call("tcp-socket.local-address", bound))
    taken = guest.call("tcp-socket.start-bind", guest.tcp(family), guest.network, *address(port))
    guest.listen(bound)
    still = guest.call("tcp-socket.start-bind", guest.tcp(family), guest.network, *address(port))
    client, streams = guest.connected(address(port), family)
    guest.wait("tcp-socket", bound)
    accepted = guest.call("tcp-socket.accept", bound)
    guest.write(accepted.word(12), b"x")
    for name, handle in [
        ("input-stream", accepted.word(8)),
        ("output-stream", accepted.word(12)),
        ("tcp-socket", accepted.handle),
        ("tcp-socket", bound),
    ]:
        guest.call(f"drop:{name}", handle)
    guest.call("input-stream.blocking-read", streams.word(4), 9)
    end = guest.call("input-stream.blocking-read", streams.word(4), 9)
    guest.call("tcp-socket.shutdown", client, 2)  # the other side of it lingers, for it has closed first
    again = guest.tcp(family)
    free = guest.call("tcp-socket.start-bind", again, guest.network, *address(port))
    guest.call("tcp-socket.finish-bind", again)
    listens = guest.call("tcp-socket.start-listen", again)
    results = run(guest)
    assert guest.last(results, taken) == guest.last(results, still) == err("address-in-use")
    assert guest.last(results, end) == err(("closed", None))
    assert (guest.last(results, free), guest.last(results, listens)) == (ok(), ok())


def test_options(run: Run) -> None:
    guest = Sockets()
    made = guest.tcp()
    udp = guest.call("create-udp-socket", IPV4).handle
    cases: list[tuple[str, int, Any]] = [
        ("keep-alive-enabled", 1, "true"),
        ("keep-alive-enabled", 0, "false"),
        ("keep-alive-enabled", 256, "true"),
        ("keep-alive-idle-time", 7 * SECOND, 7 * SECOND),
        ("keep-alive-interval", SECOND + 1, 2 * SECOND),
        ("keep-alive-interval", 2**64 - 1, 32767 * SECOND),
        ("keep-alive-count", 5, 5),
        ("keep-alive-count", 1000, 127),
        ("hop-limit", 42, 42),
    ]
    asked = []
    for name, given, wanted in cases:
        done = guest.call(f"tcp-socket.set-{name}", made, given)
        asked.append((name, done, guest.call(f"tcp-socket.{name}", made), wanted))
    done = guest.call("udp-socket.set-unicast-hop-limit", udp, 9)
    asked.append(("unicast-hop-limit", done, guest.call("udp-socket.unicast-hop-limit", udp), 9))
    for kind, handle in [("tcp-socket", made), ("udp-socket", udp)]:
        for name in ("receive-buffer-size", "send-buffer-size"):
            done = guest.call(f"{kind}.set-{name}", handle, 20000)
            asked.append((name, done, guest.call(f"{kind}.{name}", handle), 20000))
    zeroes = [
        guest.call(f"tcp-socket.set-{name}", made, 0)
        for name in (
            "keep-alive-idle-time",
            "keep-alive-interval",
            "keep-alive-count",
            "hop-limit",
            "receive-buffer-size",
            "send-buffer-size",
        )
    ]
    results = run(guest)
    for name, done, told, wanted in asked:
        assert guest.last(results, done) == ok(), name
        assert guest.last(results, told) == ok(wanted), name
    assert [guest.last(results, one) for one in zeroes] == [err("invalid-argument")] * len(zeroes)


@pytest.mark.parametrize("family", [IPV4, IPV6])
def test_datagrams(run: Run, family: int) -> None:
    """Between two sockets, one of which has a peer; after it has none it still has its port."""
    address = ipv4 if family == IPV4 else ipv6
    none = (0,) * 12
    guest = Sockets()
    one, one_port = guest.udp(family)
    two, two_port = guest.udp(family)
    unknown = guest.call("udp-socket.remote-address", one)
    free = guest.call("udp-socket.stream", one, 0, *none)
    bound = guest.call("udp-socket.stream", two, 1, *address(one_port))
    nothing = guest.call("incoming-datagram-stream.receive", free.word(4), 9)
    room = guest.call("outgoing-datagram-stream.check-send", bound.word(8))
    datagrams = guest.datagrams([(b"a", None), (b"bc", None), (b"", None)])
    sent = guest.send(bound.word(8), datagrams)
    guest.wait("incoming-datagram-stream", free.word(4))
    heard = guest.call("incoming-datagram-stream.receive", free.word(4), 2)
    rest = guest.call("incoming-datagram-stream.receive", free.word(4), 9)
    homeless = guest.send(free.word(8), guest.datagrams([(b"a", None)]))
    peer = guest.call("udp-socket.remote-address", two)
    for name, at in [("incoming", 4), ("outgoing", 8)]:
        guest.call(f"drop:{name}-datagram-stream", bound.word(at))
    again = guest.call("udp-socket.stream", two, 0, *none)
    port = guest.call("udp-socket.local-address", two)
    back = guest.send(again.word(8), guest.datagrams([(b"to myself", address(two_port))]))
    guest.wait("outgoing-datagram-stream", again.word(8))
    guest.wait("incoming-datagram-stream", again.word(4))
    myself = guest.call("incoming-datagram-stream.receive", again.word(4), 9)
    results = run(guest)
    assert guest.last(results, unknown) == err("invalid-state")
    assert guest.last(results, nothing) == ok([])
    assert guest.last(results, room)[1] > 0
    assert guest.last(results, sent) == ok(3)
    told = guest.last(results, heard)[1]
    assert [one["data"] for one in told] == [b"a", b"bc"]
    assert told[0]["remote-address"] == guest.last(results, port)[1]
    assert [one["data"] for one in guest.last(results, rest)[1]] == [b""]
    assert guest.last(results, homeless) == err("invalid-argument")
    assert guest.last(results, peer)[0] == "ok"
    assert guest.last(results, back) == ok(1)
    assert [one["data"] for one in guest.last(results, myself)[1]] == [b"to myself"]


def test_datagrams_out_of_turn(run: Run) -> None:
    guest = Sockets()
    made = guest.call("create-udp-socket", IPV4).handle
    tried = [
        guest.call("udp-socket.finish-bind", made),
        guest.call("udp-socket.stream", made, *(0,) * 13),
        guest.call("udp-socket.local-address", made),
        guest.call("udp-socket.start-bind", made, guest.network, *ipv6(0)),
    ]
    bound, _ = guest.udp()
    tried += [
        guest.call("udp-socket.start-bind", bound, guest.network, *ipv4(0)),
        guest.call("udp-socket.stream", bound, 1, *ipv4(0)),
        guest.call("udp-socket.stream", bound, 1, *ipv6(7)),
    ]
    streams = guest.call("udp-socket.stream", bound, *(0,) * 13)
    large = guest.send(streams.word(8), guest.datagrams([(b"x" * 65508, ipv4(9))], 65508))
    family = guest.call("udp-socket.address-family", bound)
    results = run(guest)
    assert [guest.last(results, one)[1] for one in tried] == [
        "not-in-progress",
        "invalid-state",
        "invalid-state",
        "invalid-argument",
        "invalid-state",
        "invalid-argument",
        "invalid-argument",
    ]
    assert guest.last(results, large) == err("datagram-too-large")
    assert guest.last(results, family) == "ipv4"


@pytest.mark.parametrize("words", [("--env=A=1",), ("-Sinherit-network=n",)])
def test_without_the_network(run: Run, words: tuple[str, ...]) -> None:
    guest = Sockets()
    made = guest.tcp()
    udp = guest.call("create-udp-socket", IPV4).handle
    tried = [
        guest.call("tcp-socket.start-bind", made, guest.network, *ipv4(0)),
        guest.call("tcp-socket.start-connect", made, guest.network, *ipv4(9)),
        guest.call("udp-socket.start-bind", udp, guest.network, *ipv4(0)),
        guest.call("udp-socket.stream", udp, 1, *ipv4(9)),
    ]
    results = run(guest, *words)
    assert [guest.last(results, one)[1] for one in tried] == [*["access-denied"] * 3, "invalid-state"]


@pytest.mark.parametrize(
    "form", ["-Sinherit-network,{}=n", "-Sinherit-network,{}=no", "--wasi={}=false,inherit-network"]
)
def test_sockets_of_one_kind_alone(run: Run, form: str) -> None:
    """What is excepted from the network is denied to each step, but for making a socket of TCP, as in wasmtime."""
    guest = Sockets()
    made, udp = guest.tcp(), guest.call("create-udp-socket", IPV4)
    bound = guest.call("udp-socket.start-bind", udp.handle, guest.network, *ipv4(0))
    tried = [
        guest.call("tcp-socket.start-bind", made, guest.network, *ipv4(0)),
        guest.call("tcp-socket.start-listen", made),
        guest.call("tcp-socket.start-connect", made, guest.network, *ipv4(9)),
        guest.call("tcp-socket.accept", made),
    ]
    results = run(guest, form.format("tcp"))
    assert [guest.last(results, one) for one in tried] == [err("access-denied")] * 4
    assert guest.last(results, bound) == ok()
    guest = Sockets()
    udp = guest.call("create-udp-socket", IPV6)
    bound = guest.call("tcp-socket.start-bind", guest.tcp(), guest.network, *ipv4(0))
    results = run(guest, form.format("udp"))
    assert guest.last(results, udp) == err("access-denied")
    assert guest.last(results, bound) == ok()


@pytest.mark.parametrize(
    "address",
    [
        ipv4(9, 255, 255, 255, 255),
        ipv4(9, 224, 254, 0, 0),
        ipv4(9, 239, 255, 255, 255),
        ipv6(9, 0xFF00, 0, 0, 0, 0, 0, 0, 0),
        ipv6(9, 0xFF02, 0, 0, 0, 0, 0, 0, 1),
    ],
)
def test_a_connection_is_between_two(run: Run, address: tuple[int | str, ...]) -> None:
    """Addresses of several hosts are none of its ends; the socket is as it was."""
    guest = Sockets()
    family = int(address[0])
    made = guest.tcp(family)
    tried = [
        guest.call(f"tcp-socket.{name}", made, guest.network, *address) for name in ("start-bind", "start-connect")
    ]
    bound = guest.call("tcp-socket.start-bind", made, guest.network, *(ipv4(0) if family == IPV4 else ipv6(0)))
    results = run(guest)
    assert [guest.last(results, one) for one in tried] == [err("invalid-argument")] * 2
    assert guest.last(results, bound) == ok()


CLOSED = err(("closed", None))


def test_streams_of_what_is_shut(run: Run) -> None:
    """They are closed for whatever is asked, though the kernel has data still, and finds no error in the connection."""
    guest = Sockets()
    listener, port = guest.listening()
    client, streams = guest.connected(ipv4(port))
    guest.wait("tcp-socket", listener)
    accepted = guest.call("tcp-socket.accept", listener)
    client_in, client_out, server_in, server_out = (
        *(streams.word(at) for at in (4, 8)),
        *(accepted.word(at) for at in (8, 12)),
    )
    guest.write(server_out, b"unread")
    guest.wait("input-stream", client_in)
    before = [guest.call("input-stream.read", client_in, 0), guest.call("output-stream.check-write", client_out)]
    guest.call("tcp-socket.shutdown", client, 0)
    guest.wait("input-stream", client_in)
    shut = [guest.call("input-stream.read", client_in, size) for size in (9, 0)]
    shut += [guest.call(f"input-stream.blocking-{name}", client_in, 9) for name in ("read", "skip")]
    room = guest.call("output-stream.check-write", client_out)
    guest.call("tcp-socket.shutdown", client, 1)
    guest.wait("output-stream", client_out)
    shut += [
        guest.call("output-stream.write", client_out, guest.bytes(b"hi")),
        guest.call("output-stream.check-write", client_out),
        guest.call("output-stream.write-zeroes", client_out, 0),
        guest.call("output-stream.flush", client_out),
        guest.call("output-stream.blocking-flush", client_out),
        guest.call("output-stream.blocking-write-and-flush", client_out, guest.bytes(b"hi")),
        guest.call("output-stream.splice", client_out, server_in, 9),
    ]
    guest.wait("input-stream", server_in)
    shut += [guest.call("input-stream.read", server_in, size) for size in (9, 0)]
    results = run(guest)
    assert guest.last(results, before[0]) == ok(b"")
    assert guest.last(results, before[1])[1] > 0 < guest.last(results, room)[1]
    assert [guest.last(results, one) for one in shut] == [CLOSED] * len(shut)


def test_a_pollable_is_of_the_next_step(run: Run) -> None:
    """Libcs make one when they make the socket, and wait by it for all that it does."""
    guest = Sockets()
    listener, client = guest.tcp(), guest.tcp()
    made = guest.call("tcp-socket.subscribe", listener)
    pollable, other = made.handle, guest.call("tcp-socket.subscribe", client).handle

    def ready(handle: str = pollable) -> Result:
        return guest.call("pollable.ready", handle)

    told = [ready()]
    guest.call("tcp-socket.start-bind", listener, guest.network, *ipv4(0))
    guest.call("tcp-socket.finish-bind", listener)
    told += [ready()]
    guest.call("tcp-socket.start-listen", listener)
    guest.call("tcp-socket.finish-listen", listener)
    told += [ready()]
    port = port_of(guest.call("tcp-socket.local-address", listener))
    guest.call("tcp-socket.start-connect", client, guest.network, *ipv4(port))
    guest.call("pollable.block", other)
    connected = guest.call("tcp-socket.finish-connect", client)
    guest.call("pollable.block", pollable)
    told += [ready(), ready(other)]
    accepted = guest.call("tcp-socket.accept", listener)
    told += [ready()]
    begin = guest.call("monotonic-clock.now")
    soon = guest.call("monotonic-clock.subscribe-duration", SECOND // 50)
    waits = guest.call("poll", guest.handles(made, soon))
    end = guest.call("monotonic-clock.now")
    results = run(guest)
    assert [guest.last(results, one) for one in told] == ["true", "true", "false", "true", "true", "false"]
    assert guest.last(results, connected)[0] == guest.last(results, accepted)[0] == "ok"
    assert guest.last(results, waits) == [1]
    assert guest.last(results, end) - guest.last(results, begin) >= SECOND // 50


def test_the_whole_machine_has_the_network(run: Run) -> None:
    guest = Sockets()
    done = guest.call("tcp-socket.start-bind", guest.tcp(), guest.network, *ipv4(0))
    assert guest.last(run(guest, "--host"), done) == ok()


def test_errors_of_connections(run: Run) -> None:
    """A reset is an error of the network, and none of files."""
    guest = Sockets()
    listener, port = guest.listening()
    _, streams = guest.connected(ipv4(port))
    guest.wait("tcp-socket", listener)
    accepted = guest.call("tcp-socket.accept", listener)
    guest.write(streams.word(8), b"unread")
    guest.wait("input-stream", accepted.word(8))
    for name, at in [("input-stream", 8), ("output-stream", 12), ("tcp-socket", 4)]:
        guest.call(f"drop:{name}", accepted.word(at))
    guest.wait("input-stream", streams.word(4))
    failed = guest.call("input-stream.read", streams.word(4), 9)
    of_file = guest.call("filesystem-error-code", failed.word(8))
    of_network = guest.call("network-error-code", failed.word(8))
    text = guest.call("error.to-debug-string", failed.word(8))
    results = run(guest)
    assert guest.last(results, failed)[1][0] == "last-operation-failed"
    assert guest.last(results, of_file) == ("none", None)
    assert guest.last(results, of_network) == ("some", "connection-reset")
    assert guest.last(results, text) == "Connection reset by peer"


def test_the_peer_of_a_connection_that_was_reset(run: Run) -> None:
    """Who has connected has none any more; who has accepted still learns it, as libcs do when they accept."""
    guest = Sockets()
    listener, port = guest.listening()
    client, _ = guest.connected(ipv4(port))
    before = guest.call("tcp-socket.remote-address", client)
    guest.call("drop:tcp-socket", listener)
    after = guest.call("tcp-socket.remote-address", client)
    listener, port = guest.listening()
    client, streams = guest.connected(ipv4(port))
    guest.wait("tcp-socket", listener)
    accepted = guest.call("tcp-socket.accept", listener)
    guest.call("output-stream.blocking-write-and-flush", accepted.word(12), guest.bytes(b"unread"))
    guest.wait("input-stream", streams.word(4))
    for name, handle in [("input-stream", streams.word(4)), ("output-stream", streams.word(8)), ("tcp-socket", client)]:
        guest.call(f"drop:{name}", handle)
    guest.wait("input-stream", accepted.word(8))
    kept = guest.call("tcp-socket.remote-address", accepted.word(4))
    results = run(guest)
    assert guest.last(results, before)[1][1]["address"] == LOOPBACK
    assert guest.last(results, after) == err("invalid-state")
    assert guest.last(results, kept)[1][1]["address"] == LOOPBACK
