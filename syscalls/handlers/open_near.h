/* Opening plain files and directories among threads, at the price of two more calls. */
#ifndef WALI_OPEN_NEAR_H
#define WALI_OPEN_NEAR_H

#include <linux/openat2.h>
#include <stddef.h>
#include <stdint.h>

#define OPEN_HOW_MAX 4096 /* the kernel's limit on an extended struct (openat2(2)) */

/* A path that begins at the root or the current directory; size 0: of openat(2).  The
 * descriptor, which is of no device and of nothing on procfs; or -errno: -EXDEV if
 * only opening it apart will tell (open_apart.h).  The KERNEL_WAIT of its call. */
int64_t open_near(const char *path, const struct open_how *how, size_t size)
    __attribute__((visibility("hidden")));

#endif
