#define _GNU_SOURCE
#include "wali/native/delivery/delivery.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"
#include "wali/native/delivery/handler_frame.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/forced_trap.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/jumps/setjmp.h"
#include "wali/native/seccomp/verdict.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/cancel_word.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/signals/retry_timer.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* Called before the thread runs guest code.  From here on no entry will look at wali_pending: what
 * is pending waits for the next entry, or for the retry timer. */
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

/* True if the signal may be handled where it came.  A cancellation signal may come after libc's
 * look at the cancel word and before the call: the call's entry must handle the signal. */
static bool is_for_code(const struct wali_thread *self, int signo, const ucontext_t *context)
{
    return in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) &&
           !(signo == CANCEL_SIGNAL && cancel_word_has(self, CANCEL_ARMED));
}

/* No handler may run on top of frames that the guest is leaving. */
static bool may_handle_here(const struct wali_thread *self, int signo, const ucontext_t *context)
{
    return !is_leaving(self) && is_for_code(self, signo, context);
}

/* Computes the masks of sigaction(2).  `before` is the mask that the handler finds. */
static void set_mask_during(struct signal_record *record, sigmask_t before)
{
    const bool defer = (record->action.flags & GUEST_SA_NODEFER) == 0;
    record->action.mask |= defer ? SIGMASK_OF(record->info.si_signo) : 0;
    record->during = before | (record->action.mask & ~SYNC_SIGNALS);
}

/* A signal without a guest handler arrives only if the core has claimed the signal. */
static void act_by_default(int signo, uint32_t handler, const siginfo_t *info)
{
    if (handler == GUEST_SIG_IGN) {
        return;
    }
    WATCH(signal, info);
    if (action_is_watched(signo)) {
        die_watched(signo);
    } else {
        die_of_signal(signo);
    }
}

/* The siginfo of a fault that the guest has handed on has a guest address, where a record has the
 * host's. */
static void address_to_host(siginfo_t *info)
{
    if (info->si_code > 0) {
        info->si_addr = wali_base + (uint32_t)(uintptr_t)info->si_addr;
    }
}

/* Takes the next record: the one that is kept, or one made of a held signal.  `found` is the mask
 * that a held signal finds, NULL for the thread's.  False if there is none. */
static bool take(struct wali_thread *self, struct signal_record *record, const sigmask_t *found)
{
    while ((wali_pending & RECORD_PENDING) == 0) {
        if ((wali_pending & HELD_PENDING) == 0) {
            return false;
        }
        const sigmask_t now = signal_mask_set(ALL_SIGNALS);
        const sigmask_t mask = found != NULL ? *found : now;
        if ((wali_pending & RECORD_PENDING) != 0) {
            break; /* a record was kept just now; its masks are set */
        }
        pending_remove(HELD_PENDING);
        const int signo = held_signal_take(self, ~self->signals.blocked_sync, &record->info);
        if (signo != 0) {
            address_to_host(&record->info);
            blocked_sync_set(self, self->signals.blocked_sync); /* more may be held */
        }
        if (signo != 0 && action_take(signo, &record->action)) {
            record->after = mask;
            set_mask_during(record, mask);
            return true;
        }
        signal_mask_set(now);
        if (signo != 0) {
            act_by_default(signo, record->action.handler, &record->info);
        }
    }
    *record = self->signals.record;
    pending_remove(RECORD_PENDING);
    return true;
}

static bool run_pending(struct wali_thread *self);

/* Runs the record's handler.  First runs the handlers of signals that its mask lets in: the kernel
 * would put their frames on top of this one.  True if the guest leaves its frames.  Else nothing is
 * pending and all signals are blocked: the caller sets the mask to go on with. */
static bool run_handler(struct wali_thread *self, struct signal_record *record)
{
    signal_mask_set(record->during);
    if (run_pending(self)) {
        return true;
    }
    WATCH(signal, &record->info);
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

/* Runs the handlers for all that is pending.  True if the guest leaves its frames. */
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
    void *const watched = watch != NULL ? watch->call_pauses(result) : NULL;
    const bool left = deliver_all(self);
    if (left && self->jumps.target != NULL && jump_is_here(self)) {
        no_entry(self);
        jump_out_of_entry(self);
    }
    if (self->signals.has_sync_after) { /* no handler has consumed it */
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
    WATCH(call_goes_on, watched, *result == -RESTART);
    return *result == -RESTART;
}

/* Leaves the compiled code that a host handler interrupted, after a guest handler that did not
 * return: jumps, or makes the code trap. */
static void leave_code(struct wali_thread *self, ucontext_t *context)
{
    if (self->jumps.target != NULL && jump_is_here(self)) {
        no_entry(self);
        jump_out_of_code(self, context);
    }
    self->signals.entry_will_deliver = 0;
    KERNEL(rt_sigprocmask, SIG_BLOCK, NULL, interrupted_mask(context), SIGMASK_SIZE);
    if (!in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP])) { /* a call of the code's */
        context->uc_mcontext.gregs[REG_RBP] = (greg_t)frames_innermost();
    }
    force_trap(context);
}

/* Runs the handler on top of the compiled code that the signal interrupted.  Called with all
 * signals blocked. */
static void deliver_in_code(struct wali_thread *self, struct signal_record *record, ucontext_t *context)
{
    const struct last_exit exit = last_exit_suppress(self->engine.vm_store);
    const uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    self->interrupted = in_guest_code(pc)
                            ? (struct code_place){(uintptr_t)context->uc_mcontext.gregs[REG_RBP], pc}
                            : (struct code_place){exit.frame, 0}; /* a call of the code's */
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

/* Sees to a later delivery of what is pending.  A call that has not entered the kernel is turned
 * back, so that its entry delivers.  Outside of entries the retry timer delivers. */
static void deliver_later(struct wali_thread *self, ucontext_t *context)
{
    greg_t *pc = &context->uc_mcontext.gregs[REG_RIP];
    if (in_window((uintptr_t)*pc)) {
        *pc = (greg_t)(uintptr_t)wali_wait_end;
    } else if (self->signals.entry_will_deliver == 0) {
        retry_timer_arm(self);
        if ((wali_pending & RECORD_PENDING) != 0) { /* this mask is ALL_SIGNALS, not the guest's */
            *interrupted_mask(context) &= ~SIGMASK_OF(self->signals.timer_signal);
        }
    }
}

/* Keeps the signal for the entry that the thread is in, or for the retry timer. */
static void keep(struct wali_thread *self, const struct signal_record *record, ucontext_t *context)
{
    self->signals.record = *record;
    pending_add(RECORD_PENDING);
    *interrupted_mask(context) = ALL_SIGNALS;
    deliver_later(self, context);
}

/* Requeues a signal that cannot be handled here.  Either the thread has no guest yet: libc does not
 * block all signals in a thread that it starts.  Or somebody else has sent the timer's signal,
 * while a record waits for the timer.  The signal is queued behind the others, the timer's own
 * included. */
static void requeue(const struct wali_thread *self, const siginfo_t *info, ucontext_t *context)
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

/* The retry timer: what is pending has found no entry so far. */
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
        deliver_later(self, context);
    }
}

/* The mask that a signal found.  Calls with a mask of their own (sigsuspend(2)) are special: the
 * kernel restores the guest's mask before it builds the signal's frame. */
static sigmask_t mask_found(const struct wali_thread *self, ucontext_t *context)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    const bool waited = (uintptr_t)registers[REG_RIP] == (uintptr_t)wali_wait_return &&
                        registers[REG_RAX] == -EINTR && self->signals.wait_mask != NULL;
    return waited ? *self->signals.wait_mask : *interrupted_mask(context);
}

/* Runs with all signals blocked (BLOCKED_ON_ARRIVAL in actions.c). */
void signal_arrived(int signo, siginfo_t *info, void *interrupted)
{
    const int saved_errno = errno;
    struct wali_thread *self = wali_self;
    ucontext_t *context = interrupted;
    struct signal_record record = {.info = *info, .after = *interrupted_mask(context)};
    if (self != NULL && info->si_code == SI_TIMER && info->si_value.sival_ptr == RETRY_VALUE) {
        timer_fired(self, context);
    } else if (self == NULL || (wali_pending & RECORD_PENDING) != 0) {
        requeue(self, info, context);
    } else if (!action_take(signo, &record.action)) {
        act_by_default(signo, record.action.handler, info);
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

/* True if the thread has been made, but has not set wali_self yet (process/spawn.c). */
static bool is_for_starting_thread(const struct wali_thread *self, const siginfo_t *info)
{
    return self == NULL && info->si_code == SI_TKILL && !thread_list_has((int32_t)KERNEL(gettid));
}

/* Runs with all signals blocked (faults.c).  The signal is held first in any case: so it waits if
 * the guest blocks it, or while a record waits. */
void sent_signal_arrived(int signo, siginfo_t *info, ucontext_t *context)
{
    const int saved_errno = errno;
    struct wali_thread *self = wali_self;
    struct signal_record record;
    const bool is_kick = thread_is_kick(self, info);
    if (is_for_starting_thread(self, info)) {
        const sigmask_t until_mask_is_set = SIGMASK_OF(signo);
        KERNEL(rt_sigprocmask, SIG_BLOCK, &until_mask_is_set, NULL, SIGMASK_SIZE);
        requeue(self, info, context);
        *interrupted_mask(context) |= until_mask_is_set;
        errno = saved_errno;
        return;
    }
    if (!is_kick) {
        held_signal_add(self, signo, info);
    }
    if (self != NULL) {
        stop_threads_obey(self);
        blocked_sync_set(self, self->signals.blocked_sync);
        self->signals.woken_in_vain = is_kick && (held_signals(self) & ~self->signals.blocked_sync) == 0;
    }
    held_signals_offer(self);
    if (self != NULL && wali_pending == HELD_PENDING && may_handle_here(self, signo, context) &&
        take(self, &record, interrupted_mask(context))) {
        deliver_in_code(self, &record, context);
    }
    if (self != NULL && wali_pending != 0) {
        deliver_later(self, context);
    }
    errno = saved_errno;
}

/* Runs with all signals blocked (faults.c).  A kept signal that waits for the timer came before the
 * fault.  Its masks are changed as if it had come during the fault's handler: the guest cannot tell
 * the order. */
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
