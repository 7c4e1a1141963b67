/* CALLS: pipe */
#include "check.h"

#include <signal.h>
#include <sys/ioctl.h>

int main(void)
{
    int ends[2];
    char buffer[16] = {0};
    IS(RAW(SYS_pipe, ends), 0);
    IS(fcntl(ends[0], F_GETFD), 0);
    IS(fcntl(ends[0], F_GETFL) & O_ACCMODE, O_RDONLY);
    IS(fcntl(ends[1], F_GETFL) & O_ACCMODE, O_WRONLY);
    IS(write(ends[1], "hello", 5), 5);
    int waiting = 0;
    OK(ioctl(ends[0], FIONREAD, &waiting));
    IS(waiting, 5);
    IS(read(ends[0], buffer, 2), 2);
    IS(read(ends[0], buffer + 2, 10), 3);
    TEXT(buffer, "hello");
    ERR(write(ends[0], "x", 1), EBADF);
    ERR(read(ends[1], buffer, 1), EBADF);

    IS(write(ends[1], "last", 4), 4);
    OK(close(ends[1]));
    IS(read(ends[0], buffer, 16), 4);
    IS(read(ends[0], buffer, 16), 0); /* no writer is left */

    OK(pipe(ends));
    signal(SIGPIPE, SIG_IGN);
    OK(close(ends[0]));
    ERR(write(ends[1], "x", 1), EPIPE);
    ERR(RAW(SYS_pipe, bad_pointer()), EFAULT);
    return done();
}
