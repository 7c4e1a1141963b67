/* Signals for the guest: where they find a thread, and how its handlers run.
 * docs/SIGNALS.md draws the path of one.
 *
 * In compiled code a handler runs right there, on top of what it interrupted.
 * In host code the signal is kept, and the entry that the thread is in delivers
 * it before it returns to the guest.  All signals are blocked from the arrival of
 * one until its handler is about to run, so a thread keeps one at most.
 *
 * The kernel can never block SYNC_SIGNALS (sigset.h): those that another
 * process sends are held instead (held_signals.h). */
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

/* Runs the handlers of what is pending, at the end of an entry whose result is
 * that.  True if the call is to be done again; *trap is set if the guest is to
 * leave its frames. */
bool signals_deliver(struct wali_thread *self, int64_t *result, wasm_trap_t **trap)
    __attribute__((visibility("hidden"), cold));

/* Runs the guest's handler for a fault of guest code.  False if it has none. */
bool signal_fault(struct wali_thread *self, siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

/* A signal of SYNC_SIGNALS that somebody sent, be it to make the thread look at
 * what it has to do (thread_kick). */
void sent_signal_arrived(int signo, siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

#endif
