"""Compiled programs as files of their own: what `wali compile -o` writes and wali-run runs.

The core reads them, and says what they look like (wali/native/start/compiled_file.h).
"""

from __future__ import annotations

import os
from contextlib import suppress

from .. import ffi
from ..errors import WaliEngineError, WaliError, WaliFormatError, WaliUsageError, os_error
from ..module import loader
from . import compiler
from .kernel_copy import copy

HEADER_SIZE = 4096
TITLE = "wali-cwasm v3"


def write_compiled(module: str, output: str, fix_calls: bool = False) -> int:
    """Compiles `module` into the file `output`, whose name ends in .cwasm; returns its size in bytes. WaliError."""
    if not ffi.is_compiled(output):
        raise WaliUsageError(f"-o {output}: the name must end in .cwasm, or wali-run will not take it for code")
    data = loader.read_module(module)
    code, delta = compiler.compile_to_memory(data, module, fix_calls)
    try:
        checksum, length = ffi.checksum(code)
        line = f"{TITLE} {ffi.engine_key()} {length} {checksum:016x} {delta}"
        line += f" {len(data)} {checksum_of(data):016x}\n"
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


def check(path: str, fix_calls: bool = False) -> None:
    """Opens such a file as wali-run does. WaliError if it must not be run, 127 if there is none."""
    if fix_calls:
        raise WaliUsageError(f"{path} is compiled already; --fix-calls belongs to wali compile, with the module")
    try:
        os.close(ffi.compiled_open(path)[0])
    except WaliEngineError as error:
        if error.errnum:
            raise os_error(OSError(error.errnum, str(error))) from None
        raise WaliFormatError(str(error)) from None


def checksum_of(data: bytes) -> int:
    """What ffi.checksum says of a file with this content. OSError."""
    memory = os.memfd_create("wali-module", os.MFD_CLOEXEC)
    try:
        with open(memory, "wb", closefd=False) as file:
            file.write(data)
        return ffi.checksum(memory)[0]
    finally:
        os.close(memory)
