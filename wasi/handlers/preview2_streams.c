/* wasi:io/streams, errors, and the network as such. */
#define _GNU_SOURCE
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/resources.h"
#include "wasi/streams.h"

#include <poll.h>
#include <string.h>

#define MOST_BLOCKING 4096

/* Memory of the guest's is taken when it is known how much. */
static int64_t read_list(uint32_t self, uint64_t len, bool waits, struct wasi_list *answer)
{
    char bytes[STREAM_PIECE];
    const int64_t result = stream_read_from(self, bytes, len, waits);
    if (result >= 0) {
        *answer = wit_bytes_out(bytes, (size_t)result);
    }
    return result;
}

int64_t preview2_input_stream_read(uint32_t self, uint64_t len, struct wasi_list *answer)
{
    return read_list(self, len, false, answer);
}

int64_t preview2_input_stream_blocking_read(uint32_t self, uint64_t len, struct wasi_list *answer)
{
    return read_list(self, len, true, answer);
}

static int64_t skip(uint32_t self, uint64_t len, bool waits, uint64_t *answer)
{
    char bytes[STREAM_PIECE];
    const int64_t result = stream_read_from(self, bytes, len, waits);
    *answer = result < 0 ? 0 : (uint64_t)result;
    return result;
}

int64_t preview2_input_stream_skip(uint32_t self, uint64_t len, uint64_t *answer)
{
    return skip(self, len, false, answer);
}

int64_t preview2_input_stream_blocking_skip(uint32_t self, uint64_t len, uint64_t *answer)
{
    return skip(self, len, true, answer);
}

uint32_t preview2_input_stream_subscribe(uint32_t self)
{
    struct stream *const stream = stream_of_input(self);
    const uint32_t pollable = stream_subscribe(stream, POLLIN);
    stream_leave(stream);
    return pollable;
}

int64_t preview2_output_stream_check_write(uint32_t self, uint64_t *answer)
{
    struct stream *const stream = stream_of_output(self);
    const int64_t result = stream_room(stream);
    *answer = result < 0 ? 0 : (uint64_t)result;
    atomic_store(&stream->permitted, *answer);
    stream_leave(stream);
    return result;
}

/* The entry has seen that the list lies in memory. */
static int64_t write_list(struct stream *stream, struct wasi_list contents)
{
    return stream_write(stream, wasi_host_range(contents.at, contents.count), contents.count);
}

int64_t preview2_output_stream_write(uint32_t self, struct wasi_list contents)
{
    struct stream *const stream = stream_of_output(self);
    int64_t result = stream_spend(stream, contents.count);
    if (result == 0) {
        result = write_list(stream, contents);
    }
    stream_leave(stream);
    return result;
}

/* What the calls that wait may write, which need no permission. */
static void check_blocking(uint64_t count)
{
    if (count > MOST_BLOCKING) {
        wit_trap("a call of WASI writes %llu bytes, where %d are the most", (unsigned long long)count,
                 MOST_BLOCKING);
    }
}

/* Nothing is held back, so nothing is left to flush. */
int64_t preview2_output_stream_blocking_write_and_flush(uint32_t self, struct wasi_list contents)
{
    struct stream *const stream = stream_of_output(self);
    check_blocking(contents.count);
    const int64_t result = write_list(stream, contents);
    stream_leave(stream);
    return result;
}

int64_t preview2_output_stream_flush(uint32_t self)
{
    struct stream *const stream = stream_of_output(self);
    const bool is_closed = stream_is_closed(stream);
    stream_leave(stream);
    return is_closed ? STREAM_CLOSED : 0;
}

int64_t preview2_output_stream_blocking_flush(uint32_t self)
{
    return preview2_output_stream_flush(self);
}

uint32_t preview2_output_stream_subscribe(uint32_t self)
{
    struct stream *const stream = stream_of_output(self);
    const uint32_t pollable = stream_subscribe(stream, POLLOUT);
    stream_leave(stream);
    return pollable;
}

int64_t preview2_output_stream_write_zeroes(uint32_t self, uint64_t len)
{
    struct stream *const stream = stream_of_output(self);
    int64_t result = stream_spend(stream, len);
    if (result == 0) {
        result = stream_write_zeroes(stream, len);
    }
    stream_leave(stream);
    return result;
}

int64_t preview2_output_stream_blocking_write_zeroes_and_flush(uint32_t self, uint64_t len)
{
    struct stream *const stream = stream_of_output(self);
    check_blocking(len);
    const int64_t result = stream_write_zeroes(stream, len);
    stream_leave(stream);
    return result;
}

static int64_t splice_handles(uint32_t self, uint32_t src, uint64_t len, bool waits, uint64_t *answer)
{
    struct stream *const to = stream_of_output(self);
    struct stream *const from = stream_of_input(src);
    bool has_ended;
    int64_t result = stream_splice(to, from, len, waits, &has_ended);
    result = has_ended ? STREAM_CLOSED : result;
    stream_leave(from);
    stream_leave(to);
    *answer = result < 0 ? 0 : (uint64_t)result;
    return result;
}

int64_t preview2_output_stream_splice(uint32_t self, uint32_t src, uint64_t len, uint64_t *answer)
{
    return splice_handles(self, src, len, false, answer);
}

int64_t preview2_output_stream_blocking_splice(uint32_t self, uint32_t src, uint64_t len, uint64_t *answer)
{
    return splice_handles(self, src, len, true, answer);
}

static int64_t error_of(uint32_t handle)
{
    union resource_content *const content = resource_get(handle, RESOURCE_ERROR);
    const int64_t result = content->error;
    resource_release(content);
    return result;
}

/* -errno, and whether it is of a socket. */
static int64_t errno_of(uint32_t handle, bool *is_of_socket)
{
    const int64_t result = error_of(handle);
    *is_of_socket = result <= -OF_SOCKET;
    return *is_of_socket ? result + OF_SOCKET : result;
}

void preview2_error_to_debug_string(uint32_t self, struct wasi_list *answer)
{
    bool is_of_socket;
    const int64_t result = errno_of(self, &is_of_socket);
    *answer = wit_text_out(result > WASI_ERROR(0) ? strerror((int)-result) : "not permitted here");
}

void preview2_types_filesystem_error_code(uint32_t err, struct wit_option_error_code *answer)
{
    bool is_of_socket;
    const int64_t result = errno_of(err, &is_of_socket);
    answer->tag = !is_of_socket;
    answer->some = is_of_socket ? 0 : wit_error_code_of(result);
}

void preview2_network_error_code(uint32_t err, struct wit_option_socket_error_code *answer)
{
    bool is_of_socket;
    const int64_t result = errno_of(err, &is_of_socket);
    answer->tag = is_of_socket;
    answer->some = is_of_socket ? wit_socket_error_code_of(result) : 0;
}

uint32_t preview2_instance_network(void)
{
    const union resource_content content = {0};
    return resource_new(RESOURCE_NETWORK, &content);
}
