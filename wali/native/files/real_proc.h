/* Files of procfs itself, not what a guest that may mount has put over them. */
#ifndef WALI_FILES_REAL_PROC_H
#define WALI_FILES_REAL_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens a path below the root of procfs, which must be mounted at /proc; no part of the path may be
 * covered.  The descriptor, closed on exec, or -errno.  Another thread of the guest can replace the
 * descriptor, and those in between: who has such looks at it once more. */
int64_t real_proc_open(const char *path, uint64_t flags) __attribute__((visibility("hidden")));

/* Opens once more what a descriptor holds, by its link there; closed on exec.  Kernels before 5.6
 * cannot tell whether that is covered. */
int64_t real_proc_reopen(int64_t fd, uint64_t flags) __attribute__((visibility("hidden")));

/* readlink(2) of such a path, whose last part is not followed: the length, or -errno. */
int64_t real_proc_readlink(const char *path, char *to, size_t size) __attribute__((visibility("hidden")));

/* Whether a file lies on procfs. */
bool is_on_proc(int64_t fd) __attribute__((visibility("hidden")));

#endif
