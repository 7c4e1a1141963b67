/* CALLS: lseek */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    IS(lseek(fd, 0, SEEK_END), 10);
    IS(lseek(fd, -3, SEEK_CUR), 7);
    IS(lseek(fd, 1LL << 40, SEEK_SET), 1LL << 40);
    ERR(lseek(fd, -1, SEEK_SET), EINVAL);
    ERR(lseek(fd, 0, 99), EINVAL);
    ERR(lseek(fd, 0, -1), EINVAL);
    IS(lseek(fd, 0, SEEK_CUR), 1LL << 40);
    ERR(lseek(-1, 0, SEEK_SET), EBADF);
    ERR(lseek(9999, 0, SEEK_SET), EBADF);

    int ends[2];
    OK(pipe(ends));
    ERR(lseek(ends[0], 0, SEEK_SET), ESPIPE);
    ERR(lseek(ends[1], 0, SEEK_CUR), ESPIPE);

    /* Two descriptors of one open file share the offset; two openings do not. */
    int copy = (int)OK(dup(fd)), other = (int)OK(open("file", O_RDONLY));
    IS(lseek(fd, 4, SEEK_SET), 4);
    IS(lseek(copy, 0, SEEK_CUR), 4);
    IS(lseek(other, 0, SEEK_CUR), 0);
    return done();
}
