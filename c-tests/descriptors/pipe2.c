/* CALLS: pipe2 */
#include "check.h"

#include <sys/uio.h>

int main(void)
{
    int ends[2];
    char buffer[4];
    IS(RAW(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK), 0);
    IS(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
    IS(fcntl(ends[1], F_GETFD), FD_CLOEXEC);
    ERR(read(ends[0], buffer, 1), EAGAIN);
    struct iovec part = {buffer, 4};
    ERR(readv(ends[0], &part, 1), EAGAIN);

    /* Fill it: a write of more than PIPE_BUF bytes may be partial, then EAGAIN. */
    static char page[4096];
    IS(fcntl(ends[1], F_SETPIPE_SZ, 8192), 8192);
    IS(fcntl(ends[1], F_GETPIPE_SZ), 8192);
    IS(write(ends[1], page, sizeof page), 4096);
    IS(write(ends[1], page, sizeof page), 4096);
    ERR(write(ends[1], "x", 1), EAGAIN);
    OK(read(ends[0], page, sizeof page));
    IS(write(ends[1], "x", 1), 1);

    IS(RAW(SYS_pipe2, ends, O_DIRECT), 0); /* packets */
    IS(write(ends[1], "ab", 2), 2);
    IS(write(ends[1], "cd", 2), 2);
    IS(read(ends[0], buffer, 4), 2);
    IS(read(ends[0], buffer, 1), 1);
    OK(close(ends[1]));
    IS(read(ends[0], buffer, 1), 0); /* the rest of the packet is gone */

    IS(RAW(SYS_pipe2, ends, 0), 0);
    IS(fcntl(ends[0], F_GETFD), 0);
    ERR(RAW(SYS_pipe2, ends, O_APPEND), EINVAL);
    ERR(RAW(SYS_pipe2, ends, -1), EINVAL);
    ERR(RAW(SYS_pipe2, bad_pointer(), 0), EFAULT);
    return done();
}
