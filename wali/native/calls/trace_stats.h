/* Trace and counters (--trace, --stats): an entry that the linker puts before every call.  Without
 * these options nothing is put there, and a call costs nothing more. */
#ifndef WALI_CALLS_TRACE_STATS_H
#define WALI_CALLS_TRACE_STATS_H

#include "wali/native/engine/engine.h"
#include "wali/native/process/settings.h"

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
/* Bytes of the memory file that stats_fd of wali_config stands for. */
size_t wali_stats_size(void);
/* The number of rows in it. */
size_t wali_stats_rows(void);
/* The name and the counters of a row, whose index is below wali_stats_rows(). */
const char *wali_stats_row(const void *stats, size_t index, uint64_t *calls, uint64_t *errors,
                           uint64_t *nanoseconds);
/* cdef end */

/* Opens trace and counters, before the guest runs: maps the memory file of the counters.  0, or -1
 * if that file is missing or too small. */
int trace_stats_open(const wali_config *config) __attribute__((visibility("hidden")));

/* The entry to put before every call, or NULL if neither trace nor counters are wanted.  The
 * entry's environment is the call's row. */
wali_entry_t trace_stats_wrapper(const wali_config *config) __attribute__((visibility("hidden")));

#endif
