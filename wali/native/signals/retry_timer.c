#define _GNU_SOURCE
#include "wali/native/signals/retry_timer.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <time.h>

/* A thread is seldom in the engine's own code for longer. */
#define RETRY_NANOSECONDS 20000

void retry_timer_arm(struct wali_thread *self)
{
    const struct itimerspec soon = {.it_value.tv_nsec = RETRY_NANOSECONDS};
    struct wali_signals *signals = &self->signals;
    const int signo = action_private();
    if (signals->has_timer && signals->timer_signal != signo) {
        signals->has_timer = false;
        KERNEL(timer_delete, signals->timer);
    }
    if (!signals->has_timer) {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signo};
        event.sigev_value.sival_ptr = self;
        event._sigev_un._tid = (pid_t)KERNEL(gettid);
        signals->timer_signal = signo;
        if (KERNEL(timer_create, CLOCK_MONOTONIC, &event, &signals->timer) < 0) {
            return; /* the next entry delivers the signal */
        }
        signals->has_timer = true;
    }
    signals->timer_runs = true;
    KERNEL(timer_settime, signals->timer, 0, &soon, NULL);
}

void retry_timer_wait(struct wali_thread *self)
{
    retry_timer_arm(self);
    const sigmask_t timer = SIGMASK_OF(self->signals.timer_signal);
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &timer, NULL, SIGMASK_SIZE);
}

void retry_timer_stop(struct wali_thread *self)
{
    static const struct itimerspec never;
    if (self->signals.timer_runs) {
        self->signals.timer_runs = false;
        KERNEL(timer_settime, self->signals.timer, 0, &never, NULL);
    }
    if (wali_pending != 0) { /* a signal came meanwhile */
        retry_timer_arm(self);
    }
}

FORK_TEXT void retry_timer_fork_child(struct wali_thread *self)
{
    self->signals.has_timer = self->signals.timer_runs = false;
}

void retry_timer_delete(struct wali_thread *self)
{
    if (self->signals.has_timer) {
        KERNEL(timer_delete, self->signals.timer);
    }
}
