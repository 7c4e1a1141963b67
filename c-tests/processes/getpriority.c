/* CALLS: getpriority, setpriority */
/* The call itself answers 20 - nice, so that it is never negative. */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    long long before = OK(RAW(SYS_getpriority, PRIO_PROCESS, 0));
    CHECK(before >= 1 && before <= 40);
    CHECK(RAW(SYS_getpriority, PRIO_PROCESS, getpid()) == before);
    OK(RAW(SYS_getpriority, PRIO_PGRP, 0));
    OK(RAW(SYS_getpriority, PRIO_USER, 0));
    IS(RAW(SYS_setpriority, PRIO_PROCESS, 0, 18), 0);
    IS(RAW(SYS_getpriority, PRIO_PROCESS, 0), 2);
    IS(RAW(SYS_setpriority, PRIO_PROCESS, 0, 1000), 0); /* cut to 19 */
    IS(RAW(SYS_getpriority, PRIO_PROCESS, 0), 1);

    ERR(RAW(SYS_getpriority, 3, 0), EINVAL);
    ERR(RAW(SYS_getpriority, -1, 0), EINVAL);
    ERR(RAW(SYS_getpriority, PRIO_PROCESS, 0x7ffffff0), ESRCH);
    ERR(RAW(SYS_setpriority, 3, 0, 0), EINVAL);
    ERR(RAW(SYS_setpriority, PRIO_PROCESS, 0x7ffffff0, 0), ESRCH);
    struct rlimit none = {0, 0};
    OK(setrlimit(RLIMIT_NICE, &none));
    become_ordinary_user();
    ERR(RAW(SYS_setpriority, PRIO_PROCESS, 0, -5), EACCES);
    ERR(RAW(SYS_setpriority, PRIO_PROCESS, 1, 5), EPERM);
    return done();
}
