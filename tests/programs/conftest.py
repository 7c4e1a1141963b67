"""The programs as fixtures, built once in a session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.programs import build, ports, ports_screens
from tests.programs.built import built
from tests.programs.sources import CACHE


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker of these tests."""
    config.addinivalue_line("markers", "apps: real programs, built from their sources (leave out with -m 'not apps')")


def _pair(port: ports.Port, program: str) -> build.Pair:
    return built(build.pair, port, program)


def _judged(port: ports.Port, program: str = "") -> Path:
    """The wasm program, by default that of the port's name; with WALI_APPS_NATIVE in the environment the native one, to see what upstream's tests owe
    to the machine alone."""
    builder = build.native if os.environ.get("WALI_APPS_NATIVE") else build.wasm
    return built(builder, port)[program or port.name]


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code is kept with the programs: SQLite takes seconds to compile, and the user's cache stays as it is."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture(scope="session")
def lua() -> build.Pair:
    """The Lua interpreter."""
    return _pair(ports.LUA, "lua")


@pytest.fixture(scope="session")
def quickjs() -> build.Pair:
    """The QuickJS interpreter."""
    return _pair(ports.QUICKJS, "qjs")


@pytest.fixture(scope="session")
def sqlite() -> build.Pair:
    """The SQLite shell."""
    return _pair(ports.SQLITE, "sqlite3")


@pytest.fixture(scope="session")
def minigzip() -> build.Pair:
    """zlib's little gzip."""
    return _pair(ports.ZLIB, "minigzip")


@pytest.fixture(scope="session")
def zlib_example() -> build.Pair:
    """zlib's own test program."""
    return _pair(ports.ZLIB, "example")


@pytest.fixture(scope="session")
def make() -> build.Pair:
    """GNU make."""
    return _pair(ports.MAKE, "make")


@pytest.fixture(scope="session")
def dash() -> build.Pair:
    """The Debian Almquist shell."""
    return _pair(ports.DASH, "dash")


@pytest.fixture(scope="session")
def zsh() -> build.Pair:
    """zsh, with its modules."""
    return _pair(ports_screens.ZSH, "zsh")


@pytest.fixture(scope="session")
def tmux() -> build.Pair:
    """tmux."""
    return _pair(ports_screens.TMUX, "tmux")


@pytest.fixture(scope="session")
def nano() -> build.Pair:
    """nano."""
    return _pair(ports_screens.NANO, "nano")


@pytest.fixture(scope="session")
def busybox() -> Path:
    """busybox as an executable module."""
    return _judged(ports.BUSYBOX)


@pytest.fixture(scope="session")
def sed() -> Path:
    """GNU sed as an executable module, in the folder of its build."""
    return _judged(ports.SED)


@pytest.fixture(scope="session")
def bash() -> Path:
    """bash as an executable module; its tests' helper programs are beside it."""
    return _judged(ports.BASH)


@pytest.fixture(scope="session")
def built_curl() -> Path:
    """curl as an executable module, in the folder of its build."""
    return _judged(ports.CURL)


@pytest.fixture(scope="session")
def curl_servers() -> Path:
    """The HTTP server of curl's tests; the others are beside it."""
    return built(build.native, ports.CURL_SERVERS)["sws"]


@pytest.fixture(scope="session")
def native_bash() -> Path:
    """bash from the same source, built only if a test asks for it."""
    return built(build.native, ports.BASH)["bash"]


@pytest.fixture(scope="session")
def memcached_build() -> Path:
    """The folder of memcached's build, with upstream's tests."""
    return _judged(ports.MEMCACHED).parent


@pytest.fixture(scope="session")
def dropbear_build() -> Path:
    """The folder of dropbear's build, with upstream's tests."""
    return _judged(ports.DROPBEAR).parent


@pytest.fixture(scope="session")
def redis_server() -> Path:
    """redis-server as an executable module; redis-cli and redis-benchmark are beside it."""
    return _judged(ports.REDIS, "redis-server")


@pytest.fixture(scope="session")
def native_redis_server() -> Path:
    """redis-server from the same source, built only if a test asks for it."""
    return built(build.native, ports.REDIS)["redis-server"]
