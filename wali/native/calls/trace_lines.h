/* The lines of the trace: how those of several threads and processes come to stand in one file.
 *
 * A call's line is written in two parts.  If another thread writes in between, it first ends the line
 * by "<unfinished ...>", and the second part gets a line of its own, which says what is resumed.  What
 * must be known for that lies in memory that all processes of the trace share, execve(2) included
 * (wali_config.trace_area_fd). */
#ifndef WALI_CALLS_TRACE_LINES_H
#define WALI_CALLS_TRACE_LINES_H

#include "wali/native/process/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes of a line. */
#define TRACE_LINE (20 << 10)

/* Bytes of the area that processes share. */
size_t trace_area_size(void);

/* Maps the area, or one of this process and its children if there is none. */
void trace_lines_open(const wali_config *config) __attribute__((visibility("hidden")));

/* A call whose line the calling thread writes. */
struct trace_line {
    const char *name;
    size_t length;    /* of the first part */
    size_t leader;    /* of what stands before it */
    uint64_t wall;    /* when it began, in nanoseconds since 1970 */
    uint64_t begun;   /* the same by a clock that is never set */
    bool is_written;  /* whether the first part has been */
    const char *text; /* the first part, for a line that is written at once */
};

/* Write the two parts.  With `deferred` the first waits for the second, and `text` must stay.  The
 * second is `rest` and, so many columns on, `result`. */
void trace_line_begin(struct trace_line *line, const char *name, const char *text, size_t length,
                      bool deferred) __attribute__((visibility("hidden")));
void trace_line_end(struct trace_line *line, const char *rest, size_t rest_length, const char *result,
                    size_t result_length) __attribute__((visibility("hidden")));
/* Writes a line that is no call's.  Async-signal-safe. */
void trace_line_whole(const char *text, size_t length) __attribute__((visibility("hidden")));

/* A successful execve(2) ends in another program: leaves its line to that, or takes it back. */
void trace_line_hand_on(const struct trace_line *line) __attribute__((visibility("hidden")));
void trace_line_take_back(void) __attribute__((visibility("hidden")));
/* Ends a line that was handed on to this process; false if there is none. */
bool trace_line_take_over(void) __attribute__((visibility("hidden")));

/* Counts the threads that are traced. */
void trace_tasks_add(int32_t count) __attribute__((visibility("hidden")));

/* The id of the calling thread. */
int32_t trace_tid(void) __attribute__((visibility("hidden")));
uint64_t trace_now(int clock) __attribute__((visibility("hidden")));

#endif
