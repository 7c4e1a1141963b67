/* CALLS: dup */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "0123456789");
    OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
    int copy = (int)OK(dup(fd));
    CHECK(copy > fd);
    IS(fcntl(copy, F_GETFD), 0);
    char buffer[4];
    IS(read(copy, buffer, 4), 4);
    IS(lseek(fd, 0, SEEK_CUR), 4);
    OK(fcntl(copy, F_SETFL, O_APPEND));
    IS(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
    OK(close(fd));
    CHECK(dup(copy) == fd);
    ERR(dup(-1), EBADF);
    ERR(dup(9999), EBADF);
    int path = (int)OK(open("file", O_PATH));
    OK(dup(path));
    return done();
}
