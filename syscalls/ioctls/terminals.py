"""Terminals: ioctl_tty(2).

The kernel's struct termios has 36 bytes, termios2 44, termio 18.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, Out, by_value, of, request
from syscalls.rows import INT, SIGNAL, UINT, Flags
from syscalls.symbols import OPEN

ROWS = (
    *of(
        "asm/ioctls.h",
        request("TCGETS", 0x5401, Out("struct termios", 36)),
        request("TCSETS", 0x5402, In("struct termios", 36)),
        request("TCSETSW", 0x5403, In("struct termios", 36)),
        request("TCSETSF", 0x5404, In("struct termios", 36)),
        request("TCGETS2", 0x802C542A, Out("struct termios2", 44)),
        request("TCSETS2", 0x402C542B, In("struct termios2", 44)),
        request("TCSETSW2", 0x402C542C, In("struct termios2", 44)),
        request("TCSETSF2", 0x402C542D, In("struct termios2", 44)),
        request("TCGETA", 0x5405, Out("struct termio", 18)),
        request("TCSETA", 0x5406, In("struct termio", 18)),
        request("TCSETAW", 0x5407, In("struct termio", 18)),
        request("TCSETAF", 0x5408, In("struct termio", 18)),
        request("TIOCGLCKTRMIOS", 0x5456, Out("struct termios", 36)),
        request("TIOCSLCKTRMIOS", 0x5457, In("struct termios", 36)),
        request("TIOCGWINSZ", 0x5413, Out("struct winsize", 8)),
        request("TIOCSWINSZ", 0x5414, In("struct winsize", 8)),
        request("TCSBRK", 0x5409, INT),
        request("TCSBRKP", 0x5425, INT),
        request("TIOCSBRK", 0x5427, NONE),
        request("TIOCCBRK", 0x5428, NONE),
        request("TCXONC", 0x540A, INT),
        request("TCFLSH", 0x540B, INT),
        request("TIOCOUTQ", 0x5411, Out(INT)),
        request("TIOCSTI", 0x5412, In("char", 1)),
        request("TIOCCONS", 0x541D, NONE),
        request("TIOCSCTTY", 0x540E, INT),
        request("TIOCNOTTY", 0x5422, NONE),
        request("TIOCGPGRP", 0x540F, Out(INT)),
        request("TIOCSPGRP", 0x5410, In(INT)),
        request("TIOCGSID", 0x5429, Out(INT)),
        request("TIOCEXCL", 0x540C, NONE),
        request("TIOCNXCL", 0x540D, NONE),
        request("TIOCGEXCL", 0x80045440, Out(INT)),
        request("TIOCGETD", 0x5424, Out(INT)),
        request("TIOCSETD", 0x5423, In(INT)),
        request("TIOCGDEV", 0x80045432, Out(UINT)),
        request("TIOCVHANGUP", 0x5437, NONE),
        request("TIOCGSOFTCAR", 0x5419, Out(INT)),
        request("TIOCSSOFTCAR", 0x541A, In(INT)),
        request("TIOCPKT", 0x5420, In(INT)),
        request("TIOCGPKT", 0x80045438, Out(INT)),
        request("TIOCSPTLCK", 0x40045431, In(INT)),
        request("TIOCGPTLCK", 0x80045439, Out(INT)),
        request("TIOCGPTN", 0x80045430, Out(UINT)),
        request("TIOCGPTPEER", 0x5441, Flags(OPEN)),
        request("TIOCSIG", 0x40045436, by_value(SIGNAL, 64)),
    ),
)
