/* CALLS: lseek, fallocate */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "");
    OK(pwrite(fd, "x", 1, 1 << 20));
    OK(ftruncate(fd, 2 << 20));
    if (lseek(fd, 0, SEEK_DATA) == 0) {
        skip("this file system knows no holes");
    }
    IS(lseek(fd, 0, SEEK_DATA), 1 << 20);
    IS(lseek(fd, 0, SEEK_HOLE), 0);
    IS(lseek(fd, 1 << 20, SEEK_HOLE), (1 << 20) + 4096);
    ERR(lseek(fd, (1 << 20) + 4096, SEEK_DATA), ENXIO);
    IS(lseek(fd, (2 << 20) - 1, SEEK_HOLE), (2 << 20) - 1);
    ERR(lseek(fd, 2 << 20, SEEK_HOLE), ENXIO);
    ERR(lseek(fd, 2 << 20, SEEK_DATA), ENXIO);
    ERR(lseek(fd, -1, SEEK_DATA), ENXIO);
    ERR(lseek(-1, 0, SEEK_HOLE), EBADF);
    return done();
}
