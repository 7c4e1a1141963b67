/* CALLS: fcntl */
/* The third argument has 64 bits in WALI: of an int the low half counts, however it was widened. */
#include "check.h"

#include <signal.h>

int main(void)
{
    int fd = make_file("file", "abc");
    IS(RAW(SYS_fcntl, fd, F_DUPFD, 100), 100);
    IS(RAW(SYS_fcntl, fd, F_DUPFD, 0xffffffff00000064u), 101);
    ERR(RAW(SYS_fcntl, fd, F_DUPFD, -1), EINVAL);
    ERR(RAW(SYS_fcntl, fd, F_DUPFD, 0xffffffffu), EINVAL);
    IS(RAW(SYS_fcntl, fd, F_SETFL, 0xffffffff00000000u | O_APPEND), 0);
    IS(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK), O_APPEND);
    IS(RAW(SYS_fcntl, fd, F_SETFD, 0x100000000u | FD_CLOEXEC), 0);
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    int group = getpgrp();
    IS(RAW(SYS_fcntl, fd, F_SETOWN, (long)-group), 0);
    struct {
        int type, pid;
    } owner = {-1, -1}; /* F_GETOWN's result may read like an errno (fcntl(2), BUGS) */
    CHECK(fcntl(fd, F_GETOWN_EX, &owner) == 0 && owner.type == 2 && owner.pid == group);
    IS(RAW(SYS_fcntl, fd, F_SETSIG, 0x500000000u | SIGUSR1), 0);
    IS(fcntl(fd, F_GETSIG), SIGUSR1);
    /* Commands without an argument do not look at it. */
    IS(RAW(SYS_fcntl, fd, F_GETFD, -1), FD_CLOEXEC);
    IS(RAW(SYS_fcntl, fd, F_GETFD, bad_pointer()), FD_CLOEXEC);
    return done();
}
