#define _GNU_SOURCE
#include "wali/native/base/fork_lock.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <time.h>

/* Futexes(2), "mutex2" of Drepper's "Futexes Are Tricky".  The C library's
 * mutex would do, but for fork: its child may only call what is
 * async-signal-safe. */
enum { FREE, HELD, AWAITED };
/* Or this and the number of a loan. */
#define LENT UINT32_C(0x80000000)

/* The kernel's copy of a process takes some hundred microseconds. */
#define NAP_NANOSECONDS 20000
#define NOT_YET (-1)

int32_t fork_copied FORK_DATA;

static bool become(struct fork_lock *lock, uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&lock->state, &from, to, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Until the lock may have been let go. */
static void wait_for(struct fork_lock *lock, uint32_t seen)
{
    static const struct timespec nap = {.tv_nsec = NAP_NANOSECONDS};
    if ((seen & LENT) != 0) { /* the kernel writes the word, but wakes nobody */
        KERNEL(clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, NULL);
    } else if (seen == AWAITED || become(lock, HELD, AWAITED)) {
        KERNEL(futex, &lock->state, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
    }
}

/* A loan's number is never seen twice while somebody looks at it, so that what is
 * taken over is the loan whose copy is made. */
static bool take(struct fork_lock *lock, uint32_t seen, uint32_t as)
{
    const bool may =
        seen == FREE || ((seen & LENT) != 0 && __atomic_load_n(&fork_copied, __ATOMIC_ACQUIRE) != NOT_YET);
    return may && become(lock, seen, as);
}

FORK_TEXT void fork_lock_hold(struct fork_lock *lock)
{
    uint32_t seen = FREE;
    if (become(lock, FREE, HELD)) {
        return;
    }
    for (;;) {
        seen = __atomic_load_n(&lock->state, __ATOMIC_ACQUIRE);
        if (take(lock, seen, AWAITED)) { /* perhaps others wait too */
            return;
        }
        wait_for(lock, seen);
    }
}

static void wake(struct fork_lock *lock, int count)
{
    KERNEL(futex, &lock->state, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

FORK_TEXT void fork_lock_release(struct fork_lock *lock)
{
    if (__atomic_exchange_n(&lock->state, FREE, __ATOMIC_RELEASE) == AWAITED) {
        wake(lock, 1);
    }
}

uint32_t fork_loan_new(void)
{
    static uint32_t loans; /* under the locks */
    __atomic_store_n(&fork_copied, NOT_YET, __ATOMIC_RELAXED);
    return LENT | ++loans;
}

/* Whoever waits is to look at the copy from now on. */
void fork_lock_lend(struct fork_lock *lock, uint32_t loan)
{
    if (__atomic_exchange_n(&lock->state, loan, __ATOMIC_RELEASE) == AWAITED) {
        wake(lock, INT_MAX);
    }
}

void fork_lock_end_loan(struct fork_lock *lock, uint32_t loan)
{
    __atomic_compare_exchange_n(&lock->state, &loan, FREE, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

FORK_TEXT void fork_lock_reset(struct fork_lock *lock)
{
    lock->state = FREE;
}
