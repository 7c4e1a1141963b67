"""TUN and TAP.

Encoded as int, the argument is a struct ifreq, a number, or an int.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, Counted, In, InOut, Only, Out, by_value, of, request
from syscalls.rows import HEX, INT, UINT

ROWS = (
    *of(
        "linux/if_tun.h",
        request("TUNSETIFF", 0x400454CA, InOut("struct ifreq", 40)),
        request("TUNGETIFF", 0x800454D2, Out("struct ifreq", 40)),
        request("TUNSETQUEUE", 0x400454D9, In("struct ifreq", 40)),
        request("TUNSETNOCSUM", 0x400454C8, by_value(INT, 0x7FFF)),
        request("TUNSETDEBUG", 0x400454C9, by_value(INT, 0x7FFF)),
        request("TUNSETPERSIST", 0x400454CB, by_value(INT, 0x7FFF)),
        request("TUNSETOWNER", 0x400454CC, by_value(UINT, 0xFFFFFFFF, Only.TUN)),
        request("TUNSETGROUP", 0x400454CE, by_value(UINT, 0xFFFFFFFF, Only.TUN)),
        request("TUNSETLINK", 0x400454CD, by_value(INT, 0xFFFF, Only.TUN)),
        request("TUNSETOFFLOAD", 0x400454D0, by_value(HEX, 0x7FFF)),
        request("TUNGETFEATURES", 0x800454CF, Out(UINT)),
        request("TUNSETTXFILTER", 0x400454D1, In("struct tun_filter", 4, Counted(at=2, width=2, each=6))),
        request("TUNGETSNDBUF", 0x800454D3, Out(INT)),
        request("TUNSETSNDBUF", 0x400454D4, In(INT)),
        request("TUNGETVNETHDRSZ", 0x800454D7, Out(INT)),
        request("TUNSETVNETHDRSZ", 0x400454D8, In(INT)),
        request("TUNSETIFINDEX", 0x400454DA, In(UINT)),
        request("TUNSETVNETLE", 0x400454DC, In(INT)),
        request("TUNGETVNETLE", 0x800454DD, Out(INT)),
        request("TUNSETVNETBE", 0x400454DE, In(INT)),
        request("TUNGETVNETBE", 0x800454DF, Out(INT)),
        request("TUNSETCARRIER", 0x400454E2, In(INT)),
        request("TUNGETDEVNETNS", 0x54E3, NONE),
    ),
)
