"""PPP.

Filters (PPPIOCSPASS) and compressors (PPPIOCSCOMPRESS) hold addresses: no rows.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, InOut, Out, of, request
from syscalls.rows import INT, UINT

ROWS = (
    *of(
        "linux/ppp-ioctl.h",
        request("PPPIOCGFLAGS", 0x8004745A, Out(INT)),
        request("PPPIOCSFLAGS", 0x40047459, In(INT)),
        request("PPPIOCGASYNCMAP", 0x80047458, Out(INT)),
        request("PPPIOCSASYNCMAP", 0x40047457, In(INT)),
        request("PPPIOCGXASYNCMAP", 0x80207450, Out(UINT, 8)),
        request("PPPIOCSXASYNCMAP", 0x4020744F, In(UINT, 8)),
        request("PPPIOCGRASYNCMAP", 0x80047455, Out(INT)),
        request("PPPIOCSRASYNCMAP", 0x40047454, In(INT)),
        request("PPPIOCGUNIT", 0x80047456, Out(INT)),
        request("PPPIOCGMRU", 0x80047453, Out(INT)),
        request("PPPIOCSMRU", 0x40047452, In(INT)),
        request("PPPIOCSMAXCID", 0x40047451, In(INT)),
        request("PPPIOCGNPMODE", 0xC008744C, InOut("struct npioctl", 8)),
        request("PPPIOCSNPMODE", 0x4008744B, In("struct npioctl", 8)),
        request("PPPIOCGDEBUG", 0x80047441, Out(INT)),
        request("PPPIOCSDEBUG", 0x40047440, In(INT)),
        request("PPPIOCGIDLE64", 0x8010743F, Out("struct ppp_idle64", 16)),
        request("PPPIOCNEWUNIT", 0xC004743E, InOut(INT)),
        request("PPPIOCATTACH", 0x4004743D, In(INT)),
        request("PPPIOCDETACH", 0x4004743C, In(INT)),
        request("PPPIOCSMRRU", 0x4004743B, In(INT)),
        request("PPPIOCCONNECT", 0x4004743A, In(INT)),
        request("PPPIOCDISCONN", 0x7439, NONE),
        request("PPPIOCATTCHAN", 0x40047438, In(INT)),
        request("PPPIOCGCHAN", 0x80047437, Out(INT)),
    ),
)
