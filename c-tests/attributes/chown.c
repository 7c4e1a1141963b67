/* CALLS: chown, fchown, lchown, fchownat */
/* To the owner that it has: anybody may. */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc");
    unsigned user = geteuid(), group = getegid();
    OK(symlink("file", "link"));
    OK(symlink("missing", "dangling"));
    OK(symlink("loop", "loop"));

    IS(RAW(SYS_chown, "file", -1, -1), 0);
    IS(RAW(SYS_chown, "link", user, group), 0);
    IS(RAW(SYS_lchown, "dangling", user, group), 0);
    IS(RAW(SYS_fchown, fd, user, -1), 0);
    IS(RAW(SYS_fchownat, AT_FDCWD, "file", -1, group, 0), 0);
    IS(RAW(SYS_fchownat, AT_FDCWD, "dangling", user, group, AT_SYMLINK_NOFOLLOW), 0);
    IS(RAW(SYS_fchownat, fd, "", user, group, AT_EMPTY_PATH), 0);

    ERR(RAW(SYS_chown, "dangling", -1, -1), ENOENT);
    ERR(RAW(SYS_chown, "loop", -1, -1), ELOOP);
    IS(RAW(SYS_lchown, "loop", -1, -1), 0);
    ERR(RAW(SYS_chown, "file/below", -1, -1), ENOTDIR);
    ERR(RAW(SYS_lchown, "missing", -1, -1), ENOENT);
    ERR(RAW(SYS_chown, bad_pointer(), -1, -1), EFAULT);
    ERR(RAW(SYS_lchown, bad_pointer(), -1, -1), EFAULT);
    ERR(RAW(SYS_chown, long_name(256), -1, -1), ENAMETOOLONG);
    ERR(RAW(SYS_fchown, -1, -1, -1), EBADF);
    ERR(RAW(SYS_fchown, (int)OK(open("file", O_PATH)), -1, -1), EBADF);
    ERR(RAW(SYS_fchownat, AT_FDCWD, "file", -1, -1, 1), EINVAL);
    ERR(RAW(SYS_fchownat, -1, "file", -1, -1, 0), EBADF);
    ERR(RAW(SYS_fchownat, fd, "file", -1, -1, 0), ENOTDIR);
    ERR(RAW(SYS_fchownat, fd, "", -1, -1, 0), ENOENT);
    ERR(RAW(SYS_fchownat, AT_FDCWD, bad_pointer(), -1, -1, 0), EFAULT);
    become_ordinary_user();
    ERR2(RAW(SYS_chown, "/etc/passwd", 65534, -1), EPERM, EROFS);
    return done();
}
