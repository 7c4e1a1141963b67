/* Delivery of signals to the guest: where a signal finds a thread, and how its handler runs.
 * docs/SIGNALS.md draws the path of one.
 *
 * In compiled code a handler runs on top of the interrupted code.  In host code the signal is kept,
 * and the entry that the thread is in delivers the signal before it returns to the guest.  All
 * signals are blocked from the arrival of one until its handler is about to run, so a thread keeps
 * one at most.
 *
 * The kernel can never block synchronous signals (sigset.h): those that somebody sends are held
 * instead (held_signals.h). */
#ifndef WALI_DELIVERY_DELIVERY_H
#define WALI_DELIVERY_DELIVERY_H

#include "abi/_generated/guest_structs.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

struct wali_thread;

/* The host's handler for every signal that the guest handles. */
void signal_arrived(int signo, siginfo_t *info, void *context) __attribute__((visibility("hidden")));

/* Runs the handlers for what is pending, at the end of an entry with this result.  True if the
 * entry must do the call again.  *trap is set if the guest is to leave its frames.  May not return:
 * a handler may jump. */
bool signals_deliver(struct wali_thread *self, int64_t *result, wasm_trap_t **trap)
    __attribute__((visibility("hidden"), cold));

/* Runs the guest's handler for a fault of guest code.  False if the guest has none, or blocks the
 * signal.  Async-signal-safe. */
bool signal_fault(struct wali_thread *self, siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

/* Handles a synchronous signal that somebody sent, or a kick (thread_kick()).
 * Async-signal-safe. */
void sent_signal_arrived(int signo, siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

#endif
