/* CALLS: fchmodat2 */
/* REQUIRES: linux-6.6 */
#include "check.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

int main(void)
{
    struct stat status;
    int fd = make_file("file", "abc");
    OK(symlink("file", "link"));
    IS(RAW(SYS_fchmodat2, AT_FDCWD, "link", 0640, 0), 0);
    OK(stat("file", &status));
    IS(status.st_mode & 07777, 0640);
    IS(RAW(SYS_fchmodat2, fd, "", 0600, AT_EMPTY_PATH), 0);
    OK(stat("file", &status));
    IS(status.st_mode & 07777, 0600);
    ERR(RAW(SYS_fchmodat2, AT_FDCWD, "link", 0640, AT_SYMLINK_NOFOLLOW), EOPNOTSUPP);
    ERR(RAW(SYS_fchmodat2, AT_FDCWD, "file", 0640, 1), EINVAL);
    ERR(RAW(SYS_fchmodat2, -1, "file", 0640, 0), EBADF);
    ERR(RAW(SYS_fchmodat2, AT_FDCWD, "missing", 0640, 0), ENOENT);
    ERR(RAW(SYS_fchmodat2, AT_FDCWD, bad_pointer(), 0640, 0), EFAULT);
    return done();
}
