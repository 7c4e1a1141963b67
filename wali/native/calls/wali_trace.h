/* Trace and counters of system calls: an entry that the interface binds in the place of a call's
 * own. */
#ifndef WALI_CALLS_WALI_TRACE_H
#define WALI_CALLS_WALI_TRACE_H

#include "syscalls/rows.h"
#include "wali/native/engine/engine.h"

/* The entry, whose environment is the call's row; or NULL if neither trace nor counters want it. */
wali_entry_t wali_trace_entry(const struct wali_row *row) __attribute__((visibility("hidden")));

#endif
