/* The timer that tries a pending signal again.
 *
 * A signal may meet a thread in the engine's own code, between compiled code and an entry: no
 * handler can run there, and no entry may come for long.  The timer's signal then finds the
 * thread a moment later, in compiled code or in an entry. */
#ifndef WALI_SIGNALS_RETRY_TIMER_H
#define WALI_SIGNALS_RETRY_TIMER_H

struct wali_thread;

void retry_timer_arm(struct wali_thread *self) __attribute__((visibility("hidden")));
/* The same, and lets the timer's signal in. */
void retry_timer_wait(struct wali_thread *self) __attribute__((visibility("hidden")));
/* Nothing is pending any more: the timer would only disturb a call. */
void retry_timer_stop(struct wali_thread *self) __attribute__((visibility("hidden")));

/* In a forked child; when the thread ends. */
void retry_timer_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));
void retry_timer_delete(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
