"""Runs a command in a world with names of its own: ``unshare -r -n -m python name_world.py FOLDER COMMAND...``.

FOLDER has the files that stand for those of /etc: hosts, resolv.conf, nsswitch.conf. A server of DNS answers at
127.0.0.1, by what ANSWERS says of a name; it ends with the command.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

A, AAAA, IN = 1, 28, 1
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5
SIOCSIFFLAGS, IFF_UP, PR_SET_PDEATHSIG = 0x8914, 1, 1

HOSTS = """127.0.0.1 localhost
::1 localhost
127.0.0.1 loop again.test
127.0.0.2 loop
127.0.0.1 loop
::ffff:127.0.0.3 mapped.test
"""
FILES = {
    "hosts": HOSTS,
    "resolv.conf": "nameserver 127.0.0.1\noptions timeout:{timeout} attempts:1\n",
    "nsswitch.conf": "hosts: files dns\n",
}
ANSWERS: dict[str, list[str] | int] = {
    "one.test": ["192.0.2.1"],
    "both.test": ["192.0.2.1", "2001:db8::1"],
    "many.test": [*(f"192.0.2.{n}" for n in (7, 7, 5, 9, 5))],
    "empty.test": [],
    "failing.test": SERVFAIL,
    "refusing.test": REFUSED,
    "xn--bcher-kva.test": ["192.0.2.2"],
    "xn--fiqs8s.test": ["192.0.2.3"],
    "a_b-c.test": ["192.0.2.4"],
    ".".join(["x" * 49] * 5): ["192.0.2.6"],
}
SLOW, SILENT = "slow.test", "silent.test"
"""Names below the first are answered after DELAY, below the second never."""
DELAY = 0.1


def record(address: str) -> tuple[int, bytes]:
    """An address's type and bytes."""
    return (AAAA, socket.inet_pton(socket.AF_INET6, address)) if ":" in address else (A, socket.inet_aton(address))


def question(packet: bytes) -> tuple[str, int, bytes]:
    """The name, the type, and the question's bytes."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode("latin-1"))
        at += 1 + packet[at]
    return ".".join(labels).lower(), struct.unpack_from(">H", packet, at + 1)[0], packet[12 : at + 5]


def answer(packet: bytes) -> bytes:
    """The answer to a query."""
    name, kind, asked = question(packet)
    found: list[str] | int = ["192.0.2.8"] if name.endswith(SLOW) else ANSWERS.get(name, NXDOMAIN)
    code = found if isinstance(found, int) else 0
    records = [record(one) for one in found] if isinstance(found, list) else []
    data = [value for its_kind, value in records if its_kind == kind]
    body = b"".join(struct.pack(">HHHIH", 0xC00C, kind, IN, 60, len(one)) + one for one in data)
    return packet[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(data), 0, 0) + asked + body


def serve(server: socket.socket) -> None:
    """Answers until it is ended."""
    while True:
        packet, peer = server.recvfrom(4096)
        name = question(packet)[0]
        if name.endswith(SILENT):
            continue
        delay = DELAY if name.endswith(SLOW) else 0
        threading.Timer(delay, server.sendto, (answer(packet), peer)).start()


def start_server() -> None:
    """A process that ends with this one."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in (0, 1, 2):
            os.close(number)
        serve(server)
    server.close()


def main(folder: str, command: list[str]) -> None:
    """Become the command."""
    for name in FILES:
        subprocess.run(["mount", "--bind", f"{folder}/{name}", f"/etc/{name}"], check=True)
    with socket.socket() as any_one:
        fcntl.ioctl(any_one, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    start_server()
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
