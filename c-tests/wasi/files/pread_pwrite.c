/* pread and pwrite leave the position alone; offsets beyond the end, below zero, and of 64 bits. */
#include "check.h"

int main(void)
{
    char buffer[16] = {0};
    int fd = make_file("file", "0123456789");
    IS(lseek(fd, 5, SEEK_SET), 5);
    IS(pread(fd, buffer, 3, 2), 3);
    CHECK(memcmp(buffer, "234", 3) == 0);
    IS(pread(fd, buffer, 16, 8), 2);
    IS(pread(fd, buffer, 16, 10), 0);
    IS(pread(fd, buffer, 16, 1LL << 35), 0);
    IS(pread(fd, buffer, 0, 0), 0);
    IS(pwrite(fd, "ab", 2, 0), 2);
    IS(pwrite(fd, "z", 1, 12), 1);
    IS(pwrite(fd, "", 0, 100), 0);
    IS(lseek(fd, 0, SEEK_CUR), 5);
    IS(lseek(fd, 0, SEEK_END), 13);
    IS(pread(fd, buffer, 16, 0), 13);
    CHECK(memcmp(buffer, "ab23456789\0\0z", 13) == 0);
    ERR(pread(fd, buffer, 1, -1), EINVAL);
    ERR(pwrite(fd, buffer, 1, -1), EINVAL);
    IS(pwrite(fd, "far", 3, (1LL << 32) + 1), 3);
    IS(pread(fd, buffer, 16, (1LL << 32) + 2), 2);
    CHECK(memcmp(buffer, "ar", 2) == 0);

    int readable = (int)OK(open("file", O_RDONLY));
    int writable = (int)OK(open("file", O_WRONLY));
    ERR(pwrite(readable, "x", 1, 0), EBADF);
    ERR(pread(writable, buffer, 1, 0), EBADF);
    ERR(pread(99, buffer, 1, 0), EBADF);
    ERR(pwrite(99, buffer, 1, 0), EBADF);
    return done();
}
