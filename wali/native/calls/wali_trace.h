/* Trace and counters of system calls: an entry that the interface binds in the place of every call's
 * own. */
#ifndef WALI_CALLS_WALI_TRACE_H
#define WALI_CALLS_WALI_TRACE_H

#include "wali/native/engine/engine.h"

/* The entry, or NULL if neither trace nor counters are wanted.  Its environment is the call's row. */
wali_entry_t wali_trace_entry(void) __attribute__((visibility("hidden")));

#endif
