"""The console: ioctl_console(2).

Fonts (KDFONTOP, GIO_FONTX) and GIO_UNIMAP hold addresses; KDADDIO opens ports: no rows.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, InOut, Out, of, request
from syscalls.rows import HEX, INT, SIGNAL, UINT

ROWS = (
    *of(
        "linux/kd.h",
        request("KDGETLED", 0x4B31, Out("char", 1)),
        request("KDSETLED", 0x4B32, INT),
        request("KDGKBLED", 0x4B64, Out("char", 1)),
        request("KDSKBLED", 0x4B65, INT),
        request("KDGKBTYPE", 0x4B33, Out("char", 1)),
        request("KDGETMODE", 0x4B3B, Out(INT)),
        request("KDSETMODE", 0x4B3A, INT),
        request("KDMKTONE", 0x4B30, HEX),
        request("KIOCSOUND", 0x4B2F, UINT),
        request("KDGKBMODE", 0x4B44, Out(INT)),
        request("KDSKBMODE", 0x4B45, INT),
        request("KDGKBMETA", 0x4B62, Out(INT)),
        request("KDSKBMETA", 0x4B63, INT),
        request("KDGKBENT", 0x4B46, InOut("struct kbentry", 4)),
        request("KDSKBENT", 0x4B47, In("struct kbentry", 4)),
        request("KDGKBSENT", 0x4B48, InOut("struct kbsentry", 513)),
        request("KDSKBSENT", 0x4B49, In("struct kbsentry", 513)),
        request("KDGKBDIACR", 0x4B4A, Out("struct kbdiacrs", 772)),
        request("KDSKBDIACR", 0x4B4B, In("struct kbdiacrs", 772)),
        request("KDGKBDIACRUC", 0x4BFA, Out("struct kbdiacrsuc", 3076)),
        request("KDSKBDIACRUC", 0x4BFB, In("struct kbdiacrsuc", 3076)),
        request("KDGETKEYCODE", 0x4B4C, InOut("struct kbkeycode", 8)),
        request("KDSETKEYCODE", 0x4B4D, In("struct kbkeycode", 8)),
        request("KDSIGACCEPT", 0x4B4E, SIGNAL),
        request("KDKBDREP", 0x4B52, InOut("struct kbd_repeat", 8)),
        request("GIO_CMAP", 0x4B70, Out("unsigned char[48]", 48)),
        request("PIO_CMAP", 0x4B71, In("unsigned char[48]", 48)),
        request("GIO_SCRNMAP", 0x4B40, Out("unsigned char[256]", 256)),
        request("PIO_SCRNMAP", 0x4B41, In("unsigned char[256]", 256)),
        request("GIO_UNISCRNMAP", 0x4B69, Out("unsigned short[256]", 512)),
        request("PIO_UNISCRNMAP", 0x4B6A, In("unsigned short[256]", 512)),
        request("PIO_UNIMAPCLR", 0x4B68, In("struct unimapinit", 6)),
    ),
    *of(
        "linux/vt.h",
        request("VT_OPENQRY", 0x5600, Out(INT)),
        request("VT_GETMODE", 0x5601, Out("struct vt_mode", 8)),
        request("VT_SETMODE", 0x5602, In("struct vt_mode", 8)),
        request("VT_GETSTATE", 0x5603, Out("struct vt_stat", 6)),
        request("VT_RELDISP", 0x5605, INT),
        request("VT_ACTIVATE", 0x5606, INT),
        request("VT_WAITACTIVE", 0x5607, INT),
        request("VT_DISALLOCATE", 0x5608, INT),
        request("VT_RESIZE", 0x5609, In("struct vt_sizes", 6)),
        request("VT_RESIZEX", 0x560A, In("struct vt_consize", 12)),
        request("VT_LOCKSWITCH", 0x560B, NONE),
        request("VT_UNLOCKSWITCH", 0x560C, NONE),
        request("VT_GETHIFONTMASK", 0x560D, Out("unsigned short", 2)),
        request("VT_WAITEVENT", 0x560E, InOut("struct vt_event", 28)),
        request("VT_SETACTIVATE", 0x560F, In("struct vt_setactivate", 12)),
    ),
    *of(
        "asm/ioctls.h",
        request("TIOCLINUX", 0x541C, InOut("char[36]", 36)),
    ),
)
