/* CALLS: dup2 */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    int fd = make_file("file", "abc"), other = make_file("other", "xyz");
    char buffer[4] = {0};

    IS(dup2(fd, 200), 200);
    IS(dup2(fd, 201), 201);
    IS(dup2(other, 201), 201); /* closes what was there */
    IS(read(201, buffer, 3), 3);
    TEXT(buffer, "xyz");
    OK(fcntl(200, F_SETFD, FD_CLOEXEC));
    IS(dup2(200, 200), 200);
    IS(fcntl(200, F_GETFD), FD_CLOEXEC); /* the same number: nothing changes */
    IS(dup2(200, 202), 202);
    IS(fcntl(202, F_GETFD), 0);

    ERR(dup2(-1, 203), EBADF);
    ERR(dup2(300, 300), EBADF);
    ERR(dup2(300, 202), EBADF);
    IS(read(202, buffer, 3), 3); /* still open */
    ERR(dup2(fd, -1), EBADF);
    ERR(dup2(fd, 0x7fffffff), EBADF);
    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    ERR(dup2(fd, (int)limit.rlim_cur), EBADF);
    OK(dup2(fd, (int)limit.rlim_cur - 1));
    return done();
}
