"""wasi:sockets of the draft: connections and datagrams over loopback, by guests that talk to themselves."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.support.helpers import WaliRun
from tests.support.wit_guest import Guest, Result
from tests.support.wit_runs import (
    IPV4,
    IPV6,
    LOOPBACK,
    MAPPED,
    MakeModule,
    Run,
    err,
    ipv4,
    ipv6,
    ok,
    port_of,
    read,
    with_network,
)
from tests.support.wit_sockets import DraftSockets as Sockets


@pytest.fixture
def run(module: MakeModule, wali_run: WaliRun) -> Run:
    return with_network(module, wali_run)


def told(guest: Guest, results: list[Any], *calls: Result) -> list[Any]:
    """What these calls returned."""
    found = {id(made): result for made, result in zip(guest.results, results, strict=True)}
    return [found[id(call)] for call in calls]


@pytest.mark.parametrize("family", [IPV4, IPV6])
def test_a_connection(run: Run, family: int) -> None:
    guest = Sockets()
    listener, port = guest.listening(family)
    early = guest.call("accept", listener)
    client, streams = guest.connected(ipv4(port) if family == IPV4 else ipv6(port), family)
    guest.wait("tcp", listener)
    accepted = guest.call("accept", listener)
    server, server_in, server_out = accepted.handle, accepted.word(8), accepted.word(12)
    client_in, client_out = streams.word(4), streams.word(8)
    nothing = guest.call("streams.read", server_in, 9)
    wrote = guest.call("streams.blocking-write", client_out, guest.bytes(b"hello"))
    guest.wait("subscribe-to-input-stream", server_in)
    heard = guest.call("streams.read", server_in, 99)
    guest.call("streams.write", server_out, guest.bytes(b"hi"))
    answer = guest.call("streams.blocking-read", client_in, 99)
    local, remote = guest.call("tcp.local-address", client), guest.call("tcp.remote-address", server)
    kind = guest.call("tcp.address-family", server)
    shut = guest.call("shutdown", client, 1)
    end = guest.call("streams.blocking-read", server_in, 9)
    closed = guest.call("streams.write", client_out, guest.bytes(b"x"))
    for name, handle in [
        ("drop-tcp-socket", client),
        ("drop-input-stream", client_in),
        ("drop-output-stream", client_out),
        ("drop-network", guest.network),
    ]:
        guest.call(name, handle)
    results = run(guest)
    assert told(guest, results, early, nothing, wrote) == [err("would-block"), read(b""), ok(5)]
    assert told(guest, results, heard, answer) == [read(b"hello"), read(b"hi")]
    one, other = told(guest, results, local, remote)
    assert one == other
    assert one[1][0] == ("ipv4" if family == IPV4 else "ipv6")
    assert told(guest, results, kind) == ["ipv4" if family == IPV4 else "ipv6"]
    assert told(guest, results, shut, end, closed) == [ok(), read(b"", True), ("err", None)]


def test_listening_binds(run: Run) -> None:
    guest = Sockets()
    made = guest.tcp()
    unbound = guest.call("tcp.local-address", made)
    started = guest.call("start-listen", made, guest.network)
    again = guest.call("start-listen", made, guest.network)
    guest.call("finish-listen", made)
    address = guest.call("tcp.local-address", made)
    third = guest.call("start-listen", made, guest.network)
    _, streams = guest.connected(ipv4(port_of(address)))
    results = run(guest)
    assert told(guest, results, unbound, started, again) == [err("not-bound"), ok(), err("concurrency-conflict")]
    assert told(guest, results, third) == [err("already-listening")]
    assert told(guest, results, address)[0][1][1]["port"] > 0
    assert told(guest, results, streams)[0][0] == "ok"


def test_calls_out_of_turn(run: Run) -> None:
    """By the codes that the draft has for each, where preview2 has one for all."""
    guest = Sockets()
    made = guest.tcp()
    calls = [
        ("finish-bind", err("not-in-progress")),
        ("finish-connect", err("not-in-progress")),
        ("finish-listen", err("not-in-progress")),
        ("accept", err("not-listening")),
        ("local-address", err("not-bound")),
        ("remote-address", err("not-connected")),
    ]
    early = [guest.call(f"tcp.{name}", made) for name, _ in calls]
    shut = guest.call("shutdown", made, 0)
    mismatch = guest.call("tcp.start-bind", made, guest.network, *ipv6(0))
    nobody = [guest.call("tcp.start-connect", made, guest.network, *ipv4(port, *host)) for port, host in INVALID]
    guest.call("tcp.start-bind", made, guest.network, *ipv4(0))
    busy = guest.call("tcp.start-bind", made, guest.network, *ipv4(0))
    guest.call("tcp.finish-bind", made)
    bound = guest.call("tcp.start-bind", made, guest.network, *ipv4(0))
    listener, port = guest.listening()
    listens = guest.call("tcp.start-connect", listener, guest.network, *ipv4(9))
    taken = guest.call("tcp.start-bind", guest.tcp(), guest.network, *ipv4(port))
    elsewhere = guest.call("tcp.start-bind", guest.tcp(), guest.network, *ipv4(0, 192, 0, 2, 1))
    client, _ = guest.connected(ipv4(port))
    connected = [
        guest.call("tcp.start-connect", client, guest.network, *ipv4(port)),
        guest.call("start-listen", client, guest.network),
        guest.call("set-listen-backlog-size", client, 3),
    ]
    results = run(guest)
    assert told(guest, results, *early) == [code for _, code in calls]
    assert told(guest, results, shut, mismatch) == [err("not-connected"), err("address-family-mismatch")]
    assert told(guest, results, *nobody) == [err("invalid-remote-address")] * len(INVALID)
    assert told(guest, results, busy, bound) == [err("concurrency-conflict"), err("already-bound")]
    assert told(guest, results, listens, taken, elsewhere) == [
        err("already-listening"),
        err("address-in-use"),
        err("address-not-bindable"),
    ]
    assert told(guest, results, *connected) == [err("already-connected")] * 3


INVALID = [(0, (127, 0, 0, 1)), (9, (0, 0, 0, 0))]


def test_a_refused_connection(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    guest = Sockets()
    made, failed = guest.connected(ipv4(port))
    again = guest.call("tcp.start-connect", made, guest.network, *ipv4(port))
    results = run(guest)
    assert told(guest, results, failed, again) == [err("connection-refused"), err("unknown")]


def test_options(run: Run) -> None:
    guest = Sockets()
    made = guest.tcp()
    udp = guest.call("create-udp-socket", IPV4).handle
    asked = []
    for name in ("keep-alive", "no-delay"):
        asked.append(guest.call(name, made))
        guest.call(f"set-{name}", made, 1)
        asked.append(guest.call(name, made))
        guest.call(f"set-{name}", made, 0)
        asked.append(guest.call(name, made))
    for kind, handle in (("tcp", made), ("udp", udp)):
        guest.call(f"{kind}.set-unicast-hop-limit", handle, 7)
        asked.append(guest.call(f"{kind}.unicast-hop-limit", handle))
        for name in ("receive-buffer-size", "send-buffer-size"):
            guest.call(f"{kind}.set-{name}", handle, 20000)
            asked.append(guest.call(f"{kind}.{name}", handle))
    backlog = guest.call("set-listen-backlog-size", made, 5)
    results = run(guest)
    flags = [ok("false"), ok("true"), ok("false")] * 2
    assert told(guest, results, *asked) == flags + [ok(7), ok(20000), ok(20000)] * 2
    assert told(guest, results, backlog) == [ok()]


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_ipv6_only(run: Run, kind: str) -> None:
    guest = Sockets()
    first = guest.call(f"create-{kind}-socket", IPV4).handle
    made = guest.call(f"create-{kind}-socket", IPV6).handle
    calls = [
        guest.call(f"{kind}.ipv6-only", first),
        guest.call(f"{kind}.set-ipv6-only", first, 0),
        guest.call(f"{kind}.ipv6-only", made),
        guest.call(f"{kind}.set-ipv6-only", made, 1),
        guest.call(f"{kind}.ipv6-only", made),
        guest.call(f"{kind}.start-bind", made, guest.network, *ipv6(0, *MAPPED)),
        guest.call(f"{kind}.set-ipv6-only", made, 0),
        guest.call(f"{kind}.start-bind", made, guest.network, *ipv6(0, *MAPPED)),
        guest.call(f"{kind}.finish-bind", made),
        guest.call(f"{kind}.set-ipv6-only", made, 1),
        guest.call(f"{kind}.ipv6-only", made),
    ]
    results = run(guest)
    of_ipv6 = err("ipv6-only-operation")
    assert told(guest, results, *calls) == [
        of_ipv6,
        of_ipv6,
        ok("false"),
        ok(),
        ok("true"),
        err("address-family-mismatch"),
        ok(),
        ok(),
        ok(),
        err("already-bound"),
        ok("false"),
    ]


def test_a_socket_of_both_families(run: Run) -> None:
    guest = Sockets()
    listener, port = guest.listening(IPV6, *[0] * 8)
    _, streams = guest.connected(ipv4(port))
    guest.wait("tcp", listener)
    accepted = guest.call("accept", listener)
    peer = guest.call("tcp.remote-address", accepted.handle)
    _, mapped = guest.connected(ipv6(port, *MAPPED), IPV6)
    nobody = guest.call("tcp.start-connect", guest.tcp(IPV6), guest.network, *ipv6(9, *MAPPED[:6], 0, 0))
    results = run(guest)
    assert told(guest, results, streams)[0][0] == told(guest, results, mapped)[0][0] == "ok"
    assert told(guest, results, peer)[0][1][1]["address"] == dict(zip("abcdefgh", MAPPED, strict=True))
    assert told(guest, results, nobody) == [err("invalid-remote-address")]


@pytest.mark.parametrize("family", [IPV4, IPV6])
def test_datagrams(run: Run, family: int) -> None:
    address = ipv4 if family == IPV4 else ipv6
    guest = Sockets()
    unbound = guest.call("create-udp-socket", family).handle
    not_bound = [guest.call("udp.receive", unbound), guest.send(unbound, b"x", address(9))]
    server, port = guest.udp(family)
    nothing = guest.call("udp.receive", server)
    client, client_port = guest.udp(family)
    sent = [guest.send(client, data, address(port)) for data in (b"one", b"", b"x" * 1000)]
    guest.wait("udp", server)
    heard = [guest.call("udp.receive", server) for _ in range(3)]
    none = [guest.send(client, b"x", address(0)), guest.send(client, b"x", (ipv6 if family == IPV4 else ipv4)(9))]
    large = guest.call("udp.send", client, 1024, 65535, *address(port))
    own = guest.call("udp.local-address", client)
    kind = guest.call("udp.address-family", client)
    guest.call("drop-udp-socket", client)
    assert client_port
    results = run(guest)
    assert told(guest, results, *not_bound) == [err("not-bound")] * 2
    assert told(guest, results, nothing) == [err("would-block")]
    assert told(guest, results, *sent) == [ok()] * 3
    found = told(guest, results, *heard)
    assert [one[1]["data"] for one in found] == [b"one", b"", b"x" * 1000]
    assert found[0][1]["remote-address"] == told(guest, results, own)[0][1]
    assert told(guest, results, *none) == [err("invalid-remote-address"), err("address-family-mismatch")]
    assert told(guest, results, large, kind) == [err("datagram-too-large"), "ipv4" if family == IPV4 else "ipv6"]


def test_a_peer_of_datagrams(run: Run) -> None:
    guest = Sockets()
    server, port = guest.udp()
    other, other_port = guest.udp()
    client = guest.call("create-udp-socket", IPV4).handle
    early = [guest.call("udp.finish-connect", client), guest.call("udp.remote-address", client)]
    nobody = guest.call("udp.start-connect", client, guest.network, *ipv4(0))
    started = guest.call("udp.start-connect", client, guest.network, *ipv4(port))
    busy = [
        guest.call("udp.start-connect", client, guest.network, *ipv4(port)),
        guest.call("udp.start-bind", client, guest.network, *ipv4(0)),
    ]
    finished = guest.call("udp.finish-connect", client)
    bound = guest.call("udp.start-bind", client, guest.network, *ipv4(0))
    peer, own = guest.call("udp.remote-address", client), guest.call("udp.local-address", client)
    sent = guest.send(client, b"to the peer", ipv4(port))
    refused = guest.send(client, b"to another", ipv4(other_port))
    heard = guest.call("udp.receive", server)
    guest.send(other, b"from another", ipv4(port_of(own)))
    unheard = guest.call("udp.receive", client)
    again = guest.call("udp.start-connect", client, guest.network, *ipv4(other_port))
    guest.call("udp.finish-connect", client)
    moved = guest.send(client, b"to another", ipv4(other_port))
    arrived = guest.call("udp.receive", other)
    results = run(guest)
    assert told(guest, results, *early) == [err("not-in-progress"), err("not-connected")]
    assert told(guest, results, nobody, started) == [err("invalid-remote-address"), ok()]
    assert told(guest, results, *busy) == [err("concurrency-conflict")] * 2
    assert told(guest, results, finished, bound) == [ok(), err("already-bound")]
    assert told(guest, results, peer)[0][1][1]["address"] == LOOPBACK
    assert told(guest, results, own)[0][1][1]["port"] > 0
    assert told(guest, results, sent, refused) == [ok(), err("already-connected")]
    assert told(guest, results, heard)[0][1]["data"] == b"to the peer"
    assert told(guest, results, unheard) == [err("would-block")]
    assert told(guest, results, again, moved) == [ok(), ok()]
    assert told(guest, results, arrived)[0][1]["data"] == b"to another"


def test_a_peer_that_is_away(run: Run) -> None:
    """Its machine says so, which a later call tells."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as away:
        away.bind(("127.0.0.1", 0))
        port = away.getsockname()[1]
    guest = Sockets()
    client = guest.call("create-udp-socket", IPV4).handle
    guest.call("udp.start-connect", client, guest.network, *ipv4(port))
    guest.call("udp.finish-connect", client)
    guest.send(client, b"x", ipv4(port))
    heard = guest.call("udp.receive", client)
    results = run(guest)
    assert told(guest, results, heard) == [err("remote-unreachable")]


def test_without_the_network(run: Run) -> None:
    guest = Sockets()
    tcp, udp = guest.tcp(), guest.call("create-udp-socket", IPV4).handle
    calls = [
        guest.call("tcp.start-bind", tcp, guest.network, *ipv4(0)),
        guest.call("tcp.start-connect", tcp, guest.network, *ipv4(9)),
        guest.call("start-listen", tcp, guest.network),
        guest.call("udp.start-bind", udp, guest.network, *ipv4(0)),
        guest.call("udp.start-connect", udp, guest.network, *ipv4(9)),
        guest.send(udp, b"x", ipv4(9)),
    ]
    results = run(guest, "--env=A=b")
    assert told(guest, results, *calls) == [err("access-denied")] * 5 + [err("not-bound")]


def test_forwarding_a_connection(run: Run) -> None:
    """To another: until the end of what is read."""
    guest = Sockets()
    listener, port = guest.listening()
    client, first = guest.connected(ipv4(port))
    _, second = guest.connected(ipv4(port))
    one, two = guest.call("accept", listener), guest.call("accept", listener)
    guest.call("streams.blocking-write", first.word(8), guest.bytes(b"through"))
    guest.call("shutdown", client, 1)
    forwarded = guest.call("forward", two.word(12), one.word(8))
    heard = guest.call("streams.blocking-read", second.word(4), 99)
    results = run(guest)
    assert told(guest, results, forwarded, heard) == [ok(7), read(b"through")]


def test_names(run: Run) -> None:
    """Of numbers and of this machine; those of one family alone are told if that is asked for."""
    guest = Sockets()
    asked = []
    for name, family in [("127.0.0.1", (0, 0)), ("::1", (1, IPV6)), ("::1", (1, IPV4)), ("127.0.0.1", (1, IPV4))]:
        stream = guest.call("resolve-addresses", guest.network, name, *family, 1).handle
        guest.wait("ip-name-lookup", stream)
        asked += [guest.call("resolve-next-address", stream) for _ in range(2)]
        guest.call("drop-resolve-address-stream", stream)
    stream = guest.call("resolve-addresses", guest.network, "localhost", 1, IPV4, 0).handle
    guest.wait("ip-name-lookup", stream)
    own = guest.call("resolve-next-address", stream)
    bad = guest.call("resolve-addresses", guest.network, "no name", 0, 0, 0)
    results = run(guest)
    none, first = ok(("none", None)), ok(("some", ("ipv4", LOOPBACK)))
    sixth = ok(("some", ("ipv6", {**dict.fromkeys("abcdefg", 0), "h": 1})))
    assert told(guest, results, *asked) == [first, none, sixth, none, none, none, first, none]
    assert told(guest, results, own, bad) == [first, err("invalid-name")]


def test_names_without_the_network(run: Run) -> None:
    guest = Sockets()
    asked = guest.call("resolve-addresses", guest.network, "127.0.0.1", 0, 0, 1)
    assert told(guest, run(guest, "--env=A=b"), asked) == [err("access-denied")]
