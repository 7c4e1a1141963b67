/* CALLS: select */
#include "check.h"

#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>

int main(void)
{
    int ends[2];
    OK(pipe(ends));
    fd_set reading, writing, excepting;
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    FD_ZERO(&excepting);
    FD_SET(ends[0], &reading);
    FD_SET(ends[1], &writing);
    FD_SET(ends[0], &excepting);
    IS(select(ends[1] + 1, &reading, &writing, &excepting, NULL), 1);
    CHECK(!FD_ISSET(ends[0], &reading) && FD_ISSET(ends[1], &writing) && !FD_ISSET(ends[0], &excepting));

    IS(write(ends[1], "x", 1), 1);
    FD_SET(ends[0], &reading);
    IS(select(ends[1] + 1, &reading, &writing, NULL, NULL), 2);
    FD_SET(ends[0], &reading);
    IS(select(ends[0], &reading, NULL, NULL, &(struct timeval){0, 0}), 0); /* the last is not counted in */
    close(ends[1]);
    char byte;
    IS(read(ends[0], &byte, 1), 1);
    FD_SET(ends[0], &reading);
    IS(select(ends[0] + 1, &reading, NULL, NULL, NULL), 1); /* end of file is readable */

    /* The kernel writes what is left of the time. */
    struct timeval left = {0, 20000};
    IS(RAW(SYS_select, 0, 0, 0, 0, &left), 0);
    IS(left.tv_sec * 1000000 + left.tv_usec, 0);
    left = (struct timeval){50, 0};
    FD_SET(ends[0], &reading);
    IS(RAW(SYS_select, ends[0] + 1, &reading, 0, 0, &left), 1);
    CHECK(left.tv_sec == 49 || (left.tv_sec == 50 && left.tv_usec == 0));

    /* Out-of-band data is an exception. */
    int pair[2];
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    FD_ZERO(&reading);
    FD_SET(pair[0], &reading);
    IS(send(pair[1], "y", 1, 0), 1);
    IS(select(pair[0] + 1, &reading, NULL, NULL, NULL), 1);

    /* Sets larger than FD_SETSIZE, and descriptors beyond it. */
    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    static unsigned long big[4096 / 64];
    if (limit.rlim_max >= 4096) {
        limit.rlim_cur = 4096;
        OK(setrlimit(RLIMIT_NOFILE, &limit));
        int high = (int)OK(fcntl(pair[0], F_DUPFD, 4000));
        big[high / 64] |= 1UL << high % 64;
        IS(RAW(SYS_select, high + 1, big, 0, 0, 0), 1);
        IS(big[high / 64] >> high % 64 & 1, 1);
        big[0] = 0;
    } else {
        say("no descriptors that high");
    }

    FD_ZERO(&reading);
    FD_SET(60, &reading); /* not open; beyond the limit of descriptors it would not be looked at */
    ERR(select(61, &reading, NULL, NULL, NULL), EBADF);
    ERR(select(-1, NULL, NULL, NULL, NULL), EINVAL);
    ERR(select(0, NULL, NULL, NULL, &(struct timeval){-1, 0}), EINVAL);
    ERR(RAW(SYS_select, 1, bad_pointer(), 0, 0, 0), EFAULT);
    ERR(RAW(SYS_select, 1, 0, 0, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_select, 0, 0, 0, 0, bad_pointer()), EFAULT);
    left = (struct timeval){0, 0};
    IS(RAW(SYS_select, 0, bad_pointer(), 0, 0, &left), 0);
    return done();
}
