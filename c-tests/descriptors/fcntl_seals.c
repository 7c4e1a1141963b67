/* CALLS: fcntl, memfd_create, ftruncate, write */
#include "check.h"

#define CLOEXEC 1
#define ALLOW_SEALING 2

int main(void)
{
    int fd = (int)OK(RAW(SYS_memfd_create, "sealed", CLOEXEC | ALLOW_SEALING));
    IS(fcntl(fd, F_GET_SEALS), 0);
    IS(write(fd, "0123456789", 10), 10);
    IS(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    IS(fcntl(fd, F_GET_SEALS), F_SEAL_SHRINK);
    ERR(ftruncate(fd, 5), EPERM);
    IS(ftruncate(fd, 20), 0);
    IS(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
    ERR(ftruncate(fd, 30), EPERM);
    IS(lseek(fd, 0, SEEK_END), 20);
    ERR(write(fd, "x", 1), EPERM);
    IS(pwrite(fd, "x", 1, 0), 1);
    IS(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
    ERR(pwrite(fd, "x", 1, 0), EPERM);
    ERR(fcntl(fd, F_ADD_SEALS, 0x10000), EINVAL);
    IS(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), 0);
    IS(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    ERR(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EPERM);

    fd = (int)OK(RAW(SYS_memfd_create, "unsealable", CLOEXEC));
    IS(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL);
    ERR(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    int pipes[2];
    OK(pipe(pipes));
    ERR(fcntl(pipes[0], F_GET_SEALS), EINVAL);
    ERR(fcntl(pipes[1], F_ADD_SEALS, F_SEAL_GROW), EINVAL);
    ERR(fcntl(-1, F_GET_SEALS), EBADF);
    return done();
}
