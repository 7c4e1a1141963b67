/* Around every fork, in the thread that forks: so that the child finds all bookkeeping
 * whole, and then forgets what was its parent's only. */
#ifndef WALI_PROCESS_FORK_H
#define WALI_PROCESS_FORK_H

#include <stdint.h>

void wali_fork_prepare(void) __attribute__((visibility("hidden")));
/* If the parent is to sleep until its child needs it no more, what other threads need is
 * lent meanwhile (fork_lock.h).  A loan of 0 is none. */
uint32_t wali_fork_lend(void) __attribute__((visibility("hidden")));
void wali_fork_parent(uint32_t loan) __attribute__((visibility("hidden")));
void wali_fork_child(void) __attribute__((visibility("hidden")));

/* Of the calling thread: the kernel would write to its rseq area after each fork. */
void fork_leave_rseq(void) __attribute__((visibility("hidden")));

#endif
