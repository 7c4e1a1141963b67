"""wali compile prog.wasm [-o prog.cwasm]"""

from __future__ import annotations

import argparse

from .. import ffi
from ..compiled import cwasm_file, obtain
from ..errors import WaliError, WaliUsageError
from ..start.config import default_cache_dir
from .endings import about
from .terminal import size_text


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
        "  wali compile --fix-calls old.wasm      for wali-run --fix-calls old.wasm"
    )
    parser.add_argument("module", help="path of the .wasm file")
    parser.add_argument("-o", "--output", metavar="FILE.cwasm", help="write the compiled program here")
    parser.add_argument(
        "--fix-calls", action="store_true", help="as wali-run --fix-calls: let pointers call functions of another type"
    )
    parser.add_argument("--cache-dir", default=default_cache_dir(), metavar="DIR", help="default: %(default)s")


def execute(args: argparse.Namespace) -> int:
    """Compiles; says on stdout what it made."""
    if args.module.endswith(cwasm_file.SUFFIX):
        raise WaliUsageError(f"{args.module} is compiled already; wali-run runs it")
    ffi.engine_open()
    with about(args.module):
        print(_into_file(args) if args.output else _into_cache(args))
    return 0


def _into_file(args: argparse.Namespace) -> str:
    size = cwasm_file.write_compiled(args.module, args.output, args.fix_calls)
    return f"{args.output}: {size_text(size)}"


def _into_cache(args: argparse.Namespace) -> str:
    variant = ffi.fix_calls_variant() if args.fix_calls else ""
    if ffi.cache_lookup(args.cache_dir, args.module, variant) is not None:
        return f"{args.module}: already compiled"
    obtain.compiled(args.module, args.cache_dir, fix_calls=args.fix_calls)
    if ffi.cache_lookup(args.cache_dir, args.module, variant) is None:
        raise WaliError(
            f"compiled, but the cache {args.cache_dir} cannot keep it: it must be writable, and yours "
            "alone (mode 0700); or use -o FILE.cwasm",
            1,
        )
    return f"{args.module}: compiled into {args.cache_dir}"
