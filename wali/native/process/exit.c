#include "wali/native/process/exit.h"

#include "abi/guest.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/jumps/strands.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/signals/retry_timer.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/robust_list.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <linux/futex.h>

void thread_destroy(struct wali_thread *thread)
{
    thread_store_delete(thread);
    strands_delete(thread);
}

static void destroy_locked(struct wali_thread *thread)
{
    fork_lock_acquire(&threads_lock);
    thread_destroy(thread);
    fork_lock_release(&threads_lock);
}

/* A process-directed signal that this thread has taken, but can no longer handle, goes back to the
 * process. */
static void hand_back_signals(struct wali_thread *thread)
{
    siginfo_t *info = &thread->signals.record.info;
    if ((wali_pending & RECORD_PENDING) != 0 && info->si_code != SI_TKILL) {
        requeue_to_process(info);
    }
    wali_pending = 0;
}

/* Does for the guest what the kernel does for a thread that ends (set_robust_list(2),
 * set_tid_address(2)).  The kernel's own slots belong to the host's libc. */
static void end_for_guest(gaddr_t robust_list, gaddr_t word)
{
    const uint32_t zero = 0;
    robust_list_end(robust_list);
    if (word.v != 0 && copy_out(word, &zero, sizeof zero)) {
        KERNEL(futex, wali_base + word.v, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

void thread_end(struct wali_thread *thread)
{
    const gaddr_t robust_list = gaddr(thread->robust.head);
    const gaddr_t word = gaddr(thread->clear_child_tid);
    signal_mask_set(ALL_SIGNALS);
    retry_timer_delete(thread);
    hand_back_signals(thread);
    seccomp_thread_end(thread);
    wali_self = NULL;
    destroy_locked(thread);
    threads_count_down();
    thread->ending = thread->tid;
    end_for_guest(robust_list, word);
    stop_threads_leave(thread);
    held_signals_offer(NULL);
    native_stack_trim(&thread->stack);
    thread_delete(thread);
}

FORK_TEXT _Noreturn void process_exit(int status)
{
    stop_threads_begin(wali_self, false);
    WATCH(process_ends, status);
    for (;;) {
        KERNEL(exit_group, status);
    }
}

int64_t thread_exit(int status)
{
    struct wali_thread *self = wali_self;
    if (thread_borrows(self)) { /* its only thread, whose store and place are its parent's */
        process_exit(status);
    }
    WATCH(thread_ends, status);
    if (KERNEL(gettid) == KERNEL(getpid)) {
        signal_mask_set(ALL_SIGNALS);
        hand_back_signals(self);
        seccomp_thread_end(self);
        threads_count_down();
        end_for_guest(gaddr(self->robust.head), gaddr(self->clear_child_tid));
        stop_threads_leave(self);
        held_signals_offer(NULL);
        KERNEL(exit, status);
    }
    self->leaving = true;
    last_exit_locate(self->engine.vm_store);
    return -RESTART;
}
