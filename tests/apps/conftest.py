"""The programs as fixtures, built once in a session."""

from __future__ import annotations

import pytest

from tests.apps import build
from tests.apps.sources import ROOT, NoSourcesError


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker of these tests."""
    config.addinivalue_line("markers", "apps: real programs, built from their sources (leave out with -m 'not apps')")


def _app(name: str) -> build.Pair:
    try:
        return build.app(name)
    except NoSourcesError as error:
        pytest.skip(str(error))
    except (RuntimeError, build.BuildError) as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code is kept with the programs: SQLite takes seconds to compile, and the user's cache stays as it is."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(ROOT / "build" / "apps" / "cache"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture(scope="session")
def lua() -> build.Pair:
    """The Lua interpreter."""
    return _app("lua")


@pytest.fixture(scope="session")
def sqlite() -> build.Pair:
    """The SQLite shell."""
    return _app("sqlite3")


@pytest.fixture(scope="session")
def minigzip() -> build.Pair:
    """zlib's little gzip."""
    return _app("minigzip")


@pytest.fixture(scope="session")
def zlib_example() -> build.Pair:
    """zlib's own test program."""
    return _app("example")
