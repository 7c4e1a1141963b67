/* Trace and counters of WASI's functions: an entry that the interface binds in the place of every
 * function's own. */
#ifndef WALI_CALLS_WASI_TRACE_H
#define WALI_CALLS_WASI_TRACE_H

#include "wali/native/engine/engine.h"

/* The entry, or NULL if neither trace nor counters are wanted.  Its environment is the function's
 * row. */
wali_entry_t wasi_trace_entry(void) __attribute__((visibility("hidden")));

#endif
