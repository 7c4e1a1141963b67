/* mlockall(2), munlockall(2).  The kernel's own would lock the engine and the reservation, too.
 *
 * Results are as the kernel's: >= 0, or -errno. */
#ifndef WALI_MEMORY_LOCK_ALL_H
#define WALI_MEMORY_LOCK_ALL_H

#include "abi/guest.h"

#include <stdbool.h>
#include <stdint.h>

/* `now` locks what is mapped from the address `from` on, `future` what will be mapped, `on_fault`
 * is MCL_ONFAULT. */
int64_t wali_memory_lock_all(bool now, gaddr_t from, bool future, bool on_fault);
int64_t wali_memory_unlock_all(void);

/* What the kernel says of a length before it looks at the range: RLIMIT_MEMLOCK.  0 or -errno. */
int64_t wali_memory_lock_allowed(uint64_t bytes);

#endif
