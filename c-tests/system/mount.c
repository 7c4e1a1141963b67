/* CALLS: mount, umount2, pivot_root */
/* As an ordinary user, and with names that do not exist. */
#include "check.h"

int main(void)
{
    OK(mkdir("directory", 0755));
    close(make_file("file", "abc"));
    become_ordinary_user();
    ERR(RAW(SYS_mount, "none", "directory", "tmpfs", 0, NULL), EPERM);
    ERR(RAW(SYS_mount, "none", "missing", "tmpfs", 0, NULL), ENOENT);
    ERR(RAW(SYS_mount, "none", "file/below", "tmpfs", 0, NULL), ENOTDIR);
    ERR(RAW(SYS_mount, bad_pointer(), "missing", "tmpfs", 0, NULL), EFAULT);
    ERR(RAW(SYS_mount, "none", bad_pointer(), "tmpfs", 0, NULL), EFAULT);
    ERR(RAW(SYS_mount, "none", "missing", bad_pointer(), 0, NULL), EFAULT);
    ERR(RAW(SYS_umount2, "directory", 0), EPERM);
    ERR(RAW(SYS_umount2, "missing", 0), ENOENT);
    ERR(RAW(SYS_umount2, "directory", 1 << 20), EINVAL);
    ERR(RAW(SYS_umount2, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_pivot_root, "directory", "directory"), EPERM);
    ERR(RAW(SYS_pivot_root, "missing", "missing"), EPERM);
    return done();
}
