/* CALLS: setitimer, getitimer, alarm */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

int main(void)
{
    struct itimerval found, time = {.it_value = {100, 0}, .it_interval = {2, 3}}, none = {0};
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
        say("timer %d", which);
        IS(RAW(SYS_getitimer, which, &found), 0);
        CHECK(memcmp(&found, &none, sizeof none) == 0);
        IS(RAW(SYS_setitimer, which, &time, &found), 0);
        CHECK(memcmp(&found, &none, sizeof none) == 0);
        IS(RAW(SYS_getitimer, which, &found), 0);
        CHECK(found.it_value.tv_sec >= 98 && found.it_value.tv_sec <= 100);
        IS(found.it_interval.tv_sec, 2);
        CHECK(which != ITIMER_REAL || found.it_interval.tv_usec == 3);
        IS(RAW(SYS_setitimer, which, &none, 0), 0);
    }
    IS(alarm(50), 0);
    OK(RAW(SYS_getitimer, ITIMER_REAL, &found));
    CHECK(found.it_value.tv_sec >= 48 && found.it_value.tv_sec <= 50);
    unsigned left = alarm(0);
    CHECK(left >= 48 && left <= 50);
    IS(alarm(0), 0);

    /* The signal itself, blocked and waited for. */
    uint64_t set = UINT64_C(1) << (SIGALRM - 1);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    time = (struct itimerval){.it_value = {0, 2000}};
    OK(RAW(SYS_setitimer, ITIMER_REAL, &time, 0));
    struct timespec limit = {5, 0};
    IS(RAW(SYS_rt_sigtimedwait, &set, 0, &limit, 8), SIGALRM);

    ERR(RAW(SYS_getitimer, 3, &found), EINVAL);
    ERR(RAW(SYS_setitimer, 3, &none, 0), EINVAL);
    ERR(RAW(SYS_getitimer, ITIMER_REAL, bad_pointer()), EFAULT);
    ERR(RAW(SYS_setitimer, ITIMER_REAL, bad_pointer(), 0), EFAULT);
    time.it_value.tv_usec = 1000000;
    ERR(RAW(SYS_setitimer, ITIMER_REAL, &time, 0), EINVAL);
    return done();
}
