#define _GNU_SOURCE
#include "wasi/streams.h"

#include "wali/native/base/kernel.h"
#include "wasi/canonical.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

/* Files take any size, but who has asked is to come back some time. */
#define FILE_ROOM (UINT32_C(1) << 20)
/* A socket that poll(2) calls writable has room for so much, unless its buffer is very small: then the
 * write waits. */
#define SOCKET_ROOM 4096

static bool never_waits(const struct descriptor *file)
{
    return file->type == TYPE_REGULAR_FILE || file->type == TYPE_BLOCK_DEVICE;
}

static union resource_content content_of(struct descriptor *file, uint64_t position, bool appends)
{
    return (union resource_content){
        .stream = {
            .file = file,
            .has_position = file != NULL && position != ITS_OWN_POSITION && never_waits(file),
            .appends = appends,
            .position = position,
        }};
}

uint32_t stream_new(enum resource_kind kind, struct descriptor *file, uint64_t position, bool appends)
{
    const union resource_content content = content_of(file, position, appends);
    return resource_new(kind, &content);
}

uint32_t stream_new_of_socket(enum resource_kind kind, struct descriptor *file,
                              union resource_content *socket)
{
    const union resource_content content = content_of(descriptor_hold(file), ITS_OWN_POSITION, false);
    return resource_new_child(kind, &content, socket);
}

struct stream *stream_of_input(uint32_t handle)
{
    return &resource_get(handle, RESOURCE_INPUT_STREAM)->stream;
}

struct stream *stream_of_output(uint32_t handle)
{
    return &resource_get(handle, RESOURCE_OUTPUT_STREAM)->stream;
}

void stream_leave(struct stream *stream)
{
    resource_release((union resource_content *)stream);
}

/* What poll(2) says, at once or when there is something. */
static short state_of(const struct descriptor *file, short events, bool waits)
{
    struct pollfd polled = {.fd = file->host, .events = events};
    const struct timespec none = {0};
    struct timespec left = none;
    int64_t result;
    do {
        result = KERNEL(ppoll, &polled, 1, waits ? NULL : &left, NULL, 0);
    } while (result == -EINTR);
    return result > 0 ? polled.revents : 0;
}

void stream_wait(const struct stream *stream, short events)
{
    if (stream->file != NULL && !never_waits(stream->file)) {
        state_of(stream->file, events, true);
    }
}

static int64_t failed(const struct stream *stream, int64_t result)
{
    return stream->file->type == TYPE_SOCKET_STREAM ? result - OF_SOCKET : result;
}

/* Whether nothing comes or goes that way any more, whatever the kernel still has. */
static bool has_ended(const struct stream *stream, unsigned char way)
{
    return stream->file == NULL ||
           (atomic_load_explicit(&stream->file->shut, memory_order_relaxed) & way) != 0;
}

bool stream_is_closed(const struct stream *stream)
{
    return has_ended(stream, SHUT_OUT);
}

/* A connection has come to its end for good: that is told of no bytes, too. */
static int64_t end(const struct stream *stream)
{
    if (stream->file->type == TYPE_SOCKET_STREAM) {
        atomic_fetch_or(&stream->file->shut, SHUT_IN);
    }
    return STREAM_CLOSED;
}

static int64_t read_once(struct stream *stream, void *to, size_t most)
{
    const int host = stream->file->host;
    int64_t result;
    do {
        result = stream->has_position ? KERNEL(pread64, host, to, most, stream->position)
                                      : KERNEL(read, host, to, most);
    } while (result == -EINTR);
    if (result > 0 && stream->has_position) {
        atomic_fetch_add(&stream->position, (uint64_t)result);
    }
    return result;
}

/* Who has the file open, too, may have made it nonblocking: then EAGAIN says what poll(2) did not. */
int64_t stream_read(struct stream *stream, void *to, size_t most, bool waits)
{
    if (has_ended(stream, SHUT_IN)) {
        return STREAM_CLOSED;
    }
    if (most == 0) {
        return 0;
    }
    for (;;) {
        if (!waits && !never_waits(stream->file) && state_of(stream->file, POLLIN, false) == 0) {
            return 0;
        }
        const int64_t result = read_once(stream, to, most);
        if (result == 0) {
            return end(stream);
        }
        if (result != -EAGAIN) {
            return result < 0 ? failed(stream, result) : result;
        }
        if (!waits) {
            return 0;
        }
        stream_wait(stream, POLLIN);
    }
}

int64_t stream_read_from(uint32_t handle, char to[STREAM_PIECE], uint64_t len, bool waits)
{
    struct stream *const stream = stream_of_input(handle);
    const int64_t result = stream_read(stream, to, len < STREAM_PIECE ? (size_t)len : STREAM_PIECE, waits);
    stream_leave(stream);
    return result;
}

/* A pipe that nobody reads any more is in the state of an error.  One that is not full is allowed more than
 * it has room for: the write then waits, as one of a file descriptor does that is not nonblocking. */
int64_t stream_room(const struct stream *stream)
{
    if (stream_is_closed(stream)) {
        return STREAM_CLOSED;
    }
    if (never_waits(stream->file)) {
        return FILE_ROOM;
    }
    const short state = state_of(stream->file, POLLOUT, false);
    if ((state & (POLLERR | POLLNVAL)) != 0) {
        return STREAM_CLOSED;
    }
    if ((state & POLLOUT) == 0) {
        return 0;
    }
    return stream->file->type == TYPE_SOCKET_STREAM ? SOCKET_ROOM : STREAM_PIECE;
}

int64_t stream_spend(struct stream *stream, uint64_t count)
{
    uint64_t permitted = atomic_load(&stream->permitted);
    while (count <= permitted) {
        if (atomic_compare_exchange_weak(&stream->permitted, &permitted, permitted - count)) {
            return 0;
        }
    }
    if (stream_room(stream) == STREAM_CLOSED) {
        return STREAM_CLOSED;
    }
    wit_trap("a call of WASI writes %llu bytes, of which check-write has permitted %llu",
             (unsigned long long)count, (unsigned long long)permitted);
}

static int64_t write_once(struct stream *stream, const char *from, size_t count)
{
    const struct iovec vector = {(void *)(uintptr_t)from, count};
    const int host = stream->file->host;
    if (stream->appends) {
        return KERNEL(pwritev2, host, &vector, 1, 0, 0, RWF_APPEND);
    }
    return stream->has_position ? KERNEL(pwrite64, host, from, count, stream->position)
                                : KERNEL(write, host, from, count);
}

int64_t stream_write_some(struct stream *stream, const void *from, size_t count)
{
    if (stream_is_closed(stream)) {
        return STREAM_CLOSED;
    }
    for (;;) {
        const int64_t result = write_once(stream, from, count);
        if (result >= 0) {
            atomic_fetch_add(&stream->position, (uint64_t)result);
            return result;
        }
        if (result == -EAGAIN) {
            stream_wait(stream, POLLOUT);
        } else if (result != -EINTR) {
            return result == -EPIPE ? STREAM_CLOSED : failed(stream, result);
        }
    }
}

int64_t stream_write(struct stream *stream, const void *from, size_t count)
{
    if (stream_is_closed(stream)) {
        return STREAM_CLOSED;
    }
    for (size_t done = 0; done < count;) {
        const int64_t result = stream_write_some(stream, (const char *)from + done, count - done);
        if (result < 0) {
            return result;
        }
        done += (size_t)result;
    }
    return 0;
}

int64_t stream_write_zeroes(struct stream *stream, uint64_t count)
{
    static const char zeroes[4096];
    int64_t result = stream_is_closed(stream) ? STREAM_CLOSED : 0;
    while (count > 0 && result == 0) {
        const size_t piece = count < sizeof zeroes ? (size_t)count : sizeof zeroes;
        result = stream_write(stream, zeroes, piece);
        count -= piece;
    }
    return result;
}

/* No more is read than can be written. */
int64_t stream_splice(struct stream *to, struct stream *from, uint64_t len, bool waits, bool *has_ended)
{
    char bytes[STREAM_PIECE];
    *has_ended = false;
    if (waits) {
        stream_wait(to, POLLOUT);
    }
    const int64_t room = stream_room(to);
    if (room <= 0) {
        return room;
    }
    const size_t most = len < sizeof bytes ? (size_t)len : sizeof bytes;
    const int64_t count = stream_read(from, bytes, most < (size_t)room ? most : (size_t)room, waits);
    if (count <= 0) {
        *has_ended = count == STREAM_CLOSED;
        return *has_ended ? 0 : count;
    }
    const int64_t result = stream_write(to, bytes, (size_t)count);
    return result < 0 ? result : count;
}

uint32_t stream_subscribe(struct stream *stream, short events)
{
    const bool is_ready = stream->file == NULL || never_waits(stream->file);
    const union resource_content content = {
        .pollable = {.file = is_ready ? NULL : descriptor_hold(stream->file), .events = events}};
    return resource_new_child(RESOURCE_POLLABLE, &content, (union resource_content *)stream);
}
