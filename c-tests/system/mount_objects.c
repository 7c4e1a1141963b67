/* CALLS: fsopen, fsconfig, fsmount, fspick, open_tree, move_mount, mount_setattr */
/* The newer mount calls: as an ordinary user, and with descriptors that are none. */
#include "check.h"

int main(void)
{
    OK(mkdir("directory", 0755));
    become_ordinary_user();
    ERR(RAW(SYS_fsopen, "tmpfs", 0), EPERM);
    ERR(RAW(SYS_fsconfig, -1, 0, NULL, NULL, 0), EINVAL);
    ERR(RAW(SYS_fsmount, -1, 0, 0), EPERM);
    ERR(RAW(SYS_fspick, AT_FDCWD, "directory", 0), EPERM);
    ERR(RAW(SYS_move_mount, AT_FDCWD, "directory", AT_FDCWD, "directory", 0), EPERM);
    ERR(RAW(SYS_mount_setattr, AT_FDCWD, "directory", 0, bad_pointer(), 0), EINVAL);
    ERR(RAW(SYS_open_tree, AT_FDCWD, "missing", 0), ENOENT);
    ERR(RAW(SYS_open_tree, AT_FDCWD, bad_pointer(), 0), EFAULT);
    int fd = (int)OK(RAW(SYS_open_tree, AT_FDCWD, "directory", O_CLOEXEC)); /* like O_PATH */
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    OK(faccessat(fd, ".", F_OK, 0));
    return done();
}
