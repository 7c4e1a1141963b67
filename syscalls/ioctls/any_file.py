"""Any file: ioctl_fs(2), fcntl(2)'s owner, bytes that wait."""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, Out, of, request
from syscalls.rows import INT, LONG

ROWS = (
    *of(
        "asm/ioctls.h",
        request("FIOCLEX", 0x5451, NONE),
        request("FIONCLEX", 0x5450, NONE),
        request("FIONBIO", 0x5421, In(INT)),
        request("FIOASYNC", 0x5452, In(INT)),
        request("FIONREAD", 0x541B, Out(INT)),
        request("FIOQSIZE", 0x5460, Out(LONG)),
    ),
    *of(
        "asm/sockios.h",
        request("FIOSETOWN", 0x8901, In(INT)),
        request("FIOGETOWN", 0x8903, Out(INT)),
        request("SIOCSPGRP", 0x8902, In(INT)),
        request("SIOCGPGRP", 0x8904, Out(INT)),
    ),
)
