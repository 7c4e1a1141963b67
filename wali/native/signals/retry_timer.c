#define _GNU_SOURCE
#include "wali/native/signals/retry_timer.h"

#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <signal.h>
#include <time.h>

/* A thread is seldom in the engine's own code for longer. */
#define RETRY_NANOSECONDS 20000

/* Replaces the thread's timer by one with this signal.  Blocks every signal, for the handler of a
 * synchronous one that was sent arms the timer, too. */
static void timer_new(struct wali_signals *signals, int signo)
{
    static const sigmask_t every = ~UINT64_C(0);
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signo};
    event.sigev_value.sival_ptr = RETRY_VALUE;
    event._sigev_un._tid = (pid_t)KERNEL(gettid);
    sigmask_t mask;
    KERNEL(rt_sigprocmask, SIG_SETMASK, &every, &mask, SIGMASK_SIZE);
    if (signals->has_timer) {
        KERNEL(timer_delete, signals->timer);
    }
    signals->timer_signal = signo;
    signals->has_timer = KERNEL(timer_create, CLOCK_MONOTONIC, &event, &signals->timer) == 0;
    KERNEL(rt_sigprocmask, SIG_SETMASK, &mask, NULL, SIGMASK_SIZE);
}

void retry_timer_arm(struct wali_thread *self)
{
    const struct itimerspec soon = {.it_value.tv_nsec = RETRY_NANOSECONDS};
    struct wali_signals *signals = &self->signals;
    const int signo = action_private();
    if (!signals->has_timer || signals->timer_signal != signo) {
        timer_new(signals, signo);
    }
    if (signals->has_timer) { /* else the next entry delivers the signal */
        signals->timer_runs = true;
        KERNEL(timer_settime, signals->timer, 0, &soon, NULL);
    }
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

static bool has(const struct wali_thread *thread, int id)
{
    return thread->signals.has_timer && thread->signals.timer == id;
}

bool retry_timer_is(int id)
{
    if (thread_borrows(wali_self)) { /* its parent's timers are another process's */
        return has(wali_self, id);
    }
    for (struct wali_thread *thread = thread_list(); thread != NULL; thread = thread->next) {
        if (thread->tid != 0 && has(thread, id)) {
            return true;
        }
    }
    return false;
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
