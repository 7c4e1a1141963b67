"""wali syscalls [--json] [NAME ...]"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from ..errors import WaliError
from ..module import support


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which calls, and the form of the answer."""
    parser.description = (
        "Lists the system calls of the x86-64 table and how each is handled:\n"
        "  passthrough  the kernel's own, with every address checked\n"
        "  repack       the same, with arrays of addresses translated\n"
        "  custom       answered by a function of the runtime's own\n"
        "  stub         always fails with the error shown"
    )
    parser.epilog = "example:\n  wali syscalls openat io_uring_setup    are these there?"
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these calls")
    parser.add_argument("--json", action="store_true", help="for programs: the same as JSON")


def execute(args: argparse.Namespace) -> int:
    """Prints the list to stdout."""
    calls = support.calls()
    unknown = set(args.names) - {call.name for call in calls}
    if unknown:
        raise WaliError(f"no such system call on x86-64: {', '.join(sorted(unknown))}; see wali syscalls", 1)
    chosen = [call for call in calls if not args.names or call.name in args.names]
    if args.json:
        json.dump([asdict(call) for call in chosen], sys.stdout, indent=2)
        print()
    else:
        for call in chosen:
            remark = f"{call.errno} {call.note}".strip()
            print(f"{call.number:>4}  {call.name:<24}{call.kind:<13}{remark}".rstrip())
    return 0
