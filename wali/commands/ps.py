"""wali ps [--watch [SECONDS]] [--json]"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import sys
import time

from ..messages import printable
from .running_guests import Guest, Observer
from .terminal import columns, cut, size_text

INTERVAL = 2.0  # seconds
SHORTEST = 0.1
HEADINGS = ("PID", "USER", "THR", "CPU%", "TIME", "MEMORY", "STATE", "COMMAND")
TO_THE_RIGHT = (0, 2, 3, 4, 5)  # columns of numbers
LEFT_OUT = (6, 4, 2, 1)  # on a narrow terminal, in this order, until the command has room
COMMAND_ROOM = 20
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
        help="look again every SECONDS (2); on a terminal in its place, else with the time before",
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
    watched = args.watch is not None
    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR")
    while True:
        guests = observer.look()
        if args.json:
            text = json.dumps([guest.as_json() for guest in guests], indent=None if watched else 2)
        elif not guests:
            text = nobody(observer.refused)
        elif terminal:
            size = shutil.get_terminal_size()
            text = table(guests, size.columns, colour, size.lines - 1 if watched else None)
        else:
            text = table(guests, None, colour)
        if watched and not args.json:
            text = f"{CLEAR}{text}" if terminal else f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{text}\n"
        print(text, flush=True)
        if not watched:
            return 0
        time.sleep(args.watch)


def nobody(refused: bool) -> str:
    """Instead of a table."""
    return f"no guests are running{' among the processes that you may look at' if refused else ''}"


def table(guests: list[Guest], width: int | None, colour: bool, height: int | None = None) -> str:
    """Aligned columns; headings bold if `colour`. If width is given, lines are cut there, and columns left out before the
    command has no room; if height is given, no more lines than that."""
    rows = [HEADINGS, *(_cells(guest) for guest in guests)]
    widths = [max(columns(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    shown = list(range(len(widths)))
    for column in LEFT_OUT if width is not None else ():
        if sum(widths[i] + 2 for i in shown) + COMMAND_ROOM > (width or 0):
            shown.remove(column)
    if height is not None and len(rows) > height:
        rows[max(height - 1, 1) :] = []
    lines = []
    for row in rows:
        cells = [_padded(row[column], widths[column], column in TO_THE_RIGHT) for column in shown]
        line = "  ".join([*cells, row[-1]])
        lines.append(line if width is None else cut(line, width))
    if len(rows) <= len(guests):
        more = f"... and {len(guests) + 1 - len(rows)} more"
        lines.append(more if width is None else cut(more, width))
    if colour:
        lines[0] = f"\033[1m{lines[0]}\033[0m"
    return "\n".join(lines)


def _padded(cell: str, size: int, to_the_right: bool) -> str:
    space = " " * (size - columns(cell))
    return space + cell if to_the_right else cell + space


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
