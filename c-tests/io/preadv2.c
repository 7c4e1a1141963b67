/* CALLS: preadv2, pwritev2 */
#include "check.h"

#include <sys/uio.h>

#define DSYNC 2
#define SYNC 4
#define APPEND 16

/* The kernel takes the offset in two halves; on a 64-bit one the first is all of it. */
static long long readv2(int fd, const struct iovec *parts, int count, long long offset, int flags)
{
    return RAW(SYS_preadv2, fd, parts, count, offset, 0, flags);
}

static long long writev2(int fd, const struct iovec *parts, int count, long long offset, int flags)
{
    return RAW(SYS_pwritev2, fd, parts, count, offset, 0, flags);
}

int main(void)
{
    int fd = make_file("file", "0123456789");
    char a[4] = {0}, b[8] = {0};
    struct iovec parts[] = {{a, 3}, {b, 7}};

    IS(readv2(fd, parts, 2, 4, 0), 6);
    TEXT(a, "456");
    TEXT(b, "789");
    IS(lseek(fd, 0, SEEK_CUR), 0);
    IS(readv2(fd, parts, 1, -1, 0), 3); /* -1: from the file's own offset */
    IS(lseek(fd, 0, SEEK_CUR), 3);
    TEXT(a, "012");

    struct iovec one = {a, 2};
    IS(writev2(fd, &one, 1, 8, SYNC), 2);
    IS(writev2(fd, &one, 1, -1, DSYNC), 2);
    IS(lseek(fd, 0, SEEK_CUR), 5);
    TEXT(content_of("file"), "0120156701");
    IS(writev2(fd, &one, 1, 0, APPEND), 2);
    TEXT(content_of("file"), "012015670101");
    IS(lseek(fd, 0, SEEK_CUR), 5);

    ERR(readv2(fd, parts, 2, 0, 1 << 30), EOPNOTSUPP);
    ERR(writev2(fd, parts, 2, 0, 1 << 30), EOPNOTSUPP);
    ERR(readv2(fd, parts, 2, -2, 0), EINVAL);
    ERR(writev2(fd, parts, 2, -2, 0), EINVAL);
    ERR(readv2(fd, parts, -1, 0, 0), EINVAL);
    ERR(writev2(fd, parts, 1025, 0, 0), EINVAL);
    ERR(readv2(-1, parts, 2, 0, 0), EBADF);
    ERR(writev2(-1, parts, 2, 0, 0), EBADF);
    ERR(readv2(fd, bad_pointer(), 2, 0, 0), EFAULT);
    ERR(writev2(fd, bad_pointer(), 2, 0, 0), EFAULT);
    return done();
}
