/* Signal masks as the guest gives them. */
#ifndef WALI_SIGNAL_MASK_H
#define WALI_SIGNAL_MASK_H

#include "abi/guest.h"
#include "wali/native/signal_mask.h"

#include <errno.h>

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
