/* CALLS: sched_yield, sched_getscheduler, sched_setscheduler, sched_getparam, sched_setparam */
/* CALLS: sched_get_priority_max, sched_get_priority_min, sched_rr_get_interval */
#include "check.h"

#include <sched.h>
#include <time.h>

int main(void)
{
    int priority = 77, zero = 0, one = 1;
    struct timespec slice = {-1, -1};
    IS(RAW(SYS_sched_yield), 0);
    IS(RAW(SYS_sched_setscheduler, 0, SCHED_OTHER, &zero), 0);
    IS(RAW(SYS_sched_getscheduler, 0), SCHED_OTHER);
    IS(RAW(SYS_sched_getparam, 0, &priority), 0);
    IS(priority, 0);
    IS(RAW(SYS_sched_setparam, 0, &zero), 0);
    IS(RAW(SYS_sched_setscheduler, getpid(), SCHED_BATCH, &zero), 0);
    IS(RAW(SYS_sched_getscheduler, getpid()), SCHED_BATCH);
    IS(RAW(SYS_sched_get_priority_max, SCHED_FIFO), 99);
    IS(RAW(SYS_sched_get_priority_min, SCHED_FIFO), 1);
    IS(RAW(SYS_sched_get_priority_max, SCHED_OTHER), 0);
    IS(RAW(SYS_sched_get_priority_min, SCHED_RR), 1);
    IS(RAW(SYS_sched_rr_get_interval, 0, &slice), 0);
    CHECK(slice.tv_sec >= 0 && slice.tv_nsec >= 0 && slice.tv_nsec < 1000000000);

    ERR(RAW(SYS_sched_getscheduler, -1), EINVAL);
    ERR(RAW(SYS_sched_getscheduler, 0x7ffffff0), ESRCH);
    ERR(RAW(SYS_sched_setscheduler, 0, 99, &zero), EINVAL);
    ERR(RAW(SYS_sched_setscheduler, 0, SCHED_OTHER, &one), EINVAL);
    ERR(RAW(SYS_sched_setscheduler, 0, SCHED_FIFO, &zero), EINVAL);
    ERR(RAW(SYS_sched_setscheduler, 0, SCHED_OTHER, bad_pointer()), EFAULT);
    ERR(RAW(SYS_sched_getparam, 0x7ffffff0, &priority), ESRCH);
    ERR(RAW(SYS_sched_getparam, -1, &priority), EINVAL);
    ERR(RAW(SYS_sched_getparam, 0, bad_pointer()), EFAULT);
    ERR(RAW(SYS_sched_setparam, 0, bad_pointer()), EFAULT);
    ERR(RAW(SYS_sched_get_priority_max, 99), EINVAL);
    ERR(RAW(SYS_sched_get_priority_min, -1), EINVAL);
    ERR(RAW(SYS_sched_rr_get_interval, -1, &slice), EINVAL);
    ERR(RAW(SYS_sched_rr_get_interval, 0, bad_pointer()), EFAULT);
    return done();
}
