/* CALLS: epoll_create, epoll_create1 */
#include "check.h"

#include <sys/epoll.h>

int main(void)
{
    int fd = (int)OK(RAW(SYS_epoll_create, 1));
    IS(fcntl(fd, F_GETFD), 0);
    fd = (int)OK(epoll_create1(EPOLL_CLOEXEC));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    char byte;
    ERR(read(fd, &byte, 1), EINVAL);
    ERR(write(fd, &byte, 1), EINVAL);
    ERR(RAW(SYS_epoll_create, 0), EINVAL);
    ERR(RAW(SYS_epoll_create, -1), EINVAL);
    ERR(epoll_create1(1), EINVAL);
    ERR(epoll_create1(-1), EINVAL);
    return done();
}
