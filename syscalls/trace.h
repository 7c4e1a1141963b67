/* The text of the trace, from what the rows say of each parameter.  Nothing is
 * allocated, and guest memory is only read through copy_in. */
#ifndef WALI_TRACE_H
#define WALI_TRACE_H

#include "syscalls/rows.h"

/* Formats the call as far as it is known before it is made: up to the first
 * parameter that the kernel writes to.  Returns the length; no NUL follows.  A
 * line that does not fit is cut; size is at least 160. */
size_t wali_trace_enter(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args);

/* Formats the rest of the line, with the result and the newline. */
size_t wali_trace_exit(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args,
                       int64_t result);

#endif
