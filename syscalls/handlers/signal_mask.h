/* Signal masks as the guest gives them. */
#ifndef WALI_SIGNAL_MASK_H
#define WALI_SIGNAL_MASK_H

#include "abi/guest.h"

#include <errno.h>
#include <signal.h>

/* The kernel's sigset_t, which is the guest's too. */
typedef uint64_t sigmask_t;
#define SIGMASK_SIZE UINT32_C(8)
#define SIGMASK_OF(signo) (UINT64_C(1) << ((signo) - 1))

/* The engine learns of a guest's traps through these.  The kernel kills a
 * process whose fault finds its signal blocked (signal(7)), so they are never
 * blocked in the kernel, whatever the guest asks. */
#define FAULT_SIGNALS (SIGMASK_OF(SIGSEGV) | SIGMASK_OF(SIGBUS) | SIGMASK_OF(SIGFPE) | SIGMASK_OF(SIGILL))

/* A mask for the time of one call (ppoll, pselect6, epoll_pwait, ...). */
struct call_mask {
    sigmask_t bits;
    const sigmask_t *set; /* for the kernel: &bits, or NULL where the guest gives none */
};

/* Reads it.  0, or -errno in the kernel's order: the size counts only with a mask. */
static inline int64_t call_mask_in(struct call_mask *mask, gaddr_t from, uint64_t size)
{
    mask->set = NULL;
    if (from.v == 0) {
        return 0;
    }
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    if (!copy_in(&mask->bits, from, sizeof mask->bits)) {
        return -EFAULT;
    }
    mask->bits &= ~FAULT_SIGNALS;
    mask->set = &mask->bits;
    return 0;
}

#endif
