/* The text of the trace, from what the rows say of each parameter: lines as strace(1) writes them.
 * Nothing is allocated, and guest memory is only read by copy_in. */
#ifndef WALI_TRACE_H
#define WALI_TRACE_H

#include "syscalls/rows.h"
#include "syscalls/trace_text.h"

#include <signal.h>

/* A call, and its result once there is one. */
struct wali_traced {
    const struct wali_row *row;
    const wasmtime_val_raw_t *args; /* as they were before the call */
    int64_t result;
    uint32_t given_length; /* the room for an address of a socket, before the call */
};

/* The result of a call that does not return. */
#define TRACE_NO_RESULT INT64_MIN
/* The column where "= result" begins, if there is room. */
#define TRACE_COLUMN 40

/* Write a call up to the first parameter that the kernel fills, and the rest of the line with the
 * result, without its end.  *result_at becomes where "= result" begins, before which the line is
 * padded.  The length in bytes, without a NUL.  A line that does not fit is cut.  `size` is at least
 * 512. */
size_t wali_trace_enter(char *buf, size_t size, struct wali_traced *call);
size_t wali_trace_exit(char *buf, size_t size, const struct wali_traced *call, size_t *result_at);

/* Writes an argument after the call; false if it is none that is shown. */
bool wali_trace_argument(struct text *text, const struct wali_traced *call, size_t i);
/* Writes the result as a line does. */
void wali_trace_result(struct text *text, const struct wali_traced *call);

/* Writes a signal as "--- SIGCHLD {...} ---", without an end. */
size_t wali_trace_signal(char *buf, size_t size, const siginfo_t *info);

#endif
