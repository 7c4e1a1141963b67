/* Opening a file for handlers that look into it. */
#ifndef WALI_OPEN_H
#define WALI_OPEN_H

#include <stdint.h>

/* openat(2) with a path in host memory, of a file that the guest may open itself; -EACCES for
 * others, or another -errno.  While there are several threads, this is the KERNEL_WAIT of its
 * call. */
int64_t open_for_reading(int dirfd, const char *path, int flags) __attribute__((visibility("hidden")));

#endif
