/* CALLS: futex_wait, futex_wake, futex_requeue */
/* REQUIRES: linux-6.7 */
#include "check.h"

#include <time.h>

#define WAKE 454 /* headers may be older than the calls */
#define WAIT 455
#define REQUEUE 456

struct waiter {
    uint64_t value;
    uint64_t word;
    uint32_t flags;
    uint32_t reserved;
};

enum { U32 = 2, PRIVATE = 128 };

int main(void)
{
    static uint32_t word, other;
    struct timespec past = {1, 0};
    unsigned all = ~0U;
    ERR(RAW(WAIT, &word, 1, all, U32 | PRIVATE, &past, CLOCK_MONOTONIC), EAGAIN);
    ERR(RAW(WAIT, &word, 0, all, U32 | PRIVATE, &past, CLOCK_MONOTONIC), ETIMEDOUT);
    ERR(RAW(WAIT, &word, 0, all, U32, &past, CLOCK_REALTIME), ETIMEDOUT);
    ERR(RAW(WAIT, &word, 0, 0, U32, &past, CLOCK_REALTIME), EINVAL);
    ERR(RAW(WAIT, bad_pointer(), 0, all, U32, &past, CLOCK_MONOTONIC), EFAULT);
    ERR(RAW(WAIT, &word, 0, all, U32, bad_pointer(), CLOCK_MONOTONIC), EFAULT);
    ERR(RAW(WAIT, &word, 0, all, 0x40000000, &past, CLOCK_MONOTONIC), EINVAL);
    IS(RAW(WAKE, &word, all, 1, U32), 0);
    ERR(RAW(WAKE, &word, 0, 1, U32), EINVAL);
    ERR(RAW(WAKE, bad_pointer(), all, 1, U32), EFAULT);
    ERR(RAW(WAKE, (char *)&word + 1, all, 1, U32), EINVAL);
    struct waiter pair[2] = {{0, (uintptr_t)&word, U32, 0}, {0, (uintptr_t)&other, U32, 0}};
    IS(RAW(REQUEUE, pair, 0, 1, 1), 0);
    ERR(RAW(REQUEUE, pair, 1, 1, 1), EINVAL);
    ERR(RAW(REQUEUE, 0, 0, 1, 1), EINVAL);
    ERR(RAW(REQUEUE, bad_pointer(), 0, 1, 1), EFAULT);
    pair[1].word = (uint64_t)-16;
    ERR(RAW(REQUEUE, pair, 0, 1, 1), EFAULT);
    return done();
}
