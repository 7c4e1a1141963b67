/* Sets of signals, as the kernel has them: bit n-1 is signal n. */
#ifndef WALI_BASE_SIGSET_H
#define WALI_BASE_SIGSET_H

#include "wali/native/base/kernel.h"

#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

typedef uint64_t sigmask_t;
#define SIGMASK_SIZE UINT32_C(8)
#define SIGMASK_OF(signo) (UINT64_C(1) << ((signo) - 1))
#define SIGNALS 64 /* _NSIG of the kernel */

/* The engine learns of a guest's traps through these.  The kernel kills a
 * process whose fault finds its signal blocked (signal(7)), so they are never
 * blocked in the kernel, whatever the guest asks. */
#define SYNC_SIGNALS (SIGMASK_OF(SIGSEGV) | SIGMASK_OF(SIGBUS) | SIGMASK_OF(SIGFPE) | SIGMASK_OF(SIGILL))

/* The kernel's struct sigaction, which libc hides. */
struct kernel_sigaction {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

/* Sets the calling thread's mask; returns the old one. */
static inline sigmask_t signal_mask_set(sigmask_t mask)
{
    sigmask_t old = 0;
    mask &= ~SYNC_SIGNALS;
    KERNEL(rt_sigprocmask, SIG_SETMASK, &mask, &old, SIGMASK_SIZE);
    return old;
}

/* The mask that comes back when a signal handler returns.  The kernel's has 64
 * bits, libc's type more. */
static inline sigmask_t *interrupted_mask(ucontext_t *context)
{
    return (sigmask_t *)(void *)&context->uc_sigmask;
}

/* Queues a signal anew that was taken and cannot be handled where it came: to the calling
 * thread, to its process. */
static inline void requeue_to_thread(const siginfo_t *info)
{
    KERNEL(rt_tgsigqueueinfo, KERNEL(getpid), KERNEL(gettid), info->si_signo, info);
}

static inline void requeue_to_process(const siginfo_t *info)
{
    KERNEL(rt_sigqueueinfo, KERNEL(getpid), info->si_signo, info);
}

#endif
