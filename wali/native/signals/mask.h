/* The mask that the guest believes in.  The kernel's mask differs while a record waits for its
 * handler, and never has the synchronous signals. */
#ifndef WALI_SIGNALS_MASK_H
#define WALI_SIGNALS_MASK_H

#include "wali/native/base/sigset.h"

struct wali_thread;

/* The calling thread's mask.  guest_mask_close() also blocks all signals in the kernel from here
 * on.  Async-signal-safe. */
sigmask_t guest_mask_get(const struct wali_thread *self) __attribute__((visibility("hidden")));
sigmask_t guest_mask_close(const struct wali_thread *self) __attribute__((visibility("hidden")));
/* Sets the calling thread's mask.  A signal that this lets in is handled at the end of the entry;
 * outside of entries, when the retry timer fires. */
void guest_mask_set(struct wali_thread *self, sigmask_t mask) __attribute__((visibility("hidden")));

#endif
