"""docs/DESCRIPTORS.md: what gives out descriptors, and why a guest may have them."""

from __future__ import annotations

from syscalls import given
from syscalls.emit import Output, banner
from syscalls.ioctls.request import Request
from syscalls.rows import Row

HEAD = """# What gives out descriptors

A guest may never have a descriptor on the host's memory (`/proc/<pid>/mem`, `/proc/kcore`,
`/dev/mem`) or on a device whose driver follows addresses in what is written to it: no entry could
check those addresses. One place says which these are, `wali/native/files/refused.c`, and every call
that can lead to one asks it before any thread of the guest can use the descriptor
([THREADS.md](THREADS.md#opening-files)). What a process has inherited is looked at before its guest
begins, and closed with a message.

Every call and every request of ioctl(2) that gives out descriptors stands here, with the reason why
what it gives is harmless.

## Calls

| call | what it gives |
|---|---|
"""
REQUESTS_HEAD = """
## Requests of ioctl(2)

| request | what it gives |
|---|---|
"""


def descriptors_md(rows: tuple[Row, ...], requests: tuple[Request, ...]) -> Output:
    """The page.  Raises RowError if the lists do not fit the tables."""
    given.check(rows, requests)
    lines = [f"<!-- {banner('syscalls/given.py')} -->\n" + HEAD.rstrip("\n")]
    for row in rows:
        if row.name in given.CALLS:
            lines.append(f"| {row.name} | {given.CALLS[row.name]} |")
        elif row.name in given.REFUSED:
            lines.append(f"| {row.name} | {row.errno}: {row.note} |")
    lines.append(REQUESTS_HEAD.rstrip("\n"))
    lines += [
        f"| {request.name} | {given.REQUESTS[request.name]} |" for request in requests if request.name in given.REQUESTS
    ]
    return Output("docs/DESCRIPTORS.md", "\n".join(lines) + "\n")
