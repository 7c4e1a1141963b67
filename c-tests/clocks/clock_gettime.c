/* CALLS: clock_gettime, clock_getres, gettimeofday, time */
#include "check.h"

#include <sys/time.h>
#include <time.h>

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static void clock_works(clockid_t clock)
{
    struct timespec one, two, resolution;
    say("clock %d", clock);
    IS(RAW(SYS_clock_gettime, clock, &one), 0);
    IS(RAW(SYS_clock_gettime, clock, &two), 0);
    CHECK(nanoseconds(&two) >= nanoseconds(&one));
    CHECK(one.tv_nsec >= 0 && one.tv_nsec < 1000000000);
    IS(RAW(SYS_clock_getres, clock, &resolution), 0);
    CHECK(resolution.tv_sec == 0 && resolution.tv_nsec > 0);
}

static void agreement(void)
{
    /* All ways to ask agree with each other. */
    struct timespec before, coarse, after;
    struct timeval day;
    struct timezone zone = {99, 99};
    long stored = 0;
    OK(RAW(SYS_clock_gettime, CLOCK_REALTIME, &before));
    IS(RAW(SYS_gettimeofday, &day, &zone), 0);
    OK(RAW(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &coarse));
    long now = RAW(SYS_time, &stored);
    OK(RAW(SYS_clock_gettime, CLOCK_REALTIME, &after));
    int64_t between = (int64_t)day.tv_sec * 1000000 + day.tv_usec;
    CHECK(between >= nanoseconds(&before) / 1000 && between <= nanoseconds(&after) / 1000);
    CHECK(nanoseconds(&after) - nanoseconds(&coarse) < 1000000000);
    CHECK(now >= before.tv_sec - 1 && now <= after.tv_sec && now == stored);
    CHECK(zone.tz_minuteswest != 99);
    CHECK(RAW(SYS_time, 0) >= now);
    IS(RAW(SYS_gettimeofday, 0, 0), 0);
    IS(RAW(SYS_gettimeofday, 0, &zone), 0);
    IS(RAW(SYS_gettimeofday, &day, 0), 0);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &after) == 0 && time(NULL) > 1600000000);

    /* Nothing but the reader's own work passes on its clock. */
    struct timespec used, later;
    OK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used));
    volatile unsigned work = 0;
    do {
        for (int i = 0; i < 100000; i++) {
            work = work + 1;
        }
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &later);
    } while (nanoseconds(&later) == nanoseconds(&used));
    CHECK(nanoseconds(&later) > nanoseconds(&used));
}

int main(void)
{
    clock_works(CLOCK_REALTIME);
    clock_works(CLOCK_MONOTONIC);
    clock_works(CLOCK_PROCESS_CPUTIME_ID);
    clock_works(CLOCK_THREAD_CPUTIME_ID);
    clock_works(CLOCK_MONOTONIC_RAW);
    clock_works(CLOCK_REALTIME_COARSE);
    clock_works(CLOCK_MONOTONIC_COARSE);
    clock_works(CLOCK_BOOTTIME);
    clock_works(CLOCK_TAI);
    agreement();
    struct timespec now;
    IS(RAW(SYS_clock_getres, CLOCK_MONOTONIC, 0), 0);
    ERR(RAW(SYS_clock_gettime, 9999, &now), EINVAL);
    ERR(RAW(SYS_clock_getres, 9999, &now), EINVAL);
    ERR(RAW(SYS_clock_gettime, 9999, bad_pointer()), EINVAL);
    /* The clock of a process that is not there. */
    ERR(RAW(SYS_clock_gettime, -0x10000000 * 8 | 2, &now), EINVAL);
    return done();
}
