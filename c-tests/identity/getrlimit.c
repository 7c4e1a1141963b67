/* CALLS: getrlimit, setrlimit */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    struct rlimit limit, again;
    for (int resource = 0; resource < 16; resource++) {
        if (RAW(SYS_getrlimit, resource, &limit) != 0 || limit.rlim_cur > limit.rlim_max) {
            say("resource %d: %s", resource, errno_name(errno));
        }
    }
    ERR(RAW(SYS_getrlimit, 16, &limit), EINVAL);
    ERR(RAW(SYS_getrlimit, -1, &limit), EINVAL);
    ERR(RAW(SYS_setrlimit, 16, &limit), EINVAL);

    OK(RAW(SYS_getrlimit, RLIMIT_CORE, &limit));
    limit.rlim_cur = 0;
    IS(RAW(SYS_setrlimit, RLIMIT_CORE, &limit), 0);
    OK(RAW(SYS_getrlimit, RLIMIT_CORE, &again));
    CHECK(again.rlim_cur == 0 && again.rlim_max == limit.rlim_max);
    limit = (struct rlimit){0x123456789, RLIM_INFINITY};
    OK(RAW(SYS_getrlimit, RLIMIT_FSIZE, &again));
    if (again.rlim_max == RLIM_INFINITY) {
        CHECK(RAW(SYS_setrlimit, RLIMIT_FSIZE, &limit) == 0 &&
              RAW(SYS_getrlimit, RLIMIT_FSIZE, &again) == 0 && again.rlim_cur == 0x123456789 &&
              again.rlim_max == RLIM_INFINITY);
    }
    limit = (struct rlimit){10, 9};
    ERR(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), EINVAL);
    ERR(RAW(SYS_getrlimit, RLIMIT_NOFILE, bad_pointer()), EFAULT);
    ERR(RAW(SYS_setrlimit, RLIMIT_NOFILE, bad_pointer()), EFAULT);

    become_ordinary_user();
    limit = (struct rlimit){64, 64};
    IS(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), 0);
    limit.rlim_max = 65;
    ERR(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), EPERM); /* down is for good */
    return done();
}
