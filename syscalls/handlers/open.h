/* Opening files for handlers that look into them. */
#ifndef WALI_OPEN_H
#define WALI_OPEN_H

#include <stdint.h>

/* openat(2) of a path of the guest's, of what it might open itself; or -errno.  May
 * be the KERNEL_WAIT of its call. */
int64_t open_for_reading(int dirfd, const char *path, int flags) __attribute__((visibility("hidden")));

#endif
