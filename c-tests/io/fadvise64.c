/* CALLS: fadvise64, readahead */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    int ends[2];
    OK(pipe(ends));
    for (int advice = POSIX_FADV_NORMAL; advice <= POSIX_FADV_NOREUSE; advice++) {
        IS(RAW(SYS_fadvise64, fd, 0, 0, advice), 0);
    }
    IS(RAW(SYS_fadvise64, fd, 0x100000000LL, 1, POSIX_FADV_DONTNEED), 0);
    ERR(RAW(SYS_fadvise64, fd, 0, 0, 99), EINVAL);
    ERR(RAW(SYS_fadvise64, fd, 0, 0, -1), EINVAL);
    ERR(RAW(SYS_fadvise64, -1, 0, 0, POSIX_FADV_NORMAL), EBADF);
    ERR(RAW(SYS_fadvise64, ends[0], 0, 0, POSIX_FADV_NORMAL), ESPIPE);
    IS(posix_fadvise(fd, 0, 0, 99), EINVAL);
    TEXT(content_of("file"), "0123456789");

    IS(readahead(fd, 0, 4096), 0);
    ERR(readahead(-1, 0, 4096), EBADF);
    ERR(readahead((int)OK(open("file", O_WRONLY)), 0, 4096), EBADF);
    ERR(readahead(ends[0], 0, 4096), EINVAL);
    return done();
}
