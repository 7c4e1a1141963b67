"""Serial lines."""

from __future__ import annotations

from syscalls.ioctls.request import In, InOut, Out, Rewritten, of, request
from syscalls.rows import HEX, INT, UINT

ROWS = (
    *of(
        "asm/ioctls.h",
        request("TIOCMGET", 0x5415, Out(INT)),
        request("TIOCMSET", 0x5418, In(INT)),
        request("TIOCMBIS", 0x5416, In(INT)),
        request("TIOCMBIC", 0x5417, In(INT)),
        request("TIOCMIWAIT", 0x545C, HEX),
        request("TIOCGICOUNT", 0x545D, Out("struct serial_icounter_struct", 80)),
        request("TIOCGSERIAL", 0x541E, Rewritten("ioctl_serial", "struct serial_struct")),
        request("TIOCSSERIAL", 0x541F, Rewritten("ioctl_serial", "struct serial_struct")),
        request("TIOCSERGETLSR", 0x5459, Out(UINT)),
        request("TIOCGRS485", 0x542E, Out("struct serial_rs485", 32)),
        request("TIOCSRS485", 0x542F, InOut("struct serial_rs485", 32)),
    ),
)
