/* The text of the trace, from what the rows say of each parameter.  Nothing is allocated, and guest
 * memory is only read by copy_in. */
#ifndef WALI_TRACE_H
#define WALI_TRACE_H

#include "syscalls/rows.h"

/* Writes the call up to the first parameter that the kernel fills.  The length in bytes, without a
 * NUL.  A line that does not fit is cut.  `size` is at least 160. */
size_t wali_trace_enter(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args);

/* Writes the rest of the line, with the result and a newline.  The length in bytes. */
size_t wali_trace_exit(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args,
                       int64_t result);

#endif
