"""Guests with a network, by the names that preview2 and the draft have for the same calls."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.support.wit_guest import DRAFT, PREVIEW2, Guest, Result, World
from tests.support.wit_runs import IPV4, ipv4, ipv6, port_of


class Sockets(Guest):
    """A guest with a network."""

    WORLD: ClassVar[World] = PREVIEW2
    TCP: ClassVar[str] = "tcp-socket"
    UDP: ClassVar[str] = "udp-socket"

    def __init__(self) -> None:
        super().__init__(self.WORLD)
        self.network = self.call("instance-network").handle

    def tcp(self, family: int = IPV4) -> str:
        return self.call("create-tcp-socket", family).handle

    def listen(self, made: str) -> None:
        self.call("tcp-socket.start-listen", made)
        self.call("tcp-socket.finish-listen", made)

    def listening(self, family: int = IPV4, *host: int) -> tuple[str, str]:
        """A socket that listens, at this address or loopback, and its port."""
        made = self.tcp(family)
        address = ipv4(0, *host) if family == IPV4 else ipv6(0, *host)
        self.call(f"{self.TCP}.start-bind", made, self.network, *address)
        self.call(f"{self.TCP}.finish-bind", made)
        self.listen(made)
        return made, port_of(self.call(f"{self.TCP}.local-address", made))

    def wait(self, name: str, handle: str) -> None:
        pollable = self.call(f"{name}.subscribe", handle).handle
        self.call("pollable.block", pollable)
        self.call("drop:pollable", pollable)  # else it keeps the socket open

    def connected(self, address: tuple[int | str, ...], family: int = IPV4) -> tuple[str, Result]:
        """A socket, and the result of finish-connect."""
        made = self.tcp(family)
        self.call(f"{self.TCP}.start-connect", made, self.network, *address)
        self.wait(self.TCP, made)
        return made, self.call(f"{self.TCP}.finish-connect", made)

    def udp(self, family: int = IPV4) -> tuple[str, str]:
        """A bound socket, and its port."""
        made = self.call("create-udp-socket", family).handle
        self.call(f"{self.UDP}.start-bind", made, self.network, *(ipv4(0) if family == IPV4 else ipv6(0)))
        self.call(f"{self.UDP}.finish-bind", made)
        return made, port_of(self.call(f"{self.UDP}.local-address", made))

    def last(self, results: list[Any], result: Result) -> Any:
        return results[self.results.index(result)]


class DraftSockets(Sockets):
    """By the names of the draft."""

    WORLD = DRAFT
    TCP = "tcp"
    UDP = "udp"

    def listen(self, made: str) -> None:
        self.call("start-listen", made, self.network)
        self.call("finish-listen", made)

    def wait(self, name: str, handle: str) -> None:
        """`name` is that of the whole function, if streams are waited for."""
        pollable = self.call(name if name.startswith("subscribe") else f"{name}.subscribe", handle)
        self.call("poll-oneoff", self.handles(pollable))
        self.call("drop-pollable", pollable.handle)

    def send(self, handle: str, data: bytes, address: tuple[int | str, ...]) -> Result:
        at, size = self.bytes(data)
        return self.call("udp.send", handle, at, size, *address)
