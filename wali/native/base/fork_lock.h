/* Locks whose data a forked child needs in a consistent state.
 *
 * A thread that forks holds all of them (process/fork.c), so that no other thread changes the data
 * while the kernel copies the process.  With CLONE_VFORK the parent sleeps on after the copy, until
 * the child ends or executes another program.  The parent then lends the locks, so that other
 * threads need not wait for the child: a thread may take over a lent lock once the copy is made.
 * The kernel shows that by writing the child's id (CLONE_PARENT_SETTID, clone(2)). */
#ifndef WALI_BASE_FORK_LOCK_H
#define WALI_BASE_FORK_LOCK_H

#include <stdint.h>

struct fork_lock {
    uint32_t state;
};

/* Acquires the lock; waits in the kernel while another thread holds it.  Not recursive.  Must not
 * be called in a signal handler that may have interrupted the holder. */
void fork_lock_acquire(struct fork_lock *lock) __attribute__((visibility("hidden")));
void fork_lock_release(struct fork_lock *lock) __attribute__((visibility("hidden")));

/* The word for CLONE_PARENT_SETTID while locks are lent. */
extern int32_t fork_copied __attribute__((visibility("hidden")));

/* Begins a loan and returns its number, never 0.  The caller holds every fork_lock. */
uint32_t fork_loan_new(void) __attribute__((visibility("hidden")));
/* Lends a lock that the caller holds.  Wakes the threads that wait for it. */
void fork_lock_lend(struct fork_lock *lock, uint32_t loan) __attribute__((visibility("hidden")));
/* Called by the lender: frees the lock, unless another thread has taken it over. */
void fork_lock_end_loan(struct fork_lock *lock, uint32_t loan) __attribute__((visibility("hidden")));

/* Frees the lock in a forked child, where no other thread holds it or waits. */
void fork_lock_reset(struct fork_lock *lock) __attribute__((visibility("hidden")));

#endif
