/* CALLS: ioprio_get, ioprio_set */
#include "check.h"

#define BEST_EFFORT(level) (2 << 13 | (level))

int main(void)
{
    OK(RAW(SYS_ioprio_get, 1, 0));
    IS(RAW(SYS_ioprio_set, 1, 0, BEST_EFFORT(7)), 0);
    IS(RAW(SYS_ioprio_get, 1, getpid()), BEST_EFFORT(7));
    IS(RAW(SYS_ioprio_set, 1, getpid(), 3 << 13), 0); /* idle */
    IS(RAW(SYS_ioprio_get, 1, 0), 3 << 13);
    ERR(RAW(SYS_ioprio_set, 1, 0, 7 << 13), EINVAL);
    ERR(RAW(SYS_ioprio_set, 99, 0, BEST_EFFORT(7)), EINVAL);
    ERR(RAW(SYS_ioprio_get, 99, 0), EINVAL);
    ERR(RAW(SYS_ioprio_get, 1, 0x7ffffff0), ESRCH);
    ERR(RAW(SYS_ioprio_set, 1, 0x7ffffff0, BEST_EFFORT(7)), ESRCH);
    return done();
}
