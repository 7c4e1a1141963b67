#define _GNU_SOURCE
#include "wasi/file_calls.h"

#include "wali/native/base/kernel.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int64_t file_advise(const struct descriptor *descriptor, uint64_t offset, uint64_t len, uint32_t advice)
{
    static const uint8_t advices[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                      POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
    if (descriptor->type != TYPE_REGULAR_FILE) {
        return -EBADF;
    }
    if (offset > INT64_MAX || len > INT64_MAX) {
        return -EINVAL;
    }
    return KERNEL(fadvise64, descriptor->host, offset, len, advices[advice]);
}

/* Of a file that has no storage the kernel says EINVAL: all of it is where it belongs. */
int64_t file_sync(const struct descriptor *descriptor, bool data_alone)
{
    int64_t result;
    do {
        result = data_alone ? KERNEL(fdatasync, descriptor->host) : KERNEL(fsync, descriptor->host);
    } while (result == -EINTR);
    return result == -EINVAL ? 0 : result;
}

/* Some file systems have none. */
int64_t file_lock(const struct descriptor *descriptor, int operation)
{
    int64_t result;
    do {
        result = KERNEL(flock, descriptor->host, operation);
    } while (result == -EINTR);
    return result == -EINVAL || result == -ENOSYS ? -EOPNOTSUPP : result;
}

/* Who may write may change the size, unless that right was given up.  A file that is not open for writing is
 * EINVAL, as ftruncate(2) has it. */
int64_t file_set_size(const struct descriptor *descriptor, uint64_t size)
{
    int64_t result;
    if (descriptor->type == TYPE_DIRECTORY) {
        return -EBADF;
    }
    const bool can_write = descriptor_has(descriptor, RIGHT_FD_WRITE);
    const bool may = can_write && descriptor_keeps(descriptor, RIGHT_FD_FILESTAT_SET_SIZE);
    if (!may && !descriptor_has(descriptor, RIGHT_FD_FILESTAT_SET_SIZE)) {
        return can_write ? WASI_ERROR(WASI_NOTCAPABLE) : -EINVAL;
    }
    do {
        result = KERNEL(ftruncate, descriptor->host, size);
    } while (result == -EINTR);
    return result;
}
