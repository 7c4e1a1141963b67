"""The programs as fixtures, built once in a session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.apps import build, recipes
from tests.apps.sources import CACHE, NoSourcesError

What = TypeVar("What")
Result = TypeVar("Result")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker of these tests."""
    config.addinivalue_line("markers", "apps: real programs, built from their sources (leave out with -m 'not apps')")


def _app(name: str) -> build.Pair:
    return _built(build.app, name)


def _built(builder: Callable[[What], Result], what: What) -> Result:
    try:
        return builder(what)
    except NoSourcesError as error:
        pytest.skip(str(error))
    except (RuntimeError, build.BuildError) as error:
        pytest.fail(str(error), pytrace=False)


def _judged(recipe: recipes.Recipe) -> Path:
    """The wasm program; with WALI_APPS_NATIVE in the environment the native one, to see what upstream's tests owe
    to the machine alone."""
    return recipes.native(recipe) if os.environ.get("WALI_APPS_NATIVE") else recipes.wasm(recipe)


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code is kept with the programs: SQLite takes seconds to compile, and the user's cache stays as it is."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
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


@pytest.fixture(scope="session")
def make() -> build.Pair:
    """GNU make."""
    return _built(recipes.pair, recipes.MAKE)


@pytest.fixture(scope="session")
def dash() -> build.Pair:
    """The Debian Almquist shell."""
    return _built(recipes.pair, recipes.DASH)


@pytest.fixture(scope="session")
def busybox() -> Path:
    """busybox as an executable module."""
    return _built(_judged, recipes.BUSYBOX)


@pytest.fixture(scope="session")
def bash() -> Path:
    """bash as an executable module; its tests' helper programs are beside it."""
    return _built(_judged, recipes.BASH)


@pytest.fixture(scope="session")
def native_bash() -> Path:
    """bash from the same source, built only if a test asks for it."""
    return _built(recipes.native, recipes.BASH)
