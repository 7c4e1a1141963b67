/* Synchronous signals across execve(2), which lets a program inherit that a signal is ignored,
 * blocked or pending.  The kernel does not know this of a guest's synchronous signals, because the
 * guest's traps arrive by them.  So the kernel is told just before execve(2), and asked at the
 * start, because a native program may have executed the runtime. */
#ifndef WALI_SIGNALS_EXEC_SIGNALS_H
#define WALI_SIGNALS_EXEC_SIGNALS_H

#include "wali/native/base/sigset.h"

#include <stdbool.h>

struct wali_thread;

#define SYNC_COUNT 4 /* signals in SYNC_SIGNALS */

/* The core's own actions while the kernel is told the guest's. */
struct exec_signals {
    struct kernel_sigaction saved[SYNC_COUNT];
};

/* Asks the kernel which are blocked and ignored, and blocks all until exec_signals_begin.  An
 * ignored one gets its default action in the kernel.  Called before the engine installs its handlers. */
void exec_signals_inherit(void) __attribute__((visibility("hidden")));
/* Sets the inherited mask as the guest's, and unblocks the signals in the kernel.  Called when all
 * handlers are installed. */
void exec_signals_begin(struct wali_thread *first) __attribute__((visibility("hidden")));

/* The synchronous signals that the guest ignores.  If there are any, all other threads must be
 * stopped from hand_on to take_back: a fault of theirs would kill the process. */
sigmask_t ignored_sync(void) __attribute__((visibility("hidden")));
/* Sets in the kernel what the guest has set: "ignored" for the whole process, blocked and pending
 * for this thread only, if `executes`: the thread itself calls execve(2). */
void exec_signals_hand_on(struct wali_thread *self, sigmask_t ignored, bool executes,
                          struct exec_signals *handed) __attribute__((visibility("hidden")));
/* Undoes hand_on after a failed execve(2).  Pending signals are held again. */
void exec_signals_take_back(sigmask_t ignored, const struct exec_signals *handed)
    __attribute__((visibility("hidden")));

#endif
