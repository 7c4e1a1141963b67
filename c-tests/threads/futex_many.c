/* One thread waits on many words. */
/* CALLS: futex_waitv, futex */
/* REQUIRES: linux-5.16 */
#include "together.h"

#include <linux/futex.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

struct one {
    uint64_t value, word;
    uint32_t flags, reserved;
};

static _Alignas(4) atomic_int words[100];
static atomic_int tid;

static void *wait_many(void *unused)
{
    static struct one list[100];
    (void)unused;
    for (int i = 0; i < 100; i++) {
        list[i] = (struct one){7, (uintptr_t)&words[i], 2 | FUTEX_PRIVATE_FLAG, 0};
    }
    tid = (int)RAW(SYS_gettid);
    return (void *)(intptr_t)RAW(SYS_futex_waitv, list, 100, 0, 0, 0);
}

int main(void)
{
    static const int which[] = {0, 1, 57, 99};
    for (int i = 0; i < 100; i++) {
        words[i] = 7;
    }
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        tid = 0;
        pthread_t thread = start(wait_many, NULL);
        while (tid == 0) {
            sched_yield();
        }
        while (RAW(SYS_futex, &words[which[i]], FUTEX_WAKE_PRIVATE, 1, 0, 0, 0) == 0) {
            nap(1); /* it does not wait yet */
        }
        IS(joined(thread), which[i]);
    }
    return done();
}
