/* wasi:filesystem/types: what is done with a descriptor itself. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/file_calls.h"
#include "wasi/handlers/preview2_descriptor.h"
#include "wasi/handlers/preview2_stat.h"
#include "wasi/preview1.h"
#include "wasi/resources.h"
#include "wasi/streams.h"

#include <errno.h>
#include <sys/stat.h>

enum {
    DESCRIPTOR_READ = 1,
    DESCRIPTOR_WRITE = 2,
    DESCRIPTOR_SYNC = 4,
    DESCRIPTOR_DATA_SYNC = 8,
    DESCRIPTOR_READ_SYNC = 16,
    DESCRIPTOR_MUTATE = 32
};

struct descriptor *preview2_descriptor(uint32_t handle)
{
    union resource_content *const content = resource_get(handle, RESOURCE_DESCRIPTOR);
    struct descriptor *const descriptor = descriptor_hold(content->descriptor);
    resource_release(content);
    return descriptor;
}

/* The descriptor of a file that is open for it, for descriptor_release(); or NULL. */
static struct descriptor *file_with(uint32_t handle, uint64_t right)
{
    struct descriptor *const file = preview2_descriptor(handle);
    if (file->type != TYPE_DIRECTORY && descriptor_has(file, right)) {
        return file;
    }
    descriptor_release(file);
    return NULL;
}

static int64_t open_stream(enum resource_kind kind, uint32_t self, uint64_t offset, bool appends,
                           uint32_t *answer)
{
    struct descriptor *const file =
        file_with(self, kind == RESOURCE_INPUT_STREAM ? RIGHT_FD_READ : RIGHT_FD_WRITE);
    if (file == NULL) {
        return -EBADF;
    }
    if (offset > INT64_MAX) {
        descriptor_release(file);
        return -EINVAL;
    }
    *answer = stream_new(kind, file, offset, appends);
    return 0;
}

int64_t preview2_descriptor_read_via_stream(uint32_t self, uint64_t offset, uint32_t *answer)
{
    return open_stream(RESOURCE_INPUT_STREAM, self, offset, false, answer);
}

int64_t preview2_descriptor_write_via_stream(uint32_t self, uint64_t offset, uint32_t *answer)
{
    return open_stream(RESOURCE_OUTPUT_STREAM, self, offset, false, answer);
}

int64_t preview2_descriptor_append_via_stream(uint32_t self, uint32_t *answer)
{
    return open_stream(RESOURCE_OUTPUT_STREAM, self, 0, true, answer);
}

int64_t preview2_descriptor_read(uint32_t self, uint64_t length, uint64_t offset,
                                 struct wit_read_result *answer)
{
    char bytes[STREAM_PIECE];
    struct descriptor *const file = file_with(self, RIGHT_FD_READ);
    int64_t result;
    if (file == NULL) {
        return -EBADF;
    }
    do {
        result = KERNEL(pread64, file->host, bytes, length < sizeof bytes ? length : sizeof bytes, offset);
    } while (result == -EINTR);
    descriptor_release(file);
    if (result >= 0) {
        answer->data = wit_bytes_out(bytes, (size_t)result);
        answer->is_end = result == 0;
    }
    return result;
}

int64_t preview2_descriptor_write(uint32_t self, struct wasi_list buffer, uint64_t offset, uint64_t *answer)
{
    struct descriptor *const file = file_with(self, RIGHT_FD_WRITE);
    int64_t result;
    if (file == NULL) {
        return -EBADF;
    }
    do {
        result = KERNEL(pwrite64, file->host, wasi_host_range(buffer.at, buffer.count), buffer.count, offset);
    } while (result == -EINTR);
    descriptor_release(file);
    *answer = result < 0 ? 0 : (uint64_t)result;
    return result;
}

int64_t preview2_descriptor_advise(uint32_t self, uint64_t offset, uint64_t length, uint32_t advice)
{
    struct descriptor *const file = preview2_descriptor(self);
    const int64_t result = file_advise(file, offset, length, advice);
    descriptor_release(file);
    return result;
}

static int64_t sync_file(uint32_t self, bool data_alone)
{
    struct descriptor *const file = preview2_descriptor(self);
    const int64_t result = file_sync(file, data_alone);
    descriptor_release(file);
    return result;
}

int64_t preview2_descriptor_sync(uint32_t self)
{
    return sync_file(self, false);
}

int64_t preview2_descriptor_sync_data(uint32_t self)
{
    return sync_file(self, true);
}

/* Whether a folder may be changed is the host's to say: all say that they may. */
int64_t preview2_descriptor_get_flags(uint32_t self, uint8_t *answer)
{
    struct descriptor *const file = preview2_descriptor(self);
    const uint32_t flags = file->flags;
    unsigned told = DESCRIPTOR_READ | (file->hides_writing ? 0 : DESCRIPTOR_MUTATE);
    if (file->type != TYPE_DIRECTORY) {
        told = (descriptor_has(file, RIGHT_FD_READ) ? DESCRIPTOR_READ : 0) |
               (descriptor_has(file, RIGHT_FD_WRITE) ? DESCRIPTOR_WRITE : 0) |
               ((flags & FLAG_SYNC) != 0 ? DESCRIPTOR_SYNC : 0) |
               ((flags & FLAG_DSYNC) != 0 ? DESCRIPTOR_DATA_SYNC : 0) |
               ((flags & FLAG_RSYNC) != 0 ? DESCRIPTOR_READ_SYNC : 0);
    }
    descriptor_release(file);
    *answer = (uint8_t)told;
    return 0;
}

int64_t preview2_stat(uint32_t self, struct stat *st)
{
    struct descriptor *const file = preview2_descriptor(self);
    const int64_t result = KERNEL(fstat, file->host, st);
    descriptor_release(file);
    return result;
}

int64_t preview2_descriptor_get_type(uint32_t self, uint8_t *answer)
{
    struct stat st;
    const int64_t result = preview2_stat(self, &st);
    *answer = result < 0 ? 0 : wit_type_of(st.st_mode);
    return result;
}

int64_t preview2_descriptor_stat(uint32_t self, struct wit_descriptor_stat *answer)
{
    struct stat st;
    const int64_t result = preview2_stat(self, &st);
    if (result == 0) {
        wit_stat_of(&st, answer);
    }
    return result;
}

int64_t preview2_descriptor_metadata_hash(uint32_t self, struct wit_metadata_hash_value *answer)
{
    struct stat st;
    const int64_t result = preview2_stat(self, &st);
    if (result == 0) {
        wit_hash_of(&st, answer);
    }
    return result;
}

uint32_t preview2_descriptor_is_same_object(uint32_t self, uint32_t other)
{
    struct stat one, two;
    return preview2_stat(self, &one) == 0 && preview2_stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

int64_t preview2_descriptor_set_size(uint32_t self, uint64_t size)
{
    struct descriptor *const file = preview2_descriptor(self);
    const int64_t result = file_set_size(file, size);
    descriptor_release(file);
    return result;
}

int64_t preview2_descriptor_set_times(uint32_t self, const struct wit_new_timestamp *accessed,
                                      const struct wit_new_timestamp *modified)
{
    const struct timespec times[2] = {wit_time_in(accessed), wit_time_in(modified)};
    struct descriptor *const file = preview2_descriptor(self);
    const int64_t result = KERNEL(utimensat, file->host, NULL, times, 0);
    descriptor_release(file);
    return result;
}
