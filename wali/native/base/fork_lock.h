/* The locks of the runtime whose data a forked child needs whole.
 *
 * Whoever forks holds them, so that the kernel copies what nobody changes.  With
 * CLONE_VFORK the kernel lets the parent sleep on after the copy; so that no other
 * thread waits for the child, the locks are then lent: whoever wants one takes it
 * over as soon as the copy is made, which the kernel says by CLONE_PARENT_SETTID. */
#ifndef WALI_BASE_FORK_LOCK_H
#define WALI_BASE_FORK_LOCK_H

#include <stdint.h>

struct fork_lock {
    uint32_t state;
};

/* Not from a handler that may have interrupted its holder. */
void fork_lock_hold(struct fork_lock *lock) __attribute__((visibility("hidden")));
void fork_lock_release(struct fork_lock *lock) __attribute__((visibility("hidden")));

/* Where the kernel is to write the child's id, while locks are lent. */
extern int32_t fork_copied __attribute__((visibility("hidden")));

/* A number for this loan; every fork_lock is held. */
uint32_t fork_loan_new(void) __attribute__((visibility("hidden")));
void fork_lock_lend(struct fork_lock *lock, uint32_t loan) __attribute__((visibility("hidden")));
/* By the lender: frees the lock, if nobody has taken it over. */
void fork_lock_end_loan(struct fork_lock *lock, uint32_t loan) __attribute__((visibility("hidden")));

/* In the child, where nobody holds it or waits. */
void fork_lock_reset(struct fork_lock *lock) __attribute__((visibility("hidden")));

#endif
