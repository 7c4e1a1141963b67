/* CALLS: eventfd, eventfd2 */
#include "check.h"

#include <poll.h>
#include <sys/eventfd.h>

static short ready(int fd)
{
    struct pollfd one = {fd, POLLIN | POLLOUT, 0};
    poll(&one, 1, 0);
    return one.revents;
}

int main(void)
{
    uint64_t value = 0;
    char room[100];
    int fd = (int)OK(RAW(SYS_eventfd, 3));
    IS(read(fd, &value, 8), 8);
    IS(value, 3);
    IS(ready(fd), POLLOUT);

    fd = (int)OK(RAW(SYS_eventfd2, 0, EFD_NONBLOCK | EFD_CLOEXEC));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ERR(read(fd, &value, 8), EAGAIN);
    value = 5;
    IS(write(fd, &value, 8), 8);
    value = 0xfffffffffffffff0;
    IS(write(fd, &value, 8), 8);
    value = 100;
    ERR(write(fd, &value, 8), EAGAIN);
    IS(ready(fd), POLLIN | POLLOUT);
    value = 9;
    IS(write(fd, &value, 8), 8);
    IS(ready(fd), POLLIN);
    IS(read(fd, &value, 8), 8);
    CHECK(value == 0xfffffffffffffffe);
    value = ~UINT64_C(0);
    ERR(write(fd, &value, 8), EINVAL);
    ERR(write(fd, &value, 4), EINVAL);
    ERR(read(fd, &value, 7), EINVAL);

    fd = (int)OK(RAW(SYS_eventfd2, 2, EFD_SEMAPHORE | EFD_NONBLOCK));
    IS(read(fd, room, sizeof room), 8);
    memcpy(&value, room, 8);
    IS(value, 1);
    IS(read(fd, &value, 8), 8);
    ERR(read(fd, &value, 8), EAGAIN);
    ERR(RAW(SYS_write, fd, bad_pointer(), 8), EFAULT);
    ERR(RAW(SYS_eventfd2, 0, 0x1000), EINVAL);
    return done();
}
