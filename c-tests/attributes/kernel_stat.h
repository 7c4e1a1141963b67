/* struct stat as the kernel writes it, for the raw calls. */
#ifndef KERNEL_STAT_H
#define KERNEL_STAT_H

#include "check.h"

struct kernel_stat {
    uint64_t dev, ino, nlink;
    uint32_t mode, uid, gid, padding;
    uint64_t rdev;
    int64_t size, blksize, blocks;
    int64_t atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    int64_t unused[3];
};

_Static_assert(sizeof(struct kernel_stat) == 144, "the size on x86-64");

#endif
