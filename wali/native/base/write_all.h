/* Writing a whole buffer: a write(2) may take less. */
#ifndef WALI_BASE_WRITE_ALL_H
#define WALI_BASE_WRITE_ALL_H

#include "wali/native/base/kernel.h"

#include <stddef.h>

/* 0, or the errno of the write that failed; EIO if one wrote nothing. */
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
