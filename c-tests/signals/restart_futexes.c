/* CALLS: futex_wait, futex_waitv */
/* REQUIRES: linux-6.7 */
/* The futex calls that came later go on as the first one does. */
#include "interrupted.h"

#include <linux/futex.h>
#include <time.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#ifndef SYS_futex_wait
#define SYS_futex_wait 455
#endif
/* FUTEX2_SIZE_U32 */
#define WORD_SIZE 2

struct one {
    uint64_t value, word;
    uint32_t flags, reserved;
};

static uint32_t word;

static void wake(void)
{
    __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
    RAW(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 10, 0, 0, 0);
}

/* As a time of the clock. */
static struct timespec in_five_seconds(void)
{
    struct timespec limit;
    clock_gettime(CLOCK_MONOTONIC, &limit);
    limit.tv_sec += 5;
    return limit;
}

static void waits(const char *when, const struct timespec *limit)
{
    char what[64];
    struct one list = {0, (uintptr_t)&word, WORD_SIZE | FUTEX_PRIVATE_FLAG, 0};
    word = 0;
    snprintf(what, sizeof what, "futex_wait%s", when);
    begin(wake);
    end(what, RAW(SYS_futex_wait, &word, 0L, 1L, WORD_SIZE | FUTEX_PRIVATE_FLAG, limit, CLOCK_MONOTONIC));
    word = 0;
    snprintf(what, sizeof what, "futex_waitv%s", when);
    begin(wake);
    end(what, RAW(SYS_futex_waitv, &list, 1, 0, limit, CLOCK_MONOTONIC));
}

static void all(void)
{
    struct timespec limit = in_five_seconds();
    waits("", NULL);
    waits(" with a limit", &limit);
}

int main(void)
{
    with_and_without_restart(all);
    return done();
}
