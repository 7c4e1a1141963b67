"""btrfs: what is encoded in full.

The tree searches of version 2, send and logical-to-inode hold addresses: no rows.
"""

from __future__ import annotations

from syscalls.ioctls.request import NONE, In, InOut, Out, of, request
from syscalls.rows import ULONG

ROWS = (
    *of(
        "linux/btrfs.h",
        request("BTRFS_IOC_SNAP_CREATE", 0x50009401, In("struct btrfs_ioctl_vol_args", 4096)),
        request("BTRFS_IOC_SUBVOL_CREATE", 0x5000940E, In("struct btrfs_ioctl_vol_args", 4096)),
        request("BTRFS_IOC_SNAP_DESTROY", 0x5000940F, In("struct btrfs_ioctl_vol_args", 4096)),
        request("BTRFS_IOC_DEFRAG", 0x50009402, In("struct btrfs_ioctl_vol_args", 4096)),
        request("BTRFS_IOC_SYNC", 0x9408, NONE),
        request("BTRFS_IOC_START_SYNC", 0x80089418, Out(ULONG)),
        request("BTRFS_IOC_WAIT_SYNC", 0x40089416, In(ULONG)),
        request("BTRFS_IOC_DEFAULT_SUBVOL", 0x40089413, In(ULONG)),
        request("BTRFS_IOC_SUBVOL_GETFLAGS", 0x80089419, Out(ULONG)),
        request("BTRFS_IOC_SUBVOL_SETFLAGS", 0x4008941A, In(ULONG)),
        request("BTRFS_IOC_TREE_SEARCH", 0xD0009411, InOut("struct btrfs_ioctl_search_args", 4096)),
        request("BTRFS_IOC_INO_LOOKUP", 0xD0009412, InOut("struct btrfs_ioctl_ino_lookup_args", 4096)),
        request("BTRFS_IOC_FS_INFO", 0x8400941F, Out("struct btrfs_ioctl_fs_info_args", 1024)),
        request("BTRFS_IOC_DEV_INFO", 0xD000941E, InOut("struct btrfs_ioctl_dev_info_args", 4096)),
        request("BTRFS_IOC_GET_FEATURES", 0x80189439, Out("struct btrfs_ioctl_feature_flags", 24)),
        request("BTRFS_IOC_GET_SUBVOL_INFO", 0x81F8943C, Out("struct btrfs_ioctl_get_subvol_info_args", 504)),
        request("BTRFS_IOC_GET_SUBVOL_ROOTREF", 0xD000943D, InOut("struct btrfs_ioctl_get_subvol_rootref_args", 4096)),
    ),
)
