/* CALLS: lsm_list_modules, lsm_get_self_attr, lsm_set_self_attr */
/* REQUIRES: linux-6.8 */
#include "check.h"

#ifndef SYS_lsm_get_self_attr
#define SYS_lsm_get_self_attr 459
#define SYS_lsm_set_self_attr 460
#define SYS_lsm_list_modules 461
#endif

int main(void)
{
    static uint64_t modules[64], context[512];
    uint32_t size = sizeof modules;
    long long count = RAW(SYS_lsm_list_modules, modules, &size, 0);
    if (count < 0) {
        skip("this kernel has no security modules");
    }
    CHECK(size == count * 8 && modules[0] >= 100);
    uint32_t small = 4;
    ERR(RAW(SYS_lsm_list_modules, modules, &small, 0), E2BIG);
    CHECK(small == size); /* what it needs */
    ERR(RAW(SYS_lsm_list_modules, modules, &size, 1), EINVAL);
    ERR(RAW(SYS_lsm_list_modules, modules, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_lsm_list_modules, bad_pointer(), &size, 0), EFAULT);

    size = sizeof context;
    ERR2(RAW(SYS_lsm_get_self_attr, 0, context, &size, 0), EINVAL, EOPNOTSUPP); /* no attribute */
    ERR(RAW(SYS_lsm_get_self_attr, 100, context, &size, 0x80), EINVAL);
    ERR(RAW(SYS_lsm_get_self_attr, 100, context, bad_pointer(), 0), EFAULT);
    ERR2(RAW(SYS_lsm_set_self_attr, 100, context, 8, 0), EINVAL, EOPNOTSUPP);
    ERR(RAW(SYS_lsm_set_self_attr, 100, context, sizeof context, 1), EINVAL);
    ERR2(RAW(SYS_lsm_set_self_attr, 100, bad_pointer(), 64, 0), EFAULT, EOPNOTSUPP);
    return done();
}
