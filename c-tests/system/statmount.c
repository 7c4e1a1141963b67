/* CALLS: statmount, listmount */
/* REQUIRES: linux-6.10 */
#include "check.h"

#ifndef SYS_statmount
#define SYS_statmount 457
#define SYS_listmount 458
#endif

struct request {
    uint32_t size, spare;
    uint64_t mount, parameter, space;
};

int main(void)
{
    static uint64_t answer[512], mounts[4096];
    struct statx status;
    OK(RAW(SYS_statx, AT_FDCWD, "/proc", 0, 0x4000 /* STATX_MNT_ID_UNIQUE */, &status));
    struct request request = {.size = 24, .mount = ((uint64_t *)&status)[18], .parameter = 1 | 0x20};
    IS(RAW(SYS_statmount, &request, answer, sizeof answer, 0), 0);
    CHECK((answer[1] & 0x21) == 0x21);
    TEXT((char *)answer + 512 + ((uint32_t *)answer)[1 + 8], "proc");

    struct request all = {.size = 24, .mount = ~0ull};
    long long count = OK(RAW(SYS_listmount, &all, mounts, 4096, 0)), found = 0;
    for (long long i = 0; i < count; i++) {
        found += mounts[i] == request.mount;
    }
    IS(found, 1);

    ERR(RAW(SYS_statmount, &request, answer, 16, 0), EOVERFLOW);
    ERR(RAW(SYS_statmount, &request, answer, sizeof answer, 0x80), EINVAL);
    ERR(RAW(SYS_statmount, bad_pointer(), answer, sizeof answer, 0), EFAULT);
    ERR(RAW(SYS_statmount, &request, bad_pointer(), 512, 0), EFAULT);
    ERR(RAW(SYS_listmount, bad_pointer(), mounts, 4096, 0), EFAULT);
    ERR(RAW(SYS_listmount, &all, bad_pointer(), 2, 0), EFAULT);
    ERR(RAW(SYS_listmount, &all, mounts, 4096, 0x80), EINVAL);
    request.mount = 1ull << 60;
    ERR(RAW(SYS_statmount, &request, answer, sizeof answer, 0), ENOENT);
    request.size = 8;
    ERR(RAW(SYS_statmount, &request, answer, sizeof answer, 0), EINVAL);
    return done();
}
