/* CALLS: mknod, mknodat */
/* REQUIRES: root, cap-mknod */
#include "check.h"

#include <sys/sysmacros.h>

int main(void)
{
    if (RAW(SYS_mknod, "null", S_IFCHR | 0600, makedev(1, 3)) != 0) {
        skip("this file system takes no devices");
    }
    struct stat status;
    OK(stat("null", &status));
    IS(status.st_rdev, 0x103);
    IS(RAW(SYS_mknodat, AT_FDCWD, "large", S_IFCHR | 0600, makedev(0x123, 0x45678)), 0);
    OK(stat("large", &status));
    IS(major(status.st_rdev), 0x123);
    IS(minor(status.st_rdev), 0x45678);
    return done();
}
