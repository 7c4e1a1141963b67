"""wali cache list | clear | path"""

from __future__ import annotations

import argparse
import os

from .. import ffi
from ..compiled import cache
from ..errors import WaliError, WaliUsageError
from ..messages import printable, put_path
from ..start.config import default_cache_dir
from .terminal import size_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, clear or path, and which cache."""
    parser.description = (
        "The compiled code of modules, kept so that only their first run compiles them:\n"
        "  list    what is there, by engine version: checksum of the module, size of its code, and\n"
        "          fixcalls if it is for --fix-calls, asked if the module asked for that\n"
        "  clear   remove all of it; what is needed again is compiled again\n"
        "  path    print where it is"
    )
    parser.add_argument("action", choices=("list", "clear", "path"), metavar="list|clear|path")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--cache-dir", default=default_cache_dir(), metavar="DIR", help="default: %(default)s")
    where.add_argument("--system", action="store_true", help=f"the cache of all users, {ffi.cache_system()}")


def execute(args: argparse.Namespace) -> int:
    """Prints what was asked for to stdout."""
    place = ffi.cache_system() if args.system else args.cache_dir
    if place is None:
        raise WaliUsageError("nothing says where compiled code is kept; give --cache-dir, or set WALI_CACHE_DIR")
    if args.action == "path":
        put_path(place)
    elif args.action == "clear":
        if args.system and os.geteuid() != 0:
            raise WaliError(f"only root clears {place}", 1)
        modes = cache.SHARED if args.system else cache.PRIVATE
        print(f"freed {size_text(cache.clear(place, modes))} in {printable(place)}")
    else:
        _list(place)
    return 0


def _list(root: str) -> None:
    stores = cache.stores(root)
    if not stores:
        print(f"no compiled code in {printable(root)}")
    for store in stores:
        entries = store.entries()
        objects = {entry.name: entry.length for entry in entries.values()}
        total = size_text(sum(objects.values()))
        print(f"{printable(store.folder.name)}: {len(objects)} modules, {len(entries)} files, {total}")
        for name, length in sorted(objects.items()):
            digest, _, form = name.removesuffix(".cwasm").partition(".")
            print(f"  {digest[:16]}  {size_text(length)}{'  ' if form else ''}{form}")
