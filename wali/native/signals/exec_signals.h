/* What execve(2) hands on of signals that mean a fault: that they are ignored,
 * blocked, or pending.  While a guest runs the kernel knows nothing of it, because
 * the guest's traps come by these; so it is told just before, and asked at the
 * start, where a native program may have executed us. */
#ifndef WALI_SIGNALS_EXEC_SIGNALS_H
#define WALI_SIGNALS_EXEC_SIGNALS_H

#include "wali/native/base/sigset.h"

#include <stdbool.h>

struct wali_thread;

/* Before the engine sets its handlers. */
void exec_signals_inherit(void) __attribute__((visibility("hidden")));
/* When all handlers stand. */
void exec_signals_begin(struct wali_thread *first) __attribute__((visibility("hidden")));

/* Those of SYNC_SIGNALS that the guest ignores.  If there are any, no other thread
 * may run from hand_on to take_back: a fault of its own would kill the process. */
sigmask_t ignored_sync(void) __attribute__((visibility("hidden")));
/* That they are ignored is the process's; the rest is this thread's, if it is the one
 * that executes. */
void exec_signals_hand_on(struct wali_thread *self, sigmask_t ignored, bool executes)
    __attribute__((visibility("hidden")));
/* If it failed. */
void exec_signals_take_back(sigmask_t ignored) __attribute__((visibility("hidden")));

#endif
