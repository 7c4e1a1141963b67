/* Signals of SYNC_SIGNALS that somebody sent, and that wait until the guest lets
 * them in.  The kernel cannot keep them, because these are never blocked there. */
#ifndef WALI_SIGNALS_HELD_SIGNALS_H
#define WALI_SIGNALS_HELD_SIGNALS_H

#include "wali/native/base/sigset.h"

#include <signal.h>

struct wali_thread;

/* One that came to the calling thread, which may be none of the guest's any more
 * (NULL).  What was for the process is there for every thread. */
void held_signal_add(struct wali_thread *self, int signo, const siginfo_t *info)
    __attribute__((visibility("hidden")));

/* Takes one of these.  Its number, or 0. */
int held_signal_take(struct wali_thread *self, sigmask_t which, siginfo_t *info)
    __attribute__((visibility("hidden")));

/* Which there are for this thread (sigpending(2)). */
sigmask_t held_signals(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Which of SYNC_SIGNALS the guest blocks from now on. */
void blocked_sync_set(struct wali_thread *self, sigmask_t mask) __attribute__((visibility("hidden")));

/* What is held for the process goes to a thread that lets it in, if there is one
 * besides this. */
void held_signals_offer(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* In a forked child: pending signals are not inherited (fork(2)). */
void held_signals_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
