/* CALLS: times */
#include "check.h"

#include <sys/times.h>
#include <time.h>

int main(void)
{
    struct tms before, after;
    long long start = OK(RAW(SYS_times, &before));
    for (volatile int i = 0; i < 20000000; i++) {
    }
    long long end = OK(RAW(SYS_times, &after));
    CHECK(end >= start && after.tms_utime >= before.tms_utime);
    IS(after.tms_cutime, 0);
    IS(sysconf(_SC_CLK_TCK), 100);
    OK(RAW(SYS_times, NULL));
    ERR(RAW(SYS_times, bad_pointer()), EFAULT);
    CHECK(clock() >= 0);
    return done();
}
