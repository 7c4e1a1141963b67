"""Rings, probes and programs shared with the kernel: io_uring(7), io_submit(2), bpf(2), perf, uprobes, ..."""

from __future__ import annotations

from syscalls.rows import FD, INT, LONG, OPAQUE, PID, SIZE, UINT, stub

AIO = "requests hold addresses; guests fall back on threads"
RING = "the ring's entries hold addresses that the kernel follows on its own"
PROBE = "only the kernel's own instruction probes call it"

ROWS = (
    stub(206, "io_setup", "ENOSYS", AIO, nr_events=UINT, ctx=OPAQUE("a context")),
    stub(207, "io_destroy", "ENOSYS", AIO, ctx=OPAQUE("a context")),
    stub(
        208,
        "io_getevents",
        "ENOSYS",
        AIO,
        ctx=OPAQUE("a context"),
        min_nr=LONG,
        nr=LONG,
        events=OPAQUE("struct io_event"),
        timeout=OPAQUE("struct timespec"),
    ),
    stub(209, "io_submit", "ENOSYS", AIO, ctx=OPAQUE("a context"), nr=LONG, iocbpp=OPAQUE("requests")),
    stub(
        210,
        "io_cancel",
        "ENOSYS",
        AIO,
        ctx=OPAQUE("a context"),
        iocb=OPAQUE("a request"),
        result=OPAQUE("struct io_event"),
    ),
    stub(
        298,
        "perf_event_open",
        "EPERM",
        "would observe the runtime, not the guest",
        attr=OPAQUE("struct perf_event_attr"),
        pid=PID,
        cpu=INT,
        group_fd=FD,
        flags=UINT,
    ),
    stub(
        321,
        "bpf",
        "EPERM",
        "attributes hold addresses; programs run in the host's kernel",
        cmd=INT,
        attr=OPAQUE("union bpf_attr"),
        size=UINT,
    ),
    stub(323, "userfaultfd", "EPERM", "would answer the host's page faults", flags=INT),
    stub(
        333,
        "io_pgetevents",
        "ENOSYS",
        AIO,
        ctx=OPAQUE("a context"),
        min_nr=LONG,
        nr=LONG,
        events=OPAQUE("struct io_event"),
        timeout=OPAQUE("struct timespec"),
        usig=OPAQUE("struct __aio_sigset"),
    ),
    stub(335, "uretprobe", "ENOSYS", PROBE),
    stub(336, "uprobe", "ENOSYS", PROBE),
    stub(425, "io_uring_setup", "ENOSYS", RING, entries=UINT, p=OPAQUE("struct io_uring_params")),
    stub(
        426,
        "io_uring_enter",
        "ENOSYS",
        RING,
        fd=FD,
        to_submit=UINT,
        min_complete=UINT,
        flags=UINT,
        argp=OPAQUE("by flags"),
        size=SIZE,
    ),
    stub(427, "io_uring_register", "ENOSYS", RING, fd=FD, opcode=UINT, arg=OPAQUE("by opcode"), nr_args=UINT),
)
