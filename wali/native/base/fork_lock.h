/* Locks whose data a forked child needs in a consistent state.
 *
 * A thread that forks holds all of them (process/fork.c), so that no other thread changes the data
 * while the kernel copies the process.  With CLONE_VFORK the parent sleeps on after the copy, until
 * the child ends or executes another program.  The parent then lends the locks, so that other
 * threads need not wait for the child: a thread may take over a lent lock once the copy is made.
 * The kernel shows that by writing the child's id (CLONE_PARENT_SETTID, clone(2)). */
#ifndef WALI_BASE_FORK_LOCK_H
#define WALI_BASE_FORK_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct fork_lock {
    uint32_t state;
};

/* A process that runs in its parent's memory (process/borrow.h) shares these locks, but may be
 * killed while it holds one.  Its locks are marked as its own, so that the parent can free them. */
struct fork_lock_borrower {
    uint32_t mark; /* 0 in every other process; from fork_lock_mark_new */
    /* 0 once the thread that sleeps for this process is dead, and with it all others of its
     * process: the kernel clears the word (set_tid_address(2)).  NULL if it is not known. */
    const int32_t *sleeper;
    bool has_waited; /* a wake-up may have been spent on it */
};
extern __thread struct fork_lock_borrower fork_lock_borrower
    __attribute__((visibility("hidden"), tls_model("initial-exec")));
/* A mark that no living process has. */
uint32_t fork_lock_mark_new(void) __attribute__((visibility("hidden")));

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

/* Frees the lock if a borrower that is dead has left it held or lent.  `loan` is its loan, or 0.
 * `wakes`: the borrower may have died of a kill between a wake-up and what it was for. */
void fork_lock_recover(struct fork_lock *lock, uint32_t mark, uint32_t loan, bool wakes)
    __attribute__((visibility("hidden")));

/* Frees the lock in a forked child, where no other thread holds it or waits. */
void fork_lock_reset(struct fork_lock *lock) __attribute__((visibility("hidden")));

#endif
