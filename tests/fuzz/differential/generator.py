"""Random programs: a few themes each, of calls as the table's rows say, and of some whose arguments need a hand."""

from __future__ import annotations

from random import Random

from syscalls.rows import Row
from syscalls.table import all_rows
from tests.fuzz.differential.allowed import THEMES, WAITING, named, rows_of
from tests.fuzz.differential.arguments import Arguments
from tests.fuzz.differential.by_hand import HANDS, Maker
from tests.fuzz.differential.program import Program

LONGEST = 40
"""Calls of a program, at most."""

OPENS = named(
    "open openat creat openat2 dup dup2 dup3 eventfd eventfd2 memfd_create epoll_create epoll_create1 socket"
    " inotify_init inotify_init1 accept accept4 mq_open signalfd signalfd4 timerfd_create"
)
UNNAMED = named("semget msgget shmget inotify_add_watch")
"""Results that are numbers of the kernel's own."""
PIDS = {"wait4", "waitid", "getpid", "gettid"}

NUMBERS = {row.name: row.number for row in all_rows()}


def generate(seed: int) -> Program:
    """The program of this seed."""
    random = Random(seed)
    program = Program(str(seed))
    arguments = Arguments(program, random)
    maker = Maker(program, random, arguments, NUMBERS)
    themes = random.sample(sorted(THEMES), random.choice((1, 1, 2, 3)))
    for _ in range(random.randrange(3, LONGEST)):
        _step(random, maker, random.choice(themes))
    return program


def _step(random: Random, maker: Maker, theme: str) -> None:
    rows = rows_of(theme)
    if not rows or random.random() < 0.35:
        random.choice(HANDS[theme])(maker)
    else:
        row = random.choice(rows)
        call_row(maker, row)


def call_row(maker: Maker, row: Row) -> int:
    """One call, its arguments as the row says, and what it has written.  Answers its label."""
    words = maker.arguments.of(row)
    shows = maker.arguments.shows
    if row.name in ("wait4", "waitid"):
        return maker.wait(row.name)
    kind = "p" if row.name in PIDS else "o" if row.name in UNNAMED else "v"
    verb = "wait" if row.name in WAITING else "call"
    label = maker.program.add(verb, kind, row.number, *words, comment=row.name)
    if row.name in OPENS:
        maker.arguments.descriptors.append(f"r{label}")
    if row.name in ("pipe", "pipe2", "socketpair"):
        maker.pair_opened(words[-1] if row.name == "socketpair" else words[0])
    for show in shows:
        maker.program.add(*show)
    return label
