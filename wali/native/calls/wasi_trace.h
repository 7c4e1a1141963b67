/* Trace and counters of WASI's functions: an entry that the interface binds in the place of every
 * function's own. */
#ifndef WALI_CALLS_WASI_TRACE_H
#define WALI_CALLS_WASI_TRACE_H

#include "wali/native/engine/engine.h"
#include "wasi/rows.h"

/* The entry, whose environment is the function's row; or NULL if neither trace nor counters want it. */
wali_entry_t wasi_trace_entry(const struct wasi_row *row) __attribute__((visibility("hidden")));

#endif
