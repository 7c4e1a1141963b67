/* CALLS: listxattrat, removexattrat */
/* REQUIRES: xattr, linux-6.13 */
#include "check.h"

#include <sys/xattr.h>

#ifndef SYS_listxattrat
#define SYS_listxattrat 465
#define SYS_removexattrat 466
#endif

int main(void)
{
    char names[64] = {0};
    int fd = make_file("file", "abc"), here = (int)OK(open(".", O_RDONLY));
    OK(symlink("file", "link"));
    OK(fsetxattr(fd, "user.one", "1", 1, 0));
    IS(RAW(SYS_listxattrat, here, "file", 0, names, sizeof names), 9);
    TEXT(names, "user.one");
    IS(RAW(SYS_listxattrat, AT_FDCWD, "link", 0, NULL, 0), 9);
    IS(RAW(SYS_listxattrat, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, names, sizeof names), 0);
    IS(RAW(SYS_listxattrat, fd, "", AT_EMPTY_PATH, names, sizeof names), 9);
    ERR(RAW(SYS_listxattrat, here, "file", 0, names, 3), ERANGE);
    ERR(RAW(SYS_listxattrat, here, "file", 1, names, sizeof names), EINVAL);
    ERR(RAW(SYS_listxattrat, -1, "file", 0, names, sizeof names), EBADF);
    ERR(RAW(SYS_listxattrat, here, "missing", 0, names, sizeof names), ENOENT);
    ERR(RAW(SYS_listxattrat, here, bad_pointer(), 0, names, sizeof names), EFAULT);
    ERR(RAW(SYS_listxattrat, here, "file", 0, bad_pointer(), 16), EFAULT);

    ERR(RAW(SYS_removexattrat, here, "file", 0, "user.two"), ENODATA);
    ERR(RAW(SYS_removexattrat, here, "file", 1, "user.one"), EINVAL);
    ERR(RAW(SYS_removexattrat, -1, "file", 0, "user.one"), EBADF);
    ERR(RAW(SYS_removexattrat, here, "file", 0, bad_pointer()), EFAULT);
    IS(RAW(SYS_removexattrat, here, "link", 0, "user.one"), 0);
    IS(RAW(SYS_listxattrat, here, "file", 0, names, sizeof names), 0);
    return done();
}
