#define _GNU_SOURCE
#include "wali/native/base/fork_lock.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <time.h>

/* The states of a lock: "mutex2" of Drepper's "Futexes Are Tricky" (futex(2)).  A mutex of libc's
 * cannot serve, because a forked child of several threads may call nothing but async-signal-safe
 * functions (fork(2)). */
enum { FREE, HELD, CONTENDED };
#define STATE UINT32_C(3)
/* A holder in its parent's memory adds its mark: from MARK_UNIT on, below LENT. */
#define MARK_UNIT UINT32_C(4)
#define MARK_BITS UINT32_C(0x7ffffffc)
/* The state of a lent lock is this bit and the number of the loan. */
#define LENT UINT32_C(0x80000000)

/* Short beside the kernel's copy of a process, which takes some hundred microseconds. */
#define NAP_NANOSECONDS 20000
/* A borrower looks as often whether the holder has died with all its process. */
#define LOOK_NANOSECONDS 10000000
#define NOT_YET (-1)

int32_t fork_copied FORK_DATA;

__thread struct fork_lock_borrower fork_lock_borrower;

uint32_t fork_lock_mark_new(void)
{
    static uint32_t marks;
    uint32_t mark;
    do {
        mark = __atomic_add_fetch(&marks, MARK_UNIT, __ATOMIC_RELAXED) & MARK_BITS;
    } while (mark == 0);
    return mark;
}

static bool change(struct fork_lock *lock, uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&lock->state, &from, to, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Sleeps until the lock may be free.  `seen` is its state. */
static void wait_for(struct fork_lock *lock, uint32_t seen)
{
    static const struct timespec nap = {.tv_nsec = NAP_NANOSECONDS};
    if ((seen & LENT) != 0) { /* the kernel writes fork_copied without a wake-up */
        KERNEL(clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, NULL);
        return;
    }
    const uint32_t contended = (seen & ~STATE) | CONTENDED;
    if ((seen & STATE) != FREE && (seen == contended || change(lock, seen, contended))) {
        static const struct timespec look = {.tv_nsec = LOOK_NANOSECONDS};
        const bool borrows = fork_lock_borrower.mark != 0;
        fork_lock_borrower.has_waited = borrows;
        KERNEL(futex, &lock->state, FUTEX_WAIT_PRIVATE, contended, borrows ? &look : NULL, NULL, 0);
    }
}

/* Whether the lock is held by a thread of a process that is dead, or executes something else: the
 * parent of this borrower, to whose memory nobody else comes back. */
static bool is_abandoned(uint32_t seen)
{
    return fork_lock_borrower.mark != 0 && (seen & (MARK_BITS | LENT)) == 0 &&
           fork_lock_borrower.sleeper != NULL &&
           __atomic_load_n(fork_lock_borrower.sleeper, __ATOMIC_SEQ_CST) == 0;
}

/* Acquires the lock if it is free, or lent and the copy is made.  The exchange fails if the lock
 * has been lent anew since `seen` was read: loans differ in number, so that fork_copied is never
 * taken for another loan's. */
static bool try_take(struct fork_lock *lock, uint32_t seen, uint32_t as)
{
    const bool may = seen == FREE ||
                     ((seen & LENT) != 0 && __atomic_load_n(&fork_copied, __ATOMIC_ACQUIRE) != NOT_YET) ||
                     is_abandoned(seen);
    return may && change(lock, seen, as);
}

FORK_TEXT void fork_lock_acquire(struct fork_lock *lock)
{
    uint32_t seen = FREE;
    const uint32_t mark = fork_lock_borrower.mark;
    if (change(lock, FREE, mark | HELD)) {
        return;
    }
    for (;;) {
        seen = __atomic_load_n(&lock->state, __ATOMIC_ACQUIRE);
        if (try_take(lock, seen, mark | CONTENDED)) { /* other threads may wait, too */
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
    if ((__atomic_exchange_n(&lock->state, FREE, __ATOMIC_RELEASE) & STATE) == CONTENDED) {
        wake(lock, 1);
    }
}

uint32_t fork_loan_new(void)
{
    static uint32_t loans; /* guarded by every fork_lock */
    __atomic_store_n(&fork_copied, NOT_YET, __ATOMIC_RELAXED);
    return LENT | ++loans;
}

/* Waiting threads are woken because they must poll fork_copied from now on. */
void fork_lock_lend(struct fork_lock *lock, uint32_t loan)
{
    if ((__atomic_exchange_n(&lock->state, loan, __ATOMIC_RELEASE) & STATE) == CONTENDED) {
        wake(lock, INT_MAX);
    }
}

void fork_lock_end_loan(struct fork_lock *lock, uint32_t loan)
{
    __atomic_compare_exchange_n(&lock->state, &loan, FREE, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

void fork_lock_recover(struct fork_lock *lock, uint32_t mark, uint32_t loan, bool wakes)
{
    uint32_t seen = __atomic_load_n(&lock->state, __ATOMIC_ACQUIRE);
    bool recovers;
    do {
        recovers = (seen & LENT) != 0 ? seen == loan : (seen & MARK_BITS) == mark;
    } while (recovers && !__atomic_compare_exchange_n(&lock->state, &seen, FREE, false, __ATOMIC_RELEASE,
                                                      __ATOMIC_ACQUIRE));
    if (recovers || wakes) {
        wake(lock, INT_MAX);
    }
}

FORK_TEXT void fork_lock_reset(struct fork_lock *lock)
{
    lock->state = FREE;
}
