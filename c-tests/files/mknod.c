/* CALLS: mknod, mknodat */
#include "check.h"

#include <sys/sysmacros.h>

static int mode_of(const char *path)
{
    struct stat status;
    return lstat(path, &status) < 0 ? -1 : (int)status.st_mode;
}

int main(void)
{
    umask(022);
    int fd = make_file("file", "abc"), here = (int)OK(open(".", O_RDONLY));
    IS(RAW(SYS_mknod, "plain", S_IFREG | 0666, 0), 0);
    IS(mode_of("plain"), S_IFREG | 0644);
    IS(RAW(SYS_mknod, "zero", 0600, 0), 0); /* no type: a regular file */
    IS(mode_of("zero"), S_IFREG | 0600);
    IS(RAW(SYS_mknod, "fifo", S_IFIFO | 0622, 0), 0);
    IS(mode_of("fifo"), S_IFIFO | 0600);
    IS(RAW(SYS_mknodat, here, "socket", S_IFSOCK | 0777, 0), 0);
    IS(mode_of("socket"), S_IFSOCK | 0755);
    ERR(open("socket", O_RDONLY), ENXIO);

    ERR(RAW(SYS_mknod, "plain", S_IFREG | 0666, 0), EEXIST);
    ERR(RAW(SYS_mknod, "new", S_IFDIR | 0777, 0), EPERM);
    ERR(RAW(SYS_mknod, "new", S_IFLNK | 0777, 0), EINVAL);
    ERR(RAW(SYS_mknod, "missing/new", S_IFREG, 0), ENOENT);
    ERR(RAW(SYS_mknod, "file/new", S_IFREG, 0), ENOTDIR);
    ERR(RAW(SYS_mknod, "", S_IFREG, 0), ENOENT);
    ERR(RAW(SYS_mknod, long_name(256), S_IFREG, 0), ENAMETOOLONG);
    ERR(RAW(SYS_mknod, bad_pointer(), S_IFREG, 0), EFAULT);
    ERR(RAW(SYS_mknodat, -1, "new", S_IFREG, 0), EBADF);
    ERR(RAW(SYS_mknodat, fd, "new", S_IFREG, 0), ENOTDIR);
    become_ordinary_user();
    ERR(RAW(SYS_mknod, "device", S_IFCHR | 0600, makedev(1, 3)), EPERM);
    return done();
}
