"""Regular files and directories: ioctl_fs(2), the file systems' own.

FS_IOC_GETFLAGS and its like are encoded as long, but the kernel takes an int.
"""

from __future__ import annotations

from syscalls.ioctls.request import NO_HEADER, NONE, UNUSED, Counted, In, InOut, Only, Out, by_value, of, request
from syscalls.rows import FD, INT, UINT, ULONG

_INT = "encoded as long; the kernel moves an int"

ROWS = (
    *of(
        "linux/fs.h",
        request("FIBMAP", 0x0001, InOut(INT)),
        request("FIGETBSZ", 0x0002, Out(INT)),
        request("FIFREEZE", 0xC0045877, NONE, UNUSED),
        request("FITHAW", 0xC0045878, NONE, UNUSED),
        request("FITRIM", 0xC0185879, InOut("struct fstrim_range", 24)),
        request("FICLONE", 0x40049409, by_value(FD, 0x7FFFFFFF, Only.VFS)),
        request("FICLONERANGE", 0x4020940D, In("struct file_clone_range", 32)),
        request("FIDEDUPERANGE", 0xC0189436, InOut("struct file_dedupe_range", 24, Counted(at=16, width=2, each=32))),
        request("FS_IOC_FIEMAP", 0xC020660B, InOut("struct fiemap", 32, Counted(at=24, width=4, each=56))),
        request("FS_IOC_GETFLAGS", 0x80086601, Out(INT), _INT),
        request("FS_IOC_SETFLAGS", 0x40086602, In(INT), _INT),
        request("FS_IOC_GETVERSION", 0x80087601, Out("long", 8)),
        request("FS_IOC_SETVERSION", 0x40087602, In("long", 8)),
        request("FS_IOC_FSGETXATTR", 0x801C581F, Out("struct fsxattr", 28)),
        request("FS_IOC_FSSETXATTR", 0x401C5820, In("struct fsxattr", 28)),
        request("FS_IOC_GETFSLABEL", 0x81009431, Out("char[256]", 256)),
        request("FS_IOC_SETFSLABEL", 0x41009432, In("char[256]", 256)),
        request("FS_IOC_GETFSUUID", 0x80111500, Out("struct fsuuid2", 17)),
        request("FS_IOC_GETFSSYSFSPATH", 0x80811501, Out("struct fs_sysfs_path", 129)),
    ),
    *of(
        "linux/fsmap.h",
        request("FS_IOC_GETFSMAP", 0xC0C0583B, InOut("struct fsmap_head", 192, Counted(at=8, width=4, each=64))),
    ),
    *of(
        NO_HEADER,
        request("FS_IOC_RESVSP", 0x40305828, In("struct space_resv", 48)),
        request("FS_IOC_UNRESVSP", 0x40305829, In("struct space_resv", 48)),
        request("FS_IOC_RESVSP64", 0x4030582A, In("struct space_resv", 48)),
        request("FS_IOC_UNRESVSP64", 0x4030582B, In("struct space_resv", 48)),
        request("FS_IOC_ZERO_RANGE", 0x40305839, In("struct space_resv", 48)),
    ),
    *of(
        "linux/ext4.h",
        request("EXT4_IOC_MOVE_EXT", 0xC028660F, InOut("struct move_extent", 40)),
        request("EXT4_IOC_RESIZE_FS", 0x40086610, In(ULONG)),
    ),
    *of(
        "linux/msdos_fs.h",
        request("FAT_IOCTL_GET_ATTRIBUTES", 0x80047210, Out(UINT)),
        request("FAT_IOCTL_SET_ATTRIBUTES", 0x40047211, In(UINT)),
        request("FAT_IOCTL_GET_VOLUME_ID", 0x80047213, Out(UINT)),
    ),
    *of(
        "linux/fuse.h",
        request("FUSE_DEV_IOC_CLONE", 0x8004E500, In(UINT)),
    ),
)
