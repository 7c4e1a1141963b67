/* CALLS: ppoll */
#include "check.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

int main(void)
{
    int ends[2];
    OK(pipe(ends));
    struct pollfd fds[1] = {{ends[0], POLLIN, 0}};
    struct timespec none = {0, 0}, some = {0, 5000000}, bad = {0, 1000000000}, negative = {-1, 0};
    IS(RAW(SYS_ppoll, fds, 1, &none, 0, 8), 0);
    IS(RAW(SYS_ppoll, fds, 1, &some, 0, 8), 0);
    IS(some.tv_nsec, 0); /* the raw call writes what is left */
    some = (struct timespec){100, 0};
    IS(write(ends[1], "x", 1), 1);
    IS(RAW(SYS_ppoll, fds, 1, &some, 0, 8), 1);
    CHECK(some.tv_sec == 99 || (some.tv_sec == 100 && some.tv_nsec == 0));
    IS(RAW(SYS_ppoll, fds, 1, 0, 0, 8), 1);
    IS(fds[0].revents, POLLIN);

    /* The mask stands for the time of the call only. */
    uint64_t all = ~UINT64_C(0), before = 0, after = 0;
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &before, 8));
    IS(RAW(SYS_ppoll, fds, 1, &none, &all, 8), 1);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &after, 8));
    CHECK(before == after);
    ERR(RAW(SYS_ppoll, fds, 1, &none, &all, 4), EINVAL);
    ERR(RAW(SYS_ppoll, fds, 1, &none, &all, 128), EINVAL);
    IS(RAW(SYS_ppoll, fds, 1, &none, 0, 128), 1); /* the size of no mask does not matter */
    ERR(RAW(SYS_ppoll, fds, 1, &none, bad_pointer(), 8), EFAULT);
    ERR(RAW(SYS_ppoll, fds, 1, &bad, 0, 8), EINVAL);
    ERR(RAW(SYS_ppoll, fds, 1, &negative, 0, 8), EINVAL);
    ERR(RAW(SYS_ppoll, fds, 1, bad_pointer(), 0, 8), EFAULT);
    ERR(RAW(SYS_ppoll, fds, 1, bad_pointer(), &all, 4), EFAULT); /* the time before the mask */
    ERR(RAW(SYS_ppoll, fds, 1, &bad, bad_pointer(), 8), EINVAL);
    ERR(RAW(SYS_ppoll, bad_pointer(), 1, 0, 0, 8), EFAULT);
    IS(ppoll(fds, 1, NULL, NULL), 1);
    return done();
}
