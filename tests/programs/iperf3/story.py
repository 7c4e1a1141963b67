"""iperf3 against itself on loopback: python3 story.py IPERF3 [keys].

Says "ok" or "not ok" for each case; with "keys" it moves a fixed amount each way, and says the keys of what both ends
report, which do not depend on the machine's speed.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

IPERF3 = os.path.abspath(sys.argv[1])
LIMIT = 120
"""Seconds for one client."""
MIB = 1 << 20


def free_port() -> int:
    """Of both TCP and UDP, as far as one can know."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(host: str, *words: str) -> Iterator[int]:
    """One that listens; ends with the block."""
    port = free_port()
    command = [IPERF3, "-s", "-B", host, "-p", str(port), "--forceflush", *words]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + 60
            while not listening(port):
                if process.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    raise RuntimeError(f"no server: {log.read()}")
                time.sleep(0.02)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def listening(port: int) -> bool:
    """Without connecting, which iperf3 would take for a client."""
    wanted = f":{port:04X}"
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[1].endswith(wanted) and fields[3] == "0A":
                    return True
    return False


def client(host: str, port: int, *words: str, status: int = 0) -> dict[str, Any]:
    """What it reports."""
    command = [IPERF3, "-c", host, "-p", str(port), "-J", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == status, f"status {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}"
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return report


def sums(report: dict[str, Any]) -> tuple[int, int]:
    """Bytes sent and received."""
    end = report["end"]
    return end["sum_sent"]["bytes"], end["sum_received"]["bytes"]


def whole(report: dict[str, Any], least: int) -> None:
    """At least so many MiB were sent, and all have arrived."""
    sent, received = sums(report)
    assert sent >= least * MIB, sent
    assert received == sent, (sent, received)


def tcp() -> None:
    with server("127.0.0.1") as port:
        for _ in range(2):  # one after the other
            whole(client("127.0.0.1", port, "-n", "64M"), 64)


def streams() -> None:
    with server("127.0.0.1") as port:
        report = client("127.0.0.1", port, "-n", "64M", "-P", "4", "-l", "32K")
        assert len(report["end"]["streams"]) == 4
        whole(report, 64)


def reverse() -> None:
    with server("127.0.0.1") as port:
        report = client("127.0.0.1", port, "-n", "32M", "-R", "-P", "2")
        assert report["start"]["test_start"]["reverse"] == 1
        assert sums(report)[1] >= 32 * MIB


def both_ways() -> None:
    with server("127.0.0.1") as port:
        report = client("127.0.0.1", port, "-t", "1", "--bidir", "-i", "0.5")
        assert {stream["sender"]["sender"] for stream in report["end"]["streams"]} == {True, False}
        assert report["end"]["sum_received"]["bytes"] > MIB
        assert report["end"]["sum_received_bidir_reverse"]["bytes"] > MIB


def ipv6() -> None:
    with server("::1") as port:
        whole(client("::1", port, "-6", "-n", "16M"), 16)


def sendfile() -> None:
    with server("127.0.0.1") as port:
        whole(client("127.0.0.1", port, "-Z", "-n", "32M"), 32)


def udp() -> None:
    with server("127.0.0.1") as port:
        report = client("127.0.0.1", port, "-u", "-b", "40M", "-n", "4M", "-l", "1200")
        total = report["end"]["sum"]
        assert total["packets"] >= 4 * MIB // 1200, total
        assert report["end"]["sum_received"]["packets"] > 0


def udp_64bit() -> None:
    with server("127.0.0.1") as port:
        words = ("-u", "-b", "40M", "-n", "2M", "-l", "1200", "--udp-counters-64bit", "-R")
        assert client("127.0.0.1", port, *words)["end"]["sum"]["packets"] > 0


def files() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given, got = Path(folder, "given"), Path(folder, "got")
        given.write_bytes(os.urandom(3 * MIB))
        with server("127.0.0.1", "-F", str(got)) as port:
            client("127.0.0.1", port, "-n", "3M", "-F", str(given))
        assert got.read_bytes()[: 3 * MIB] == given.read_bytes()


def options() -> None:
    with server("127.0.0.1") as port:
        report = client(
            *("127.0.0.1", port, "-n", "8M", "-w", "128K", "-M", "1000", "-N", "-C", "reno", "-A", "0"),
            *("-T", "a title", "--extra-data", "more", "-O", "1", "-S", "0x10", "--get-server-output"),
        )
        assert report["title"] == "a title"
        assert report["extra_data"] == "more"
        assert report["end"]["sender_tcp_congestion"] == "reno"
        assert "server_output_json" in report or "server_output_text" in report


def rate() -> None:
    with server("127.0.0.1") as port:
        report = client("127.0.0.1", port, "-b", "8M", "-t", "2", "-l", "10000")
        rate = report["end"]["sum_sent"]["bits_per_second"]
        assert 5e6 < rate < 11e6, rate


def one_off() -> None:
    with server("127.0.0.1", "-1") as port:
        client("127.0.0.1", port, "-n", "1M")
        until = time.monotonic() + 30
        while listening(port):
            assert time.monotonic() < until, "still listening"
            time.sleep(0.05)


def daemon() -> None:
    with tempfile.TemporaryDirectory() as folder:
        number, log, port = Path(folder, "pid"), Path(folder, "log"), free_port()
        words = ["-s", "-B", "127.0.0.1", "-p", str(port), "-D", "-I", str(number), "--logfile", str(log)]
        subprocess.run([IPERF3, *words], check=True, timeout=LIMIT)
        until = time.monotonic() + 60
        while not listening(port):
            assert time.monotonic() < until, "does not listen"
            time.sleep(0.05)
        process = int(number.read_text().strip("\0\n "))
        try:
            client("127.0.0.1", port, "-n", "1M")
        finally:
            os.kill(process, signal.SIGTERM)
        while listening(port):
            assert time.monotonic() < until, "still listening"
            time.sleep(0.05)


def nobody_listens() -> None:
    report = client("127.0.0.1", free_port(), "-n", "1M", status=1)
    assert "unable to connect" in report["error"]


def wrong_words() -> None:
    for words in (["--no-such-option"], ["-s", "-c", "127.0.0.1"], ["-c", "127.0.0.1", "-P", "1000"]):
        done = subprocess.run([IPERF3, *words], capture_output=True, text=True, timeout=LIMIT)
        assert (done.returncode, bool(done.stderr)) == (1, True), (words, done)


CASES: tuple[Callable[[], None], ...] = (
    *(tcp, streams, reverse, both_ways, ipv6, sendfile, udp, udp_64bit, files, options, rate),
    *(one_off, daemon, nobody_listens, wrong_words),
)


def keys(value: object, path: str = "") -> set[str]:
    """Paths of what is in a report; the elements of a list are one."""
    if isinstance(value, dict):
        return set().union(*(keys(inner, f"{path}.{name}") for name, inner in value.items())) or {path}
    if isinstance(value, list):
        return set().union(*(keys(inner, f"{path}[]") for inner in value)) or {path}
    return {f"{path}: {type(value).__name__.replace('float', 'int')}"}


def main() -> int:
    """Both forms."""
    if "keys" in sys.argv:
        with server("127.0.0.1") as port:
            found = keys(client("127.0.0.1", port, "-n", "4G", "--get-server-output"))
            found |= keys(client("127.0.0.1", port, "-n", "100M", "-u", "-b", "0", "-l", "8000"))
        print(*sorted(found), sep="\n")
        return 0
    for case in CASES:
        try:
            case()
        except (AssertionError, KeyError, OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
            print(f"not ok {case.__name__}: {error!r}", flush=True)
        else:
            print(f"ok {case.__name__}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
