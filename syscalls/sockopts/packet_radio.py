"""Packet radio and X.25: AX.25, NET/ROM, ROSE."""

from __future__ import annotations

from syscalls.rows import INT, UINT
from syscalls.sockopts.option import Level, of, option, text

SOL_AX25 = Level("SOL_AX25", 257)
SOL_NETROM = Level("SOL_NETROM", 259)
SOL_ROSE = Level("SOL_ROSE", 260)
SOL_X25 = Level("SOL_X25", 262)
LEVELS = (SOL_AX25, SOL_NETROM, SOL_ROSE, SOL_X25)

ROWS = (
    *of(
        SOL_AX25,
        "linux/ax25.h",
        option("AX25_WINDOW", 1, UINT),
        option("AX25_T1", 2, UINT),
        option("AX25_N2", 3, UINT),
        option("AX25_T3", 4, UINT),
        option("AX25_T2", 5, UINT),
        option("AX25_BACKOFF", 6, UINT),
        option("AX25_EXTSEQ", 7, UINT),
        option("AX25_PIDINCL", 8, UINT),
        option("AX25_IDLE", 9, UINT),
        option("AX25_PACLEN", 10, UINT),
        option("AX25_IAMDIGI", 12, UINT),
    ),
    *of(SOL_AX25, "asm/socket.h", option("SO_BINDTODEVICE", 25, text(16))),
    *of(
        SOL_NETROM,
        "linux/netrom.h",
        option("NETROM_T1", 1, UINT),
        option("NETROM_T2", 2, UINT),
        option("NETROM_N2", 3, UINT),
        option("NETROM_T4", 6, UINT),
        option("NETROM_IDLE", 7, UINT),
    ),
    *of(
        SOL_ROSE,
        "linux/rose.h",
        option("ROSE_DEFER", 1, INT),
        option("ROSE_T1", 2, INT),
        option("ROSE_T2", 3, INT),
        option("ROSE_T3", 4, INT),
        option("ROSE_IDLE", 5, INT),
        option("ROSE_QBITINCL", 6, INT),
        option("ROSE_HOLDBACK", 7, INT),
    ),
    *of(SOL_X25, "linux/x25.h", option("X25_QBITINCL", 1, INT)),
)
