"""wali cache list | clear | path"""

from __future__ import annotations

import argparse

from ..compiled import cache
from ..start.config import default_cache_dir
from .terminal import size_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, clear or path, and which cache."""
    parser.description = (
        "The compiled code of modules, kept so that only their first run compiles them:\n"
        "  list    what is there, by engine version: checksum of the module, size of its code, and\n"
        "          fixcalls if it is for --fix-calls\n"
        "  clear   remove all of it; what is needed again is compiled again\n"
        "  path    print where it is"
    )
    parser.add_argument("action", choices=("list", "clear", "path"), metavar="list|clear|path")
    parser.add_argument("--cache-dir", default=default_cache_dir(), metavar="DIR", help="default: %(default)s")


def execute(args: argparse.Namespace) -> int:
    """Prints what was asked for to stdout."""
    if args.action == "path":
        print(args.cache_dir)
    elif args.action == "clear":
        print(f"freed {size_text(cache.clear(args.cache_dir))} in {args.cache_dir}")
    else:
        _list(args.cache_dir)
    return 0


def _list(root: str) -> None:
    stores = cache.stores(root)
    if not stores:
        print(f"no compiled code in {root}")
    for store in stores:
        entries = store.entries()
        objects = {entry.name: entry.length for entry in entries.values()}
        total = size_text(sum(objects.values()))
        print(f"{store.folder.name}: {len(objects)} modules, {len(entries)} files, {total}")
        for name, length in sorted(objects.items()):
            digest, _, form = name.removesuffix(".cwasm").partition(".")
            print(f"  {digest[:16]}  {size_text(length)}{'  ' if form else ''}{form}")
