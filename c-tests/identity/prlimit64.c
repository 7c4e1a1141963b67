/* CALLS: prlimit64 */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    struct rlimit old, new, again;
    IS(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &old), 0);
    new = (struct rlimit){old.rlim_cur - 1, old.rlim_max};
    IS(RAW(SYS_prlimit64, getpid(), RLIMIT_NOFILE, &new, &again), 0);
    CHECK(again.rlim_cur == old.rlim_cur && again.rlim_max == old.rlim_max);
    IS(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &again), 0);
    CHECK(again.rlim_cur == old.rlim_cur - 1);
    IS(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL), 0);

    ERR(RAW(SYS_prlimit64, 0, 16, NULL, &old), EINVAL);
    ERR(RAW(SYS_prlimit64, 0, -1, NULL, &old), EINVAL);
    ERR(RAW(SYS_prlimit64, 0x7ffffff0, RLIMIT_NOFILE, NULL, &old), ESRCH);
    ERR(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, bad_pointer(), NULL), EFAULT);
    ERR(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, bad_pointer()), EFAULT);
    new = (struct rlimit){10, 9};
    ERR(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, &new, NULL), EINVAL);
    return done();
}
