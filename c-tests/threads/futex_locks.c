/* The kernel's locks that inherit priority, handed from thread to thread. */
/* CALLS: futex */
#include "together.h"

#include <linux/futex.h>

static _Alignas(4) atomic_uint word, condition;
static atomic_int tid;
static long counter;

static long futex(atomic_uint *at, int op, long value, const void *fourth, atomic_uint *second)
{
    return RAW(SYS_futex, at, op | FUTEX_PRIVATE_FLAG, value, fourth, second, 0);
}

static long lock(void)
{
    unsigned expected = 0, self = (unsigned)RAW(SYS_gettid);
    if (atomic_compare_exchange_strong(&word, &expected, self)) {
        return 0;
    }
    return futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL);
}

static long unlock(void)
{
    unsigned self = (unsigned)RAW(SYS_gettid);
    if (atomic_compare_exchange_strong(&word, &self, 0)) {
        return 0;
    }
    return futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL);
}

static void *count(void *unused)
{
    for (int i = 0; i < 2000; i++) {
        if (lock() != 0) {
            return (void *)1;
        }
        counter++;
        if (i % 32 == 0) {
            sched_yield();
        }
        if (unlock() != 0) {
            return (void *)2;
        }
    }
    return unused;
}

static void *try_and_wait(void *unused)
{
    struct timespec until = from_now(CLOCK_REALTIME, 10);
    (void)unused;
    say("try: %s", futex(&word, FUTEX_TRYLOCK_PI, 0, NULL, NULL) == 0 ? "ok" : errno_name(errno));
    say("timed: %s", futex(&word, FUTEX_LOCK_PI, 0, &until, NULL) == 0 ? "ok" : errno_name(errno));
    say("unlock: %s", futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL) == 0 ? "ok" : errno_name(errno));
    return NULL;
}

/* Waits on one word, wakes up with the lock. */
static void *wait_for_lock(void *unused)
{
    tid = (int)RAW(SYS_gettid);
    long result = futex(&condition, FUTEX_WAIT_REQUEUE_PI, 0, NULL, &word);
    bool owns = (word & FUTEX_TID_MASK) == (unsigned)tid;
    long unlocked = unlock();
    return result == 0 && owns && unlocked == 0 ? unused : (void *)1;
}

int main(void)
{
    pthread_t threads[4];
    if (futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL) != 0) {
        skip("no priority inheritance");
    }
    IS(unlock(), 0);
    for (int i = 0; i < 4; i++) {
        threads[i] = start(count, NULL);
    }
    for (int i = 0; i < 4; i++) {
        IS(joined(threads[i]), 0);
    }
    IS(counter, 8000);
    IS(word, 0);
    IS(lock(), 0);
    joined(start(try_and_wait, NULL));
    IS(unlock(), 0);
    for (int i = 0; i < 3; i++) {
        tid = 0;
        threads[0] = start(wait_for_lock, NULL);
        while (tid == 0) {
            sched_yield();
        }
        wait_asleep(tid);
        IS(lock(), 0);
        IS(RAW(SYS_futex, &condition, FUTEX_CMP_REQUEUE_PI | FUTEX_PRIVATE_FLAG, 1, 1, &word, 0), 1);
        IS(unlock(), 0);
        IS(joined(threads[0]), 0);
    }
    return done();
}
