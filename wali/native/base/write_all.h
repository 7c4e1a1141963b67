/* Writing a whole buffer, of which a write(2) may take a part. */
#ifndef WALI_BASE_WRITE_ALL_H
#define WALI_BASE_WRITE_ALL_H

#include "wali/native/base/kernel.h"

#include <stddef.h>

/* Writes `count` bytes.  0, or the errno of the write(2) that failed, EIO if a write(2) wrote
 * nothing.  A write that a signal interrupts is repeated. */
static inline int write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        const int64_t n = KERNEL(write, fd, bytes, count);
        if (n == -EINTR) {
            continue;
        }
        if (n <= 0) {
            return n == 0 ? EIO : (int)-n;
        }
        bytes += n;
        count -= (size_t)n;
    }
    return 0;
}

#endif
