/* CALLS: readv */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    int fd = make_file("file", "0123456789");
    char a[4] = {0}, b[4] = {0}, c[8] = {0};
    struct iovec parts[] = {{a, 2}, {b, 0}, {b, 3}, {c, sizeof c - 1}};

    IS(readv(fd, parts, 4), 10);
    TEXT(a, "01");
    TEXT(b, "234");
    TEXT(c, "56789");
    IS(readv(fd, parts, 4), 0);
    IS(lseek(fd, 0, SEEK_SET), 0);
    IS(readv(fd, parts, 0), 0);

    static char bytes[1025];
    static struct iovec many[1025];
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct iovec){bytes + i, 1};
    }
    IS(readv(fd, many, 1024), 10);
    TEXT(bytes, "0123456789");
    ERR(RAW(SYS_readv, fd, many, 1025), EINVAL);
    ERR(RAW(SYS_readv, fd, many, -1), EINVAL);
    ERR(RAW(SYS_readv, -1, many, 1), EBADF);
    ERR(RAW(SYS_readv, fd, bad_pointer(), 3), EFAULT);

    IS(lseek(fd, 0, SEEK_SET), 0);
    struct iovec bad[] = {{bad_pointer(), 4}, {a, 2}};
    ERR(readv(fd, bad, 2), EFAULT);
    IS(lseek(fd, 0, SEEK_CUR), 0);
    struct iovec negative[] = {{a, 1}, {b, (size_t)-1}};
    ERR(readv(fd, negative, 2), EINVAL);
    ERR(readv((int)OK(open("file", O_WRONLY)), parts, 1), EBADF);
    ERR(readv((int)OK(open(".", O_RDONLY)), parts, 1), EISDIR);
    return done();
}
