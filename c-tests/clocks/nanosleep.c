/* CALLS: nanosleep, clock_nanosleep */
#include "check.h"

#include <time.h>

static int64_t now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(void)
{
    struct timespec request = {0, 20000000}, left = {7, 7};
    int64_t start = now(CLOCK_MONOTONIC);
    IS(RAW(SYS_nanosleep, &request, &left), 0);
    CHECK(now(CLOCK_MONOTONIC) - start >= 20000000);
    IS(left.tv_sec, 7); /* written only after an interruption */
    IS(RAW(SYS_nanosleep, &request, 0), 0);
    request = (struct timespec){0, 0};
    IS(RAW(SYS_nanosleep, &request, 0), 0);
    request.tv_nsec = 1000000000;
    ERR(RAW(SYS_nanosleep, &request, 0), EINVAL);
    request.tv_nsec = -1;
    ERR(RAW(SYS_nanosleep, &request, 0), EINVAL);
    request = (struct timespec){-1, 0};
    ERR(RAW(SYS_nanosleep, &request, 0), EINVAL);
    ERR(RAW(SYS_nanosleep, bad_pointer(), 0), EFAULT);

    clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};
    for (int i = 0; i < 4; i++) {
        request = (struct timespec){0, 5000000};
        start = now(clocks[i]);
        IS(RAW(SYS_clock_nanosleep, clocks[i], 0, &request, &left), 0);
        CHECK(now(clocks[i]) - start >= 5000000);
        start += 15000000;
        request = (struct timespec){start / 1000000000, start % 1000000000};
        IS(RAW(SYS_clock_nanosleep, clocks[i], TIMER_ABSTIME, &request, 0), 0);
        CHECK(now(clocks[i]) >= start);
        request = (struct timespec){1, 0}; /* long past */
        IS(RAW(SYS_clock_nanosleep, clocks[i], TIMER_ABSTIME, &request, bad_pointer()), 0);
    }
    request = (struct timespec){0, 1};
    ERR(RAW(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &request, 0), EOPNOTSUPP);
    ERR(RAW(SYS_clock_nanosleep, 9999, 0, &request, 0), EINVAL);
    ERR(RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, bad_pointer(), 0), EFAULT);
    request.tv_nsec = 1000000000;
    ERR(RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &request, 0), EINVAL);
    return done();
}
