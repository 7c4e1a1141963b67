"""The compiled code of a module that the cache's index does not know: which of the two ways to it.

The same content under another name is found in the cache, all else is compiled.
"""

from __future__ import annotations

import errno
import hashlib
import os

from .. import ffi
from ..errors import os_error
from ..module import loader, wish
from . import cache, compiler

DEBUG_VARIANT = ".debug1"  # the number is raised when a debugger's code is made otherwise


def compiled(
    path: str,
    cache_dir: str | None,
    fresh: bool = False,
    fix_calls: bool = False,
    data: bytes | None = None,
    modes: cache.Modes = cache.PRIVATE,
    shown: str | None = None,
    debug: bool = False,
) -> tuple[int, int]:
    """(descriptor of the code, code_delta) of a module that has no entry in the cache, filling it.

    fresh: replace what the cache has for the same content, instead of using it.
    fix_calls: see wali/fixcalls/.
    data: the module, if it cannot be read from `path`, or not once more.
    modes: of what is added to the cache.
    shown: the module's name for progress; "" for none, None for `path`.
    debug: for a debugger.
    A cache that cannot be written is no error. WaliError otherwise.
    """
    variant = (ffi.fix_calls_variant() if fix_calls else "") + (DEBUG_VARIANT if debug else "")
    file_key = module_key(path) if data is None and not loader.is_pipe(path) else None
    data = loader.read_module(path) if data is None else data
    content = hashlib.sha256(data).hexdigest() + ("" if fix_calls else _wished(data)) + variant
    key = content if file_key is None else file_key + variant
    store = cache.opened(cache_dir, ffi.engine_key(), modes)
    if store is not None and not fresh and store.link_known(key, content):
        found = ffi.cache_lookup_key(store.root, key)
        if found is not None:
            return found
    code = None if fresh else _of_all(content)
    if code is None:
        code = compiler.compile_to_memory(data, path if shown is None else shown, fix_calls, debug)
    # Somebody may have replaced the file meanwhile: then this code is not that file's.
    is_same = file_key is None or module_key(path) == file_key
    if store is not None and is_same and store.add(key, content, code):
        found = ffi.cache_lookup_key(store.root, key)
        if found is not None:
            os.close(code[0])
            return found
    return code


def _wished(data: bytes) -> str:
    """What the name of the code ends in if the module asks for --fix-calls by itself; the index does not know it.

    The core takes no code whose name tells another number of the form than its own (wali/native/start/cache.c).
    """
    return f"{ffi.fix_calls_variant()}.asked" if wish.may_be(data) else ""


def _of_all(content: str) -> tuple[int, int] | None:
    """(descriptor of the code, code_delta) of the same content in the cache that root fills, or None."""
    store = cache.Store(ffi.cache_system(), ffi.engine_key())
    try:
        known = store.known(content)
    except OSError:
        return None
    return None if known is None else ffi.cache_lookup_key(store.root, known[0])


def module_key(path: str) -> str:
    """The module file's key in the cache. WaliError 127/126 if it cannot be reached, or is no file with a key."""
    try:
        return ffi.cache_key(path)
    except OSError as error:
        if error.errno == errno.EINVAL:
            loader.read_module(path)  # which says why
        raise os_error(error) from None
