/* Opening plain files and directories while there are several threads, at the price of two more
 * calls: on the mount where the path begins, so that the kernel cannot open anything else. */
#ifndef WALI_OPEN_NEAR_H
#define WALI_OPEN_NEAR_H

#include <linux/openat2.h>
#include <stddef.h>
#include <stdint.h>

#define OPEN_HOW_MAX 4096 /* the kernel's limit on an extended struct (openat2(2)) */

/* Opens a path that begins at the root or the current directory.  `size` is that of *how for
 * openat2(2), 0 for openat(2).  The descriptor, which is not of a device and not on procfs; or
 * -errno: -EXDEV if open_apart() has to find out.  This is the KERNEL_WAIT of its call. */
int64_t open_near(const char *path, const struct open_how *how, size_t size)
    __attribute__((visibility("hidden")));

#endif
