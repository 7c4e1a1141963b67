/* Held signals: synchronous signals that somebody sent, and that the guest blocks.  The runtime
 * holds them, because the kernel, where they are never blocked, cannot.  All functions here are
 * async-signal-safe. */
#ifndef WALI_SIGNALS_HELD_SIGNALS_H
#define WALI_SIGNALS_HELD_SIGNALS_H

#include "wali/native/base/sigset.h"

#include <signal.h>

struct wali_thread;

/* Holds a signal that came to the calling thread.  A signal for the process is held for all
 * threads.  `self` is NULL in a thread without a guest, where one for the thread is dropped. */
void held_signal_add(struct wali_thread *self, int signo, const siginfo_t *info)
    __attribute__((visibility("hidden")));

/* Takes one of the held signals in `which`.  Returns its number, or 0 if there is none. */
int held_signal_take(struct wali_thread *self, sigmask_t which, siginfo_t *info)
    __attribute__((visibility("hidden")));

/* The signals held for this thread, or for the process (sigpending(2)). */
sigmask_t held_signals(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Sets which synchronous signals the guest blocks in the calling thread; other bits of the mask are
 * ignored.  Adds HELD_PENDING if a held signal is then not blocked. */
void blocked_sync_set(struct wali_thread *self, sigmask_t mask) __attribute__((visibility("hidden")));

/* Kicks another thread for a signal that is held for the process and that this thread blocks.
 * `self` is NULL in a thread without a guest. */
void held_signals_offer(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Called in a forked child: pending signals are not inherited (fork(2)). */
void held_signals_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
