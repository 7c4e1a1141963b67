/* CALLS: adjtimex, clock_adjtime, clock_settime, settimeofday */
/* Only asks, and asks for what nobody may have: the machine's clock stays as it is. */
#include "check.h"

#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

int main(void)
{
    struct timex state = {0};
    CHECK(RAW(SYS_adjtimex, &state) >= 0);
    CHECK(state.time.tv_sec > 1600000000);
    CHECK(state.tick > 0 && state.tolerance > 0);
    memset(&state, 0, sizeof state);
    CHECK(RAW(SYS_clock_adjtime, CLOCK_REALTIME, &state) >= 0);
    CHECK(state.tick > 0);
    ERR(RAW(SYS_adjtimex, bad_pointer()), EFAULT);
    ERR(RAW(SYS_clock_adjtime, CLOCK_REALTIME, bad_pointer()), EFAULT);
    ERR(RAW(SYS_clock_adjtime, 9999, &state), EINVAL);
    ERR(RAW(SYS_clock_adjtime, CLOCK_MONOTONIC, &state), EOPNOTSUPP);

    struct timespec time = {0, 1000000000};
    ERR(RAW(SYS_clock_settime, CLOCK_REALTIME, &time), EINVAL);
    ERR(RAW(SYS_clock_settime, CLOCK_MONOTONIC, &time), EINVAL);
    ERR(RAW(SYS_clock_settime, CLOCK_REALTIME, bad_pointer()), EFAULT);
    struct timeval day = {0, 1000000};
    ERR(RAW(SYS_settimeofday, &day, 0), EINVAL);
    ERR(RAW(SYS_settimeofday, bad_pointer(), 0), EFAULT);
    become_ordinary_user();
    time.tv_nsec = 0;
    day.tv_usec = 0;
    ERR(RAW(SYS_clock_settime, CLOCK_REALTIME, &time), EPERM);
    ERR(RAW(SYS_settimeofday, &day, 0), EPERM);
    memset(&state, 0, sizeof state);
    state.modes = ADJ_TICK;
    state.tick = 10000;
    ERR(RAW(SYS_adjtimex, &state), EPERM);
    return done();
}
