/* CALLS: chroot */
#include "check.h"

int main(void)
{
    become_ordinary_user();
    ERR(RAW(SYS_chroot, "."), EPERM);
    ERR(RAW(SYS_chroot, "missing"), ENOENT);
    ERR(RAW(SYS_chroot, bad_pointer()), EFAULT);
    return done();
}
