"""How guests of WIT's interfaces are run, and what they are expected to say; for preview2 and the draft."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.helpers import WaliRun
from tests.support.wit_guest import Guest, Result

MakeModule = Callable[..., Path]
Run = Callable[..., list[Any]]
"""Runs a guest, and gives the results of its calls."""
IPV4, IPV6 = 0, 1
LOOPBACK = {"a": 127, "b": 0, "c": 0, "d": 1}
MAPPED = (0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1)
"""::ffff:127.0.0.1"""


def with_folder(module: MakeModule, wali_run: WaliRun, top: Path) -> Run:
    """Guests have the folder `top`, which is made here, as /top."""
    top.mkdir()

    def start(guest: Guest, *words: str, dirs: bool = True, **options: Any) -> list[Any]:
        given = [f"--dir={top}::/top"] if dirs else []
        settings = {"text": False, "stdin": subprocess.DEVNULL, **options}
        done = wali_run(*given, *words, module(guest.text()), "one", "zwölf", **settings)
        assert (done.returncode, done.stderr or b"") == (0, b"")
        return guest.read(done.stdout)

    return start


def with_network(module: MakeModule, wali_run: WaliRun) -> Run:
    """Guests have the network, or what the words say instead."""

    def start(guest: Guest, *words: str) -> list[Any]:
        given = words or ("-Sinherit-network",)
        done = wali_run(*given, module(guest.text()), stdin=subprocess.DEVNULL, text=False, timeout=30)
        assert (done.returncode, done.stderr) == (0, b"")
        return guest.read(done.stdout)

    return start


def ipv4(port: int | str, *host: int) -> tuple[int | str, ...]:
    """The flat words of an address."""
    return (0, port, *(host or (127, 0, 0, 1)), 0, 0, 0, 0, 0, 0)


def ipv6(port: int | str, *host: int) -> tuple[int | str, ...]:
    return (1, port, 0, *(host or (0, 0, 0, 0, 0, 0, 0, 1)), 0)


def port_of(address: Result) -> str:
    """The port in the result of local-address, as an argument."""
    return f"(i32.load16_u (i32.const {address.at + 8}))"


def ok(value: Any = None) -> tuple[str, Any]:
    return ("ok", value)


def err(code: str) -> tuple[str, Any]:
    return ("err", code)


def read(data: bytes, is_end: bool = False) -> tuple[str, Any]:
    """What the draft's streams answer."""
    return ok({"data": data, "is-end": "true" if is_end else "false"})
