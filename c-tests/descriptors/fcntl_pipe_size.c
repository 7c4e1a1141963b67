/* CALLS: fcntl, pipe2 */
#include "check.h"

int main(void)
{
    int pipes[2], empty[2];
    static char block[65536];
    OK(pipe2(pipes, O_NONBLOCK | O_CLOEXEC));
    OK(pipe(empty));
    IS(fcntl(pipes[1], F_SETPIPE_SZ, 65536), 65536);
    IS(fcntl(pipes[0], F_GETPIPE_SZ), 65536);
    IS(write(pipes[1], block, sizeof block), 65536);
    ERR(write(pipes[1], block, 1), EAGAIN);
    ERR(fcntl(pipes[1], F_SETPIPE_SZ, 4096), EBUSY);
    IS(read(pipes[0], block, sizeof block), 65536);
    IS(fcntl(pipes[1], F_SETPIPE_SZ, 4096), 4096);
    /* Rounded up to a power of two of pages. */
    IS(fcntl(pipes[1], F_SETPIPE_SZ, 1), 4096);
    IS(fcntl(pipes[1], F_SETPIPE_SZ, 4097), 8192);
    IS(fcntl(pipes[1], F_SETPIPE_SZ, 8193), 16384);
    ERR(fcntl(empty[1], F_SETPIPE_SZ, -1), EINVAL);
    become_ordinary_user();
    ERR(fcntl(pipes[1], F_SETPIPE_SZ, 1 << 30), EPERM);
    IS(fcntl(pipes[0], F_GETPIPE_SZ), 16384);
    ERR(fcntl(9999, F_GETPIPE_SZ), EBADF);
    return done();
}
