/* CALLS: preadv */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    int fd = make_file("file", "0123456789");
    char a[4] = {0}, b[8] = {0};
    struct iovec parts[] = {{a, 3}, {b, 7}};

    IS(preadv(fd, parts, 2, 2), 8);
    TEXT(a, "234");
    TEXT(b, "56789");
    IS(lseek(fd, 0, SEEK_CUR), 0);
    IS(preadv(fd, parts, 2, 10), 0);
    IS(preadv(fd, parts, 0, 0), 0);
    OK(pwrite(fd, "far", 3, 0x100000000LL));
    IS(preadv(fd, parts, 2, 0x100000000LL), 3);
    TEXT(a, "far");

    ERR(preadv(fd, parts, 2, -1), EINVAL);
    ERR(preadv(fd, parts, -1, 0), EINVAL);
    ERR(preadv(fd, parts, 1025, 0), EINVAL);
    ERR(preadv(-1, parts, 2, 0), EBADF);
    ERR(preadv((int)OK(open("file", O_WRONLY)), parts, 2, 0), EBADF);
    ERR(preadv(fd, bad_pointer(), 3, 0), EFAULT);
    struct iovec bad = {bad_pointer(), 4};
    ERR(preadv(fd, &bad, 1, 0), EFAULT);
    int ends[2];
    OK(pipe(ends));
    ERR(preadv(ends[0], parts, 2, 0), ESPIPE);
    return done();
}
