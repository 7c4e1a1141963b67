"""A build for a test: without sources the test is skipped, and a build that fails is the test's failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.programs.build import BuildError
from tests.programs.sources import NoSourcesError

Result = TypeVar("Result")


def built(builder: Callable[..., Result], *what: object) -> Result:
    """What `builder(*what)` answers."""
    try:
        return builder(*what)
    except NoSourcesError as error:
        pytest.skip(str(error))
    except (RuntimeError, BuildError) as error:
        pytest.fail(str(error), pytrace=False)
