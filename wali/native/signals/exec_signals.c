#define _GNU_SOURCE
#include "wali/native/signals/exec_signals.h"

#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/thread.h"

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
#define FAULTS 4

static sigmask_t inherited_mask;
static struct kernel_sigaction before[FAULTS];

static void set(int signo, const struct kernel_sigaction *action, struct kernel_sigaction *old)
{
    KERNEL(rt_sigaction, signo, action, old, SIGMASK_SIZE);
}

void exec_signals_inherit(void)
{
    static const struct kernel_sigaction by_default;
    KERNEL(rt_sigprocmask, SIG_BLOCK, NULL, &inherited_mask, SIGMASK_SIZE);
    for (int i = 0; i < FAULTS; i++) {
        struct kernel_sigaction now;
        set(faults[i], NULL, &now);
        if (now.handler == (uint64_t)(uintptr_t)SIG_IGN) {
            action_ignore(faults[i]);
            set(faults[i], &by_default, NULL);
        }
    }
}

void exec_signals_begin(struct wali_thread *first)
{
    static const sigmask_t all = SYNC_SIGNALS;
    blocked_sync_set(first, inherited_mask);
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &all, NULL, SIGMASK_SIZE); /* what is pending comes, and is held */
}

sigmask_t ignored_sync(void)
{
    sigmask_t ignored = 0;
    for (int i = 0; i < FAULTS; i++) {
        ignored |= action_is_ignored(faults[i]) ? SIGMASK_OF(faults[i]) : 0;
    }
    return ignored;
}

/* What was sent to the process now goes to this thread, which is the one that the
 * next program begins with.  What a guest has made up of a fault (handed_on) would
 * look like one there. */
static void send_again(struct wali_thread *self, sigmask_t blocked)
{
    siginfo_t info;
    int signo;
    while ((signo = held_signal_take(self, blocked, &info)) != 0) {
        if (info.si_code <= 0) {
            requeue_to_thread(&info);
        }
    }
}

void exec_signals_hand_on(struct wali_thread *self, sigmask_t ignored, bool executes)
{
    static const struct kernel_sigaction ignore = {.handler = (uint64_t)(uintptr_t)SIG_IGN};
    const sigmask_t blocked = self->signals.blocked_sync;
    if (blocked != 0 && executes) {
        KERNEL(rt_sigprocmask, SIG_BLOCK, &blocked, NULL, SIGMASK_SIZE);
        send_again(self, blocked);
    }
    for (int i = 0; ignored != 0 && i < FAULTS; i++) {
        if ((ignored & SIGMASK_OF(faults[i])) != 0) {
            set(faults[i], &ignore, &before[i]);
        }
    }
}

void exec_signals_take_back(sigmask_t ignored)
{
    static const sigmask_t all = SYNC_SIGNALS;
    for (int i = 0; ignored != 0 && i < FAULTS; i++) {
        if ((ignored & SIGMASK_OF(faults[i])) != 0) {
            set(faults[i], &before[i], NULL);
        }
    }
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &all, NULL, SIGMASK_SIZE);
}
