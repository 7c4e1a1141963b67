/* CALLS: fstat */
#include "kernel_stat.h"

int main(void)
{
    struct kernel_stat status;
    int fd = make_file("file", "0123456789");
    IS(RAW(SYS_fstat, fd, &status), 0);
    IS(status.size, 10);
    CHECK(S_ISREG(status.mode));
    OK(link("file", "second"));
    OK(unlink("file"));
    OK(chmod("second", 0640));
    IS(RAW(SYS_fstat, fd, &status), 0);
    IS(status.nlink, 1);
    IS(status.mode & 07777, 0640);
    OK(unlink("second"));
    IS(RAW(SYS_fstat, fd, &status), 0);
    IS(status.nlink, 0);

    int ends[2];
    OK(pipe(ends));
    IS(RAW(SYS_fstat, ends[0], &status), 0);
    IS(status.mode, S_IFIFO | 0600);
    IS(RAW(SYS_fstat, (int)OK(open("/dev/zero", O_PATH)), &status), 0);
    IS(status.rdev, 0x105);

    ERR(RAW(SYS_fstat, -1, &status), EBADF);
    ERR(RAW(SYS_fstat, 9999, &status), EBADF);
    ERR(RAW(SYS_fstat, fd, bad_pointer()), EFAULT);
    return done();
}
