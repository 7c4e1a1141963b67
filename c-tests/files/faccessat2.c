/* CALLS: faccessat2 */
#include "check.h"

#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif

static long long may(int directory, const char *path, int mode, int flags)
{
    return RAW(SYS_faccessat2, directory, path, mode, flags);
}

int main(void)
{
    int fd = make_file("file", "abc");
    OK(symlink("missing", "dangling"));
    IS(may(AT_FDCWD, "file", R_OK | W_OK, 0), 0);
    IS(may(AT_FDCWD, "file", R_OK, AT_EACCESS), 0);
    IS(may(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW), 0);
    IS(may(fd, "", R_OK, AT_EMPTY_PATH), 0);
    ERR(may(AT_FDCWD, "dangling", F_OK, 0), ENOENT);
    ERR(may(AT_FDCWD, "file", X_OK, AT_EACCESS), EACCES);
    ERR(may(fd, "", R_OK, 0), ENOENT);
    ERR(may(fd, "below", F_OK, 0), ENOTDIR);
    ERR(may(-1, "file", F_OK, 0), EBADF);
    ERR(may(AT_FDCWD, "file", 8, 0), EINVAL);
    ERR(may(AT_FDCWD, "file", F_OK, 1), EINVAL);
    ERR(may(AT_FDCWD, "file", F_OK, 0x800), EINVAL);
    ERR(may(AT_FDCWD, bad_pointer(), F_OK, 0), EFAULT);
    return done();
}
