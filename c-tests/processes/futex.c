/* CALLS: futex */
#include "check.h"

#include <linux/futex.h>
#include <time.h>

static uint32_t word, other;

static long wait(int op, uint32_t value, const struct timespec *timeout, uint32_t bits)
{
    return RAW(SYS_futex, &word, op, value, timeout, 0, bits);
}

static struct timespec from_now(clockid_t clock, int milliseconds)
{
    struct timespec time;
    clock_gettime(clock, &time);
    int64_t at = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec + (int64_t)milliseconds * 1000000;
    return (struct timespec){at / 1000000000, at % 1000000000};
}

static void waiting(int private)
{
    struct timespec short_time = {0, 5000000}, bad = {0, -1}, past = {1, 0}, until;
    word = 3;
    ERR(wait(FUTEX_WAIT | private, 4, NULL, 0), EAGAIN);
    ERR(wait(FUTEX_WAIT | private, 3, &short_time, 0), ETIMEDOUT);
    ERR(wait(FUTEX_WAIT | private, 3, &bad, 0), EINVAL);
    ERR(wait(FUTEX_WAIT | private, 3, bad_pointer(), 0), EFAULT);
    until = from_now(CLOCK_MONOTONIC, 5);
    ERR(wait(FUTEX_WAIT_BITSET | private, 3, &until, 1), ETIMEDOUT);
    until = from_now(CLOCK_REALTIME, 5);
    ERR(wait(FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME | private, 3, &until, 1), ETIMEDOUT);
    ERR(wait(FUTEX_WAIT_BITSET | private, 3, &past, 1), ETIMEDOUT);
    ERR(wait(FUTEX_WAIT_BITSET | private, 3, &past, 0), EINVAL);
    IS(RAW(SYS_futex, &word, FUTEX_WAKE | private, 1, 0, 0, 0), 0);
    IS(RAW(SYS_futex, &word, FUTEX_WAKE_BITSET | private, 1, 0, 0, 5), 0);
    ERR(RAW(SYS_futex, &word, FUTEX_WAKE_BITSET | private, 1, 0, 0, 0), EINVAL);
}

/* Here the fourth argument is a number, even where it would be no address. */
static void two_words(void)
{
    word = 3;
    other = 7;
    IS(RAW(SYS_futex, &word, FUTEX_REQUEUE, 1, 0x7fffffff, &other, 0), 0);
    IS(RAW(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 0x7fffffff, &other, 3), 0);
    ERR(RAW(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &other, 4), EAGAIN);
    ERR(RAW(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, bad_pointer(), 3), EFAULT);
    /* other += 5, and wake there if it was more than 6. */
    IS(RAW(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, &other, FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_GT, 6)), 0);
    IS(other, 12);
    IS(RAW(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, &other, FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 12)), 0);
    IS(other, 1);
    ERR(RAW(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, bad_pointer(), 0), EFAULT);
}

/* The kernel's own mutex: it holds the thread's id. */
static void inheritance(void)
{
    uint32_t tid = (uint32_t)RAW(SYS_gettid);
    word = 0;
    long result = RAW(SYS_futex, &word, FUTEX_LOCK_PI, 0, 0, 0, 0);
    if (result == -1 && errno == ENOSYS) {
        skip("no priority inheritance");
    }
    IS(result, 0);
    CHECK(word == tid);
    struct timespec past = {1, 0};
    ERR(RAW(SYS_futex, &word, FUTEX_LOCK_PI, 0, &past, 0, 0), EDEADLK);
    ERR(RAW(SYS_futex, &word, FUTEX_TRYLOCK_PI, 0, 0, 0, 0), EDEADLK);
    IS(RAW(SYS_futex, &word, FUTEX_UNLOCK_PI, 0, 0, 0, 0), 0);
    IS(word, 0);
    ERR(RAW(SYS_futex, &word, FUTEX_UNLOCK_PI, 0, 0, 0, 0), EPERM);
    word = 0x3ffffff; /* of nobody */
    ERR(RAW(SYS_futex, &word, FUTEX_LOCK_PI, 0, &past, 0, 0), ESRCH);
}

int main(void)
{
    waiting(0);
    waiting(FUTEX_PRIVATE_FLAG);
    two_words();
    inheritance();
    ERR(RAW(SYS_futex, bad_pointer(), FUTEX_WAIT, 0, 0, 0, 0), EFAULT);
    ERR(RAW(SYS_futex, bad_pointer(), FUTEX_WAKE, 1, 0, 0, 0), EFAULT);
    ERR(RAW(SYS_futex, (char *)&word + 1, FUTEX_WAKE, 1, 0, 0, 0), EINVAL);
    ERR(RAW(SYS_futex, &word, 99, 0, 0, 0, 0), ENOSYS);
    ERR(RAW(SYS_futex, &word, FUTEX_FD, 0, 0, 0, 0), ENOSYS);
    return done();
}
