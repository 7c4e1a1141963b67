/* CALLS: acct, swapon, swapoff, reboot */
/* REQUIRES: root, cap-sys-admin */
/* Only what fails before it does anything. */
#include "check.h"

int main(void)
{
    OK(mkdir("directory", 0755));
    ERR2(RAW(SYS_acct, "missing"), ENOENT, ENOSYS);
    ERR2(RAW(SYS_acct, "directory"), EISDIR, EACCES);
    ERR2(RAW(SYS_swapon, "missing", 0), ENOENT, ENOSYS);
    ERR2(RAW(SYS_swapon, "directory", 1 << 30), EINVAL, ENOSYS);
    ERR2(RAW(SYS_swapoff, "missing"), ENOENT, ENOSYS);
    ERR2(RAW(SYS_reboot, 0, 0, 0, 0), EINVAL, EPERM); /* no magic numbers */
    return done();
}
