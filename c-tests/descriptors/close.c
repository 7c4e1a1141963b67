/* CALLS: close */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc"), copy = (int)OK(dup(fd));
    char buffer[4];
    IS(close(fd), 0);
    ERR(close(fd), EBADF);
    ERR(read(fd, buffer, 1), EBADF);
    IS(read(copy, buffer, 3), 3);
    IS(close(copy), 0);
    ERR(close(-1), EBADF);
    ERR(close(9999), EBADF);
    ERR(close(0x7fffffff), EBADF);
    ERR(RAW(SYS_close, 0x80000000u), EBADF);

    /* The lowest free number is taken again, and a closed standard stream counts. */
    CHECK(open("file", O_RDONLY) == fd);
    OK(close(0));
    IS(open("file", O_RDONLY), 0);

    /* An unlinked file lives as long as it is open. */
    int last = (int)OK(open("file", O_RDONLY));
    OK(unlink("file"));
    IS(read(last, buffer, 3), 3);
    IS(close(last), 0);
    return done();
}
