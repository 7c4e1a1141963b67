/* CALLS: pselect6 */
#include "check.h"

#include <signal.h>
#include <sys/select.h>
#include <time.h>

/* The last argument of the raw call: two 64-bit words. */
struct argument {
    uint64_t mask;
    uint64_t size;
};

static struct argument with(const void *mask, uint64_t size)
{
    return (struct argument){(uintptr_t)mask, size};
}

int main(void)
{
    int ends[2];
    OK(pipe(ends));
    fd_set reading;
    FD_ZERO(&reading);
    FD_SET(ends[0], &reading);
    struct timespec none = {0, 0}, some = {0, 5000000};
    IS(pselect(ends[0] + 1, &reading, NULL, NULL, &none, NULL), 0);
    IS(pselect(0, NULL, NULL, NULL, &some, NULL), 0);
    IS(some.tv_nsec, 5000000); /* libc's does not change it, the raw call does */
    IS(RAW(SYS_pselect6, 0, 0, 0, 0, &some, 0), 0);
    IS(some.tv_nsec, 0);
    IS(write(ends[1], "x", 1), 1);
    FD_SET(ends[0], &reading);
    sigset_t all;
    sigfillset(&all);
    IS(pselect(ends[0] + 1, &reading, NULL, NULL, NULL, &all), 1);
    CHECK(FD_ISSET(ends[0], &reading));

    uint64_t mask = ~UINT64_C(0), before = 0, after = 0;
    struct argument argument = with(&mask, 8);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &before, 8));
    IS(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, 0, &argument), 1);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &after, 8));
    CHECK(before == after);
    argument = with(NULL, 99);
    IS(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, 0, &argument), 1);
    argument = with(&mask, 4);
    ERR(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, 0, &argument), EINVAL);
    argument = with(bad_pointer(), 8);
    ERR(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, 0, &argument), EFAULT);
    argument.mask = (uint64_t)-16;
    ERR(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, 0, &argument), EFAULT);
    ERR(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, 0, bad_pointer()), EFAULT);
    ERR(RAW(SYS_pselect6, ends[0] + 1, &reading, 0, 0, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_pselect6, ends[0] + 1, bad_pointer(), 0, 0, &none, 0), EFAULT);
    ERR(RAW(SYS_pselect6, -1, 0, 0, 0, &none, 0), EINVAL);
    none.tv_nsec = -1;
    ERR(RAW(SYS_pselect6, 0, 0, 0, 0, &none, 0), EINVAL);
    argument = with(&mask, 4); /* the time is looked at before the mask */
    ERR(RAW(SYS_pselect6, 0, 0, 0, 0, bad_pointer(), &argument), EFAULT);
    struct timespec negative = {-1, 0};
    argument = with(bad_pointer(), 8);
    ERR(RAW(SYS_pselect6, 0, 0, 0, 0, &negative, &argument), EINVAL);
    return done();
}
