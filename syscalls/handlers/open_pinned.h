/* Opening any file while there are several threads, at the price of some ten more calls: the file is
 * held by an O_PATH descriptor, looked at, and opened through that. */
#ifndef WALI_OPEN_PINNED_H
#define WALI_OPEN_PINNED_H

#include "syscalls/handlers/open_request.h"

#define UNDECIDED_OPEN (-EREMCHG) /* an errno that no call that opens returns */

/* The descriptor, which the guest may have, or -errno: UNDECIDED_OPEN if a helper has to open the
 * file (open_apart.h).  These are the KERNEL_WAITs of the call: after -RESTART nothing is left. */
int64_t open_pinned(const struct open_request *request) __attribute__((visibility("hidden")));

/* What the kernel says of the flags, whatever the path: 0 or -errno. */
int64_t open_flags_error(const struct open_request *request) __attribute__((visibility("hidden")));

#endif
