"""wali compile prog.wasm [-o prog.cwasm]"""

from __future__ import annotations

import argparse
import os

from .. import ffi
from ..compiled import cache, cwasm_file, obtain
from ..errors import WaliError, WaliUsageError
from ..messages import printable
from ..module import loader
from ..start.config import default_cache_dir
from .endings import about
from .terminal import size_text

# What a cache must be.
NEEDED = "must be writable, and yours alone (mode 0700)"
NEEDED_BY_ALL = "must be root's (mode 0755), as all folders above it, and only root fills it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The module, and where its code goes."""
    parser.description = (
        "Compiles a module. Without -o the code goes into the cache, and the first run starts at once.\n"
        "With -o it goes into a file that wali-run runs by itself, on a machine with the same engine and\n"
        "processor features. Such a file is native code: run only those you made."
    )
    parser.epilog = (
        "examples:\n"
        "  wali compile app.wasm                  into the cache: the first wali-run app.wasm is quick\n"
        "  wali compile app.wasm -o app.cwasm     into a file: wali-run app.cwasm\n"
        "  sudo wali compile --system app.wasm    for all users of this machine\n"
        "  wali compile --fix-calls old.wasm      for wali-run --fix-calls old.wasm"
    )
    parser.add_argument("module", help="path of the .wasm file")
    parser.add_argument("-o", "--output", metavar="FILE.cwasm", help="write the compiled program here")
    parser.add_argument(
        "--fix-calls", action="store_true", help="as wali-run --fix-calls: let pointers call functions of another type"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--cache-dir", default=default_cache_dir(), metavar="DIR", help="default: %(default)s")
    where.add_argument("--system", action="store_true", help=f"for all users, into {ffi.cache_system()}; as root")


def execute(args: argparse.Namespace) -> int:
    """Compiles; says on stdout what it made."""
    if args.system and args.output:
        raise WaliUsageError("--system is a cache, and -o a file: choose one")
    if ffi.is_compiled(args.module):
        raise WaliUsageError(f"{args.module} is compiled already; wali-run runs it")
    ffi.engine_open()
    with about(args.module):
        if args.output:
            print(printable(_into_file(args)))
        else:
            print(printable(into_cache(args.module, args.cache_dir, args.fix_calls, args.system)))
    return 0


def _into_file(args: argparse.Namespace) -> str:
    size = cwasm_file.write_compiled(args.module, args.output, args.fix_calls)
    return f"{args.output}: {size_text(size)}"


def into_cache(module: str, cache_dir: str | None, fix_calls: bool, system: bool = False) -> str:
    """Compiles the module unless the cache has its code; says what has happened. WaliError.

    system: into the cache that root fills for all users, instead of `cache_dir`.
    """
    if system and os.geteuid() != 0:
        raise WaliError(f"only root fills {ffi.cache_system()}; without --system it goes into your own cache", 1)
    place, modes = (ffi.cache_system(), cache.SHARED) if system else (cache_dir, cache.PRIVATE)
    variant = ffi.fix_calls_variant() if fix_calls else ""
    # What comes through a pipe is found by its content.
    key = None if loader.is_pipe(module) else obtain.module_key(module) + variant
    if place is None:
        raise WaliUsageError("nothing says where compiled code is kept; give --cache-dir, or set WALI_CACHE_DIR")
    if key is not None and _has(place, key):
        return f"{module}: already compiled"
    os.close(obtain.compiled(module, place, fix_calls=fix_calls, modes=modes)[0])
    if key is not None and not _has(place, key):
        rule = NEEDED_BY_ALL if system else NEEDED
        raise WaliError(f"compiled, but the cache {place} cannot keep it: it {rule}; or use -o FILE.cwasm", 1)
    return f"{module}: compiled into {place}"


def _has(place: str, key: str) -> bool:
    found = ffi.cache_lookup_key(place, key)
    if found is not None:
        os.close(found[0])
    return found is not None
