/* CALLS: fcntl */
#include "check.h"

#include <sys/resource.h>

#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY 1027
#endif

int main(void)
{
    char byte;
    int fd = make_file("file", "abc");
    IS(fcntl(fd, F_DUPFD, 100), 100);
    IS(fcntl(fd, F_DUPFD, 100), 101);
    IS(fcntl(fd, F_DUPFD_CLOEXEC, 100), 102);
    IS(fcntl(100, F_GETFD), 0);
    IS(fcntl(102, F_GETFD), FD_CLOEXEC);
    close(100);
    IS(fcntl(fd, F_DUPFD, 50), 50);
    IS(fcntl(fd, F_DUPFD, 100), 100);

    /* One open file: offset and status flags are shared, descriptor flags are not. */
    IS(read(50, &byte, 1), 1);
    IS(lseek(fd, 0, SEEK_CUR), 1);
    IS(fcntl(50, F_SETFL, O_APPEND), 0);
    IS(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
    IS(fcntl(50, F_SETFD, FD_CLOEXEC), 0);
    IS(fcntl(100, F_GETFD), 0);

    ERR(fcntl(-1, F_DUPFD, 0), EBADF);
    ERR(fcntl(9999, F_DUPFD_CLOEXEC, 0), EBADF);
    ERR(fcntl(fd, F_DUPFD, -1), EINVAL);
    struct rlimit limit = {200, 200};
    setrlimit(RLIMIT_NOFILE, &limit);
    ERR(fcntl(fd, F_DUPFD, 200), EINVAL);
    ERR(fcntl(fd, F_DUPFD, 0x7fffffff), EINVAL);
    IS(fcntl(fd, F_DUPFD, 199), 199);
    ERR(fcntl(fd, F_DUPFD, 199), EMFILE);
    IS(fcntl(199, F_GETFL) & O_ACCMODE, O_RDWR);

    /* Since Linux 6.10: whether two descriptors are one open file. */
    if (fcntl(fd, F_DUPFD_QUERY, fd) == 1) {
        CHECK(fcntl(fd, F_DUPFD_QUERY, 50) == 1);
        CHECK(fcntl(fd, F_DUPFD_QUERY, open("file", O_RDONLY)) == 0);
        CHECK(fcntl(fd, F_DUPFD_QUERY, -1) == -1 && errno == EBADF);
    }
    return done();
}
