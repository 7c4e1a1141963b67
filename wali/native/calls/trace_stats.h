/* Trace and counters.  Bound around an entry by the linker, and only when asked for: off, they
 * cost nothing. */
#ifndef WALI_CALLS_TRACE_STATS_H
#define WALI_CALLS_TRACE_STATS_H

#include "wali/native/engine/engine.h"
#include "wali/native/process/settings.h"

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
size_t wali_stats_size(void);
size_t wali_stats_rows(void);
const char *wali_stats_row(const void *stats, size_t index, uint64_t *calls, uint64_t *errors,
                           uint64_t *nanoseconds);
/* cdef end */

/* Before the guest runs: maps the file that the numbers go to.  0 or -1. */
int trace_stats_open(const wali_config *config) __attribute__((visibility("hidden")));

/* The entry to stand before every call, or NULL if nothing is asked for.  Its environment is
 * the call's row. */
wali_entry_t trace_stats_wrapper(const wali_config *config) __attribute__((visibility("hidden")));

#endif
