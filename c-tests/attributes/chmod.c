/* CALLS: chmod, fchmod, fchmodat */
#include "check.h"

static int mode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) < 0 ? -1 : (int)(status.st_mode & 07777);
}

int main(void)
{
    int fd = make_file("file", "abc");
    OK(mkdir("directory", 0755));
    int directory = (int)OK(open("directory", O_RDONLY));
    close(make_file("directory/below", ""));

    IS(RAW(SYS_chmod, "file", 0640), 0);
    IS(mode_of("file"), 0640);
    IS(RAW(SYS_chmod, "file", 04711), 0);
    IS(mode_of("file"), 04711);
    IS(RAW(SYS_chmod, "file", 0xffff0000 | 0600), 0); /* other bits are ignored */
    IS(mode_of("file"), 0600);
    IS(RAW(SYS_chmod, "directory", 01777), 0);
    IS(mode_of("directory"), 01777);
    IS(RAW(SYS_fchmod, fd, 0604), 0);
    IS(mode_of("file"), 0604);
    IS(RAW(SYS_fchmodat, directory, "below", 0460), 0);
    IS(mode_of("directory/below"), 0460);
    IS(RAW(SYS_fchmodat, AT_FDCWD, "file", 0444), 0);
    IS(mode_of("file"), 0444);

    OK(symlink("file", "link"));
    IS(RAW(SYS_chmod, "link", 0644), 0);
    IS(mode_of("file"), 0644);

    ERR(RAW(SYS_chmod, "missing", 0644), ENOENT);
    ERR(RAW(SYS_chmod, "file/below", 0644), ENOTDIR);
    ERR(RAW(SYS_chmod, long_name(256), 0644), ENAMETOOLONG);
    ERR(RAW(SYS_chmod, bad_pointer(), 0644), EFAULT);
    OK(symlink("loop", "loop"));
    ERR(RAW(SYS_chmod, "loop", 0644), ELOOP);
    ERR(RAW(SYS_fchmod, -1, 0644), EBADF);
    ERR(RAW(SYS_fchmod, (int)OK(open("file", O_PATH)), 0644), EBADF);
    ERR(RAW(SYS_fchmodat, directory, "missing", 0644), ENOENT);
    ERR(RAW(SYS_fchmodat, fd, "file", 0644), ENOTDIR);
    ERR(RAW(SYS_fchmodat, -1, "file", 0644), EBADF);
    ERR(RAW(SYS_fchmodat, AT_FDCWD, bad_pointer(), 0644), EFAULT);
    become_ordinary_user();
    ERR2(RAW(SYS_chmod, "/etc/passwd", 0644), EPERM, EROFS);
    return done();
}
