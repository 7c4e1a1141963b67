"""The functions of `wasi_unstable`, preview1's predecessor (snapshot 0): the same but for what stands here.

sock_accept came later. The others have the entries of preview1.
"""

from __future__ import annotations

from dataclasses import replace

from wasi.rows import Array, Enum, Interface, Meaning, Number, Out, Record, Row, Type, Variant, called_from, row
from wasi.table import preview1
from wasi.table import preview1_types as types

INTERFACE = Interface("wasi_unstable", "unstable")
LATER = ("sock_accept",)
_NOT_THERE = (*LATER, *(one.name for one in preview1.ADAPTERS))

WHENCE = Enum("unstable_whence", 8, ("CUR", "END", "SET"))


def _with(record: Record, name: str, changed: dict[str, Type]) -> Record:
    return Record(name, tuple((word, changed.get(word, kind)) for word, kind in record.fields))


FILESTAT = _with(types.FILESTAT, "unstable_filestat", {"nlink": Number("unstable_linkcount", 32)})
_UNION = dict(types.SUBSCRIPTION.fields)["u"]
assert isinstance(_UNION, Variant)
_CLOCK, *_READINESS = _UNION.cases
assert isinstance(_CLOCK, Record)
SUBSCRIPTION = _with(
    types.SUBSCRIPTION,
    "unstable_subscription",
    {
        "u": Variant(
            "unstable_subscription_u",
            _UNION.tag,
            (Record("unstable_subscription_clock", (("identifier", types.USERDATA), *_CLOCK.fields)), *_READINESS),
        )
    },
)


def function(name: str, /, **meanings: Meaning) -> Row:
    """A function that is not preview1's."""
    return row(INTERFACE, preview1.FAMILIES[name.split("_")[0]], name, meanings, called_from())


OWN = (
    function("fd_filestat_get", fd=types.FD, stat=Out(FILESTAT)),
    function("fd_seek", fd=types.FD, offset=types.FILEDELTA, whence=WHENCE, newoffset=Out(types.FILESIZE)),
    function("path_filestat_get", fd=types.FD, flags=types.LOOKUPFLAGS, path=types.PATH, stat=Out(FILESTAT)),
    function(
        "poll_oneoff",
        subscriptions=Array(SUBSCRIPTION, "nsubscriptions"),
        events=Array(types.EVENT, "nevents", filled=True),
        nsubscriptions=types.SIZE,
        nevents=Out(types.SIZE),
    ),
)
_OWN = {one.name: one for one in OWN}
ROWS = tuple(
    _OWN.get(one.name) or replace(one, interface=INTERFACE, served_by=one)
    for one in preview1.ROWS
    if one.name not in _NOT_THERE
)
