/* The guest's own view of its frames, for backtrace(3). */
#ifndef WALI_THREAD_GUEST_BACKTRACE_H
#define WALI_THREAD_GUEST_BACKTRACE_H

#include "abi/guest.h"

#include <stdint.h>

/* Writes where the frames of the calling thread are, the innermost first, without the first `skip`:
 * `most` offsets in the module's file at most, of 32 bits each.  Those under a signal handler's follow
 * the handler's.  Called in an entry.  Returns how many there are, or -EFAULT.  Async-signal-safe. */
int64_t guest_backtrace(gaddr_t to, uint32_t most, uint32_t skip) __attribute__((visibility("hidden")));

/* The same into host memory: offsets in the module, the innermost first.  Their number. */
size_t guest_frames(uint32_t *offsets, size_t most) __attribute__((visibility("hidden")));

#endif
