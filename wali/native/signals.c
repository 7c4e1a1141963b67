#define _GNU_SOURCE
#include "signals.h"

#include "abi/guest.h"
#include "actions.h"
#include "exit_record.h"
#include "jump.h"
#include "kernel.h"
#include "process.h"
#include "signal_frame.h"
#include "thread.h"
#include "trap.h"

#include <errno.h>
#include <string.h>
#include <time.h>

__thread volatile uint32_t wali_pending;

/* A signal that meets the thread in the engine's own code, between compiled code
 * and an entry, is tried again this much later; it is seldom there for longer. */
#define RETRY_NANOSECONDS 20000
#define KICK 64 /* the signal of that timer, told from the guest's own by its value */

/* While a record waits, so that the kernel keeps what comes meanwhile. */
#define ALL_BUT_KICK (~(FAULT_SIGNALS | SIGMASK_OF(KICK)))

static void arm_timer(struct wali_thread *self)
{
    const struct itimerspec soon = {.it_value.tv_nsec = RETRY_NANOSECONDS};
    struct wali_signals *signals = &self->signals;
    if (!signals->has_timer) {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = KICK};
        event.sigev_value.sival_ptr = self;
        event._sigev_un._tid = (pid_t)KERNEL(gettid);
        action_claim(KICK);
        if (KERNEL(timer_create, CLOCK_MONOTONIC, &event, &signals->timer) < 0) {
            return; /* the next entry delivers it */
        }
        signals->has_timer = true;
    }
    KERNEL(timer_settime, signals->timer, 0, &soon, NULL);
}

/* Cancellation of threads, as docs/SDK.md has it: libc brackets a blocking call
 * by a word, and what it asks is that one whose word has both bits never waits. */
#define CANCEL_SIGNAL 33 /* musl's SIGCANCEL */
#define CANCEL_ARMED UINT32_C(1)
#define CANCEL_HIT UINT32_C(2)

static bool cancel_word_has(const struct wali_thread *self, uint32_t bits)
{
    uint32_t word = 0;
    const gaddr_t at = gaddr(self->signals.cancel_word);
    return at.v != 0 && copy_in(&word, at, sizeof word) && (word & bits) == bits;
}

/* Whether the signal may be handled right where it came.  A cancellation between
 * libc's look and the call that it brackets is for the call's entry to find. */
static bool is_for_code(const struct wali_thread *self, int signo, const ucontext_t *context)
{
    return in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) &&
           !(signo == CANCEL_SIGNAL && cancel_word_has(self, CANCEL_ARMED));
}

/* Takes the record out; what came after it moves up. */
static struct signal_record take(struct wali_thread *self, uint32_t index)
{
    struct signal_record *const records = self->signals.records;
    const struct signal_record record = records[index];
    memmove(&records[index], &records[index + 1], (wali_pending - index - 1) * sizeof record);
    wali_pending--;
    return record;
}

/* Runs the record's handler, and before it those of what its mask lets in: the
 * kernel would have put them on top.  True if the guest's frames are to be left. */
static bool deliver_one(struct wali_thread *self, uint32_t index)
{
    struct signal_record record = take(self, index);
    const uint32_t others = wali_pending;
    signal_mask_set(record.during);
    while (wali_pending > others) {
        if (deliver_one(self, others)) {
            return true;
        }
    }
    if (signal_call(self, &record)) {
        return true;
    }
    signal_mask_set(record.after);
    return false;
}

/* After a handler jumped away: what else is pending waits for the next entry, or
 * for the timer if there is none. */
static void left_by_jump(struct wali_thread *self)
{
    self->signals.in_entry = 0;
    if (wali_pending != 0) {
        arm_timer(self);
    }
}

/* Runs what is pending.  True if the guest's frames are to be left. */
static bool deliver_all(struct wali_thread *self)
{
    for (;;) {
        self->signals.in_entry = 1;
        while (wali_pending != 0) {
            if (deliver_one(self, 0)) {
                return true;
            }
        }
        self->signals.in_entry = 0;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        if (wali_pending == 0) {
            return false;
        }
    }
}

bool signals_deliver(struct wali_thread *self, int64_t *result, wasm_trap_t **trap)
{
    const bool left = deliver_all(self);
    if (left && self->jump_target != NULL && jump_is_here(self)) {
        left_by_jump(self);
        jump_out_of_entry(self);
    }
    self->signals.in_entry = 0;
    if (left || self->leaving) {
        *trap = leave_trap();
        return false;
    }
    if (*result == -RESTART && cancel_word_has(self, CANCEL_ARMED | CANCEL_HIT)) {
        *result = -EINTR;
    }
    return *result == -RESTART;
}

/* Goes on, from a handler of the host's that interrupted compiled code, as the
 * guest's handler left things. */
static void return_to_code(struct wali_thread *self, ucontext_t *context, bool left)
{
    if (!left) {
        return;
    }
    if (self->jump_target != NULL && jump_is_here(self)) {
        left_by_jump(self);
        jump_out_of_code(self, context);
    }
    jump_by_trap(context);
}

/* Runs the handler on top of the compiled code that the signal interrupted. */
static void deliver_in_code(struct wali_thread *self, struct signal_record *record, ucontext_t *context)
{
    const struct exit_record exit = exit_record_hide(self);
    const bool left = signal_call(self, record);
    if (!left) {
        exit_record_show(self, &exit);
    }
    self->signals.in_entry = 0;
    *interrupted_mask(context) = record->after;
    return_to_code(self, context, left);
}

/* Keeps the signal for whoever finds it: the entry that the thread is in, or
 * the timer. */
static void keep(struct wali_thread *self, const struct signal_record *record)
{
    if (wali_pending == SIGNAL_RECORDS) {
        guest_abort("too many signals at once");
    }
    self->signals.records[wali_pending] = *record;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    wali_pending++;
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
    } else if (self->signals.in_entry == 0) {
        arm_timer(self);
    }
}

/* The timer: what is pending found no entry so far. */
static void kicked(struct wali_thread *self, ucontext_t *context)
{
    while (wali_pending != 0 && is_for_code(self, self->signals.records[0].info.si_signo, context)) {
        struct signal_record record = take(self, 0);
        signal_mask_set(record.during);
        deliver_in_code(self, &record, context);
    }
    if (wali_pending != 0) {
        find_later(self, context);
    }
}

/* A signal without a handler reaches us only where the core claims it. */
static void act_by_default(int signo, uint32_t handler)
{
    if (handler != GUEST_SIG_IGN) {
        die_of_signal(signo);
    }
}

void signal_arrived(int signo, siginfo_t *info, void *interrupted)
{
    const int saved_errno = errno;
    struct wali_thread *self = wali_self;
    ucontext_t *context = interrupted;
    struct signal_record record = {.info = *info};
    if (signo == KICK && info->si_code == SI_TIMER && info->si_value.sival_ptr == self) {
        kicked(self, context);
    } else if (!action_take(signo, &record.action)) {
        act_by_default(signo, record.action.handler);
    } else if (is_for_code(self, signo, context)) {
        record.after = *interrupted_mask(context);
        deliver_in_code(self, &record, context);
    } else {
        record.after = *interrupted_mask(context);
        record.during = signal_mask_set(ALL_BUT_KICK);
        keep(self, &record);
        *interrupted_mask(context) = ALL_BUT_KICK;
        find_later(self, context);
    }
    errno = saved_errno;
}

sigmask_t guest_mask_get(const struct wali_thread *self)
{
    sigmask_t mask = 0;
    KERNEL(rt_sigprocmask, SIG_BLOCK, NULL, &mask, SIGMASK_SIZE);
    if (wali_pending != 0) {
        mask = self->signals.records[wali_pending - 1].after;
    }
    return mask | self->signals.blocked_faults;
}

void guest_mask_set(struct wali_thread *self, sigmask_t mask)
{
    self->signals.blocked_faults = mask & FAULT_SIGNALS;
    signal_mask_set(ALL_BUT_KICK);
    if (wali_pending != 0) {
        self->signals.records[wali_pending - 1].after = mask;
    } else {
        signal_mask_set(mask);
    }
}

bool signal_fault(struct wali_thread *self, siginfo_t *info, ucontext_t *context)
{
    const int signo = info->si_signo;
    struct signal_record record = {.info = *info};
    if ((self->signals.blocked_faults & SIGMASK_OF(signo)) != 0 || !action_take(signo, &record.action)) {
        return false;
    }
    const bool defer = (record.action.flags & GUEST_SA_NODEFER) == 0;
    record.after = *interrupted_mask(context);
    record.action.mask |= defer ? SIGMASK_OF(signo) : 0;
    signal_mask_set(record.after | record.action.mask);
    deliver_in_code(self, &record, context);
    return true;
}

void signals_fork_child(struct wali_thread *self)
{
    self->signals.has_timer = false; /* timer_create(2): not inherited */
}

void signals_thread_end(struct wali_thread *self)
{
    if (self->signals.has_timer) {
        KERNEL(timer_delete, self->signals.timer);
    }
}
