"""The C core as Python functions: the only module that imports `wali._core`.

On the path of every start: imports nothing but the core.
"""

from __future__ import annotations

import os
import sys

try:
    from ._core import ffi, lib
except ModuleNotFoundError as error:
    if error.name != f"{__package__}._core":
        raise
    raise ImportError(
        f"{os.path.dirname(__file__)} holds the sources of wali, without its compiled core: build it there with "
        "`make core`, or start Python in another folder to use an installed package"
    ) from error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

STALE = int(lib.WALI_ERROR_STALE)
LIBRARY = "wasmtime/linux-x86_64/_libwasmtime.so"


def _failure(error: Any) -> Exception:
    from .errors import WaliEngineError

    text = ffi.string(error.text).decode(errors="replace")
    return WaliEngineError(text or f"the core failed with code {error.code}", error.code, error.errnum)


def _checked(result: int, error: Any) -> None:
    if result != 0:
        raise _failure(error)


def library_path() -> str:
    """The engine's shared library in the wasmtime wheel, found without importing wasmtime.

    WALI_ENGINE in the environment names another one. WaliEngineError if there is none.
    """
    given = os.environ.get("WALI_ENGINE")
    if given:
        return given
    for folder in sys.path:
        path = f"{folder}/{LIBRARY}"
        if os.path.exists(path):
            return path
    from .errors import WaliEngineError

    raise WaliEngineError(f"the engine is missing: no {LIBRARY} on Python's path; try: pip install 'wasmtime>=50,<51'")


def engine_open() -> None:
    """Loads the engine's library into this process; starts no thread. WaliEngineError."""
    error = ffi.new("wali_error *")
    _checked(lib.wali_engine_open(os.fsencode(library_path()), error), error)


def engine_key() -> str:
    """Names the engine's version and compile configuration; a folder name of the cache. After engine_open."""
    return _text(lib.wali_engine_key())


def engine_compile(wasm: bytes, out_fd: int, serial: bool) -> None:
    """Compiles a rewritten module and writes the code to `out_fd`.

    Starts the engine's threads: call it in a forked child only. WaliEngineError.
    """
    error = ffi.new("wali_error *")
    _checked(lib.wali_engine_compile(ffi.from_buffer("uint8_t[]", wasm), len(wasm), out_fd, serial, error), error)


def engine_validate(wasm: bytes) -> None:
    """Checks a rewritten module as compiling it would, in much less time; starts no thread. WaliEngineError."""
    error = ffi.new("wali_error *")
    _checked(lib.wali_engine_validate(ffi.from_buffer("uint8_t[]", wasm), len(wasm), error), error)


def checksum(fd: int) -> tuple[int, int]:
    """(checksum, length in bytes) of a whole file. OSError if it cannot be read."""
    sum_, length = ffi.new("uint64_t *"), ffi.new("uint64_t *")
    result = lib.wali_checksum_fd(fd, sum_, length)
    if result != 0:
        raise OSError(-result, os.strerror(-result))
    return sum_[0], length[0]


def cache_key(module: str) -> str:
    """The name of the module's index entry: from device, inode, size, mtime and ctime. OSError."""
    key = ffi.new("char[]", 256)
    result = lib.wali_cache_key(os.fsencode(module), key, 256)
    if result < 0:
        raise OSError(-result, os.strerror(-result))
    return _text(key)


def cache_lookup(cache_dir: str, module: str, variant: str = "") -> tuple[int, int] | None:
    """(descriptor of the verified code, code_delta), or None if the cache has no sound entry.

    variant: which form of the module, "" for the usual one.
    """
    delta = ffi.new("int64_t *")
    fd = lib.wali_cache_lookup_variant(os.fsencode(cache_dir), os.fsencode(module), variant.encode(), delta)
    return None if fd < 0 else (fd, delta[0])


def private_fd(fd: int) -> int:
    """A copy of the descriptor, out of the guest's way. OSError."""
    copy = int(lib.wali_private_fd(fd))
    if copy < 0:
        raise OSError(-copy, os.strerror(-copy))
    return copy


def fix_calls_variant() -> str:
    """The form of a module that --fix-calls makes: a suffix of names in the cache."""
    return _text(lib.wali_fix_calls_variant())


def run(
    module: str,
    argv: Sequence[bytes],
    env: Sequence[bytes],
    code: tuple[int, int],
    launcher: str,
    settings: Mapping[str, Any],
) -> NoReturn:
    """Becomes the guest: this process ends with the guest's status, or by its signal.

    code: descriptor of the compiled code, which is closed, and its code_delta.
    launcher: path of the command wali-run, which the guest's execve starts.
    settings: by fields of wali_config: numbers, strings or None, lists of strings.

    Returns only by WaliEngineError, if the guest could not be started.
    """
    native = ffi.new("wali_config *")
    native.code_fd, native.code_delta = code
    kept: list[Any] = []  # cffi frees what nobody holds
    for field, value in {"module_path": module, "launcher": launcher, **settings}.items():
        setattr(native, field, _native(value, kept))
        if isinstance(value, (list, tuple)):
            setattr(native, f"{field}_count", len(value))
    native.argc, native.argv = len(argv), _native(argv, kept)
    native.envc, native.env = len(env), _native(env, kept)
    error = ffi.new("wali_error *")
    lib.wali_run(native, error)
    raise _failure(error)


def _native(value: Any, kept: list[Any]) -> Any:
    """A Python value as a field of a C structure takes it; `kept` gets what must live as long."""
    if value is None:
        return ffi.NULL
    if isinstance(value, (str, bytes)):
        value = ffi.new("char[]", os.fsencode(value))
    elif isinstance(value, (list, tuple)):
        value = ffi.new("const char *[]", [*(_native(text, kept) for text in value), ffi.NULL])
    else:
        return value
    kept.append(value)
    return value


def stats_size() -> int:
    """Bytes of shared, zeroed memory that the counters of one run need."""
    return int(lib.wali_stats_size())


def stats_rows(memory: Any) -> list[tuple[str, int, int, int]]:
    """(name, calls, errors, nanoseconds) of each system call that was made, out of that memory."""
    page = ffi.from_buffer(memory)
    calls, errors, nanoseconds = (ffi.new("uint64_t *") for _ in range(3))
    rows = []
    for index in range(lib.wali_stats_rows()):
        name = lib.wali_stats_row(page, index, calls, errors, nanoseconds)
        if calls[0]:
            rows.append((_text(name), calls[0], errors[0], nanoseconds[0]))
    return rows


def _text(c_string: Any) -> str:
    return str(ffi.string(c_string), "utf-8", "replace")
