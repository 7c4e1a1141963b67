/* CALLS: file_getattr, file_setattr */
/* REQUIRES: linux-6.17 */
/* The flags that FS_IOC_FSGETXATTR tells, by path. */
#include "check.h"

#ifndef SYS_file_getattr
#define SYS_file_getattr 468
#define SYS_file_setattr 469
#endif

struct file_attributes {
    uint64_t flags;
    uint32_t extent_size, extents, project, cow_extent_size;
};

int main(void)
{
    struct file_attributes now = {.flags = ~0ull};
    int fd = make_file("file", "abc");
    if (RAW(SYS_file_getattr, AT_FDCWD, "file", &now, sizeof now, 0) < 0) {
        skip("this file system has no such attributes");
    }
    CHECK((now.flags & 8) == 0); /* not immutable */
    IS(RAW(SYS_file_getattr, fd, "", &now, sizeof now, AT_EMPTY_PATH), 0);
    IS(RAW(SYS_file_setattr, AT_FDCWD, "file", &now, sizeof now, 0), 0);
    struct file_attributes changed = now;
    changed.flags |= 0x40; /* no atime */
    IS(RAW(SYS_file_setattr, AT_FDCWD, "file", &changed, sizeof changed, 0), 0);
    IS(RAW(SYS_file_getattr, AT_FDCWD, "file", &now, sizeof now, 0), 0);
    IS(now.flags & 0x40, 0x40);

    ERR(RAW(SYS_file_getattr, AT_FDCWD, "file", &now, 1, 0), EINVAL);
    ERR(RAW(SYS_file_getattr, AT_FDCWD, "file", &now, sizeof now, 1), EINVAL);
    ERR(RAW(SYS_file_getattr, AT_FDCWD, "missing", &now, sizeof now, 0), ENOENT);
    ERR(RAW(SYS_file_getattr, -1, "file", &now, sizeof now, 0), EBADF);
    ERR(RAW(SYS_file_getattr, AT_FDCWD, bad_pointer(), &now, sizeof now, 0), EFAULT);
    ERR(RAW(SYS_file_getattr, AT_FDCWD, "file", bad_pointer(), sizeof now, 0), EFAULT);
    ERR(RAW(SYS_file_setattr, AT_FDCWD, "file", bad_pointer(), sizeof now, 0), EFAULT);
    ERR(RAW(SYS_file_setattr, AT_FDCWD, "file", &now, 1, 0), EINVAL);
    ERR(RAW(SYS_file_setattr, AT_FDCWD, "missing", &now, sizeof now, 0), ENOENT);
    return done();
}
