/* CALLS: vmsplice */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    int ends[2];
    OK(pipe2(ends, O_NONBLOCK));
    char text[] = "hello, world", buffer[16] = {0}, other[16] = {0};
    struct iovec parts[] = {{text, 7}, {text + 7, 5}};
    IS(vmsplice(ends[1], parts, 2, 0), 12);
    IS(read(ends[0], buffer, 16), 12);
    TEXT(buffer, "hello, world");

    OK(write(ends[1], "abcdef", 6));
    struct iovec into[] = {{buffer, 2}, {other, 10}};
    IS(vmsplice(ends[0], into, 2, 0), 6); /* from the read end it copies */
    TEXT(other, "cdef");
    IS(vmsplice(ends[1], parts, 0, 0), 0);

    ERR(vmsplice(-1, parts, 1, 0), EBADF);
    ERR(vmsplice(make_file("file", ""), parts, 1, 0), EBADF);
    ERR(vmsplice(ends[1], parts, 1, 1 << 20), EINVAL);
    ERR(vmsplice(ends[1], parts, 1025, 0), EINVAL);
    ERR(vmsplice(ends[1], bad_pointer(), 1, 0), EFAULT);
    struct iovec bad = {bad_pointer(), 4};
    ERR(vmsplice(ends[1], &bad, 1, 0), EFAULT);
    return done();
}
