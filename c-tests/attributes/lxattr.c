/* CALLS: lsetxattr, lgetxattr, llistxattr, lremovexattr */
/* REQUIRES: xattr */
/* Of a symbolic link itself, which can have no user.* attributes. */
#include "check.h"

#include <sys/xattr.h>

int main(void)
{
    char value[16] = {0};
    close(make_file("file", "abc"));
    OK(symlink("file", "link"));
    OK(symlink("missing", "dangling"));
    IS(lsetxattr("file", "user.one", "1", 1, 0), 0);
    IS(lgetxattr("file", "user.one", value, sizeof value), 1);
    TEXT(value, "1");
    IS(llistxattr("file", value, sizeof value), 9);
    TEXT(value, "user.one");
    IS(lremovexattr("file", "user.one"), 0);

    ERR(lsetxattr("link", "user.one", "1", 1, 0), EPERM);
    ERR(lgetxattr("dangling", "user.one", value, sizeof value), ENODATA);
    IS(llistxattr("dangling", value, sizeof value), 0);
    ERR(lremovexattr("dangling", "user.one"), EPERM);
    ERR(getxattr("dangling", "user.one", value, sizeof value), ENOENT);
    ERR(llistxattr("missing", value, sizeof value), ENOENT);
    ERR(lgetxattr("missing", "user.one", value, 1), ENOENT);
    ERR(lsetxattr(bad_pointer(), "user.one", "1", 1, 0), EFAULT);
    ERR(lgetxattr(bad_pointer(), "user.one", value, 1), EFAULT);
    ERR(llistxattr(bad_pointer(), value, 1), EFAULT);
    ERR(lremovexattr(bad_pointer(), "user.one"), EFAULT);
    return done();
}
