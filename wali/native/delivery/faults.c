#define _GNU_SOURCE
#include "wali/native/delivery/faults.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/delivery/delivery.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/trap_table.h"
#include "wali/native/memory/guest_copy.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/trap_report.h"

#include <string.h>
#include <ucontext.h>

/* The engine's, which stood before ours; by signal number. */
static struct sigaction engine_action[SIGFPE > SIGSEGV ? SIGFPE + 1 : SIGSEGV + 1];

/* Compiled code that faults, or the engine's own copying of guest memory for it. */
static bool is_guests(const siginfo_t *info, const ucontext_t *context)
{
    const int signo = info->si_signo;
    return in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) ||
           ((signo == SIGSEGV || signo == SIGBUS) && is_guest_address(info->si_addr));
}

static void pass_on(int signo, siginfo_t *info, ucontext_t *context)
{
    const struct sigaction *next = &engine_action[signo];
    if ((next->sa_flags & SA_SIGINFO) != 0) {
        next->sa_sigaction(signo, info, context);
    } else if (is_guests(info, context)) {
        guest_faulted(signo, (uint32_t)((uintptr_t)info->si_addr - (uintptr_t)wali_base));
    } else {
        die_of_signal(signo);
    }
}

/* By kill(2), or by the thread itself with a siginfo_t that tells of a fault: crash
 * handlers hand one on like that (rt_tgsigqueueinfo(2)).  Or with such a code where
 * no instruction of ours faults: in an entry, outside of the copies.  No handler of
 * the guest's may run there, between two steps of a call.  A second one, while the
 * first is held, is no longer taken for sent: a fault would come again for ever. */
static bool is_sent(const siginfo_t *info, const ucontext_t *context)
{
    const struct wali_thread *self = wali_self;
    const uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    return info->si_code <= 0 || pc == (uintptr_t)wali_wait_return ||
           (self != NULL && self->signals.entry_will_deliver != 0 && !in_guest_code(pc) && !in_copy(pc) &&
            (self->signals.held & SIGMASK_OF(info->si_signo)) == 0);
}

/* A check of the compiler that failed, as the processor would have put it. */
static siginfo_t as_native(const siginfo_t *info, const ucontext_t *context)
{
    siginfo_t told = *info;
    const int code =
        info->si_signo == SIGILL ? trap_code_at((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) : -1;
    const int signo = trap_signal(code);
    if (signo != 0 && signo != SIGILL) {
        told.si_signo = signo;
        told.si_code = code == TRAP_BAD_CONVERSION_TO_INTEGER ? FPE_FLTINV : 1; /* FPE_INTDIV, SEGV_MAPERR */
        told.si_addr = wali_base;
    }
    return told;
}

/* Runs the guest's handler, if the fault is the guest's and it has one.  While a
 * thread leaves frames it traps on purpose, which is the engine's affair. */
static bool guest_handles(const siginfo_t *info, ucontext_t *context)
{
    struct wali_thread *self = wali_self;
    if (self == NULL || !is_guests(info, context) || is_leaving(self)) {
        return false;
    }
    siginfo_t told = as_native(info, context);
    return signal_fault(self, &told, context);
}

static void on_fault(int signo, siginfo_t *info, void *interrupted)
{
    ucontext_t *context = interrupted;
    if (is_sent(info, context)) {
        sent_signal_arrived(signo, info, context);
    } else if (!fault_in_copy(info, context) && !guest_handles(info, context)) {
        pass_on(signo, info, context);
    }
}

/* On the interrupted stack, unlike the engine's: a guest's handler may run for
 * long, and jump away.  The engine finds stack overflows by comparing, before
 * they fault. */
static void stand_before(int signo)
{
    struct sigaction ours;
    sigaction(signo, NULL, &engine_action[signo]);
    memset(&ours, 0, sizeof ours);
    ours.sa_flags = SA_SIGINFO | SA_NODEFER;
    *(sigmask_t *)(void *)&ours.sa_mask = ~SYNC_SIGNALS; /* a handler is being made ready: signals.h */
    ours.sa_sigaction = on_fault;
    sigaction(signo, &ours, NULL);
}

void faults_init(void)
{
    stand_before(SIGSEGV);
    stand_before(SIGBUS);
    stand_before(SIGFPE);
    stand_before(SIGILL);
}
