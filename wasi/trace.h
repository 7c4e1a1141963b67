/* The text of the trace for functions of WASI, from what the rows say of each parameter.  Nothing is
 * allocated, and guest memory is only read by wasi_copy_in. */
#ifndef WASI_TRACE_H
#define WASI_TRACE_H

#include "wali/native/engine/engine.h"
#include "wasi/rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the call up to the first parameter that the function fills.  The length in bytes, without a NUL.  A
 * line that does not fit is cut.  `size` is at least 160. */
size_t wasi_trace_enter(char *buf, size_t size, const struct wasi_row *row, const wasmtime_val_raw_t *args)
    __attribute__((visibility("hidden")));

/* Writes the rest of the line, with the result, without its end.  *result_at becomes where "= result"
 * begins.  The length in bytes. */
size_t wasi_trace_exit(char *buf, size_t size, const struct wasi_row *row, const wasmtime_val_raw_t *args,
                       uint64_t result, size_t *result_at) __attribute__((visibility("hidden")));

/* Whether the function has returned an error. */
bool wasi_has_failed(const struct wasi_row *row, const wasmtime_val_raw_t *args, uint64_t result)
    __attribute__((visibility("hidden")));

#endif
