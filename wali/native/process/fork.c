/* The locks that a fork holds, their order, and what is reset in the child. */
#define _GNU_SOURCE
#include "wali/native/process/fork.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/internals/library_pages.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/memory/memory.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/signals/retry_timer.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h> /* glibc 2.35 */
#endif

/* The lock order: whoever holds one lock may take those behind it.  A signal that arrives looks up
 * its action, and may have interrupted who holds any of the others: so actions_lock is the last.
 * The C library's own locks come behind all. */
static struct fork_lock *const fork_locks[] = {&threads_lock, &seccomp_lock, &thread_list_lock,
                                               &wali_memory_lock, &actions_lock};
#define FORK_LOCKS (sizeof fork_locks / sizeof fork_locks[0])

FORK_TEXT void wali_fork_prepare(void)
{
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_acquire(fork_locks[i]);
    }
    if (!thread_borrows(wali_self)) { /* else these are another process's to touch */
        thread_list_await_ends();
        library_pages_before_fork(!threads_are_several());
    }
}

uint32_t wali_fork_lend(void)
{
    const uint32_t loan = fork_loan_new();
    if (thread_borrows(wali_self)) {
        wali_self->borrowed->loan = loan;
    }
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_lend(fork_locks[i], loan);
    }
    return loan;
}

FORK_TEXT void wali_fork_parent(uint32_t loan)
{
    for (size_t i = FORK_LOCKS; i-- > 0;) {
        if (loan != 0) {
            fork_lock_end_loan(fork_locks[i], loan);
        } else {
            fork_lock_release(fork_locks[i]);
        }
    }
}

void wali_fork_recover(uint32_t mark, uint32_t loan, bool wakes)
{
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_recover(fork_locks[i], mark, loan, wakes);
    }
}

/* Resets what the kernel does not copy to a child, or takes back (fork(2)). */
FORK_TEXT void wali_fork_child(void)
{
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_reset(fork_locks[i]);
    }
    thread_list_fork_child(wali_self);
    stop_threads_fork_child(wali_self);
    wali_memory_fork_child();
    threads_fork_child();
    seccomp_fork_child(wali_self);
    path_origin_fork_child();
    pins_fork_child();
    wali_self->clear_child_tid = 0;
    wali_self->robust.head = 0;
    retry_timer_fork_child(wali_self);
    held_signals_fork_child(wali_self);
}

/* The kernel writes to a registered rseq area after every fork, in parent and child, and each write
 * copies a page.  libc registers one for sched_getcpu(3), which the core never calls, and which
 * works without. */
void fork_leave_rseq(void)
{
#if __has_include(<sys/rseq.h>)
    enum { REGISTERED_SIZE = 32 }; /* glibc 2.35 and later; the kernel refuses any other */
    char *area = (char *)__builtin_thread_pointer() + __rseq_offset;
    if (__rseq_size != 0) {
        KERNEL(rseq, area, REGISTERED_SIZE, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
    }
#endif
}
