/* Signal masks that a call takes from the guest for the time of its wait. */
#ifndef WALI_CALL_MASK_H
#define WALI_CALL_MASK_H

#include "abi/guest.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/thread.h"

#include <errno.h>
#include <time.h>

/* The mask of one call (ppoll, pselect6, epoll_pwait, ...). */
struct call_mask {
    sigmask_t bits;
    sigmask_t sync;       /* the part in SYNC_SIGNALS, which the kernel does not get */
    const sigmask_t *set; /* for the kernel: &bits, or NULL without a mask */
};

/* Splits the guest's mask into the kernel's and the core's part. */
static inline void call_mask_clean(struct call_mask *mask)
{
    mask->sync = mask->bits & SYNC_SIGNALS;
    mask->bits &= ~SYNC_SIGNALS;
    mask->set = &mask->bits;
}

/* Reads the guest's mask.  0, or -errno in the kernel's order: a wrong size matters only if there
 * is a mask. */
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
    call_mask_clean(mask);
    return 0;
}

/* What the call answers when its mask is refused with `refusal`: the kernel looks at the timeout, which may
 * be NULL, before it looks at the mask. */
static inline int64_t refused_mask(int64_t refusal, gaddr_t timeout)
{
    struct timespec limit;
    if (timeout.v == 0) {
        return refusal;
    }
    if (!copy_in(&limit, timeout, sizeof limit)) {
        return -EFAULT;
    }
    return limit.tv_sec < 0 || (uint64_t)limit.tv_nsec >= 1000000000u ? -EINVAL : refusal;
}

/* Around the wait itself.  A handler that ends the wait runs with the call's mask, and returns to
 * the mask before the call. */
static inline void begin_wait(const struct call_mask *mask)
{
    struct wali_signals *signals = &wali_self->signals;
    signals->wait_mask = mask->set;
    if (mask->set != NULL && (held_signals(wali_self) | signals->blocked_sync | mask->sync) != 0) {
        signals->sync_after = signals->blocked_sync;
        signals->has_sync_after = true;
        blocked_sync_set(wali_self, mask->sync);
    }
}

/* The call's result; -EINTR if a held signal, which begin_wait has let in, kept the call from
 * starting. */
static inline int64_t end_wait(int64_t result)
{
    struct wali_signals *signals = &wali_self->signals;
    signals->wait_mask = NULL;
    if (signals->has_sync_after && wali_pending == 0) { /* else signals_deliver does it */
        signals->has_sync_after = false;
        blocked_sync_set(wali_self, signals->sync_after);
    }
    return result == -RESTART && wali_pending == HELD_PENDING ? -EINTR : result;
}

#endif
