"""Compiles a module: checked, rewritten, and given to the engine, in a confined process.

The engine compiles on a thread pool, which neither survives fork nor should live on in
a guest; this process stays as it was.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from .. import ffi
from ..errors import WaliEngineError, WaliError, WaliFormatError
from ..module import explain, loader, wish
from . import confined, volatile_loads
from .kernel_copy import seal

ELF = b"\x7fELF\x02\x01\x01"  # 64 bits, little-endian
ELF_HEADER = 64  # bytes; the offset of the section headers is at 40
MOST_DELTA = 1 << 31  # no module is as large


def prepared(data: bytes, fix_calls: bool) -> loader.PreparedModule:
    """The module as the engine compiles it, with its calls fixed if it asks for that. WaliError if it cannot be run."""
    program = loader.load(data)
    if not (fix_calls or wish.may_be(data)):
        return program
    module = loader.one_module(data)
    if not (fix_calls or wish.is_made(loader.parse(module), module)):
        return program
    from ..fixcalls import fix

    try:
        fixed, delta = fix(module)
    except WaliFormatError as error:
        raise (error.without_offset() if program.is_merged else error) from None
    if fixed is module:
        return program
    rewritten, own_delta = loader.rewrite(fixed, loader.parse_changed(fixed, loader.parse(module)))
    return replace(program, wasm=rewritten, code_delta=own_delta + delta)


def get_ready(data: bytes, fix_calls: bool = False) -> None:
    """Loads what `prepared` takes, for a confined process, which can load nothing."""
    loader.get_ready(data)
    if fix_calls or wish.may_be(data):
        from .. import fixcalls  # noqa: F401


def compile_to_memory(data: bytes, name: str, fix_calls: bool = False, debug: bool = False) -> tuple[int, int]:
    """(descriptor of a memory file with the compiled code, code_delta) of a module's bytes. WaliError.

    name: for progress, "" for none. debug: for a debugger, with lines and variables, and slow.
    """
    get_ready(data, fix_calls)
    out = os.memfd_create("wali-code", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        told = confined.call(
            partial(_compile, data, fix_calls, debug, out),
            confined.bounds(len(data)),
            name and f"compiling {name}, once",
            out,
        )
        seal(out)
        return out, _checked(told, out)
    except BaseException:
        os.close(out)
        raise


def _compile(data: bytes, fix_calls: bool, debug: bool, out: int, serial: bool) -> bytes:
    """In the confined process: writes the code to `out`, answers with the code_delta."""
    program = prepared(data, fix_calls)
    wasm, delta = volatile_loads.kept(program.wasm)
    program = replace(program, wasm=wasm, code_delta=program.code_delta + delta)
    try:
        compile_ = ffi.engine_compile_for_debugger if debug else ffi.engine_compile
        compile_(program.wasm, out, serial)
    except WaliEngineError as error:
        raise WaliEngineError(explain.explain(str(error), program), error.code, error.errnum) from None
    return str(program.code_delta).encode()


def _checked(told: bytes, out: int) -> int:
    """The code_delta that was told, if that and the code can be what they should be. WaliError."""
    digits = told.removeprefix(b"-")
    head, size = os.pread(out, ELF_HEADER, 0), os.fstat(out).st_size
    headers = int.from_bytes(head[40:48], "little")
    if not (digits.isdigit() and len(digits) < 11 and abs(int(told)) < MOST_DELTA):
        raise WaliError("what compiles the module answers nonsense; the module is refused")
    if not (len(head) == ELF_HEADER and head.startswith(ELF) and ELF_HEADER <= headers < size):
        raise WaliError("what compiles the module has written no code; the module is refused")
    return int(told)
