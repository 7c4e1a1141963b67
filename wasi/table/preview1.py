"""The functions of `wasi_snapshot_preview1` (wasi_snapshot_preview1.witx), by family.

Each returns an errno, and stores its results where the last parameters say.
"""

from __future__ import annotations

from wasi.rows import Array, Buffer, Filled, Interface, Meaning, Opaque, Out, Row, called_from, row
from wasi.table.preview1_types import (
    ADVICE,
    CIOVECS,
    CLOCKID,
    DIRCOOKIE,
    EVENT,
    EXITCODE,
    FD,
    FDFLAGS,
    FDSTAT,
    FILEDELTA,
    FILESIZE,
    FILESTAT,
    FSTFLAGS,
    IOVECS,
    LOOKUPFLAGS,
    OFLAGS,
    PATH,
    PRESTAT,
    RIFLAGS,
    RIGHTS,
    ROFLAGS,
    SDFLAGS,
    SIFLAGS,
    SIGNAL,
    SIZE,
    SUBSCRIPTION,
    TIMESTAMP,
    WHENCE,
)

INTERFACE = Interface("wasi_snapshot_preview1", "preview1")
ADDRESSES = Opaque("as many addresses as the sizes function says")
TEXTS = Opaque("as many bytes as the sizes function says")
FAMILIES = {
    "adapter": "descriptors",
    "args": "arguments",
    "environ": "arguments",
    "clock": "clock",
    "fd": "descriptors",
    "path": "paths",
    "poll": "poll",
    "proc": "process",
    "sched": "process",
    "random": "random",
    "sock": "sockets",
}
"""By the first word of a name."""


def function(name: str, /, limits: str = "", **meanings: Meaning) -> Row:
    """A function that returns an errno."""
    return row(INTERFACE, FAMILIES[name.split("_")[0]], name, meanings, called_from(), limits=limits)


def never_returns(name: str, /, limits: str = "", **meanings: Meaning) -> Row:
    """A function that ends the process."""
    family = FAMILIES[name.split("_")[0]]
    return row(INTERFACE, family, name, meanings, called_from(), returns=False, limits=limits)


ADAPTERS = (
    function("adapter_open_badfd", fd=Out(FD), limits="a number that no descriptor gets, of adapters to preview2"),
    function("adapter_close_badfd", fd=FD, limits="gives it back"),
)
"""Not of the interface: by these a libc for preview2 takes numbers for sockets of its own, which it has beside files of
preview1 behind an adapter."""
ROWS = (
    function("args_get", argv=ADDRESSES, argv_buf=TEXTS),
    function("args_sizes_get", argc=Out(SIZE), argv_buf_size=Out(SIZE)),
    function("environ_get", environ=ADDRESSES, environ_buf=TEXTS, limits="the variables that are given, else none"),
    function("environ_sizes_get", environc=Out(SIZE), environ_buf_size=Out(SIZE)),
    function("clock_res_get", id=CLOCKID, resolution=Out(TIMESTAMP)),
    function(
        "clock_time_get", id=CLOCKID, precision=TIMESTAMP, time=Out(TIMESTAMP), limits="as precise as the clock itself"
    ),
    function("fd_advise", fd=FD, offset=FILESIZE, len=FILESIZE, advice=ADVICE),
    function("fd_allocate", fd=FD, offset=FILESIZE, len=FILESIZE, limits="NOTSUP, after the checks"),
    function("fd_close", fd=FD),
    function("fd_datasync", fd=FD),
    function("fd_fdstat_get", fd=FD, stat=Out(FDSTAT)),
    function(
        "fd_fdstat_set_flags", fd=FD, flags=FDFLAGS, limits="APPEND and NONBLOCK; never those of standard streams"
    ),
    function(
        "fd_fdstat_set_rights",
        fd=FD,
        fs_rights_base=RIGHTS,
        fs_rights_inheriting=RIGHTS,
        limits="takes rights away, and gives none back",
    ),
    function("fd_filestat_get", fd=FD, stat=Out(FILESTAT)),
    function("fd_filestat_set_size", fd=FD, size=FILESIZE),
    function("fd_filestat_set_times", fd=FD, atim=TIMESTAMP, mtim=TIMESTAMP, fst_flags=FSTFLAGS),
    function("fd_pread", fd=FD, iovs=Filled(IOVECS, "nread"), offset=FILESIZE, nread=Out(SIZE)),
    function("fd_prestat_get", fd=FD, prestat=Out(PRESTAT)),
    function("fd_prestat_dir_name", fd=FD, path=Buffer(), limits="NAMETOOLONG if the buffer is too small"),
    function("fd_pwrite", fd=FD, iovs=CIOVECS, offset=FILESIZE, nwritten=Out(SIZE), limits="at the end, after APPEND"),
    function("fd_read", fd=FD, iovs=Filled(IOVECS, "nread"), nread=Out(SIZE)),
    function("fd_readdir", fd=FD, buf=Buffer("bufused"), cookie=DIRCOOKIE, bufused=Out(SIZE)),
    function("fd_renumber", fd=FD, to=FD),
    function("fd_seek", fd=FD, offset=FILEDELTA, whence=WHENCE, newoffset=Out(FILESIZE)),
    function("fd_sync", fd=FD),
    function("fd_tell", fd=FD, offset=Out(FILESIZE)),
    function("fd_write", fd=FD, iovs=CIOVECS, nwritten=Out(SIZE)),
    function("path_create_directory", fd=FD, path=PATH),
    function("path_filestat_get", fd=FD, flags=LOOKUPFLAGS, path=PATH, stat=Out(FILESTAT)),
    function(
        "path_filestat_set_times",
        fd=FD,
        flags=LOOKUPFLAGS,
        path=PATH,
        atim=TIMESTAMP,
        mtim=TIMESTAMP,
        fst_flags=FSTFLAGS,
    ),
    function("path_link", old_fd=FD, old_flags=LOOKUPFLAGS, old_path=PATH, new_fd=FD, new_path=PATH),
    function(
        "path_open",
        fd=FD,
        dirflags=LOOKUPFLAGS,
        path=PATH,
        oflags=OFLAGS,
        fs_rights_base=RIGHTS,
        fs_rights_inheriting=RIGHTS,
        fdflags=FDFLAGS,
        opened_fd=Out(FD),
    ),
    function("path_readlink", fd=FD, path=PATH, buf=Buffer("bufused"), bufused=Out(SIZE)),
    function("path_remove_directory", fd=FD, path=PATH),
    function("path_rename", fd=FD, old_path=PATH, new_fd=FD, new_path=PATH),
    function(
        "path_symlink",
        old_path=PATH,
        fd=FD,
        new_path=PATH,
        limits="PERM for an absolute path, but on the whole machine",
    ),
    function("path_unlink_file", fd=FD, path=PATH),
    function(
        "poll_oneoff",
        subscriptions=Array(SUBSCRIPTION, "nsubscriptions"),
        events=Array(EVENT, "nevents", filled=True),
        nsubscriptions=SIZE,
        nevents=Out(SIZE),
        limits="65536 subscriptions, and clocks 0 and 1",
    ),
    never_returns("proc_exit", rval=EXITCODE, limits="the lowest 8 bits are the exit status"),
    function("proc_raise", sig=SIGNAL),
    function("sched_yield"),
    function("random_get", buf=Buffer()),
    function("sock_accept", fd=FD, flags=FDFLAGS, connected_fd=Out(FD), limits="of sockets that are given"),
    function(
        "sock_recv",
        fd=FD,
        ri_data=Filled(IOVECS, "ro_datalen"),
        ri_flags=RIFLAGS,
        ro_datalen=Out(SIZE),
        ro_flags=Out(ROFLAGS),
    ),
    function("sock_send", fd=FD, si_data=CIOVECS, si_flags=SIFLAGS, so_datalen=Out(SIZE)),
    function("sock_shutdown", fd=FD, how=SDFLAGS),
    *ADAPTERS,
)
