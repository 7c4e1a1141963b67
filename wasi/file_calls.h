/* What is done with an open file, for all interfaces.  Each returns at least 0, -errno or WASI_ERROR(). */
#ifndef WALI_WASI_FILE_CALLS_H
#define WALI_WASI_FILE_CALLS_H

#include "wasi/descriptors.h"

#include <stdbool.h>
#include <stdint.h>

/* posix_fadvise(2), with WASI's numbers. */
int64_t file_advise(const struct descriptor *descriptor, uint64_t offset, uint64_t len, uint32_t advice)
    __attribute__((visibility("hidden")));

/* fsync(2), or fdatasync(2). */
int64_t file_sync(const struct descriptor *descriptor, bool data_alone) __attribute__((visibility("hidden")));

/* flock(2). */
int64_t file_lock(const struct descriptor *descriptor, int operation) __attribute__((visibility("hidden")));

int64_t file_set_size(const struct descriptor *descriptor, uint64_t size)
    __attribute__((visibility("hidden")));

#endif
