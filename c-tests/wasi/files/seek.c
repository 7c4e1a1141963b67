/* Positions: from the beginning, from here, from the end, beyond the end; of what has none. */
#include "check.h"

int main(void)
{
    char buffer[16];
    int fd = make_file("file", "0123456789");
    IS(lseek(fd, 3, SEEK_SET), 3);
    IS(read(fd, buffer, 2), 2);
    CHECK(memcmp(buffer, "34", 2) == 0);
    IS(lseek(fd, 2, SEEK_CUR), 7);
    IS(lseek(fd, -4, SEEK_CUR), 3);
    IS(lseek(fd, -1, SEEK_END), 9);
    IS(read(fd, buffer, 16), 1);
    IS(lseek(fd, 0, SEEK_END), 10);
    ERR(lseek(fd, -1, SEEK_SET), EINVAL);
    ERR(lseek(fd, -11, SEEK_END), EINVAL);
    ERR(lseek(fd, -11, SEEK_CUR), EINVAL);
    IS(lseek(fd, 0, SEEK_CUR), 10); /* errors move nothing */
    ERR(lseek(fd, 0, 77), EINVAL);

    IS(lseek(fd, 5, SEEK_END), 15);
    IS(read(fd, buffer, 1), 0);
    IS(lseek(fd, 0, SEEK_CUR), 15);
    IS(write(fd, "x", 1), 1);
    IS(lseek(fd, 0, SEEK_CUR), 16);
    IS(pread(fd, buffer, 16, 0), 16);
    CHECK(memcmp(buffer, "0123456789\0\0\0\0\0x", 16) == 0);
    IS(lseek(fd, 1LL << 40, SEEK_SET), 1LL << 40);
    IS(read(fd, buffer, 1), 0);
    IS(lseek(fd, INT64_MAX, SEEK_SET) == INT64_MAX || errno == EINVAL, 1); /* the file system decides */

    int other = (int)OK(open("file", O_RDONLY));
    IS(lseek(other, 0, SEEK_CUR), 0);
    ERR(lseek(STDOUT_FILENO, 0, SEEK_SET), ESPIPE);
    ERR2(pread(STDOUT_FILENO, buffer, 1, 0), ESPIPE, EBADF);
    return done();
}
