"""fscrypt and fs-verity.

A policy is told apart by its first byte and may be longer than the number says.
"""

from __future__ import annotations

from syscalls.ioctls.request import Counted, In, InOut, Out, Rewritten, of, request

ROWS = (
    *of(
        "linux/fscrypt.h",
        request("FS_IOC_SET_ENCRYPTION_POLICY", 0x800C6613, In("union fscrypt_policy", 24)),
        request("FS_IOC_GET_ENCRYPTION_POLICY", 0x400C6615, Out("struct fscrypt_policy_v1", 12)),
        request("FS_IOC_GET_ENCRYPTION_POLICY_EX", 0xC0096616, InOut("struct fscrypt_get_policy_ex_arg", 32)),
        request("FS_IOC_GET_ENCRYPTION_PWSALT", 0x40106614, Out("__u8[16]", 16)),
        request("FS_IOC_GET_ENCRYPTION_NONCE", 0x8010661B, Out("__u8[16]", 16)),
        request(
            "FS_IOC_ADD_ENCRYPTION_KEY",
            0xC0506617,
            InOut("struct fscrypt_add_key_arg", 80, Counted(at=40, width=4, each=1)),
        ),
        request("FS_IOC_REMOVE_ENCRYPTION_KEY", 0xC0406618, InOut("struct fscrypt_remove_key_arg", 64)),
        request("FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS", 0xC0406619, InOut("struct fscrypt_remove_key_arg", 64)),
        request("FS_IOC_GET_ENCRYPTION_KEY_STATUS", 0xC080661A, InOut("struct fscrypt_get_key_status_arg", 128)),
    ),
    *of(
        "linux/fsverity.h",
        request("FS_IOC_ENABLE_VERITY", 0x40806685, Rewritten("ioctl_enable_verity", "struct fsverity_enable_arg")),
        request(
            "FS_IOC_MEASURE_VERITY", 0xC0046686, InOut("struct fsverity_digest", 4, Counted(at=2, width=2, each=1))
        ),
    ),
)
