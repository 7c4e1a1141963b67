/* CALLS: pwritev */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    int fd = make_file("file", "0123456789");
    char text[] = "abcdef";
    struct iovec parts[] = {{text, 2}, {text + 4, 2}};

    IS(pwritev(fd, parts, 2, 3), 4);
    TEXT(content_of("file"), "012abef789");
    IS(lseek(fd, 0, SEEK_CUR), 0);
    IS(pwritev(fd, parts, 0, 0), 0);
    IS(pwritev(fd, parts, 2, 0x100000000LL), 4);
    IS(lseek(fd, 0, SEEK_END), 0x100000004LL);

    ERR(pwritev(fd, parts, 2, -1), EINVAL);
    ERR(pwritev(fd, parts, -1, 0), EINVAL);
    ERR(pwritev(fd, parts, 1025, 0), EINVAL);
    ERR(pwritev(-1, parts, 2, 0), EBADF);
    ERR(pwritev((int)OK(open("file", O_RDONLY)), parts, 2, 0), EBADF);
    ERR(pwritev(fd, bad_pointer(), 3, 0), EFAULT);
    struct iovec bad = {bad_pointer(), 4};
    ERR(pwritev(fd, &bad, 1, 0), EFAULT);
    int ends[2];
    OK(pipe(ends));
    ERR(pwritev(ends[1], parts, 2, 0), ESPIPE);
    return done();
}
