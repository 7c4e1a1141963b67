/* CALLS: sched_getattr, sched_setattr */
#include "check.h"

struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t least, most;
};

int main(void)
{
    struct attributes now = {0}, wanted = {.size = 48, .policy = 3 /* SCHED_BATCH */, .nice = 19};
    IS(RAW(SYS_sched_setattr, 0, &wanted, 0), 0);
    IS(RAW(SYS_sched_getattr, 0, &now, sizeof now, 0), 0);
    IS(now.size, 56);
    IS(now.policy, 3);
    IS(now.nice, 19);
    IS(RAW(SYS_sched_getattr, 0, &now, 48, 0), 0);
    IS(now.size, 48);

    ERR(RAW(SYS_sched_getattr, 0, &now, 47, 0), EINVAL);
    ERR(RAW(SYS_sched_getattr, 0, &now, 4097, 0), EINVAL);
    ERR(RAW(SYS_sched_getattr, 0, &now, sizeof now, 1), EINVAL);
    ERR(RAW(SYS_sched_getattr, -1, &now, sizeof now, 0), EINVAL);
    ERR(RAW(SYS_sched_getattr, 0x7ffffff0, &now, sizeof now, 0), ESRCH);
    ERR(RAW(SYS_sched_getattr, 0, bad_pointer(), sizeof now, 0), EFAULT);
    ERR(RAW(SYS_sched_setattr, 0, &wanted, 1), EINVAL);
    ERR(RAW(SYS_sched_setattr, 0, bad_pointer(), 0), EFAULT);
    wanted.size = 47;
    ERR(RAW(SYS_sched_setattr, 0, &wanted, 0), E2BIG);
    wanted.size = 48, wanted.policy = 99;
    ERR(RAW(SYS_sched_setattr, 0, &wanted, 0), EINVAL);
    return done();
}
