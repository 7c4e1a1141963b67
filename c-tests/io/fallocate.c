/* CALLS: fallocate */
#include "check.h"

#define KEEP_SIZE 1
#define PUNCH_HOLE 2

int main(void)
{
    int fd = make_file("file", "0123456789");
    if (fallocate(fd, 0, 0, 100) < 0 && errno == EOPNOTSUPP) {
        skip("this file system cannot allocate");
    }
    struct stat status;
    IS(lseek(fd, 0, SEEK_END), 100);
    IS(fallocate(fd, KEEP_SIZE, 0, 10000), 0);
    IS(lseek(fd, 0, SEEK_END), 100);
    OK(fstat(fd, &status));
    CHECK(status.st_blocks * 512 >= 10000);
    IS(fallocate(fd, KEEP_SIZE | PUNCH_HOLE, 2, 3), 0);
    char buffer[10];
    IS(pread(fd, buffer, 10, 0), 10);
    CHECK(memcmp(buffer,
                 "01\0\0\0"
                 "56789",
                 10) == 0);

    ERR(fallocate(fd, 0, -1, 10), EINVAL);
    ERR(fallocate(fd, 0, 0, 0), EINVAL);
    ERR(fallocate(fd, 0, 0, -1), EINVAL);
    ERR(fallocate(fd, 0, 0x7fffffffffffffffLL, 10), EFBIG);
    ERR2(fallocate(fd, PUNCH_HOLE, 0, 10), EOPNOTSUPP, EINVAL); /* since Linux 6.13: EINVAL */
    ERR(fallocate(fd, 1 << 20, 0, 10), EOPNOTSUPP);
    ERR(fallocate(-1, 0, 0, 10), EBADF);
    ERR(fallocate((int)OK(open("file", O_RDONLY)), 0, 0, 10), EBADF);
    int ends[2];
    OK(pipe(ends));
    ERR(fallocate(ends[1], 0, 0, 10), ESPIPE);
    return done();
}
