"""Copying between files inside the kernel, and memory files that nobody changes."""

import fcntl
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


def seal(fd: int) -> None:
    """Code runs from the memory file: a guest that finds it, as root may in /proc/self/map_files, cannot write it."""
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
