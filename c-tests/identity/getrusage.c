/* CALLS: getrusage */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    struct rusage before, after;
    IS(RAW(SYS_getrusage, RUSAGE_SELF, &before), 0);
    CHECK(before.ru_maxrss > 0 && before.ru_minflt > 0);
    CHECK(before.ru_utime.tv_usec >= 0 && before.ru_utime.tv_usec < 1000000);
    for (volatile int i = 0; i < 5000000; i++) {
    }
    IS(RAW(SYS_getrusage, RUSAGE_THREAD, &after), 0);
    IS(RAW(SYS_getrusage, RUSAGE_SELF, &after), 0);
    CHECK(after.ru_utime.tv_sec * 1000000 + after.ru_utime.tv_usec + after.ru_stime.tv_usec >=
          before.ru_utime.tv_sec * 1000000 + before.ru_utime.tv_usec);
    CHECK(after.ru_minflt >= before.ru_minflt);
    IS(RAW(SYS_getrusage, RUSAGE_CHILDREN, &after), 0);
    IS(after.ru_maxrss, 0); /* it has no children */
    IS(after.ru_utime.tv_usec, 0);

    ERR(RAW(SYS_getrusage, 2, &after), EINVAL);
    ERR(RAW(SYS_getrusage, -2, &after), EINVAL);
    ERR(RAW(SYS_getrusage, RUSAGE_SELF, bad_pointer()), EFAULT);
    return done();
}
