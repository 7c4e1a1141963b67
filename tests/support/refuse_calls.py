"""Runs a command for which some system calls are refused: ``refuse_calls.py ENOSYS 437 COMMAND...``.

So are those that a kernel is too old for, or that a container's filter or a limit refuses. The numbers are x86-64's, with
commas between them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
X86_64 = 0xC000003E
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000


def code_of(error: str, numbers: list[int]) -> list[tuple[int, int, int, int]]:
    """The filter."""
    count = len(numbers)
    return [
        (LOAD, 0, 0, 4),  # the architecture
        (JUMP_EQUAL, 0, count + 2, X86_64),
        (LOAD, 0, 0, 0),  # the call's number
        *((JUMP_EQUAL, count - at - 1, 0 if at + 1 < count else 1, number) for at, number in enumerate(numbers)),
        (RETURN, 0, 0, ERROR | getattr(errno, error)),
        (RETURN, 0, 0, ALLOW),
    ]


def main(error: str, numbers: str, command: list[str]) -> None:
    """Become the command, under a filter that answers with the error."""
    code = code_of(error, [int(number) for number in numbers.split(",")])
    words = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(words)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
