/* CALLS: membarrier */
#include "check.h"

int main(void)
{
    long long known = RAW(SYS_membarrier, 0, 0, 0);
    if (known < 0) {
        skip("this kernel has no memory barriers for others");
    }
    CHECK(known & 8);                         /* private, expedited */
    ERR(RAW(SYS_membarrier, 8, 0, 0), EPERM); /* it must register first */
    IS(RAW(SYS_membarrier, 16, 0, 0), 0);
    IS(RAW(SYS_membarrier, 8, 0, 0), 0);
    ERR(RAW(SYS_membarrier, 1 << 30, 0, 0), EINVAL);
    ERR(RAW(SYS_membarrier, 0, 1, 0), EINVAL);
    ERR(RAW(SYS_membarrier, -1, 0, 0), EINVAL);
    return done();
}
