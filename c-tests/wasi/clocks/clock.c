/* Clocks: they run, agree with each other, and a sleep is at least as long as it was to be. */
#include "check.h"

#include <sys/time.h>
#include <time.h>

static long long nanoseconds(const struct timespec *time)
{
    return time->tv_sec * 1000000000LL + time->tv_nsec;
}

static long long now(clockid_t clock)
{
    struct timespec time = {-1, -1};
    return clock_gettime(clock, &time) == 0 ? nanoseconds(&time) : -1;
}

static time_t time_of_day(void)
{
    return time(NULL);
}

int main(void)
{
    struct timespec time;
    OK(clock_getres(CLOCK_MONOTONIC, &time));
    CHECK(nanoseconds(&time) > 0 && nanoseconds(&time) <= 1000000000);
    OK(clock_getres(CLOCK_REALTIME, &time));
    CHECK(nanoseconds(&time) > 0 && nanoseconds(&time) <= 1000000000);

    bool right = true;
    long long before = now(CLOCK_MONOTONIC);
    for (int i = 0; i < 10000; i++) {
        long long after = now(CLOCK_MONOTONIC);
        right = right && after >= before;
        before = after;
    }
    CHECK(right);
    struct timeval day;
    OK(gettimeofday(&day, NULL));
    long long seconds = now(CLOCK_REALTIME) / 1000000000;
    CHECK(seconds >= day.tv_sec && seconds <= day.tv_sec + 10);
    CHECK(day.tv_usec >= 0 && day.tv_usec < 1000000);
    CHECK(llabs((long long)time_of_day() - seconds) <= 10);

    before = now(CLOCK_MONOTONIC);
    time = (struct timespec){0, 20000000};
    OK(nanosleep(&time, NULL));
    CHECK(now(CLOCK_MONOTONIC) - before >= 20000000);
    before = now(CLOCK_MONOTONIC);
    OK(usleep(5000));
    CHECK(now(CLOCK_MONOTONIC) - before >= 5000000);
    time = (struct timespec){0, 0};
    OK(nanosleep(&time, NULL));
    time = (struct timespec){0, 1000000000};
    ERR(nanosleep(&time, NULL), EINVAL);

    before = now(CLOCK_MONOTONIC) + 10000000;
    time = (struct timespec){before / 1000000000, (long)(before % 1000000000)};
    IS(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
    CHECK(now(CLOCK_MONOTONIC) >= before);
    IS(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0); /* it is over */
    before = now(CLOCK_REALTIME) + 10000000;
    time = (struct timespec){before / 1000000000, (long)(before % 1000000000)};
    IS(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL), 0);
    CHECK(now(CLOCK_REALTIME) >= before);
    return done();
}
