/* wasi:io/streams of the draft: errors have no reason, the end is told beside what was read, and what is
 * written may be part of it. */
#define _GNU_SOURCE
#include "wasi/_generated/draft_handlers.h"
#include "wasi/canonical.h"
#include "wasi/streams.h"

/* The end is no error. */
static int64_t told(int64_t result, uint8_t *is_end)
{
    *is_end = result == STREAM_CLOSED;
    return *is_end ? 0 : result;
}

/* Memory of the guest's is taken when it is known how much. */
static int64_t read_list(uint32_t this, uint64_t len, bool waits, struct wit_read_result *answer)
{
    char bytes[STREAM_PIECE];
    const int64_t count = told(stream_read_from(this, bytes, len, waits), &answer->is_end);
    if (count >= 0) {
        answer->data = wit_bytes_out(bytes, (size_t)count);
    }
    return count;
}

int64_t draft_streams_read(uint32_t this, uint64_t len, struct wit_read_result *answer)
{
    return read_list(this, len, false, answer);
}

int64_t draft_streams_blocking_read(uint32_t this, uint64_t len, struct wit_read_result *answer)
{
    return read_list(this, len, true, answer);
}

static int64_t skip(uint32_t this, uint64_t len, bool waits, struct wit_skipped *answer)
{
    char bytes[STREAM_PIECE];
    const int64_t count = told(stream_read_from(this, bytes, len, waits), &answer->is_end);
    answer->bytes = count < 0 ? 0 : (uint64_t)count;
    return count;
}

int64_t draft_streams_skip(uint32_t this, uint64_t len, struct wit_skipped *answer)
{
    return skip(this, len, false, answer);
}

int64_t draft_streams_blocking_skip(uint32_t this, uint64_t len, struct wit_skipped *answer)
{
    return skip(this, len, true, answer);
}

/* Answers with the count, and ends the use. */
static int64_t written(struct stream *stream, int64_t result, uint64_t *answer)
{
    stream_leave(stream);
    *answer = result < 0 ? 0 : (uint64_t)result;
    return result;
}

/* The lesser of both; what is no room stays. */
static int64_t at_most(int64_t room, uint64_t count)
{
    return room > 0 && (uint64_t)room > count ? (int64_t)count : room;
}

/* The entry has seen that the list lies in memory. */
static int64_t write_list(uint32_t this, struct wasi_list buf, bool waits, uint64_t *answer)
{
    struct stream *const stream = stream_of_output(this);
    int64_t result = at_most(waits && stream->file != NULL ? buf.count : stream_room(stream), buf.count);
    if (result > 0) {
        result = stream_write_some(stream, wasi_host_range(buf.at, buf.count), (size_t)result);
    }
    return written(stream, result, answer);
}

int64_t draft_streams_write(uint32_t this, struct wasi_list buf, uint64_t *answer)
{
    return write_list(this, buf, false, answer);
}

int64_t draft_streams_blocking_write(uint32_t this, struct wasi_list buf, uint64_t *answer)
{
    return write_list(this, buf, true, answer);
}

static int64_t write_zeroes(uint32_t this, uint64_t len, bool waits, uint64_t *answer)
{
    struct stream *const stream = stream_of_output(this);
    const uint64_t most = len < STREAM_PIECE ? len : STREAM_PIECE;
    int64_t result = at_most(waits && stream->file != NULL ? STREAM_PIECE : stream_room(stream), most);
    if (result > 0) {
        const int64_t failure = stream_write_zeroes(stream, (uint64_t)result);
        result = failure < 0 ? failure : result;
    }
    return written(stream, result, answer);
}

int64_t draft_streams_write_zeroes(uint32_t this, uint64_t len, uint64_t *answer)
{
    return write_zeroes(this, len, false, answer);
}

int64_t draft_streams_blocking_write_zeroes(uint32_t this, uint64_t len, uint64_t *answer)
{
    return write_zeroes(this, len, true, answer);
}

static int64_t splice(uint32_t this, uint32_t src, uint64_t len, bool waits, struct wit_skipped *answer)
{
    struct stream *const to = stream_of_output(this);
    struct stream *const from = stream_of_input(src);
    bool has_ended;
    const int64_t result = stream_splice(to, from, len, waits, &has_ended);
    stream_leave(from);
    answer->is_end = has_ended;
    return written(to, result, &answer->bytes);
}

int64_t draft_streams_splice(uint32_t this, uint32_t src, uint64_t len, struct wit_skipped *answer)
{
    return splice(this, src, len, false, answer);
}

int64_t draft_streams_blocking_splice(uint32_t this, uint32_t src, uint64_t len, struct wit_skipped *answer)
{
    return splice(this, src, len, true, answer);
}

int64_t draft_streams_forward(uint32_t this, uint32_t src, uint64_t *answer)
{
    struct stream *const to = stream_of_output(this);
    struct stream *const from = stream_of_input(src);
    bool has_ended = false;
    uint64_t total = 0;
    int64_t result = 0;
    while (!has_ended && result >= 0) {
        result = stream_splice(to, from, STREAM_PIECE, true, &has_ended);
        total += result > 0 ? (uint64_t)result : 0;
    }
    stream_leave(from);
    result = written(to, result, answer);
    *answer = total;
    return result;
}
