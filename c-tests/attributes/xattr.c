/* CALLS: setxattr, getxattr, listxattr, removexattr, fsetxattr, fgetxattr, flistxattr, fremovexattr */
/* REQUIRES: xattr */
#include "check.h"

#include <sys/xattr.h>

int main(void)
{
    char value[64] = {0}, names[128];
    int fd = make_file("file", "abc");
    OK(symlink("file", "link"));

    IS(setxattr("file", "user.one", "first", 5, 0), 0);
    IS(getxattr("file", "user.one", value, sizeof value), 5);
    TEXT(value, "first");
    IS(getxattr("link", "user.one", NULL, 0), 5); /* only the size */
    IS(fsetxattr(fd, "user.one", "", 0, XATTR_REPLACE), 0);
    IS(fgetxattr(fd, "user.one", value, sizeof value), 0);
    IS(fsetxattr(fd, "user.two", "second", 6, XATTR_CREATE), 0);
    memset(value, 0, sizeof value);
    IS(fgetxattr(fd, "user.two", value, sizeof value), 6);
    TEXT(value, "second");
    IS(listxattr("file", NULL, 0), 18);
    IS(listxattr("link", names, sizeof names), 18);
    IS(flistxattr(fd, names, sizeof names), 18);
    CHECK(memmem(names, 18, "user.one", 9) && memmem(names, 18, "user.two", 9));
    IS(removexattr("link", "user.one"), 0);
    IS(flistxattr(fd, names, sizeof names), 9);
    TEXT(names, "user.two");

    ERR(setxattr("file", "user.two", "x", 1, XATTR_CREATE), EEXIST);
    ERR(setxattr("file", "user.none", "x", 1, XATTR_REPLACE), ENODATA);
    ERR(setxattr("file", "user.two", "x", 1, 99), EINVAL);
    ERR(setxattr("file", "", "x", 1, 0), ERANGE);
    ERR(setxattr("file", long_name(256), "x", 1, 0), ERANGE);
    ERR(setxattr("file", "nonsense.two", "x", 1, 0), EOPNOTSUPP);
    ERR(setxattr("file", "user.two", "x", 65537, 0), E2BIG);
    ERR(setxattr("missing", "user.two", "x", 1, 0), ENOENT);
    ERR(setxattr("file", "user.two", bad_pointer(), 1, 0), EFAULT);
    ERR(setxattr("file", bad_pointer(), "x", 1, 0), EFAULT);
    ERR(getxattr("file", "user.two", value, 3), ERANGE);
    ERR(getxattr("file", "user.none", value, 3), ENODATA);
    ERR(getxattr("file", "user.two", bad_pointer(), 16), EFAULT);
    ERR(getxattr("missing", "user.two", value, 3), ENOENT);
    ERR(listxattr("file", names, 3), ERANGE);
    ERR(listxattr("file", bad_pointer(), 16), EFAULT);
    ERR(listxattr("missing", names, 3), ENOENT);
    ERR(removexattr("file", "user.one"), ENODATA);
    ERR(fgetxattr(-1, "user.two", value, 1), EBADF);
    ERR(fsetxattr(-1, "user.two", value, 1, 0), EBADF);
    ERR(flistxattr(-1, names, 1), EBADF);
    ERR(fremovexattr(-1, "user.two"), EBADF);
    IS(fremovexattr(fd, "user.two"), 0);
    IS(flistxattr(fd, names, sizeof names), 0);
    return done();
}
