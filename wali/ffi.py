"""The C core as Python functions: the only module that imports `wali._core`.

On the path of every start that Python makes: imports nothing but the core.
"""

from __future__ import annotations

import os
import sys

try:
    from ._core import ffi, lib
except ModuleNotFoundError as error:
    if error.name != f"{__package__}._core":
        raise
    if not os.path.isdir(os.path.join(os.path.dirname(__file__), "native")):
        raise
    raise ImportError(
        f"{os.path.dirname(__file__)} holds the sources of wali, without its compiled core: build it there with "
        "`make core`, or start Python in another folder to use an installed package"
    ) from error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

CONFINED_FILES, CONFINED_CALLS = int(lib.WALI_CONFINED_FILES), int(lib.WALI_CONFINED_CALLS)
INSTRUCTIONS = int(lib.WALI_INSTRUCTIONS)
"""Numbers of instructions behind each prefix, in what volatile_loads takes."""
MOST_VOLATILE_LOADS = 1 << 16
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
    _checked(lib.wali_engine_compile(ffi.from_buffer("uint8_t[]", wasm), len(wasm), out_fd, serial, 0, error), error)


def engine_compile_for_debugger(wasm: bytes, out_fd: int, serial: bool) -> None:
    """The same code for a debugger, which can show lines and variables; slow. WaliEngineError."""
    error = ffi.new("wali_error *")
    _checked(lib.wali_engine_compile(ffi.from_buffer("uint8_t[]", wasm), len(wasm), out_fd, serial, 1, error), error)


def volatile_loads(bodies: memoryview, count: int, operands: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """(place, length, room) in bytes of the loads in `count` bodies that must not become one with an earlier load.

    room: the place of a byte in the same body that could be left out, behind the first of a number; 0 for none. MemoryError.
    operands: for no prefix and for 0xFB to 0xFE, the letters of INSTRUCTIONS instructions (wali/module/instructions.py).
    """
    found = ffi.new("struct wali_volatile_load[]", MOST_VOLATILE_LOADS)
    letters = ffi.from_buffer("struct wali_operands[]", b"".join(each.ljust(4, b"\0") for each in operands))
    code = ffi.from_buffer("uint8_t[]", bodies)
    number = lib.wali_volatile_loads(code, len(bodies), count, letters, found, MOST_VOLATILE_LOADS)
    if number < 0:
        raise MemoryError
    return [(found[i].offset, found[i].length, found[i].room) for i in range(number)]


def confine(bounds: tuple[int, int, int], keep: Sequence[int]) -> int:
    """Confines this process, which has one thread, for good (wali/native/confine/). What it needs is loaded by now.

    bounds: bytes of addresses, bytes of a file, seconds of processor time. keep: its descriptors, in rising order.
    Answers the CONFINED_ bits of what holds.
    """
    limits = ffi.new("struct wali_bounds *", bounds)
    return int(lib.wali_confine(limits, ffi.new("int[]", list(keep)), len(keep)))


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent ends, whose id is given."""
    lib.wali_die_with_parent(parent)


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


def printable(text: bytes) -> str:
    """UTF-8 text whose control and format characters, and bytes that are no UTF-8, are escaped."""
    room = 10 * len(text) + 1  # no escape is longer
    out = ffi.new("char[]", room)
    length = lib.wali_printable(ffi.from_buffer(text), len(text), out, room)
    return str(ffi.buffer(out, length)[:], "utf-8")


def cache_place() -> str | None:
    """The folder of the user's own cache, by the environment and /etc/passwd; None if nothing says it."""
    path = ffi.new("char[]", 4096)
    return os.fsdecode(ffi.string(path)) if lib.wali_cache_place(path, 4096) == 0 else None


def cache_system() -> str:
    """The folder of the cache that root fills for all users."""
    return _text(lib.wali_cache_system())


def cache_lookup_key(cache_dir: str, key: str) -> tuple[int, int] | None:
    """(descriptor of the verified code, code_delta) by its key in this cache, or None if that has no sound entry."""
    delta = ffi.new("int64_t *")
    fd = lib.wali_cache_lookup_key(os.fsencode(cache_dir), key.encode(), delta)
    return None if fd < 0 else (fd, delta[0])


def cache_lookup(cache_dir: str, module: str, variant: str = "") -> tuple[int, int] | None:
    """The same of a module's file, out of this cache or the one that root fills.

    variant: which form of the module, "" for the usual one.
    """
    delta = ffi.new("int64_t *")
    fd = lib.wali_cache_lookup_variant(os.fsencode(cache_dir), os.fsencode(module), variant.encode(), delta)
    return None if fd < 0 else (fd, delta[0])


def is_compiled(path: str) -> bool:
    """Whether a path names a file of compiled code."""
    return bool(lib.wali_is_compiled(os.fsencode(path)))


def compiled_open(path: str) -> tuple[int, int]:
    """(descriptor of a memory file with the code, code_delta) of a file of compiled code. WaliEngineError."""
    error, delta = ffi.new("wali_error *"), ffi.new("int64_t *")
    fd = lib.wali_compiled_open(os.fsencode(path), ffi.NULL, delta, error)
    if fd < 0:
        raise _failure(error)
    return fd, delta[0]


def private_fd(fd: int) -> int:
    """A copy of the descriptor, out of the guest's way. OSError."""
    copy = int(lib.wali_private_fd(fd))
    if copy < 0:
        raise OSError(-copy, os.strerror(-copy))
    return copy


def take_private(fd: int) -> int:
    """The same open file, out of the guest's way; `fd` is closed. OSError."""
    try:
        return private_fd(fd)
    finally:
        os.close(fd)


def fix_calls_variant() -> str:
    """The form of a module that --fix-calls makes: a suffix of names in the cache."""
    return _text(lib.wali_fix_calls_variant())


def hand_over(path: str, words: Sequence[bytes], environment: Sequence[bytes]) -> OSError:
    """Becomes the program at `path`: execve(2). Returns only if that fails, and what it failed by."""
    kept: list[Any] = []  # cffi frees what nobody holds
    result = lib.wali_hand_over(os.fsencode(path), _strings(words, kept), _strings(environment, kept))
    return OSError(-result, os.strerror(-result))


def _strings(texts: Sequence[bytes], kept: list[Any]) -> Any:
    """A vector of C strings; `kept` gets what must live as long."""
    strings = [ffi.new("char[]", text) for text in texts]
    kept += strings
    return ffi.new("const char *[]", [*strings, ffi.NULL])


def _text(c_string: Any) -> str:
    return str(ffi.string(c_string), "utf-8", "replace")
