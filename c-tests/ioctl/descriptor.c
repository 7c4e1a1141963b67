/* CALLS: ioctl, fcntl */
/* FIOCLEX, FIONCLEX, FIONBIO, FIOASYNC, FIOQSIZE: what every descriptor has. */
#include "check.h"

#include <sys/ioctl.h>

#ifndef FIOQSIZE
#define FIOQSIZE 0x5460
#endif

int main(void)
{
    int pipes[2], on = 1, off = 0, fd = make_file("file", "0123456789");
    char byte;
    OK(pipe(pipes));

    IS(ioctl(pipes[0], FIOCLEX), 0);
    IS(fcntl(pipes[0], F_GETFD), FD_CLOEXEC);
    IS(ioctl(pipes[0], FIONCLEX), 0);
    IS(fcntl(pipes[0], F_GETFD), 0);
    IS(ioctl(pipes[0], FIOCLEX, bad_pointer()), 0); /* not looked at */

    IS(ioctl(pipes[0], FIONBIO, &on), 0);
    IS(fcntl(pipes[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    ERR(read(pipes[0], &byte, 1), EAGAIN);
    on = 256;
    IS(ioctl(pipes[1], FIONBIO, &on), 0);
    IS(fcntl(pipes[1], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    IS(ioctl(pipes[0], FIONBIO, &off), 0);
    IS(fcntl(pipes[0], F_GETFL) & O_NONBLOCK, 0);
    ERR(ioctl(pipes[0], FIONBIO, bad_pointer()), EFAULT);

    ERR(ioctl(fd, FIOASYNC, &on), ENOTTY); /* files have no signals */
    IS(ioctl(fd, FIOASYNC, &off), 0);

    long long size[2] = {-1, -1};
    IS(ioctl(fd, FIOQSIZE, size), 0);
    CHECK(size[0] >= 0); /* what it takes on disk */
    IS(size[1], -1);
    ERR(ioctl(pipes[0], FIOQSIZE, size), ENOTTY);
    ERR(ioctl(fd, FIOQSIZE, bad_pointer()), EFAULT);
    ERR(ioctl(-1, FIOCLEX), EBADF);
    ERR(ioctl(-1, FIONBIO, bad_pointer()), EBADF);
    ERR(ioctl(open("file", O_PATH), FIOCLEX), EBADF);
    return done();
}
