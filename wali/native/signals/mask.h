/* The mask that the guest believes in.  The kernel's is another while a signal waits for its
 * handler, and never has SYNC_SIGNALS. */
#ifndef WALI_SIGNALS_MASK_H
#define WALI_SIGNALS_MASK_H

#include "wali/native/base/sigset.h"

struct wali_thread;

/* Blocked while a record waits or is being delivered; later signals stay queued in the
 * kernel.  Only the retry timer's signal is let through. */
#define ALL_SIGNALS (~SYNC_SIGNALS)

sigmask_t guest_mask_get(const struct wali_thread *self) __attribute__((visibility("hidden")));
/* The same, and blocks all signals from here on. */
sigmask_t guest_mask_close(const struct wali_thread *self) __attribute__((visibility("hidden")));
void guest_mask_set(struct wali_thread *self, sigmask_t mask) __attribute__((visibility("hidden")));

#endif
