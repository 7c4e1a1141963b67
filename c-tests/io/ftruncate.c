/* CALLS: ftruncate */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    IS(lseek(fd, 8, SEEK_SET), 8);
    IS(ftruncate(fd, 4), 0);
    IS(lseek(fd, 0, SEEK_CUR), 8); /* the offset stays */
    TEXT(content_of("file"), "0123");
    IS(ftruncate(fd, 6), 0);
    char buffer[8];
    IS(pread(fd, buffer, 8, 0), 6);
    CHECK(memcmp(buffer, "0123\0\0", 6) == 0);
    IS(ftruncate(fd, 0x180000000LL), 0);
    IS(lseek(fd, 0, SEEK_END), 0x180000000LL);

    ERR(ftruncate(fd, -1), EINVAL);
    ERR(ftruncate(-1, 0), EBADF);
    ERR(ftruncate(9999, 0), EBADF);
    ERR(ftruncate((int)OK(open("file", O_RDONLY)), 0), EINVAL);
    ERR(ftruncate((int)OK(open(".", O_RDONLY)), 0), EINVAL);
    int ends[2];
    OK(pipe(ends));
    ERR(ftruncate(ends[1], 0), EINVAL);
    return done();
}
