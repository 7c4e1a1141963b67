/* The timer that tries a pending signal again.  All functions here are for the calling thread, and
 * are async-signal-safe.
 *
 * A signal may interrupt the engine's own code, between compiled code and an entry: no handler can
 * run there, and the next entry may be far off.  The timer's signal finds the thread a moment
 * later, in compiled code or in an entry. */
#ifndef WALI_SIGNALS_RETRY_TIMER_H
#define WALI_SIGNALS_RETRY_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* The value of its signal.  The kernel shows it to whoever takes or reads the signal first, so it is no
 * address; and it has more than 32 bits, as no timer of the guest's. */
#define RETRY_VALUE ((void *)((uintptr_t)1 << 32))

/* Starts the timer: its signal comes 20 us later.  Without a timer, what is pending waits for the
 * next entry. */
void retry_timer_arm(struct wali_thread *self) __attribute__((visibility("hidden")));
/* The same, and unblocks the timer's signal. */
void retry_timer_wait(struct wali_thread *self) __attribute__((visibility("hidden")));
/* Stops the timer, which would only interrupt a call, once nothing is pending.  Arms it again if a
 * signal comes meanwhile. */
void retry_timer_stop(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Whether the timer with this id is one of any thread's. */
bool retry_timer_is(int id) __attribute__((visibility("hidden")));

/* Called in a forked child, which inherits no timer (timer_create(2)). */
void retry_timer_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));
/* Called when the thread ends. */
void retry_timer_delete(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
