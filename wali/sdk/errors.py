"""What can go wrong in the SDK: one line that says what to do next."""

from __future__ import annotations

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)
"""Numbers of errors that a full disk or quota gives."""


class SdkError(Exception):
    """The toolchain or the sysroot is missing, or could not be made."""
