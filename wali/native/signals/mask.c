#include "wali/native/signals/mask.h"

#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/signals/retry_timer.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <stdbool.h>

static sigmask_t guest_mask(const struct wali_thread *self, sigmask_t kernels)
{
    const bool waits = (wali_pending & RECORD_PENDING) != 0;
    return (waits ? self->signals.record.after : kernels) | self->signals.blocked_sync;
}

sigmask_t guest_mask_get(const struct wali_thread *self)
{
    sigmask_t mask = 0;
    KERNEL(rt_sigprocmask, SIG_BLOCK, NULL, &mask, SIGMASK_SIZE);
    return guest_mask(self, mask);
}

sigmask_t guest_mask_close(const struct wali_thread *self)
{
    return guest_mask(self, signal_mask_set(ALL_SIGNALS));
}

/* Sets the mask by one system call, if no synchronous signal's bit changes and no signal is
 * pending: KERNEL_WAIT does not enter the kernel otherwise.  False if the mask was not set. */
static bool set_mask_at_once(const struct wali_thread *self, sigmask_t mask)
{
    const sigmask_t for_kernel = mask & ~SYNC_SIGNALS;
    return self->signals.blocked_sync == (mask & SYNC_SIGNALS) &&
           KERNEL_WAIT(rt_sigprocmask, SIG_SETMASK, &for_kernel, NULL, SIGMASK_SIZE) == 0;
}

void guest_mask_set(struct wali_thread *self, sigmask_t mask)
{
    if (set_mask_at_once(self, mask)) {
        return;
    }
    signal_mask_set(ALL_SIGNALS);
    blocked_sync_set(self, mask);
    if ((wali_pending & RECORD_PENDING) != 0) {
        self->signals.record.after = mask & ~SYNC_SIGNALS;
        if (self->signals.entry_will_deliver == 0) {
            retry_timer_wait(self);
        }
    } else {
        signal_mask_set(mask);
    }
}
