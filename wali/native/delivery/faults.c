#define _GNU_SOURCE
#include "wali/native/delivery/faults.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"
#include "wali/native/delivery/delivery.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/trap_table.h"
#include "wali/native/memory/guest_copy.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/trap_report.h"

#include <string.h>
#include <ucontext.h>

/* The engine's actions, which ours replaced; for SIGBUS the engine has none.  Indexed by signal
 * number. */
static struct sigaction engine_action[SIGFPE > SIGSEGV ? SIGFPE + 1 : SIGSEGV + 1];

/* True for a fault of compiled code, or of a call into the engine or libc that does something to
 * guest memory for such code. */
static bool is_guest_fault(const siginfo_t *info, const ucontext_t *context)
{
    const int signo = info->si_signo;
    return in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) ||
           ((signo == SIGSEGV || signo == SIGBUS) && is_guest_address(info->si_addr));
}

/* The engine knows the faults of compiled code alone, and would let the others kill silently. */
static void pass_on(int signo, siginfo_t *info, ucontext_t *context)
{
    const struct sigaction *next = &engine_action[signo];
    const bool is_of_code = in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]);
    if (is_guest_fault(info, context)) {
        WATCH(signal, info);
    }
    if ((next->sa_flags & SA_SIGINFO) != 0 && (is_of_code || !is_guest_fault(info, context))) {
        next->sa_sigaction(signo, info, context);
    } else if (is_guest_fault(info, context)) {
        guest_faulted(signo, (uint32_t)((uintptr_t)info->si_addr - (uintptr_t)wali_base));
    } else {
        die_of_signal(signo);
    }
}

/* True if the signal was sent: by kill(2), or by the thread itself with the siginfo of a fault, as
 * crash handlers do to pass one on (rt_tgsigqueueinfo(2)).  A fault's siginfo also means "sent"
 * where no instruction of ours faults: in an entry, outside of the copies.  No guest handler may
 * run there, between two steps of a call.  But a second such signal, while the first is held, is
 * taken for a fault, which would else recur for ever. */
static bool is_sent(const siginfo_t *info, const ucontext_t *context)
{
    const struct wali_thread *self = wali_self;
    const uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    return info->si_code <= 0 || pc == (uintptr_t)wali_wait_return ||
           (self != NULL && self->signals.entry_will_deliver != 0 && !in_guest_code(pc) && !in_copy(pc) &&
            (self->signals.held & SIGMASK_OF(info->si_signo)) == 0);
}

/* The siginfo that a native program would get for a failed check of compiled code. */
static siginfo_t as_native(const siginfo_t *info, const ucontext_t *context)
{
    siginfo_t shown = *info;
    const int code =
        info->si_signo == SIGILL ? trap_code_at((uintptr_t)context->uc_mcontext.gregs[REG_RIP]) : -1;
    const int signo = trap_signal(code);
    if (signo != 0 && signo != SIGILL) {
        shown.si_signo = signo;
        /* 1 is FPE_INTDIV and SEGV_MAPERR. */
        shown.si_code = code == TRAP_BAD_CONVERSION_TO_INTEGER ? FPE_FLTINV : 1;
        shown.si_addr = wali_base;
    }
    return shown;
}

/* Runs the guest's handler, if the fault is the guest's and the guest has one.  While a thread
 * leaves its frames it traps on purpose, which is for the engine.  No handler runs on top of the
 * engine's own code, which holds a lock where it looks at guest memory (memory.atomic.wait):
 * memory.fill, memory.copy and memory.init fault in libc, where nothing is held. */
static bool guest_handles(const siginfo_t *info, ucontext_t *context)
{
    struct wali_thread *self = wali_self;
    if (self == NULL || !is_guest_fault(info, context) || is_leaving(self) ||
        engine_has_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP])) {
        return false;
    }
    siginfo_t shown = as_native(info, context);
    return signal_fault(self, &shown, context);
}

static bool goes_on(int signo, ucontext_t *context)
{
    return signo == SIGILL && wali_self != NULL && stack_depth_trapped(wali_self, context);
}

static void on_fault(int signo, siginfo_t *info, void *interrupted)
{
    ucontext_t *context = interrupted;
    if (is_sent(info, context)) {
        sent_signal_arrived(signo, info, context);
    } else if (!fault_in_copy(info, context) && !goes_on(signo, context) && !guest_handles(info, context)) {
        pass_on(signo, info, context);
    }
}

/* Puts our handler before the engine's.  Ours runs on the interrupted stack, for a guest handler
 * may run for long, and jump away.  A stack overflow is no fault: compiled code compares with a
 * limit first. */
static void install(int signo)
{
    struct sigaction ours;
    sigaction(signo, NULL, &engine_action[signo]);
    memset(&ours, 0, sizeof ours);
    ours.sa_flags = SA_SIGINFO | SA_NODEFER;
    *(sigmask_t *)(void *)&ours.sa_mask = ALL_SIGNALS; /* delivery.h says why */
    ours.sa_sigaction = on_fault;
    sigaction(signo, &ours, NULL);
}

void faults_init(void)
{
    install(SIGSEGV);
    install(SIGBUS);
    install(SIGFPE);
    install(SIGILL);
}
