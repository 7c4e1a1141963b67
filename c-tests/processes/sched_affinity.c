/* CALLS: sched_getaffinity, sched_setaffinity, getcpu */
#include "check.h"

int main(void)
{
    static uint64_t mask[128], one[128], again[128];
    long long size = OK(RAW(SYS_sched_getaffinity, 0, sizeof mask, mask));
    CHECK(size > 0 && size % 8 == 0);
    int cpu = -1;
    for (int i = 0; i < 1024 && cpu < 0; i++) {
        cpu = mask[i / 64] >> i % 64 & 1 ? i : -1;
    }
    one[cpu / 64] = 1ull << cpu % 64;
    IS(RAW(SYS_sched_setaffinity, 0, sizeof one, one), 0);
    CHECK(RAW(SYS_sched_getaffinity, getpid(), sizeof again, again) == size && memcmp(one, again, 128) == 0);
    unsigned where = 999, node = 999;
    IS(RAW(SYS_getcpu, &where, &node, NULL), 0);
    CHECK(where == (unsigned)cpu && node != 999);
    IS(RAW(SYS_getcpu, NULL, NULL, NULL), 0);

    memset(one, 0, sizeof one);
    ERR(RAW(SYS_sched_setaffinity, 0, sizeof one, one), EINVAL); /* no processor */
    ERR(RAW(SYS_sched_setaffinity, 0, sizeof one, bad_pointer()), EFAULT);
    ERR(RAW(SYS_sched_setaffinity, 0x7ffffff0, sizeof mask, mask), ESRCH);
    ERR(RAW(SYS_sched_getaffinity, 0, 0, mask), EINVAL);
    ERR(RAW(SYS_sched_getaffinity, 0, 13, mask), EINVAL);
    ERR(RAW(SYS_sched_getaffinity, 0x7ffffff0, sizeof mask, mask), ESRCH);
    ERR(RAW(SYS_sched_getaffinity, 0, sizeof mask, bad_pointer()), EFAULT);
    ERR(RAW(SYS_getcpu, bad_pointer(), NULL, NULL), EFAULT);
    return done();
}
