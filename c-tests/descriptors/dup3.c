/* CALLS: dup3 */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "abc");
    IS(RAW(SYS_dup3, fd, 200, 0), 200);
    IS(fcntl(200, F_GETFD), 0);
    IS(RAW(SYS_dup3, fd, 201, O_CLOEXEC), 201);
    IS(fcntl(201, F_GETFD), FD_CLOEXEC);
    IS(RAW(SYS_dup3, fd, 201, 0), 201);
    IS(fcntl(201, F_GETFD), 0);
    ERR(RAW(SYS_dup3, 200, 200, 0), EINVAL);
    ERR(RAW(SYS_dup3, 300, 300, 0), EINVAL);
    ERR(RAW(SYS_dup3, fd, 202, O_NONBLOCK), EINVAL);
    ERR(RAW(SYS_dup3, fd, 202, -1), EINVAL);
    ERR(RAW(SYS_dup3, -1, 202, 0), EBADF);
    ERR(RAW(SYS_dup3, fd, -1, 0), EBADF);
    ERR(RAW(SYS_dup3, fd, 0x7fffffff, 0), EBADF);
    return done();
}
