"""The compiled code of a module that the cache's index does not know: which of the three ways to it.

A file of compiled code is opened, the same content under another name is found in the cache, all else is compiled.
"""

from __future__ import annotations

import os

from .. import ffi
from ..errors import WaliUsageError, os_error
from . import cache, compiler, cwasm_file


def compiled(path: str, cache_dir: str | None, fresh: bool = False, fix_calls: bool = False) -> tuple[int, int]:
    """(descriptor of the code, code_delta) of a module that has no entry in the cache, filling it.

    fresh: replace what the cache has for the same content, instead of using it.
    fix_calls: see wali/fixcalls/.
    A cache that cannot be written is no error. WaliError otherwise.
    """
    if path.endswith(cwasm_file.SUFFIX):
        if fix_calls:
            raise WaliUsageError(f"{path} is compiled already; --fix-calls belongs to wali compile, with the module")
        return cwasm_file.open_compiled(path)
    variant = ffi.fix_calls_variant() if fix_calls else ""
    key = module_key(path)
    program = compiler.prepared(path, fix_calls)
    store = cache.opened(cache_dir, ffi.engine_key())
    if store is not None and not fresh and store.link_known(key + variant, program):
        found = ffi.cache_lookup(store.root, path, variant)
        if found is not None:
            return found
    fd = compiler.compile_to_memory(program, path)
    # Somebody may have replaced the file meanwhile: then this code is not that file's.
    if store is not None and module_key(path) == key and store.add(key + variant, program, fd):
        found = ffi.cache_lookup(store.root, path, variant)
        if found is not None:
            os.close(fd)
            return found
    return fd, program.code_delta


def module_key(path: str) -> str:
    """The module file's key in the cache. WaliError 127/126 if it cannot be reached."""
    try:
        return ffi.cache_key(path)
    except OSError as error:
        raise os_error(error) from None
