/* CALLS: fcntl */
/* Commands that nobody knows, and such as a file does not have. */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc"), path = (int)OK(open("file", O_PATH));
    char area[64] = "";
    ERR(RAW(SYS_fcntl, fd, 12345, area), EINVAL);
    ERR(RAW(SYS_fcntl, fd, -1, 0), EINVAL);
    ERR(RAW(SYS_fcntl, fd, 1 << 20, -1), EINVAL);
    ERR(RAW(SYS_fcntl, fd, 18, 0), EINVAL);
    ERR(RAW(SYS_fcntl, fd, 1023, bad_pointer()), EINVAL);
    ERR(RAW(SYS_fcntl, -1, 12345, area), EBADF);
    ERR(RAW(SYS_fcntl, path, 12345, area), EBADF);
    ERR(fcntl(path, F_SETLK, area), EBADF);
    ERR(fcntl(fd, F_GETPIPE_SZ), EBADF);
    ERR(fcntl(fd, F_SETPIPE_SZ, 4096), EBADF);
    IS(fcntl(fd, F_GETOWN), 0);
    ERR(fcntl(fd, F_NOTIFY, DN_CREATE), ENOTDIR);
    /* Not offered on 64-bit kernels (fcntl64(2) of others). */
    ERR(RAW(SYS_fcntl, fd, 12, area), EINVAL);
    ERR(RAW(SYS_fcntl, fd, 14, area), EINVAL);
    return done();
}
