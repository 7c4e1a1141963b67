/* Reading and writing by streams, and waiting for them: what several functions of wasi:io share. */
#ifndef WALI_WASI_STREAMS_H
#define WALI_WASI_STREAMS_H

#include "wasi/resources.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As much as one call reads. */
#define STREAM_PIECE 65536

/* What a stream of a socket returns for -errno, so that one can see of what the error is. */
#define OF_SOCKET INT64_C(0x40000)

/* A new stream of a file, whose use becomes the stream's; NULL makes a closed one.  A file that can seek
 * is read and written from `position` on; another one, or with ITS_OWN_POSITION any, where it stands. */
#define ITS_OWN_POSITION UINT64_MAX
uint32_t stream_new(enum resource_kind kind, struct descriptor *file, uint64_t position, bool appends)
    __attribute__((visibility("hidden")));

/* The same of a socket's file, of which a use is added: a child of the socket. */
uint32_t stream_new_of_socket(enum resource_kind kind, struct descriptor *file,
                              union resource_content *socket) __attribute__((visibility("hidden")));

/* The stream of a handle, for stream_leave(). */
struct stream *stream_of_input(uint32_t handle) __attribute__((visibility("hidden")));
struct stream *stream_of_output(uint32_t handle) __attribute__((visibility("hidden")));
void stream_leave(struct stream *stream) __attribute__((visibility("hidden")));

/* Waits for events of poll(2). */
void stream_wait(const struct stream *stream, short events) __attribute__((visibility("hidden")));

/* Reads: the count, or what a handler returns.  Unless it `waits`, 0 says that there is nothing yet. */
int64_t stream_read(struct stream *stream, void *to, size_t most, bool waits)
    __attribute__((visibility("hidden")));

/* The same of a handle's stream, as much as is asked for or one call reads. */
int64_t stream_read_from(uint32_t handle, char to[STREAM_PIECE], uint64_t len, bool waits)
    __attribute__((visibility("hidden")));

/* Whether an output stream takes nothing any more. */
bool stream_is_closed(const struct stream *stream) __attribute__((visibility("hidden")));
/* The bytes that may be written now, 0 if that would wait for the first one; or what a handler returns. */
int64_t stream_room(const struct stream *stream) __attribute__((visibility("hidden")));
/* Writes one byte at least, and waits for that; the count, or what a handler returns. */
int64_t stream_write_some(struct stream *stream, const void *from, size_t count)
    __attribute__((visibility("hidden")));
/* Takes so many bytes off what check-write has permitted, or ends the guest: STREAM_CLOSED if there is
 * nothing to write to any more, else 0. */
int64_t stream_spend(struct stream *stream, uint64_t count) __attribute__((visibility("hidden")));
/* Writes all, and waits where it must.  0, or what a handler returns. */
int64_t stream_write(struct stream *stream, const void *from, size_t count)
    __attribute__((visibility("hidden")));

int64_t stream_write_zeroes(struct stream *stream, uint64_t count) __attribute__((visibility("hidden")));

/* Moves up to `len` bytes, and up to STREAM_PIECE: the count, or what a handler returns.  Whether there are
 * no more is *has_ended.  Unless it `waits`, 0 says that there is nothing yet, or no room. */
int64_t stream_splice(struct stream *to, struct stream *from, uint64_t len, bool waits, bool *has_ended)
    __attribute__((visibility("hidden")));

/* A new pollable of the stream, its child. */
uint32_t stream_subscribe(struct stream *stream, short events) __attribute__((visibility("hidden")));

#endif
