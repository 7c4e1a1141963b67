/* What stat(2) says, as the interface has it, and times that a guest sets. */
#ifndef WALI_WASI_FILESTAT_H
#define WALI_WASI_FILESTAT_H

#include "wasi/preview1.h"

#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* `type` is enum wasi_file_type. */
struct wasi_filestat filestat_of(const struct stat *st, uint8_t type) __attribute__((visibility("hidden")));

/* 0 after it has been written to where the guest wants it, or -EFAULT.  That of wasi_unstable counts
 * links in 32 bits. */
int64_t filestat_answer(uint32_t to, const struct wasi_filestat *answer)
    __attribute__((visibility("hidden")));
int64_t filestat_answer_unstable(uint32_t to, const struct wasi_filestat *answer)
    __attribute__((visibility("hidden")));

/* The times for utimensat(2) from nanoseconds and fstflags: 0, or -EINVAL. */
int64_t times_in(struct timespec times[2], uint64_t accessed, uint64_t modified, uint32_t flags)
    __attribute__((visibility("hidden")));

#endif
