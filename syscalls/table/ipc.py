"""Message queues and semaphores: mq_overview(7), sysvipc(7).  Shared memory is in memory.py."""

from __future__ import annotations

from abi.layouts import MQ_ATTR, SEMBUF, TIMESPEC
from syscalls.rows import (
    FD,
    HEX,
    INT,
    LENGTH,
    LONG,
    MODE,
    OPAQUE,
    SIZE,
    STR,
    UINT,
    Choice,
    Flags,
    In,
    InOut,
    Out,
    Plus,
    custom,
    passthrough,
)
from syscalls.symbols import IPC, IPC_CMD, OPEN

# struct msgbuf begins with a long, which is 64 bits in the guest too.  The kernel reads the size
# as signed, and refuses a negative one (msgop(2)).
MSGBUF = Plus(8, "msgsz")
# The largest of struct msqid_ds and struct msginfo.
MSQID_DS = 120

ROWS = (
    passthrough(64, "semget", key=INT, nsems=INT, semflg=Flags(IPC)),
    passthrough(65, "semop", semid=INT, sops=In(SEMBUF, "nsops"), nsops=SIZE),
    custom(
        66,
        "semctl",
        why="the fourth argument is a number or an address, by command",
        semid=INT,
        semnum=INT,
        cmd=Choice(IPC_CMD),
        arg=HEX,
    ),
    passthrough(68, "msgget", key=INT, msgflg=Flags(IPC)),
    passthrough(69, "msgsnd", msqid=INT, msgp=In(MSGBUF), msgsz=LENGTH, msgflg=Flags(IPC)),
    passthrough(70, "msgrcv", msqid=INT, msgp=Out(MSGBUF), msgsz=LENGTH, msgtyp=LONG, msgflg=Flags(IPC)),
    passthrough(71, "msgctl", msqid=INT, cmd=Choice(IPC_CMD), buf=InOut(MSQID_DS)),
    passthrough(220, "semtimedop", semid=INT, sops=In(SEMBUF, "nsops"), nsops=SIZE, timeout=In(TIMESPEC)),
    passthrough(240, "mq_open", name=STR, oflag=Flags(OPEN), mode=MODE, attr=In(MQ_ATTR)),
    passthrough(241, "mq_unlink", name=STR),
    passthrough(
        242,
        "mq_timedsend",
        mqdes=FD,
        msg=In("size"),
        size=SIZE,
        prio=UINT,
        abs_timeout=In(TIMESPEC),
    ),
    passthrough(
        243,
        "mq_timedreceive",
        mqdes=FD,
        msg=Out("size"),
        size=SIZE,
        prio=Out(4),
        abs_timeout=In(TIMESPEC),
    ),
    custom(
        244,
        "mq_notify",
        why="with SIGEV_THREAD the value is the address of a cookie",
        mqdes=FD,
        sevp=OPAQUE("struct sigevent"),
    ),
    passthrough(245, "mq_getsetattr", mqdes=FD, newattr=In(MQ_ATTR), oldattr=Out(MQ_ATTR)),
)
