"""Copying between files inside the kernel."""

import os

STEP = 1 << 24  # bytes per system call, so that a signal can come between


def copy(source: int, offset: int, target: int, length: int) -> None:
    """Copies source[offset:offset+length] to the end of `target` (descriptors). OSError if it is cut short."""
    end = offset + length
    while offset < end:
        count = os.sendfile(target, source, offset, min(STEP, end - offset))
        if count == 0:
            raise OSError(0, "the file ends early")
        offset += count
