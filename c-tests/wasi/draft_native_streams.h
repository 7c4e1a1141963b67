/* Streams of draft.h, clocks, and waiting, by POSIX. */
#ifndef DRAFT_NATIVE_STREAMS_H
#define DRAFT_NATIVE_STREAMS_H

#include "draft_posix.h"

static int64_t new_stream(int fd, int64_t position)
{
    streams[streams_made].fd = fd;
    streams[streams_made].position = position;
    return streams_made++;
}

static inline handle standard_input(void)
{
    return (handle)new_stream(STDIN_FILENO, -1);
}

static inline handle standard_output(void)
{
    return (handle)new_stream(STDOUT_FILENO, -1);
}

static inline handle standard_error(void)
{
    return (handle)new_stream(STDERR_FILENO, -1);
}

static inline int64_t stream_wait_read(handle in, void *to, uint32_t count, bool *is_end)
{
    const int fd = streams[in].fd;
    const int64_t position = streams[in].position;
    const ssize_t got = position < 0 ? read(fd, to, count) : pread(fd, to, count, position);
    streams[in].position += position >= 0 && got > 0 ? got : 0;
    *is_end = got == 0 && count > 0;
    return got;
}

static bool has_something(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    return poll(&polled, 1, 0) > 0;
}

static inline int64_t stream_read(handle in, void *to, uint32_t count, bool *is_end)
{
    *is_end = false;
    return has_something(streams[in].fd) ? stream_wait_read(in, to, count, is_end) : 0;
}

static inline int64_t stream_skip(handle in, uint64_t count, bool *is_end)
{
    char bytes[65536];
    return stream_read(in, bytes, (uint32_t)count, is_end);
}

static inline int64_t stream_wait_write(handle out, const void *at, uint32_t count)
{
    const int fd = streams[out].fd;
    const int64_t position = streams[out].position;
    const ssize_t done = position < 0 ? write(fd, at, count) : pwrite(fd, at, count, position);
    streams[out].position += position >= 0 && done > 0 ? done : 0;
    return done;
}

static inline int64_t stream_write(handle out, const void *at, uint32_t count)
{
    return stream_wait_write(out, at, count);
}

static inline int64_t stream_zeroes(handle out, uint64_t count)
{
    static const char zeroes[65536];
    return stream_wait_write(out, zeroes, count < sizeof zeroes ? (uint32_t)count : sizeof zeroes);
}

static inline int64_t stream_splice(handle out, handle in, uint64_t count, bool *is_end)
{
    char bytes[65536];
    const int64_t got =
        stream_wait_read(in, bytes, count < sizeof bytes ? (uint32_t)count : sizeof bytes, is_end);
    return got <= 0 ? got : stream_wait_write(out, bytes, (uint32_t)got);
}

static inline int64_t stream_forward(handle out, handle in)
{
    bool is_end = false;
    int64_t total = 0;
    while (!is_end) {
        const int64_t moved = stream_splice(out, in, 65536, &is_end);
        if (moved < 0) {
            return GONE;
        }
        total += moved;
    }
    return total;
}

static inline void drop_input(handle this)
{
    (void)this;
}

static inline void drop_output(handle this)
{
    (void)this;
}

static handle new_pollable(int fd, short events, uint64_t due)
{
    pollables[pollables_made] = (struct pollfd){.fd = fd, .events = events};
    dues[pollables_made] = due;
    return pollables_made++;
}

static inline handle until_readable(handle this)
{
    return new_pollable(streams[this].fd, POLLIN, 0);
}

static inline handle until_writable(handle this)
{
    return new_pollable(streams[this].fd, POLLOUT, 0);
}

static inline void drop_pollable(handle this)
{
    (void)this;
}

static inline uint64_t monotonic_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static inline uint64_t monotonic_resolution(void)
{
    struct timespec time;
    clock_getres(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static struct times times_of(struct timespec time)
{
    return (struct times){(uint64_t)time.tv_sec, (uint32_t)time.tv_nsec};
}

static inline void wall_now(struct times *answer)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    *answer = times_of(time);
}

static inline void wall_resolution(struct times *answer)
{
    struct timespec time;
    clock_getres(CLOCK_REALTIME, &time);
    *answer = times_of(time);
}

static inline handle timer(uint64_t when, uint32_t is_absolute)
{
    return new_pollable(-1, 0, is_absolute ? when : monotonic_now() + when);
}

/* Looks every millisecond. */
static inline void wait_for(const handle *waited, uint32_t count, bool *ready)
{
    for (bool any = false; !any; usleep(any ? 0 : 1000)) {
        for (uint32_t i = 0; i < count; i++) {
            struct pollfd polled = pollables[waited[i]];
            ready[i] = polled.fd < 0 ? dues[waited[i]] <= monotonic_now() : poll(&polled, 1, 0) > 0;
            any = any || ready[i];
        }
    }
}

#endif
