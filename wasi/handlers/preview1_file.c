/* Reading, writing and all else that is done with an open file.  The entries have checked enumerations
 * and flags. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/_generated/unstable_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/file_calls.h"
#include "wasi/handlers/filestat.h"
#include "wasi/preview1.h"

#include <fcntl.h>
#include <unistd.h>

/* A way to move bytes between a file and vectors. */
struct transfer {
    int64_t number;     /* of the system call */
    int64_t number_one; /* of the one for a single vector, which most calls have, and which is quicker */
    uint64_t right;
    bool has_offset;
    uint64_t offset; /* system calls without one ignore it */
};

/* So many vectors take little room on the stack, and hardly a call has more. */
#define FEW_VECTORS 16

static inline __attribute__((always_inline)) int64_t check_transfer(const struct descriptor *descriptor,
                                                                    const struct transfer *transfer)
{
    if (descriptor->type == TYPE_DIRECTORY) {
        return -EISDIR;
    }
    if (!descriptor_has(descriptor, transfer->right)) {
        return -EBADF;
    }
    return transfer->has_offset && !descriptor_keeps(descriptor, RIGHT_FD_SEEK) ? WASI_ERROR(WASI_NOTCAPABLE)
                                                                                : 0;
}

static inline __attribute__((always_inline)) int64_t move_one(const struct descriptor *descriptor,
                                                              uint32_t at, const struct transfer *transfer)
{
    struct wasi_vector vector;
    int64_t result;
    if (!wasi_copy_in(&vector, at, sizeof vector)) {
        return -EFAULT;
    }
    if (__builtin_expect(vector.bytes == 0, false)) { /* write(2) would send an empty message */
        return KERNEL_NR(transfer->number, descriptor->host, NULL, 0, transfer->offset, 0);
    }
    void *const bytes = wasi_host_range(vector.at, vector.bytes);
    do {
        result = KERNEL_HERE(transfer->number_one, descriptor->host, bytes, vector.bytes, transfer->offset);
    } while (result == -EINTR);
    return result;
}

static int64_t move_through(struct iovec *vectors, uint32_t room, const struct descriptor *descriptor,
                            struct wasi_list iovs, const struct transfer *transfer)
{
    const int64_t count = descriptor_vectors(descriptor, vectors, room, iovs);
    int64_t result = count;
    while (count >= 0 && (result = KERNEL_NR(transfer->number, descriptor->host, vectors, count,
                                             transfer->offset, 0)) == -EINTR) {
    }
    return result;
}

static __attribute__((noinline)) int64_t move_few(const struct descriptor *descriptor, struct wasi_list iovs,
                                                  const struct transfer *transfer)
{
    struct iovec vectors[FEW_VECTORS];
    return move_through(vectors, FEW_VECTORS, descriptor, iovs, transfer);
}

static __attribute__((noinline)) int64_t move_many(const struct descriptor *descriptor, struct wasi_list iovs,
                                                   const struct transfer *transfer)
{
    struct iovec vectors[WASI_VECTORS];
    return move_through(vectors, WASI_VECTORS, descriptor, iovs, transfer);
}

/* Inlined with all that one vector takes, for the time of such a call is what programs wait for. */
static inline __attribute__((always_inline)) int64_t move(uint32_t fd, struct wasi_list iovs,
                                                          const struct transfer transfer, uint32_t size_out)
{
    struct descriptor *const descriptor = descriptor_get(fd);
    if (descriptor == NULL) {
        return -EBADF;
    }
    int64_t result = check_transfer(descriptor, &transfer);
    if (result == 0) {
        result = iovs.count == 1             ? move_one(descriptor, iovs.at, &transfer)
                 : iovs.count <= FEW_VECTORS ? move_few(descriptor, iovs, &transfer)
                                             : move_many(descriptor, iovs, &transfer);
    }
    descriptor_release(descriptor);
    return result < 0 ? result : wasi_answer_32(size_out, (uint32_t)result);
}

int64_t preview1_fd_read(uint32_t fd, struct wasi_list iovs, uint32_t nread)
{
    return move(fd, iovs, (struct transfer){SYS_readv, SYS_read, RIGHT_FD_READ, false, 0}, nread);
}

int64_t preview1_fd_write(uint32_t fd, struct wasi_list iovs, uint32_t nwritten)
{
    return move(fd, iovs, (struct transfer){SYS_writev, SYS_write, RIGHT_FD_WRITE, false, 0}, nwritten);
}

int64_t preview1_fd_pread(uint32_t fd, struct wasi_list iovs, uint64_t offset, uint32_t nread)
{
    return move(fd, iovs, (struct transfer){SYS_preadv, SYS_pread64, RIGHT_FD_READ, true, offset}, nread);
}

int64_t preview1_fd_pwrite(uint32_t fd, struct wasi_list iovs, uint64_t offset, uint32_t nwritten)
{
    return move(fd, iovs, (struct transfer){SYS_pwritev, SYS_pwrite64, RIGHT_FD_WRITE, true, offset},
                nwritten);
}

/* SEEK_SET, SEEK_CUR and SEEK_END have the interface's numbers.  Who may seek or tell may ask for the
 * offset. */
int64_t preview1_fd_seek(uint32_t fd, int64_t offset, uint32_t whence, uint32_t newoffset)
{
    struct descriptor *descriptor;
    const bool only_tells = offset == 0 && whence == SEEK_CUR;
    int64_t result = descriptor_get_keeping(fd, 0, &descriptor);
    if (result < 0) {
        return result;
    }
    if (!descriptor_keeps(descriptor, RIGHT_FD_SEEK) &&
        !(only_tells && descriptor_keeps(descriptor, RIGHT_FD_TELL))) {
        result = WASI_ERROR(WASI_NOTCAPABLE);
    } else {
        result =
            descriptor->type == TYPE_DIRECTORY ? -EBADF : KERNEL(lseek, descriptor->host, offset, whence);
    }
    descriptor_release(descriptor);
    return result < 0 ? result : wasi_answer_64(newoffset, (uint64_t)result);
}

int64_t preview1_fd_tell(uint32_t fd, uint32_t offset)
{
    return preview1_fd_seek(fd, 0, SEEK_CUR, offset);
}

int64_t preview1_fd_advise(uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice)
{
    struct descriptor *descriptor;
    int64_t result = descriptor_get_keeping(fd, RIGHT_FD_ADVISE, &descriptor);
    if (result == 0) {
        result = file_advise(descriptor, offset, len, advice);
        descriptor_release(descriptor);
    }
    return result;
}

/* ENOTSUP where it would be allowed: libcs expect it, and no host can promise it for all its file
 * systems. */
int64_t preview1_fd_allocate(uint32_t fd, __attribute__((unused)) uint64_t offset,
                             __attribute__((unused)) uint64_t len)
{
    struct descriptor *descriptor;
    const int64_t result = descriptor_get_keeping(fd, RIGHT_FD_ALLOCATE, &descriptor);
    if (result < 0) {
        return result;
    }
    const bool may = descriptor->type == TYPE_REGULAR_FILE && descriptor_has(descriptor, RIGHT_FD_WRITE);
    descriptor_release(descriptor);
    return may ? -ENOTSUP : -EBADF;
}

static int64_t sync_by(uint32_t fd, uint64_t right, bool data_alone)
{
    struct descriptor *descriptor;
    int64_t result = descriptor_get_keeping(fd, right, &descriptor);
    if (result < 0) {
        return result;
    }
    result = file_sync(descriptor, data_alone);
    descriptor_release(descriptor);
    return result;
}

int64_t preview1_fd_sync(uint32_t fd)
{
    return sync_by(fd, RIGHT_FD_SYNC, false);
}

int64_t preview1_fd_datasync(uint32_t fd)
{
    return sync_by(fd, RIGHT_FD_DATASYNC, true);
}

static int64_t stat_of(uint32_t fd, struct wasi_filestat *answer)
{
    struct stat st;
    struct descriptor *descriptor;
    int64_t result = descriptor_get_keeping(fd, RIGHT_FD_FILESTAT_GET, &descriptor);
    if (result < 0) {
        return result;
    }
    result = KERNEL(fstat, descriptor->host, &st);
    if (result == 0) {
        *answer = filestat_of(&st, descriptor->type);
    }
    descriptor_release(descriptor);
    return result;
}

int64_t preview1_fd_filestat_get(uint32_t fd, uint32_t stat)
{
    struct wasi_filestat answer;
    const int64_t result = stat_of(fd, &answer);
    return result < 0 ? result : filestat_answer(stat, &answer);
}

int64_t unstable_fd_filestat_get(uint32_t fd, uint32_t stat)
{
    struct wasi_filestat answer;
    const int64_t result = stat_of(fd, &answer);
    return result < 0 ? result : filestat_answer_unstable(stat, &answer);
}

int64_t preview1_fd_filestat_set_size(uint32_t fd, uint64_t size)
{
    struct descriptor *const descriptor = descriptor_get(fd);
    if (descriptor == NULL) {
        return -EBADF;
    }
    const int64_t result = file_set_size(descriptor, size);
    descriptor_release(descriptor);
    return result;
}

int64_t preview1_fd_filestat_set_times(uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t fst_flags)
{
    struct timespec times[2];
    struct descriptor *descriptor;
    int64_t result = descriptor_get_keeping(fd, RIGHT_FD_FILESTAT_SET_TIMES, &descriptor);
    if (result < 0) {
        return result;
    }
    result = times_in(times, atim, mtim, fst_flags);
    if (result == 0) {
        result = KERNEL(utimensat, descriptor->host, NULL, times, 0);
    }
    descriptor_release(descriptor);
    return result;
}
