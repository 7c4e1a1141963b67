"""Block devices: disks, zones, loop devices, drives for discs and tapes.

Three requests are encoded with sizeof(size_t), which is 4 in a guest and 8 in the kernel.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, Counted, In, InOut, Out, of, request
from syscalls.rows import FD, HEX, INT, LONG, UINT, ULONG

_INT = "encoded as size_t; the kernel moves an int"
_SIZE_T = "as a guest encodes it: its size_t has 32 bits"

ROWS = (
    *of(
        "linux/fs.h",
        request("BLKROSET", 0x125D, In(INT)),
        request("BLKROGET", 0x125E, Out(INT)),
        request("BLKRRPART", 0x125F, NONE),
        request("BLKGETSIZE", 0x1260, Out(ULONG)),
        request("BLKGETSIZE64", 0x80081272, Out(ULONG)),
        request("BLKGETSIZE64", 0x80041272, Out(ULONG), _SIZE_T, kernel=0x80081272),
        request("BLKFLSBUF", 0x1261, NONE),
        request("BLKRASET", 0x1262, UINT),
        request("BLKRAGET", 0x1263, Out(LONG)),
        request("BLKFRASET", 0x1264, UINT),
        request("BLKFRAGET", 0x1265, Out(LONG)),
        request("BLKSECTGET", 0x1267, Out("unsigned short", 2)),
        request("BLKSSZGET", 0x1268, Out(INT)),
        request("BLKPBSZGET", 0x127B, Out(UINT)),
        request("BLKBSZGET", 0x80081270, Out(INT), _INT),
        request("BLKBSZGET", 0x80041270, Out(INT), _SIZE_T, kernel=0x80081270),
        request("BLKBSZSET", 0x40081271, In(INT), _INT),
        request("BLKBSZSET", 0x40041271, In(INT), _SIZE_T, kernel=0x40081271),
        request("BLKDISCARD", 0x1277, In(ULONG, 2)),
        request("BLKSECDISCARD", 0x127D, In(ULONG, 2)),
        request("BLKZEROOUT", 0x127F, In(ULONG, 2)),
        request("BLKDISCARDZEROES", 0x127C, Out(UINT)),
        request("BLKIOMIN", 0x1278, Out(UINT)),
        request("BLKIOOPT", 0x1279, Out(UINT)),
        request("BLKALIGNOFF", 0x127A, Out(INT)),
        request("BLKROTATIONAL", 0x127E, Out("unsigned short", 2)),
        request("BLKGETDISKSEQ", 0x80081280, Out(ULONG)),
    ),
    *of(
        "linux/blkzoned.h",
        request("BLKGETZONESZ", 0x80041284, Out(UINT)),
        request("BLKGETNRZONES", 0x80041285, Out(UINT)),
        request("BLKREPORTZONE", 0xC0101282, InOut("struct blk_zone_report", 16, Counted(at=8, width=4, each=64))),
        request("BLKRESETZONE", 0x40101283, In("struct blk_zone_range", 16)),
        request("BLKOPENZONE", 0x40101286, In("struct blk_zone_range", 16)),
        request("BLKCLOSEZONE", 0x40101287, In("struct blk_zone_range", 16)),
        request("BLKFINISHZONE", 0x40101288, In("struct blk_zone_range", 16)),
    ),
    *of(
        "linux/hdreg.h",
        request("HDIO_GETGEO", 0x0301, Out("struct hd_geometry", 16)),
        request("HDIO_GET_IDENTITY", 0x030D, Out("struct hd_driveid", 512)),
    ),
    *of(
        "linux/loop.h",
        request("LOOP_SET_FD", 0x4C00, FD),
        request("LOOP_CLR_FD", 0x4C01, NONE),
        request("LOOP_SET_STATUS", 0x4C02, In("struct loop_info", 168)),
        request("LOOP_GET_STATUS", 0x4C03, Out("struct loop_info", 168)),
        request("LOOP_SET_STATUS64", 0x4C04, In("struct loop_info64", 232)),
        request("LOOP_GET_STATUS64", 0x4C05, Out("struct loop_info64", 232)),
        request("LOOP_CHANGE_FD", 0x4C06, FD),
        request("LOOP_SET_CAPACITY", 0x4C07, NONE),
        request("LOOP_SET_DIRECT_IO", 0x4C08, INT),
        request("LOOP_SET_BLOCK_SIZE", 0x4C09, INT),
        request("LOOP_CONFIGURE", 0x4C0A, In("struct loop_config", 304)),
        request("LOOP_CTL_ADD", 0x4C80, INT),
        request("LOOP_CTL_REMOVE", 0x4C81, INT),
        request("LOOP_CTL_GET_FREE", 0x4C82, NONE),
    ),
    *of(
        "linux/cdrom.h",
        request("CDROMEJECT", 0x5309, NONE),
        request("CDROMCLOSETRAY", 0x5319, NONE),
        request("CDROMEJECT_SW", 0x530F, INT),
        request("CDROM_DRIVE_STATUS", 0x5326, INT),
        request("CDROM_DISC_STATUS", 0x5327, NONE),
        request("CDROM_GET_CAPABILITY", 0x5331, NONE),
        request("CDROM_LOCKDOOR", 0x5329, INT),
        request("CDROM_MEDIA_CHANGED", 0x5325, INT),
        request("CDROM_SELECT_SPEED", 0x5322, INT),
        request("CDROM_SET_OPTIONS", 0x5320, HEX),
        request("CDROM_CLEAR_OPTIONS", 0x5321, HEX),
    ),
    *of(
        "linux/mtio.h",
        request("MTIOCTOP", 0x40086D01, In("struct mtop", 8)),
        request("MTIOCGET", 0x80306D02, Out("struct mtget", 48)),
        request("MTIOCPOS", 0x80086D03, Out("struct mtpos", 8)),
    ),
)
