/* CALLS: writev */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    int fd = make_file("file", "");
    char text[] = "one two three";
    struct iovec parts[] = {{text, 4}, {text, 0}, {text + 8, 5}, {text + 3, 4}};
    IS(writev(fd, parts, 4), 13);
    TEXT(content_of("file"), "one three two");
    IS(writev(fd, parts, 0), 0);

    static struct iovec many[1025];
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct iovec){text, 2};
    }
    IS(writev(fd, many, 1024), 2048);
    IS(lseek(fd, 0, SEEK_END), 2061);
    ERR(RAW(SYS_writev, fd, many, 1025), EINVAL);
    ERR(RAW(SYS_writev, fd, many, -1), EINVAL);
    ERR(RAW(SYS_writev, -1, many, 1), EBADF);
    ERR(RAW(SYS_writev, 9999, many, 1), EBADF);
    ERR(RAW(SYS_writev, fd, bad_pointer(), 3), EFAULT);

    struct iovec bad[] = {{bad_pointer(), 4}, {text, 2}};
    ERR(writev(fd, bad, 2), EFAULT);
    struct iovec negative[] = {{text, 1}, {text, (size_t)-1}};
    ERR(writev(fd, negative, 2), EINVAL);
    IS(lseek(fd, 0, SEEK_END), 2061);
    ERR(writev((int)OK(open("file", O_RDONLY)), parts, 1), EBADF);
    return done();
}
