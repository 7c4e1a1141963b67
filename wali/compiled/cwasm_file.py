"""Compiled programs as files of their own: what `wali compile -o` writes and wali-run runs.

A file is one line ``wali-cwasm v2 <engine key> <length> <checksum hex> <code_delta>`` and a
newline, zero bytes up to 4096, and the engine's code. It is native code and runs with all
rights of the user, so it is accepted only if its name ends in .cwasm, it belongs to the
effective user or root, nobody else can write it, and it is whole and made by this engine.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from .. import ffi
from ..errors import WaliError, WaliFormatError, WaliUsageError, os_error
from . import compiler
from .kernel_copy import copy, seal

HEADER_SIZE = 4096
TITLE = "wali-cwasm v2"
SUFFIX = ".cwasm"


def write_compiled(module: str, output: str, fix_calls: bool = False) -> int:
    """Compiles `module` into the file `output`, whose name ends in .cwasm; returns its size in bytes. WaliError."""
    if not output.endswith(SUFFIX):
        raise WaliUsageError(f"-o {output}: the name must end in {SUFFIX}, or wali-run will not take it for code")
    program = compiler.prepared(module, fix_calls)
    code = compiler.compile_to_memory(program, module)
    try:
        checksum, length = ffi.checksum(code)
        line = f"{TITLE} {ffi.engine_key()} {length} {checksum:016x} {program.code_delta}\n"
        temporary = f"{output}.{os.getpid()}.tmp"
        try:
            with open(temporary, "wb") as file:
                file.write(line.encode().ljust(HEADER_SIZE, b"\0"))
                file.flush()
                copy(code, 0, file.fileno(), length)
            os.replace(temporary, output)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise WaliError(f"-o {output}: {error.strerror or error}") from None
    finally:
        os.close(code)
    return HEADER_SIZE + length


def open_compiled(path: str) -> tuple[int, int]:
    """(descriptor of a memory file with the code, code_delta). WaliError if it must not be run."""
    try:
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise os_error(error) from None
    try:
        _check_owner(os.fstat(source))
        key, length, checksum, delta = _header(os.pread(source, HEADER_SIZE, 0))
        if key != ffi.engine_key():
            raise WaliFormatError("compiled by another version or on another machine; compile it again here")
        code = os.memfd_create("wali-code", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        copy(source, HEADER_SIZE, code, length)
        seal(code)
        if ffi.checksum(code) != (checksum, length):
            os.close(code)
            raise WaliFormatError("damaged; compile it again")
    except OSError as error:
        raise WaliFormatError(f"cannot be read: {error.strerror or error}; compile it again") from None
    finally:
        os.close(source)
    return code, delta


def _check_owner(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise WaliFormatError("not a regular file")
    if status.st_uid not in (os.geteuid(), 0):
        raise WaliFormatError("native code of another user; run the .wasm module instead")
    if status.st_mode & 0o022:
        raise WaliFormatError("native code that others can write; run the .wasm module, or chmod go-w it")


def _header(head: bytes) -> tuple[str, int, int, int]:
    """(engine key, length, checksum, code_delta)"""
    words = head.partition(b"\n")[0].decode(errors="replace").split(" ")
    try:
        if len(head) == HEADER_SIZE and len(words) == 6 and " ".join(words[:2]) == TITLE:
            return words[2], int(words[3]), int(words[4], 16), int(words[5])
    except ValueError:
        pass
    raise WaliFormatError("not made by `wali compile -o`, or damaged; compile it again")
