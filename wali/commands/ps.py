"""wali ps [--watch [SECONDS]] [--json]"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import sys
import time

from ..guests import Guest, Observer
from ..terminal import printable
from .cache import size_text

INTERVAL = 2.0  # seconds
SHORTEST = 0.1
HEADINGS = ("PID", "USER", "THR", "CPU%", "TIME", "MEMORY", "STATE", "COMMAND")
TO_THE_RIGHT = (0, 2, 3, 4, 5)  # columns of numbers
CLEAR = "\033[H\033[J"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How often, and in which form."""
    parser.description = (
        "Lists the guests that are running: those of your own, and for root everybody's.\n\n"
        "  THR     threads              CPU%  of one processor: since the start, or since the last look\n"
        "  TIME    processor time used  MEMORY  resident, the runtime's share included"
    )
    parser.epilog = (
        "A guest is an ordinary process: kill, nice, strace and /proc work on its pid.\n\n"
        "examples:\n"
        "  wali ps                                  once\n"
        "  wali ps --watch                          again every 2 seconds, until Ctrl-C\n"
        "  wali ps --watch 0.5                      more often\n"
        "  wali ps --json | jq '.[] | select(.memory > 1e8) | .pid'\n"
        "                                           which use more than 100 MB?"
    )
    parser.add_argument(
        "-w",
        "--watch",
        nargs="?",
        type=interval,
        const=INTERVAL,
        metavar="SECONDS",
        help="look again every SECONDS (2)",
    )
    parser.add_argument(
        "--json", action="store_true", help="for programs: a list of objects; with --watch one per line"
    )


def interval(text: str) -> float:
    """The argument of --watch, in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not SHORTEST <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from {SHORTEST} to 86400")
    return seconds


def execute(args: argparse.Namespace) -> int:
    """Prints to stdout what runs, once or until interrupted."""
    observer = Observer()
    terminal = sys.stdout.isatty()
    while True:
        guests = observer.look()
        if args.json:
            indent = None if args.watch else 2
            text = json.dumps([guest.as_json() for guest in guests], indent=indent)
        else:
            width = shutil.get_terminal_size().columns if terminal else None
            text = table(guests, width, terminal and not os.environ.get("NO_COLOR"))
        print(f"{CLEAR if args.watch and terminal and not args.json else ''}{text}", flush=True)
        if not args.watch:
            return 0
        time.sleep(args.watch)


def table(guests: list[Guest], width: int | None, colour: bool) -> str:
    """Aligned columns, cut at `width` characters if that is given; headings bold if `colour`."""
    if not guests:
        return "no guests are running"
    rows = [HEADINGS, *(_cells(guest) for guest in guests)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(size) if column in TO_THE_RIGHT else cell.ljust(size)
            for column, (cell, size) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join([*cells, row[-1]])[:width])
    if colour:
        lines[0] = f"\033[1m{lines[0]}\033[0m"
    return "\n".join(lines)


def _cells(guest: Guest) -> tuple[str, ...]:
    return (
        str(guest.pid),
        printable(guest.user),
        str(guest.threads),
        f"{guest.cpu_percent:.1f}",
        duration(guest.cpu_seconds),
        size_text(guest.memory),
        guest.status,
        printable(shlex.join([guest.module, *guest.arguments])),
    )


def duration(seconds: float) -> str:
    """Processor time for people: ``0:01.50``, ``12:34:56``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{int(rest):02}" if hours else f"{minutes}:{int(rest * 100) / 100:05.2f}"
