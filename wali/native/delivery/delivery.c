#define _GNU_SOURCE
#include "wali/native/delivery/delivery.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/delivery/handler_frame.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/forced_trap.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/jumps/setjmp.h"
#include "wali/native/seccomp/verdict.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/cancel_word.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/signals/mask.h"
#include "wali/native/signals/retry_timer.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* From here on no entry will look for what is pending: it waits for the next one,
 * or for the timer. */
static void no_entry(struct wali_thread *self)
{
    self->signals.entry_will_deliver = 0;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (wali_pending != 0) {
        retry_timer_wait(self);
    } else {
        retry_timer_stop(self);
    }
}

/* Whether the signal may be handled right where it came.  A cancellation between
 * libc's look and the call that it brackets is for the call's entry to find. */
static bool is_for_code(const struct wali_thread *self, int signo, const ucontext_t *context)
{
    return in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) &&
           !(signo == CANCEL_SIGNAL && cancel_word_has(self, CANCEL_ARMED));
}

/* While the thread leaves frames, what looks like the guest's code is on its way out. */
static bool may_handle_here(const struct wali_thread *self, int signo, const ucontext_t *context)
{
    return !is_leaving(self) && is_for_code(self, signo, context);
}

/* What sigaction(2) promises for the time of the handler; `before` is the mask
 * that it finds. */
static void set_mask_during(struct signal_record *record, sigmask_t before)
{
    const bool defer = (record->action.flags & GUEST_SA_NODEFER) == 0;
    record->action.mask |= defer ? SIGMASK_OF(record->info.si_signo) : 0;
    record->during = before | (record->action.mask & ~SYNC_SIGNALS);
}

/* A signal without a handler reaches us only where the core claims it. */
static void act_by_default(int signo, uint32_t handler)
{
    if (handler != GUEST_SIG_IGN) {
        die_of_signal(signo);
    }
}

/* The next record: the one that is kept, or one made of a held signal, which finds
 * this mask, or the thread's.  False if there is none. */
static bool take(struct wali_thread *self, struct signal_record *record, const sigmask_t *found)
{
    while ((wali_pending & RECORD_PENDING) == 0) {
        if ((wali_pending & HELD_PENDING) == 0) {
            return false;
        }
        const sigmask_t now = signal_mask_set(ALL_SIGNALS);
        const sigmask_t mask = found != NULL ? *found : now;
        if ((wali_pending & RECORD_PENDING) != 0) {
            break; /* it came just now, and knows the mask */
        }
        pending_remove(HELD_PENDING);
        const int signo = held_signal_take(self, ~self->signals.blocked_sync, &record->info);
        if (signo != 0) {
            blocked_sync_set(self, self->signals.blocked_sync); /* there may be more */
        }
        if (signo != 0 && action_take(signo, &record->action)) {
            record->after = mask;
            set_mask_during(record, mask);
            return true;
        }
        signal_mask_set(now);
        if (signo != 0) {
            act_by_default(signo, record->action.handler);
        }
    }
    *record = self->signals.record;
    pending_remove(RECORD_PENDING);
    return true;
}

static bool run_pending(struct wali_thread *self);

/* Runs the record's handler, and before it those of what its mask lets in: the
 * kernel would have put them on top.  True if the guest's frames are to be left;
 * else it ends with nothing pending and, since the mask to go on with is the
 * caller's to set, with all signals blocked. */
static bool run_handler(struct wali_thread *self, struct signal_record *record)
{
    signal_mask_set(record->during);
    if (run_pending(self)) {
        return true;
    }
    no_entry(self);
    const uint32_t word = cancel_word_get(self);
    const bool left = handler_call(self, record);
    self->signals.entry_will_deliver = 1;
    if (left) {
        return true;
    }
    cancel_word_restore(self, word);
    do {
        if (run_pending(self)) {
            return true;
        }
        signal_mask_set(ALL_SIGNALS);
    } while (wali_pending != 0);
    return false;
}

static bool run_pending(struct wali_thread *self)
{
    struct signal_record record;
    while (take(self, &record, NULL)) {
        if (run_handler(self, &record)) {
            return true;
        }
        signal_mask_set(record.after);
    }
    return false;
}

/* Runs what is pending.  True if the guest's frames are to be left. */
static bool deliver_all(struct wali_thread *self)
{
    for (;;) {
        self->signals.entry_will_deliver = 1;
        if (run_pending(self)) {
            return true;
        }
        self->signals.entry_will_deliver = 0;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        if (wali_pending == 0) {
            retry_timer_stop(self);
            return false;
        }
    }
}

bool signals_deliver(struct wali_thread *self, int64_t *result, wasm_trap_t **trap)
{
    const bool left = deliver_all(self);
    if (left && self->jumps.target != NULL && jump_is_here(self)) {
        no_entry(self);
        jump_out_of_entry(self);
    }
    if (self->signals.has_sync_after) { /* no handler has taken it */
        self->signals.has_sync_after = false;
        blocked_sync_set(self, self->signals.sync_after);
    }
    self->signals.entry_will_deliver = 0;
    if (left || self->leaving) {
        *trap = leave_trap();
        return false;
    }
    if (*result == -RESTART &&
        (cancel_word_has(self, CANCEL_ARMED | CANCEL_HIT) || !seccomp_is_judged(self))) {
        *result = -EINTR;
    }
    return *result == -RESTART;
}

/* Goes on, from a handler of the host's that interrupted compiled code, where the
 * guest's handler jumped to. */
static void leave_code(struct wali_thread *self, ucontext_t *context)
{
    if (self->jumps.target != NULL && jump_is_here(self)) {
        no_entry(self);
        jump_out_of_code(self, context);
    }
    self->signals.entry_will_deliver = 0;
    KERNEL(rt_sigprocmask, SIG_BLOCK, NULL, interrupted_mask(context), SIGMASK_SIZE);
    force_trap(context);
}

/* Runs the handler on top of the compiled code that the signal interrupted; all
 * signals are blocked. */
static void deliver_in_code(struct wali_thread *self, struct signal_record *record, ucontext_t *context)
{
    const struct last_exit exit = last_exit_suppress(self->engine.vm_store);
    self->signals.entry_will_deliver = 1;
    if (run_handler(self, record)) {
        leave_code(self, context);
        return;
    }
    last_exit_restore(self->engine.vm_store, &exit);
    *interrupted_mask(context) = record->after;
    no_entry(self);
}

static bool in_window(uintptr_t pc)
{
    return pc >= (uintptr_t)wali_wait_start && pc <= (uintptr_t)wali_wait_enter;
}

/* Turns back a call that has not begun.  What is pending is found by then. */
static void find_later(struct wali_thread *self, ucontext_t *context)
{
    greg_t *pc = &context->uc_mcontext.gregs[REG_RIP];
    if (in_window((uintptr_t)*pc)) {
        *pc = (greg_t)(uintptr_t)wali_wait_end;
    } else if (self->signals.entry_will_deliver == 0) {
        retry_timer_arm(self);
        if ((wali_pending & RECORD_PENDING) != 0) { /* the mask is ours, else the guest's */
            *interrupted_mask(context) &= ~SIGMASK_OF(self->signals.timer_signal);
        }
    }
}

/* Keeps the signal for whoever finds it: the entry that the thread is in, or the
 * timer. */
static void keep(struct wali_thread *self, const struct signal_record *record, ucontext_t *context)
{
    self->signals.record = *record;
    pending_add(RECORD_PENDING);
    *interrupted_mask(context) = ALL_SIGNALS;
    find_later(self, context);
}

/* For a thread that has no guest yet, as libc does not keep all signals from those
 * that it starts; and for the timer's signal sent by somebody else, while another
 * waits for the timer.  It goes behind what is queued already, the timer's own too. */
static void send_again(const struct wali_thread *self, const siginfo_t *info, ucontext_t *context)
{
    if (self == NULL) {
        *interrupted_mask(context) = ALL_SIGNALS;
    }
    if (info->si_code == SI_TKILL) {
        requeue_to_thread(info);
    } else {
        requeue_to_process(info);
    }
}

/* The timer: what is pending found no entry so far. */
static void timer_fired(struct wali_thread *self, ucontext_t *context)
{
    struct signal_record record;
    self->signals.timer_runs = false;
    const int signo = (wali_pending & RECORD_PENDING) != 0 ? self->signals.record.info.si_signo : 0;
    if (wali_pending != 0 && may_handle_here(self, signo, context) &&
        take(self, &record, interrupted_mask(context))) {
        deliver_in_code(self, &record, context);
    }
    if (wali_pending != 0) {
        find_later(self, context);
    }
}

/* The mask that a signal found.  A call with one of its own has put the guest's
 * back by the time that the kernel has built the frame (sigsuspend(2)). */
static sigmask_t mask_found(const struct wali_thread *self, ucontext_t *context)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    const bool waited = (uintptr_t)registers[REG_RIP] == (uintptr_t)wali_wait_return &&
                        registers[REG_RAX] == -EINTR && self->signals.wait_mask != NULL;
    return waited ? *self->signals.wait_mask : *interrupted_mask(context);
}

/* All signals are blocked meanwhile (actions.c). */
void signal_arrived(int signo, siginfo_t *info, void *interrupted)
{
    const int saved_errno = errno;
    struct wali_thread *self = wali_self;
    ucontext_t *context = interrupted;
    struct signal_record record = {.info = *info, .after = *interrupted_mask(context)};
    if (self != NULL && info->si_code == SI_TIMER && info->si_value.sival_ptr == self) {
        timer_fired(self, context);
    } else if (self == NULL || (wali_pending & RECORD_PENDING) != 0) {
        send_again(self, info, context);
    } else if (!action_take(signo, &record.action)) {
        act_by_default(signo, record.action.handler);
    } else {
        set_mask_during(&record, mask_found(self, context));
        if (may_handle_here(self, signo, context)) {
            deliver_in_code(self, &record, context);
        } else {
            keep(self, &record, context);
        }
    }
    errno = saved_errno;
}

/* The thread has been made, but does not know itself yet (threads.c). */
static bool is_for_coming_guest(const struct wali_thread *self, const siginfo_t *info)
{
    return self == NULL && info->si_code == SI_TKILL && !thread_list_has((int32_t)KERNEL(gettid));
}

/* With all others blocked (faults.c).  Held in any case, which is what makes it wait
 * if the guest blocks it, or if another is about to be handled. */
void sent_signal_arrived(int signo, siginfo_t *info, ucontext_t *context)
{
    const int saved_errno = errno;
    struct wali_thread *self = wali_self;
    struct signal_record record;
    const bool is_kick = thread_is_kick(self, info);
    if (is_for_coming_guest(self, info)) {
        const sigmask_t until_mask_is_set = SIGMASK_OF(signo);
        KERNEL(rt_sigprocmask, SIG_BLOCK, &until_mask_is_set, NULL, SIGMASK_SIZE);
        send_again(self, info, context);
        *interrupted_mask(context) |= until_mask_is_set;
        errno = saved_errno;
        return;
    }
    if (!is_kick) {
        held_signal_add(self, signo, info);
    }
    if (self != NULL) {
        stop_threads_join(self);
        blocked_sync_set(self, self->signals.blocked_sync);
        self->signals.woken_in_vain = is_kick && (held_signals(self) & ~self->signals.blocked_sync) == 0;
    }
    held_signals_offer(self);
    if (self != NULL && wali_pending == HELD_PENDING && may_handle_here(self, signo, context) &&
        take(self, &record, interrupted_mask(context))) {
        deliver_in_code(self, &record, context);
    }
    if (self != NULL && wali_pending != 0) {
        find_later(self, context);
    }
    errno = saved_errno;
}

/* With all others blocked (faults.c).  A kept signal that waits for the timer has
 * come before, but goes on top: nobody can tell. */
bool signal_fault(struct wali_thread *self, siginfo_t *info, ucontext_t *context)
{
    const int signo = info->si_signo;
    struct signal_record *const kept = &self->signals.record;
    struct signal_record record = {.info = *info, .after = *interrupted_mask(context)};
    if ((self->signals.blocked_sync & SIGMASK_OF(signo)) != 0 || !action_take(signo, &record.action)) {
        return false;
    }
    const bool keeps = (wali_pending & RECORD_PENDING) != 0;
    record.after = keeps ? kept->after : record.after;
    set_mask_during(&record, record.after);
    if (keeps) {
        kept->after = record.during;
        kept->during |= record.during;
    }
    deliver_in_code(self, &record, context);
    return true;
}
