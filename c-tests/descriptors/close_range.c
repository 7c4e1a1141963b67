/* CALLS: close_range */
#include "check.h"

#define UNSHARE 2
#define CLOEXEC 4

static long long range(unsigned first, unsigned last, unsigned flags)
{
    return RAW(SYS_close_range, first, last, flags);
}

int main(void)
{
    int fd = make_file("file", "");
    for (int i = 100; i < 110; i++) {
        dup2(fd, i);
    }
    IS(range(102, 104, 0), 0);
    CHECK(fcntl(101, F_GETFD) == 0);
    ERR(fcntl(102, F_GETFD), EBADF);
    ERR(fcntl(104, F_GETFD), EBADF);
    CHECK(fcntl(105, F_GETFD) == 0);

    IS(range(105, 106, CLOEXEC), 0);
    IS(fcntl(105, F_GETFD), FD_CLOEXEC);
    IS(fcntl(106, F_GETFD), FD_CLOEXEC);
    IS(fcntl(107, F_GETFD), 0);

    IS(range(106, ~0u, UNSHARE), 0);
    ERR(fcntl(109, F_GETFD), EBADF);
    CHECK(fcntl(105, F_GETFD) == FD_CLOEXEC);
    IS(range(5000, ~0u, 0), 0);
    ERR(range(5, 4, 0), EINVAL);
    ERR(range(200, 201, 1), EINVAL);
    ERR(range(200, 201, 0x80000000u), EINVAL);

    /* Everything from here on: the runtime's own descriptors are none of the guest's business. */
    IS(range(3, ~0u, 0), 0);
    ERR(fcntl(fd, F_GETFD), EBADF);
    OK(open("file", O_RDONLY));
    return done();
}
