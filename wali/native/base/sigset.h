/* Sets of signals in the kernel's form, where bit n-1 is signal n, and calls that use them.
 * Async-signal-safe. */
#ifndef WALI_BASE_SIGSET_H
#define WALI_BASE_SIGSET_H

#include "wali/native/base/kernel.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

typedef uint64_t sigmask_t;
#define SIGMASK_SIZE UINT32_C(8)
#define SIGMASK_OF(signo) (UINT64_C(1) << ((signo) - 1))
#define SIGNALS 64 /* the kernel's _NSIG */

/* Synchronous signals: the engine learns of traps through all but SIGBUS.  The kernel kills a process that
 * faults while the fault's signal is blocked; sigprocmask(2) calls the result undefined.  So these
 * four are never blocked in the kernel, whatever the guest asks for. */
#define SYNC_SIGNALS (SIGMASK_OF(SIGSEGV) | SIGMASK_OF(SIGBUS) | SIGMASK_OF(SIGFPE) | SIGMASK_OF(SIGILL))

/* What the runtime blocks while a signal of the guest's waits, or while it may not be
 * interrupted: all but SYNC_SIGNALS. */
#define ALL_SIGNALS (~SYNC_SIGNALS)

/* Whether a signal's default action ends the process (signal(7)). */
static inline bool signal_kills(int signo)
{
    const sigmask_t others = SIGMASK_OF(SIGCHLD) | SIGMASK_OF(SIGURG) | SIGMASK_OF(SIGWINCH) |
                             SIGMASK_OF(SIGCONT) | SIGMASK_OF(SIGSTOP) | SIGMASK_OF(SIGTSTP) |
                             SIGMASK_OF(SIGTTIN) | SIGMASK_OF(SIGTTOU);
    return (SIGMASK_OF(signo) & others) == 0;
}

/* The kernel's struct sigaction; libc's is laid out differently. */
struct kernel_sigaction {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

/* Sets the calling thread's mask, but for SYNC_SIGNALS; returns the old mask. */
static inline sigmask_t signal_mask_set(sigmask_t mask)
{
    sigmask_t old = 0;
    mask &= ~SYNC_SIGNALS;
    KERNEL(rt_sigprocmask, SIG_SETMASK, &mask, &old, SIGMASK_SIZE);
    return old;
}

/* The mask that the kernel restores when the signal handler returns.  The kernel uses the first 64
 * bits of libc's larger type. */
static inline sigmask_t *interrupted_mask(ucontext_t *context)
{
    return (sigmask_t *)(void *)&context->uc_sigmask;
}

/* Queues a signal again that the calling thread has taken and cannot handle: for the calling
 * thread, or for its process. */
static inline void requeue_to_thread(const siginfo_t *info)
{
    KERNEL(rt_tgsigqueueinfo, KERNEL(getpid), KERNEL(gettid), info->si_signo, info);
}

static inline void requeue_to_process(const siginfo_t *info)
{
    KERNEL(rt_sigqueueinfo, KERNEL(getpid), info->si_signo, info);
}

#endif
