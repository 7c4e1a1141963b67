/* What the core does around every fork, in the thread that forks, so that the child finds all
 * bookkeeping whole and forgets what was its parent's alone. */
#ifndef WALI_PROCESS_FORK_H
#define WALI_PROCESS_FORK_H

#include <stdbool.h>
#include <stdint.h>

/* Takes all locks that a child needs whole, in their order, and waits for threads that are
 * ending. */
void wali_fork_prepare(void) __attribute__((visibility("hidden")));
/* For a parent that sleeps until its child executes or ends: lends the locks to other threads
 * meanwhile (fork_lock.h).  The number of the loan, never 0. */
uint32_t wali_fork_lend(void) __attribute__((visibility("hidden")));
/* In the parent, or after a failed fork: releases the locks.  With a loan that is not 0, ends the
 * loan. */
void wali_fork_parent(uint32_t loan) __attribute__((visibility("hidden")));
/* Frees the locks of a process that ran in this one's memory, and has ended (fork_lock_recover). */
void wali_fork_recover(uint32_t mark, uint32_t loan, bool wakes) __attribute__((visibility("hidden")));
/* In the child: frees the locks, and resets what belongs to the parent's threads. */
void wali_fork_child(void) __attribute__((visibility("hidden")));

/* Unregisters the calling thread's rseq area, to which the kernel would write after each fork. */
void fork_leave_rseq(void) __attribute__((visibility("hidden")));

#endif
