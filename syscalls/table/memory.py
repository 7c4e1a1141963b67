"""The address space: mmap(2), mremap(2), madvise(2), shmat(2), numa(7), pkeys(7), ...

Everything that takes a range of addresses is answered by the core's memory manager,
which knows what is mapped in guest memory, or refused.
"""

from __future__ import annotations

from syscalls.rows import (
    FD,
    HEX_OFFSET,
    HEX,
    INT,
    OFFSET,
    OPAQUE,
    PID,
    SIZE,
    UINT,
    ULONG,
    Choice,
    Flags,
    custom,
    returns_address,
    stub,
)
from syscalls.symbols import IPC, IPC_CMD, MADVICE, MAP, MLOCKALL, MREMAP, MSYNC, PROT

RANGE = OPAQUE("a range in guest memory: the memory manager's")
NUMA = "memory of guests is not placed by node"
PKEYS = "no protection keys: guests fall back on mprotect"
HOST_RANGE = "takes ranges of host addresses"

ROWS = (
    returns_address(
        custom(
            9,
            "mmap",
            addr=RANGE,
            length=SIZE,
            prot=Flags(PROT, signed=True),
            flags=Flags(MAP, signed=True),
            fd=FD,
            offset=HEX_OFFSET,
        )
    ),
    custom(10, "mprotect", addr=RANGE, size=SIZE, prot=Flags(PROT, signed=True)),
    custom(11, "munmap", addr=RANGE, length=SIZE),
    returns_address(custom(12, "brk", addr=RANGE)),
    returns_address(
        custom(
            25,
            "mremap",
            old_address=RANGE,
            old_size=SIZE,
            new_size=SIZE,
            flags=Flags(MREMAP, signed=True),
            new_address=RANGE,
        )
    ),
    custom(26, "msync", addr=RANGE, length=SIZE, flags=Flags(MSYNC, signed=True)),
    custom(27, "mincore", addr=RANGE, length=SIZE, vec=RANGE),
    custom(28, "madvise", addr=RANGE, length=SIZE, advice=Choice(MADVICE)),
    custom(29, "shmget", key=INT, size=SIZE, shmflg=Flags(IPC, signed=True)),
    returns_address(custom(30, "shmat", shmid=INT, shmaddr=RANGE, shmflg=INT)),
    custom(31, "shmctl", shmid=INT, cmd=Choice(IPC_CMD), buf=OPAQUE("by command")),
    custom(67, "shmdt", shmaddr=RANGE),
    custom(149, "mlock", addr=RANGE, size=SIZE),
    custom(150, "munlock", addr=RANGE, size=SIZE),
    custom(151, "mlockall", flags=Flags(MLOCKALL, signed=True)),
    custom(152, "munlockall"),
    custom(
        216,
        "remap_file_pages",
        addr=RANGE,
        size=SIZE,
        prot=Flags(PROT, signed=True),
        pgoff=SIZE,
        flags=Flags(MAP, signed=True),
    ),
    stub(
        237,
        "mbind",
        "ENOSYS",
        NUMA,
        addr=RANGE,
        size=SIZE,
        mode=INT,
        nodemask=OPAQUE("a bit mask"),
        maxnode=SIZE,
        flags=UINT,
    ),
    stub(238, "set_mempolicy", "ENOSYS", NUMA, mode=INT, nodemask=OPAQUE("a bit mask"), maxnode=SIZE),
    stub(
        239,
        "get_mempolicy",
        "ENOSYS",
        NUMA,
        mode=OPAQUE("an int"),
        nodemask=OPAQUE("a bit mask"),
        maxnode=SIZE,
        addr=RANGE,
        flags=UINT,
    ),
    stub(
        256,
        "migrate_pages",
        "ENOSYS",
        NUMA,
        pid=PID,
        maxnode=SIZE,
        old_nodes=OPAQUE("a bit mask"),
        new_nodes=OPAQUE("a bit mask"),
    ),
    stub(
        279,
        "move_pages",
        "EPERM",
        HOST_RANGE,
        pid=PID,
        count=SIZE,
        pages=OPAQUE("addresses"),
        nodes=OPAQUE("ints"),
        status=OPAQUE("ints"),
        flags=INT,
    ),
    custom(325, "mlock2", addr=RANGE, size=SIZE, flags=UINT),
    stub(329, "pkey_mprotect", "ENOSYS", PKEYS, addr=RANGE, size=SIZE, prot=INT, pkey=INT),
    stub(330, "pkey_alloc", "ENOSYS", PKEYS, flags=UINT, access_rights=UINT),
    stub(331, "pkey_free", "ENOSYS", PKEYS, pkey=INT),
    stub(
        440,
        "process_madvise",
        "EPERM",
        HOST_RANGE,
        pidfd=FD,
        iov=OPAQUE("an iovec of another process's addresses"),
        vlen=SIZE,
        advice=Choice(MADVICE),
        flags=UINT,
    ),
    stub(
        450,
        "set_mempolicy_home_node",
        "ENOSYS",
        NUMA,
        start=ULONG,
        length=ULONG,
        home_node=ULONG,
        flags=ULONG,
    ),
    stub(
        453,
        "map_shadow_stack",
        "ENOSYS",
        "return addresses are not in guest memory",
        addr=HEX,
        size=SIZE,
        flags=UINT,
    ),
    stub(462, "mseal", "ENOSYS", "the memory manager has no sealed ranges yet", addr=RANGE, size=SIZE, flags=UINT),
)
