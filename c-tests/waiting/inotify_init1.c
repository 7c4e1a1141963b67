/* CALLS: inotify_init, inotify_init1 */
#include "check.h"

int main(void)
{
    char buffer[64];
    int fd = (int)OK(RAW(SYS_inotify_init1, O_NONBLOCK | O_CLOEXEC));
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ERR(read(fd, buffer, sizeof buffer), EAGAIN);
    fd = (int)OK(RAW(SYS_inotify_init1, 0));
    IS(fcntl(fd, F_GETFD), 0);
    IS(fcntl(fd, F_GETFL), 0);
    fd = (int)OK(RAW(SYS_inotify_init));
    IS(fcntl(fd, F_GETFD), 0);
    ERR(RAW(SYS_inotify_init1, 1), EINVAL);
    ERR(RAW(SYS_inotify_init1, -1), EINVAL);
    ERR(write(fd, "x", 1), EBADF);
    return done();
}
