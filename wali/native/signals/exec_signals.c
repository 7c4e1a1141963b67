#define _GNU_SOURCE
#include "wali/native/signals/exec_signals.h"

#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/thread.h"

static const int sync_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
_Static_assert(sizeof sync_signals / sizeof sync_signals[0] == SYNC_COUNT, "one action each");

static sigmask_t inherited_mask;

static void exchange_action(int signo, const struct kernel_sigaction *action, struct kernel_sigaction *old)
{
    KERNEL(rt_sigaction, signo, action, old, SIGMASK_SIZE);
}

void exec_signals_inherit(void)
{
    static const struct kernel_sigaction by_default;
    static const sigmask_t all = SYNC_SIGNALS;
    KERNEL(rt_sigprocmask, SIG_BLOCK, &all, &inherited_mask, SIGMASK_SIZE);
    for (int i = 0; i < SYNC_COUNT; i++) {
        struct kernel_sigaction now;
        exchange_action(sync_signals[i], NULL, &now);
        if (now.handler == (uint64_t)(uintptr_t)SIG_IGN) {
            action_ignore(sync_signals[i]);
            exchange_action(sync_signals[i], &by_default, NULL);
        }
    }
}

void exec_signals_begin(struct wali_thread *first)
{
    static const sigmask_t all = SYNC_SIGNALS;
    blocked_sync_set(first, inherited_mask);
    actions_claim_private(); /* before a handler may need it */
    /* Pending ones arrive now, and are held. */
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &all, NULL, SIGMASK_SIZE);
}

sigmask_t ignored_sync(void)
{
    sigmask_t ignored = 0;
    for (int i = 0; i < SYNC_COUNT; i++) {
        ignored |= action_is_ignored(sync_signals[i]) ? SIGMASK_OF(sync_signals[i]) : 0;
    }
    return ignored;
}

/* Requeues the held signals to this thread, those for the process too: the next program begins with
 * this thread alone.  Drops a signal whose siginfo the guest made up as that of a fault (si_code
 * > 0): the next program would take the signal for a fault of its own. */
static void requeue_held(struct wali_thread *self, sigmask_t blocked)
{
    siginfo_t info;
    int signo;
    while ((signo = held_signal_take(self, blocked, &info)) != 0) {
        if (info.si_code <= 0) {
            requeue_to_thread(&info);
        }
    }
}

void exec_signals_hand_on(struct wali_thread *self, sigmask_t ignored, bool executes,
                          struct exec_signals *handed)
{
    static const struct kernel_sigaction ignore = {.handler = (uint64_t)(uintptr_t)SIG_IGN};
    const sigmask_t blocked = self->signals.blocked_sync;
    if (blocked != 0 && executes) {
        KERNEL(rt_sigprocmask, SIG_BLOCK, &blocked, NULL, SIGMASK_SIZE);
        requeue_held(self, blocked);
    }
    for (int i = 0; ignored != 0 && i < SYNC_COUNT; i++) {
        if ((ignored & SIGMASK_OF(sync_signals[i])) != 0) {
            exchange_action(sync_signals[i], &ignore, &handed->saved[i]);
        }
    }
}

void exec_signals_take_back(sigmask_t ignored, const struct exec_signals *handed)
{
    static const sigmask_t all = SYNC_SIGNALS;
    for (int i = 0; ignored != 0 && i < SYNC_COUNT; i++) {
        if ((ignored & SIGMASK_OF(sync_signals[i])) != 0) {
            exchange_action(sync_signals[i], &handed->saved[i], NULL);
        }
    }
    KERNEL(rt_sigprocmask, SIG_UNBLOCK, &all, NULL, SIGMASK_SIZE);
}
