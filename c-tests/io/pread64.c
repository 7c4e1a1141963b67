/* CALLS: pread64 */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    char buffer[16] = {0};

    IS(pread(fd, buffer, 3, 4), 3);
    TEXT(buffer, "456");
    IS(lseek(fd, 0, SEEK_CUR), 0);
    IS(pread(fd, buffer, sizeof buffer, 8), 2);
    IS(pread(fd, buffer, 1, 10), 0);
    IS(pread(fd, buffer, 1, 1LL << 41), 0);
    IS(pread(fd, buffer, 0, 0), 0);

    ERR(pread(fd, buffer, 1, -1), EINVAL);
    ERR(pread(fd, buffer, 1, -0x7fffffffffffffffLL), EINVAL);
    ERR(pread(-1, buffer, 1, 0), EBADF);
    ERR(pread(9999, buffer, 1, 0), EBADF);
    ERR(RAW(SYS_pread64, fd, bad_pointer(), 1, 0), EFAULT);
    ERR(pread((int)OK(open("file", O_WRONLY)), buffer, 1, 0), EBADF);
    ERR(pread((int)OK(open(".", O_RDONLY)), buffer, 1, 0), EISDIR);
    int ends[2];
    OK(pipe(ends));
    ERR(pread(ends[0], buffer, 1, 0), ESPIPE);
    return done();
}
