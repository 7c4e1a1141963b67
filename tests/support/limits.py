"""Limits of a child (getrlimit(2)) that it cannot raise again, whoever runs the tests."""

from __future__ import annotations

import ctypes
import resource
from collections.abc import Callable

PR_CAPBSET_DROP = 24
CAP_SYS_RESOURCE = 24


def for_good(**limits: int | tuple[int, int]) -> Callable[[], None]:
    """For `preexec_fn`: sets limits by the names of their constants, ``AS=64 << 20`` or ``AS=(soft, hard)``.

    Root loses the capability to raise hard limits at the exec that follows.
    """
    libc = ctypes.CDLL(None)

    def limit() -> None:
        libc.prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0)  # fails for others than root, who have it not
        for name, value in limits.items():
            pair = value if isinstance(value, tuple) else (value, value)
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), pair)

    return limit
