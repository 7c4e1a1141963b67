/* CALLS: futex_waitv */
/* REQUIRES: linux-5.16 */
#include "check.h"

#include <linux/futex.h>
#include <time.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

/* The kernel's struct futex_waitv. */
struct waiter {
    uint64_t value;
    uint64_t word;
    uint32_t flags;
    uint32_t reserved;
};

enum { U32 = 2 };

int main(void)
{
    static uint32_t words[128];
    static struct waiter waiters[129];
    struct timespec until, past = {1, 0};
    for (int i = 0; i < 129; i++) {
        waiters[i] = (struct waiter){0, (uintptr_t)&words[i % 128], U32 | FUTEX_PRIVATE_FLAG, 0};
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += until.tv_nsec > 990000000;
    until.tv_nsec = (until.tv_nsec + 5000000) % 1000000000;
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &until, CLOCK_MONOTONIC), ETIMEDOUT);
    ERR(RAW(SYS_futex_waitv, waiters, 128, 0, &past, CLOCK_MONOTONIC), ETIMEDOUT);
    ERR(RAW(SYS_futex_waitv, waiters, 128, 0, &past, CLOCK_REALTIME), ETIMEDOUT);
    words[127] = 1;
    ERR(RAW(SYS_futex_waitv, waiters, 128, 0, &past, CLOCK_MONOTONIC), EAGAIN);
    ERR(RAW(SYS_futex_waitv, waiters, 129, 0, &past, CLOCK_MONOTONIC), EINVAL);
    ERR(RAW(SYS_futex_waitv, waiters, 0, 0, &past, CLOCK_MONOTONIC), EINVAL);
    ERR(RAW(SYS_futex_waitv, waiters, 1, 1, &past, CLOCK_MONOTONIC), EINVAL);
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &past, CLOCK_BOOTTIME), EINVAL);
    ERR(RAW(SYS_futex_waitv, 0, 1, 0, &past, CLOCK_MONOTONIC), EINVAL);
    ERR(RAW(SYS_futex_waitv, bad_pointer(), 1, 0, &past, CLOCK_MONOTONIC), EFAULT);
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, bad_pointer(), CLOCK_MONOTONIC), EFAULT);
    waiters[0].word = (uintptr_t)bad_pointer();
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &past, CLOCK_MONOTONIC), EFAULT);
    waiters[0].word = (uint64_t)-16;
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &past, CLOCK_MONOTONIC), EFAULT);
    waiters[0].word = (uintptr_t)words + 1;
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &past, CLOCK_MONOTONIC), EINVAL);
    waiters[0] = (struct waiter){0, (uintptr_t)words, 99, 0};
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &past, CLOCK_MONOTONIC), EINVAL);
    waiters[0] = (struct waiter){0, (uintptr_t)words, U32, 1};
    ERR(RAW(SYS_futex_waitv, waiters, 1, 0, &past, CLOCK_MONOTONIC), EINVAL);
    return done();
}
